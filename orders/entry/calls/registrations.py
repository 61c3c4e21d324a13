"""What call mode adds to the lists that core iterates."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Action, CallOutcome, Command, Document, DutyRule, HomeTask, Panel, registry
from orders.core.models import Customer, Order
from orders.core.selectors.home import document_duties
from orders.entry.calls import events, lists, machines  # noqa: F401  declares events and graph
from orders.entry.calls.models import Call
from orders.entry.calls.selectors.calls import calls_about, last_calls, parked
from orders.entry.calls.services.turning import make_note, make_order, make_quote
from orders.entry.calls.showing import rows_of

DUTY = "Take up parked call"
DUE_MINUTES = 30
MAY = "orders.take_call"


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    registry.pages.add("call", "entry:call")
    registry.documents.add("call", Document("call", _("Call"), "orders_entry.Call", MAY, "entry:call"))
    registry.offer(
        Command(_("Take a call"), "entry:calls", "phone", _("phone telephone price date"), starts=True),
        Command(_("All calls"), "entry:call-list", "phone-call", _("phone telephone parked")),
    )
    registry.duties.add(
        DUTY,
        DutyRule(
            stage=4,
            name=DUTY,
            subject="self",
            opens={"call_parked": None},
            closes={"call_resumed": None, "call_ended": None},
            due_minutes=DUE_MINUTES,
        ),
    )
    registry.home_tasks.add("entry.calls", HomeTask("entry.calls", (MAY,), TO_TAKE_UP))
    for way in (
        CallOutcome("order", _("Order"), "shopping-cart", "o", "entry.write_order", make_order),
        CallOutcome("quote", _("Quote"), "file-text", "q", "pricing.write_quote", make_quote),
        CallOutcome("note", _("Note"), "sticky-note", "n", "orders.write_note", make_note),
    ):
        registry.call_outcomes.add(way.key, way)
    for subject, context, order in (("customer", _of_customer, 12), ("order", _of_order, 16)):
        registry.panels.add(
            f"{subject} calls",
            Panel(
                key="calls",
                subject=subject,
                title=_("Calls"),
                template="orders/entry/calls/panel.html",
                context=context,
                permission=MAY,
                order=order,
                more=_all_of if subject == "customer" else None,
            ),
        )
    registry.actions.add(
        "entry.call",
        Action(
            key="entry.call",
            subject="customer",
            label=_("Take a call"),
            permission=MAY,
            url=lambda customer: f"{reverse('entry:calls')}?customer={customer.pk}",
            when=lambda customer: customer.is_active,
        ),
    )


def _all_of(customer: Customer) -> str:
    return f"{reverse('entry:call-list')}?customer={customer.pk}"


def _of_customer(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    return _shown(last_calls(actor, customer), actor)


def _of_order(order: Order, actor: Actor) -> dict[str, Any] | None:
    return _shown(calls_about(actor, "order", order.pk), actor)


def _shown(calls: list[Call], actor: Actor) -> dict[str, Any] | None:
    return {"calls": rows_of(calls, actor)} if calls else None


def _why(call: Call) -> Any:
    return "" if call.customer else _("caller unknown")  # the home shows the customer itself


TO_TAKE_UP = document_duties(
    4, DUTY, parked, what=_("Take up %(document)s, which is parked"), button=_("Take up"), url="entry:call", why=_why
)

"""What billing tells core of itself: stage, duties, consumers, settings, jobs, and what it shows on other pages."""

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing import consumers, events, lists, machines, messages, selectors, services  # noqa: F401  declares events and graphs
from billing.answers import registrations as answers
from billing.corrections import registrations as corrections
from billing.disputes import registrations as disputes
from billing.documents import registrations as documents
from billing.methods import registrations as methods
from billing.preflight import registrations as preflight
from billing.promises import registrations as promises
from billing.together import registrations as together
from omc.lib.actor import Actor
from omc.lib.registry import Action, BulkAction, Command, DutyRule, Panel, SettingType, Stage, Subscriber, registry
from orders.core.models import Customer, CustomerFacts, Hold, Order, OrderState
from orders.core.services.jobs import Job, register_job


def register() -> None:
    lists.register()
    messages.register()
    disputes.register()
    corrections.register()
    promises.register()
    answers.register()
    documents.register()
    preflight.register()
    methods.register()
    together.register()
    registry.pages.add("invoice", "billing:invoice")
    registry.pages.add("payment", "billing:payment")
    registry.offer(
        Command(_("Record payment"), "billing:choose_payer", "banknote", _("cash money received"), starts=True),
        Command(_("Invoices"), "billing:invoices", "receipt", _("credit notes memo")),
        Command(_("Payments"), "billing:payments", "banknote"),
        Command(_("Receivables"), "billing:receivables", "wallet", _("overdue owe debt")),
    )
    registry.stages.add(
        "billing",
        Stage(
            number=8,
            key="billing",
            name=_("Billing"),
            url="billing:to_invoice",
            permission="billing.view_invoice",
            duty="Invoice",
        ),
    )
    registry.duties.add(
        "Invoice",
        DutyRule(
            stage=8,
            name="Invoice",
            opens={"shipment_shipped": _some("to_invoice"), "order_delivered": _no_goods},
            closes={"invoice_posted": _none("left_to_invoice"), "order_invoiced": _none("left_to_invoice")},
        ),
    )
    registry.duties.add(
        "Collect",
        DutyRule(
            stage=8,
            name="Collect",
            subject="self",
            opens={"invoice_posted": None, "invoice_reopened": None},
            closes={"invoice_paid": None, "invoice_voided": None},
            due={"invoice_posted": "due_date", "invoice_reopened": "due_date"},
            waits_for_customer=True,
        ),
    )
    registry.subscribers.add(
        "billing: invoice on ship",
        Subscriber("billing: invoice on ship", ("shipment_shipped",), consumers.invoice_what_left),
    )
    registry.subscribers.add(
        "billing: send invoice",
        Subscriber("billing: send invoice", ("invoice_posted", "credit_note_posted"), consumers.send_what_was_posted),
    )
    registry.settings.add(
        "billing.post_on_ship",
        SettingType(
            "billing.post_on_ship",
            _("Invoice a shipment by itself as soon as it has left"),
            False,
            _yes_or_no,
            stage=8,
            help=_("yes or no. With no, shipments wait on the list of what is to be invoiced."),
        ),
    )
    register_job(
        "invoice_shipped",
        name=_("Invoicing of what was shipped"),
        permission="billing.post_invoice",
        queue="default",
        body=_invoice_shipped,
    )
    registry.bulk_actions.add(
        "invoice_orders",
        BulkAction("invoice_orders", "order", _("Invoice what has shipped"), "billing.post_invoice", _invoice_orders),
    )
    for subject in ("order", "customer"):
        registry.panels.add(
            f"{subject} invoices",
            Panel(
                key="invoices",
                subject=subject,
                title=_("Invoices") if subject == "order" else _("What is owed"),
                template=f"billing/{subject}_panel.html",
                context=_order_panel if subject == "order" else _customer_panel,
                permission="billing.view_invoice",
                order=80,
            ),
        )
    registry.panels.add(
        "customer receivable",
        Panel(
            key="receivable",
            subject="customer",
            title=_("What is owed"),
            template="billing/customer_figures.html",
            context=_customer_figures,
            permission="billing.view_invoice",
            head=True,
        ),
    )
    registry.panels.add(
        "hold invoices",
        Panel(
            key="invoices",
            subject="hold",
            title=_("What is owed"),
            template="billing/customer_panel.html",
            context=_hold_panel,
            permission="billing.view_invoice",
            order=15,
        ),
    )
    registry.actions.add(
        "invoice order",
        Action(
            key="invoice_order",
            subject="order",
            label=_("Invoice"),
            permission="billing.post_invoice",
            url=lambda order: reverse("billing:invoice_order", args=[order.pk]),
            when=_may_invoice,
            method="post",
        ),
    )


def _some(key: str) -> Any:
    return lambda data: Decimal(data.get(key, "1")) > 0


def _none(key: str) -> Any:
    return lambda data: Decimal(data.get(key, "1")) == 0


def _no_goods(data: dict[str, Any]) -> bool:
    return Decimal(data.get("goods_lines", "1")) == 0


def _yes_or_no(text: str) -> bool:
    words = {"yes": True, "on": True, "true": True, "1": True, "no": False, "off": False, "false": False, "0": False}
    if (word := text.strip().lower()) not in words:
        raise ValueError("say yes or no")
    return words[word]


def _invoice_shipped(job: Job) -> dict[str, Any]:
    outcome = services.invoice_shipped(actor=job.actor, report=lambda done, total: job.report(done, total, "invoices"))
    refused = [f"{shipment_id}: {reason}" for shipment_id, reason in outcome if reason]
    return {"invoiced": len(outcome) - len(refused), "refused": refused[:100]}


def _invoice_orders(order_ids: list[int], actor: Actor) -> list[tuple[int, str | None]]:
    """Invoice what has left of each order; a row's refusal names the first shipment that could not be invoiced."""
    waiting: dict[int, list[int]] = {order_id: [] for order_id in order_ids}
    rows = selectors.shipments_to_invoice(actor).filter(order_id__in=order_ids).order_by("id")
    for shipment_id, order_id in rows.values_list("pk", "order_id"):
        waiting[order_id].append(shipment_id)
    outcome: list[tuple[int, str | None]] = []
    for order_id, shipments in waiting.items():
        refusals = [reason for _, reason in services.invoice_shipments(shipments, actor) if reason]
        nothing = None if shipments else str(_("Nothing has shipped that is not invoiced yet."))
        outcome.append((order_id, refusals[0] if refusals else nothing))
    return outcome


def _may_invoice(order: Order) -> bool:
    """Offered on orders that have left in part and are not billed, and on those that have nothing to ship."""
    if order.state in (OrderState.DRAFT, OrderState.PENDING, OrderState.CANCELLED, OrderState.ABANDONED):
        return False
    return order.billing != "done" and (order.shipping != "none" or order.state == OrderState.DELIVERED)


def _order_panel(order: Order, actor: Actor) -> dict[str, Any] | None:
    invoices = selectors.invoices_of_order(order)
    if not invoices:
        return None
    return {"invoices": invoices, "may_see_amounts": actor.can("orders.view_price")}


def _customer_figures(customer: Customer, actor: Actor) -> dict[str, Any]:
    facts = CustomerFacts.objects.filter(customer=customer).first()
    return {"customer": customer, "facts": facts, "currency": customer.company.currency}


def _hold_panel(hold: Hold, actor: Actor) -> dict[str, Any] | None:
    """Beside the decision of a credit hold: the open invoices that its exposure counts."""
    customer = hold.order.customer if hold.order else hold.customer
    if customer is None or not (hold.hold_type.is_credit or hold.customer_id):
        return None
    return _customer_panel(customer, actor)


def _customer_panel(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    invoices = selectors.open_invoices_of(customer.pk, actor)
    payments = selectors.payments_list(actor, customer_id=customer.pk, open_only=True)
    on_account = list(payments.order_by("id"))
    if not invoices and not on_account:
        return None
    return {"invoices": invoices[:20], "count": len(invoices), "on_account": on_account, "customer": customer}

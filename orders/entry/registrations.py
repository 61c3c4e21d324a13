"""What order entry adds to the lists that core iterates."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from omc.lib.registry import Action, BulkAction, Command, DutyRule, SettingType, Stage, Subscriber, registry
from orders.core.models import Order, OrderState
from orders.core.services.search import Findable
from orders.entry import consumers, events, messages, panels  # noqa: F401  declares events
from orders.entry.answered_prices import put_on_draft_quote, put_on_order
from orders.entry.selectors.checks import MARGIN_FLOOR, PRICE_CHANGE
from orders.entry.selectors.exposure import COUNTS_WAITING
from orders.entry.selectors.overdue import OVERDUE_AMOUNT, OVERDUE_DAYS
from orders.entry.services import confirm_order
from orders.entry.services.abandon_drafts import DRAFT_DAYS
from orders.entry.services.submit_order import findable
from orders.pricing.models import Quote
from orders.pricing.services.quote_renewals import is_renewable

CANCELLABLE: Final = (OrderState.PENDING, OrderState.CONFIRMED, OrderState.RELEASED)
PARTLY_DONE: Final = (OrderState.RELEASED, OrderState.IN_FULFILLMENT)


def register() -> None:
    """Called once, when Django is ready."""
    registry.offer(
        Command(_("New order"), "entry:new", "plus", _("enter sell"), starts=True),
    )
    registry.pages.add("new quote", "entry:new-quote")  # pricing's own forms lead here
    registry.pages.add("draft quote", "entry:quote")
    registry.stages.add(
        "entry",
        Stage(
            number=4,
            key="entry",
            name=_("Order entry"),
            url="entry:home",
            permission="orders.view_order",
            duty=_("Confirm order"),
        ),
    )
    registry.duties.add(
        "Confirm order",
        DutyRule(
            stage=4,
            name="Confirm order",
            opens={"order_submitted": None},
            closes={"order_confirmed": None, "order_returned_to_draft": None, "order_cancelled": None},
        ),
    )
    registry.subscribers.add(
        "entry.acknowledge",
        Subscriber("entry.acknowledge", ("order_confirmed", "promise_changed", "special_late"), consumers.tell),
    )
    read = ("document_proposed", "document_read", "document_broken")
    registry.subscribers.add("entry.receipts", Subscriber("entry.receipts", read, consumers.acknowledge_file))
    registry.subscribers.add(
        "entry.responses", Subscriber("entry.responses", ("order_confirmed", "order_changed"), consumers.answer_order)
    )
    for key, label, default, help_text in (
        (DRAFT_DAYS, _("Days until an untouched draft is given up"), 14, _("A whole number from 1 to 365.")),
        (
            OVERDUE_DAYS,
            _("Days overdue that hold an order, at submit and before release"),
            30,
            _("A whole number from 0 to 365."),
        ),
        (OVERDUE_AMOUNT, _("Overdue amount that is overlooked"), 0, _("Whole units of the company's currency.")),
        (PRICE_CHANGE, _("Price change since last time that is told"), 5, _("More than so many percent, up or down.")),
        (MARGIN_FLOOR, _("Markup on cost under which a line's margin is low"), 5, _("Percent of the cost.")),
        (COUNTS_WAITING, _("Credit counts orders not released yet"), 1, _("1 counts them, 0 does not.")),
    ):
        registry.settings.add(key, SettingType(key, label, default, _whole_number, stage=4, help=help_text))
    registry.price_takers.add("order", put_on_order)
    registry.price_takers.add("quote", put_on_draft_quote)
    messages.register()
    panels.register()
    _actions()
    registry.search.add("order", _findables)
    registry.bulk_actions.add(
        "entry.confirm",
        BulkAction("entry.confirm", "order", _("Confirm"), "entry.confirm_order", _confirm_each),
    )


def _findables(company_id: int) -> Iterator[Findable]:
    rows = Order.objects.filter(company_id=company_id, number__isnull=False).select_related("customer")
    return (findable(row, row.customer) for row in rows.iterator(2000))


def _may_become_order(quote: Quote) -> bool:
    return quote.state in ("sent", "accepted") and not is_renewable(quote)


def _actions() -> None:
    for name, label, permission, method, when, primary in (
        ("edit", _("Edit draft"), "entry.write_order", "get", _in(OrderState.DRAFT), False),
        ("submit", _("Submit"), "entry.write_order", "post", _in(OrderState.DRAFT), True),
        ("confirm", _("Confirm"), "entry.confirm_order", "post", _in(OrderState.PENDING), True),
        ("back", _("Back to draft"), "entry.write_order", "get", _in(OrderState.PENDING), False),
        ("cancel", _("Cancel order"), "entry.cancel_order", "get", _in(*CANCELLABLE), False),
        ("cancel-rest", _("Cancel the rest"), "entry.cancel_order", "get", _has_rest, False),
        ("repeat", _("Repeat"), "entry.write_order", "post", lambda order: order.state != OrderState.DRAFT, False),
        ("discard", _("Discard draft"), "entry.write_order", "post", _never_submitted, False),
    ):
        _action(f"entry.{name}", "order", label, permission, f"entry:{name}", when, method=method, primary=primary)
    _action(
        "entry.convert",
        "quote",
        _("Make it an order"),
        "entry.write_order",
        "entry:convert",
        _may_become_order,
        method="post",
        primary=True,
    )
    _action(
        "entry.convert-part",
        "quote",
        _("Order part of it"),
        "entry.write_order",
        "entry:convert-part",
        _may_become_order,
        method="get",
        primary=False,
    )
    registry.actions.add(
        "entry.new",
        Action(
            key="entry.new",
            subject="order_list",
            label=_("New order"),
            permission="entry.write_order",
            url=lambda _list: reverse("entry:new"),
            when=lambda _list: True,
            primary=True,
        ),
    )
    registry.actions.add(
        "entry.new_for",
        Action(
            key="entry.new_for",
            subject="customer",
            label=_("New order"),
            permission="entry.write_order",
            url=lambda customer: f"{reverse('entry:new')}?customer={customer.pk}",
            when=lambda customer: customer.is_active,
            primary=True,
        ),
    )


def _action(
    key: str,
    subject: str,
    label: Any,
    permission: str,
    url: str,
    when: Callable[[Any], bool],
    *,
    method: str,
    primary: bool,
) -> None:
    registry.actions.add(
        key,
        Action(
            key=key,
            subject=subject,
            label=label,
            permission=permission,
            url=lambda document: reverse(url, args=[document.pk]),
            when=when,
            method=method,
            primary=primary,
        ),
    )


def _in(*states: OrderState) -> Callable[[Any], bool]:
    return lambda order: order.state in states


def _has_rest(order: Any) -> bool:
    return order.state in PARTLY_DONE and order.shipping == "part"


def _never_submitted(order: Any) -> bool:
    return order.state == OrderState.DRAFT and order.number is None


def _whole_number(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 1_000_000:
        raise ValueError("a whole number that is not negative")
    return number


def _confirm_each(ids: list[int], actor: Actor) -> list[tuple[int, str | None]]:
    """Each order by itself: one refusal does not stop the others."""
    answers: list[tuple[int, str | None]] = []
    for order_id in ids:
        try:
            confirm_order(order_id=order_id, actor=actor)
            answers.append((order_id, None))
        except DomainError as refusal:
            answers.append((order_id, refusal.message))
    return answers

"""What may stop an order at submit: each check answers with the hold it places, or with nothing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from omc.lib.actor import Actor, system
from omc.lib.errors import DomainError
from omc.lib.money import ZERO, round_amount
from orders.core.models import Customer, HoldState, LineKind, Order, OrderLine
from orders.core.selectors.companies import settings_in_force, today
from orders.core.services.holds import place_on, resolve_hold
from orders.core.services.rules import matching_holds
from orders.entry.rules import credit_percent, credit_used, is_unusual
from orders.entry.selectors.checks import (
    credit_was_approved,
    earlier_quantities,
    same_order_again,
    unbilled_base,
    unresolved_holds,
)

OVERDUE_DAYS: Final = "entry.overdue_days"
OVERDUE_AMOUNT: Final = "entry.overdue_amount"
CHECKED: Final = ("credit_limit", "overdue", "po_missing", "po_duplicate", "large_quantity", "date_impossible")

Found = tuple[str, str]  # hold type code, reason. Reasons bear no amounts: they are read by people who see no prices.


class CreditExceeded(DomainError):
    """The customer's credit went since the order was submitted."""

    code = "credit_exceeded"


def place_holds(order: Order, lines: Sequence[OrderLine], customer: Customer, actor: Actor, *, again: bool) -> int:
    """Hold a locked order for what is wrong with it now; lift what an earlier submit found and is mended.

    A hold that still stands is left as it is. ``again``: the order was submitted before. Returns how many were placed.
    Events: hold_placed, hold_resolved
    """
    wanted = findings(order, lines, customer)
    standing = {hold.hold_type.code: hold for hold in unresolved_holds(order)} if again else {}
    codes = {code for code, _ in wanted}
    for code, hold in standing.items():
        if code in CHECKED and code not in codes and hold.status == HoldState.ACTIVE:
            resolve_hold(
                hold_id=hold.pk,
                resolution="Mended: the check at submit finds nothing any more.",
                actor=system("entry checks", order.company_id),
            )
    fresh = {code: reason for code, reason in reversed(wanted) if code not in standing}
    return len(place_on(order, list(reversed(fresh.items())), actor=actor))


def findings(order: Order, lines: Sequence[OrderLine], customer: Customer) -> list[Found]:
    """What would hold the order if it were submitted now: hold type and reason each. Writes nothing."""
    return [
        *_credit(order, customer),
        *_overdue(order, customer),
        *_purchase_order(order, lines, customer),
        *_quantities(order, lines),
        *_dates(order, lines),
        *matching_holds(order),
    ]


def refuse_without_credit(order: Order, customer: Customer) -> None:
    """At confirm: the credit that was there at submit must still be there, unless somebody approved this order.

    Raises: CreditExceeded
    """
    if (found := _credit(order, customer)) and not credit_was_approved(order):
        raise CreditExceeded(
            f"{order} cannot be confirmed: {found[0][1]} Take it back to draft and submit it again to ask for credit.",
            order=str(order),
            customer=customer.code,
        )


def _credit(order: Order, customer: Customer) -> list[Found]:
    if customer.credit_limit is None or (order.terms and order.terms.prepaid):
        return []
    facts = getattr(customer, "facts", None)
    used = credit_used(
        facts.open_receivable_base or ZERO if facts else ZERO,
        unbilled_base(customer.pk, without=order.pk),
        round_amount(order.total_amount * order.currency_rate),
    )
    if used <= customer.credit_limit:
        return []
    percent = credit_percent(used, customer.credit_limit)
    if percent is None:
        return [("credit_limit", "The customer has no credit.")]
    return [("credit_limit", f"With this order {percent} % of the customer's credit limit would be used.")]


def _overdue(order: Order, customer: Customer) -> list[Found]:
    facts = getattr(customer, "facts", None)
    if facts is None or not facts.overdue_days or not facts.overdue_base or (order.terms and order.terms.prepaid):
        return []
    limits = settings_in_force(order.company_id, [OVERDUE_DAYS, OVERDUE_AMOUNT])
    if facts.overdue_days <= limits[OVERDUE_DAYS] or facts.overdue_base <= Decimal(limits[OVERDUE_AMOUNT]):
        return []
    return [("overdue", f"The customer's oldest unpaid invoice is {facts.overdue_days} days overdue.")]


def _purchase_order(order: Order, lines: Sequence[OrderLine], customer: Customer) -> list[Found]:
    if not order.customer_po:
        missing = "The customer wants a purchase order number on every order."
        return [("po_missing", missing)] if customer.po_required else []
    twin = same_order_again(order, lines)
    if twin is None:
        return []
    return [("po_duplicate", f"{twin} has the same purchase order number and the same lines.")]


def _quantities(order: Order, lines: Sequence[OrderLine]) -> list[Found]:
    counted = [line for line in lines if line.product_id and line.kind != LineKind.COMPONENT]
    history = earlier_quantities(order, {line.product_id for line in counted if line.product_id})
    unusual = [line for line in counted if is_unusual(line.ordered, history.get(line.product_id or 0, []))]
    if not unusual:
        return []
    names = ", ".join(f"line {line.position}" for line in unusual[:5])
    return [("large_quantity", f"Far more than this customer ever orders: {names}.")]


def _dates(order: Order, lines: Sequence[OrderLine]) -> list[Found]:
    day = today(order.company)
    dates = [order.requested_date, *(line.requested_date for line in lines)]
    if any(wanted and wanted < day for wanted in dates):
        return [("date_impossible", "It is wanted for a day that has passed.")]
    return []

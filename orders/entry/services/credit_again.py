"""Credit is looked at again when goods are about to go: what was there at confirm may be gone by then."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import F, Sum

from omc.lib.actor import Actor
from omc.lib.money import ZERO, round_amount
from orders.core.models import Customer, Hold, HoldState, Order
from orders.core.services.holds import place_on
from orders.entry.rules.checks import credit_percent
from orders.entry.selectors.exposure import ON_ITS_WAY, open_lines
from orders.entry.selectors.overdue import days_overdue

LIMIT, OVERDUE = "credit_limit", "overdue"
_AGAIN: Final = "Looked at again before release: "

# Of an order: what lock_credit is told of its customer.
DEBTS: Final = (
    "customer_id", "customer__credit_limit", "customer__facts__overdue_days", "customer__facts__overdue_base",
)  # fmt: skip
Debt = tuple[int, Decimal | None, int | None, Decimal | None]


@dataclass(frozen=True, slots=True)
class Credit:
    """What may keep customers' orders back: who has a limit, locked, and how many days who is overdue."""

    limited: dict[int, Customer]
    overdue: dict[int, int]


def lock_credit(debts: Iterable[Debt], company_id: int) -> Credit:
    """The credit of these customers; those who have a limit are locked by id, so that two releases see each other."""
    known = set(debts)
    return Credit(
        limited=_lock_limited({customer for customer, limit, *_late in known if limit is not None}),
        overdue={
            customer: late
            for customer, _limit, days, amount in known
            if (late := days_overdue(company_id, days, amount)) is not None
        },
    )


def _lock_limited(customer_ids: Collection[int]) -> dict[int, Customer]:
    if not customer_ids:
        return {}
    rows = Customer.objects.select_for_update(of=("self",), no_key=True).select_related("facts")
    limited = rows.filter(pk__in=customer_ids, credit_limit__isnull=False)
    return {customer.pk: customer for customer in limited.order_by("pk")}


def hold_without_credit(orders: Sequence[Order], credit: Credit, *, actor: Actor) -> dict[int, Hold]:
    """Hold those of the locked orders that may not go for want of credit; they are asked in the order given.

    Over the limit, or overdue beyond what the company lets pass. What waits does not count: it is looked at when it goes
    itself. What goes together counts for what comes after it. An order goes whose credit somebody approved since it was
    submitted; for what is overdue that is a hold of that kind, lifted. Two queries, however many; none where nobody has
    a limit or is overdue.

    Source: SPEC §5.d. Events: hold_placed
    """
    asked = [
        order
        for order in orders
        if (order.customer_id in credit.limited or order.customer_id in credit.overdue) and not _prepaid(order)
    ]
    if not asked:
        return {}
    own, used = _open_values([order.pk for order in asked], credit.limited) if credit.limited else ({}, {})
    approved = _approved(asked)
    held = {}
    for order in asked:
        found = []
        adds = ZERO if order.state in ON_ITS_WAY else own.get(order.pk, ZERO)
        if customer := credit.limited.get(order.customer_id):
            would_use = round_amount(used[customer.pk] + adds)
            if would_use > (customer.credit_limit or ZERO) and not approved[order.pk]:
                found.append((LIMIT, _over_limit(would_use, customer)))
        days = credit.overdue.get(order.customer_id)
        if days is not None and OVERDUE not in approved[order.pk]:
            found.append((OVERDUE, _AGAIN + f"the customer's oldest unpaid invoice is {days} days overdue."))
        if found:
            held[order.pk] = place_on(order, found, actor=actor)[0]
        elif customer:
            used[customer.pk] += adds
    return held


def _prepaid(order: Order) -> bool:
    return bool(order.terms and order.terms.prepaid)


def _open_values(order_ids: Sequence[int], customers: dict[int, Customer]) -> tuple[dict, dict]:  # type: ignore[type-arg]
    """What each order has still to invoice, and what each customer owes or has on its way. Units: company currency."""
    used = {}
    for customer in customers.values():
        facts = getattr(customer, "facts", None)
        used[customer.pk] = (facts.open_receivable_base or ZERO) if facts else ZERO
    orders = Order.objects.filter(customer__in=customers, state__in=ON_ITS_WAY) | Order.objects.filter(pk__in=order_ids)
    rows = open_lines(orders).values("order_id", "order__state", "order__customer_id")
    own = {}
    for row in rows.annotate(value=Sum(F("shipped_value") + F("open_value"))):
        own[row["order_id"]] = row["value"]
        if row["order__state"] in ON_ITS_WAY and row["order__customer_id"] in used:
            used[row["order__customer_id"]] += row["value"]
    return own, used


def _approved(orders: Sequence[Order]) -> dict[int, set[str]]:
    """The kinds of credit hold that somebody lifted of each order since it was submitted."""
    lifted = Hold.objects.filter(
        order__in=[order.pk for order in orders],
        hold_type__is_credit=True,
        status=HoldState.RESOLVED,
        resolved_by__isnull=False,
        resolved_at__gte=F("order__submitted_at"),
    )
    kinds: dict[int, set[str]] = defaultdict(set)
    for order_id, code in lifted.values_list("order_id", "hold_type__code"):
        kinds[order_id or 0].add(code)
    return kinds


def _over_limit(would_use: Decimal, customer: Customer) -> str:
    percent = credit_percent(would_use, customer.credit_limit or ZERO)
    if percent is None:
        return _AGAIN + "the customer has no credit."
    return _AGAIN + f"{percent} % of the customer's credit limit would be used."

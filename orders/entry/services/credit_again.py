"""Credit is looked at again when goods are about to go: what was there at confirm may be gone by then."""

from collections.abc import Collection, Sequence

from django.db.models import F, Sum

from omc.lib.actor import Actor
from omc.lib.money import ZERO, round_amount
from orders.core.models import Customer, Hold, HoldState, Order
from orders.core.services.holds import place_on
from orders.entry.rules.checks import credit_percent
from orders.entry.selectors.exposure import ON_ITS_WAY, open_lines


def lock_credit(customer_ids: Collection[int]) -> dict[int, Customer]:
    """Those of these customers who have a limit, locked by id, so that two releases see each other."""
    if not customer_ids:
        return {}
    rows = Customer.objects.select_for_update(of=("self",), no_key=True).select_related("facts")
    limited = rows.filter(pk__in=customer_ids, credit_limit__isnull=False)
    return {customer.pk: customer for customer in limited.order_by("pk")}


def hold_without_credit(orders: Sequence[Order], customers: dict[int, Customer], *, actor: Actor) -> dict[int, Hold]:
    """Hold those of the locked orders that may not go for want of credit; they are asked in the order given.

    What waits does not count: it is looked at when it goes itself. What goes together counts for what comes after it.
    An order whose credit somebody approved since it was submitted goes. Two queries, however many; none without a limit.

    Source: SPEC §5.d. Events: hold_placed
    """
    asked = [order for order in orders if order.customer_id in customers and not _prepaid(order)]
    if not asked:
        return {}
    own, used = _open_values([order.pk for order in asked], customers)
    approved = _approved(asked)
    held = {}
    for order in asked:
        customer = customers[order.customer_id]
        adds = ZERO if order.state in ON_ITS_WAY else own.get(order.pk, ZERO)
        would_use = round_amount(used[customer.pk] + adds)
        if would_use > (customer.credit_limit or ZERO) and order.pk not in approved:
            held[order.pk] = place_on(order, [("credit_limit", _why(would_use, customer))], actor=actor)[0]
        else:
            used[customer.pk] = used[customer.pk] + adds
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
        if row["order__state"] in ON_ITS_WAY:
            used[row["order__customer_id"]] += row["value"]
    return own, used


def _approved(orders: Sequence[Order]) -> set[int]:
    """Those of which somebody lifted a credit hold since they were submitted."""
    lifted = Hold.objects.filter(
        order__in=[order.pk for order in orders],
        hold_type__is_credit=True,
        status=HoldState.RESOLVED,
        resolved_by__isnull=False,
        resolved_at__gte=F("order__submitted_at"),
    )
    return set(lifted.values_list("order_id", flat=True))


def _why(would_use: object, customer: Customer) -> str:
    percent = credit_percent(would_use, customer.credit_limit)  # type: ignore[arg-type]
    if percent is None:
        return "Looked at again before release: the customer has no credit."
    return f"Looked at again before release: {percent} % of the customer's credit limit would be used."

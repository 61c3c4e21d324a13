"""How a customer's open orders stand: from promises, holds, the quantity ledger and what the schedule published."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import F, Max, Prefetch, Q

from omc.lib.money import ZERO
from orders.core.models import Company, Customer, Event, Hold, HoldState, LineKind, Order, OrderLine
from orders.core.selectors.companies import today
from orders.core.selectors.orders import OPEN_STATES
from planning.models import Promise, PromiseSource
from planning.selectors.availability import open_supply

ORDERS: Final = 8
GOODS: Final = (LineKind.GOODS, LineKind.KIT)
STOPS: Final = ("confirm", "allocate", "release", "pick", "ship")  # a hold on invoicing stops no goods


@dataclass(frozen=True, slots=True)
class Rest:
    """Part of a line that does not leave with the next of its order. Units: stock unit.

    ``supply_on`` is when the supply that it waits for comes, where it waits for one that is ordered.
    """

    quantity: Decimal
    name: str
    ship_date: date
    source: str
    supply_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One open order as it stands today.

    ``lines`` counts lines of goods: of them ``packed`` wholly packed and not shipped, ``gone`` wholly shipped,
    ``begun`` shipped in part. ``leaves`` is the day of the next that leaves, None when nothing is planned or promised;
    ``follow`` is what leaves later. ``holds`` stop it now: (name, whether the customer can lift it).
    """

    order: Order
    today: date
    lines: int
    packed: int
    gone: int
    begun: int
    leaves: date | None = None
    follow: list[Rest] = field(default_factory=list)
    holds: list[tuple[str, bool]] = field(default_factory=list)
    shipped_on: date | None = None
    arrives: date | None = None

    @property
    def days_late(self) -> int:
        """Days since it should have left; 0 while that is still to come."""
        return max(0, (self.today - self.leaves).days) if self.leaves else 0

    @property
    def moved_from(self) -> date | None:
        """What was promised first, where it became later."""
        first, now = self.order.original_promise, self.order.current_promise
        return first if first and now and now > first else None


def open_orders(customer: Customer, company: Company, limit: int = ORDERS) -> list[Standing]:
    """A customer's open orders, the earliest promise first. A constant number of queries."""
    goods = OrderLine.objects.filter(kind__in=GOODS, cancelled__lt=F("ordered")).select_related("product")
    orders = list(
        Order.objects.filter(customer=customer, state__in=OPEN_STATES)
        .select_related("facts")
        .prefetch_related(Prefetch("lines", goods.order_by("position"), to_attr="goods"))
        .order_by(F("current_promise").asc(nulls_last=True), "pk")[:limit]
    )
    if not orders:
        return []
    day, ids = today(company), [order.pk for order in orders]
    promises, held, left = _promises(ids), _holds(orders, customer), _shipped_on(ids, company)
    supply = open_supply({(each.product_id, each.warehouse_id) for rows in promises.values() for each in rows})
    return [
        _standing(order, day, promises.get(order.pk, []), supply, held.get(order.pk, []), left.get(order.pk))
        for order in orders
    ]


def _promises(order_ids: Sequence[int]) -> dict[int, list[Promise]]:
    found: dict[int, list[Promise]] = defaultdict(list)
    rows = Promise.objects.filter(order_id__in=order_ids, is_open=True, quantity__gt=0)
    for promise in rows.select_related("product").order_by("ship_date", "pk"):
        found[promise.order_id].append(promise)
    return found


def _holds(orders: Sequence[Order], customer: Customer) -> dict[int, list[tuple[str, bool]]]:
    """Unresolved holds that stop an order, with those on the customer: each name once."""
    rows = (
        Hold.objects.exclude(status=HoldState.RESOLVED)
        .filter(Q(order__in=orders) | Q(customer=customer), hold_type__blocks__overlap=list(STOPS))
        .select_related("hold_type")
        .order_by("placed_at", "pk")
    )
    found: dict[int, dict[str, bool]] = defaultdict(dict)
    for hold in rows:
        for order_id in [hold.order_id] if hold.order_id else [order.pk for order in orders]:
            found[order_id][hold.hold_type.name] = hold.hold_type.cause == "customer"
    return {order_id: list(names.items()) for order_id, names in found.items()}


def _shipped_on(order_ids: Sequence[int], company: Company) -> dict[int, date]:
    """The day on which the last of an order left, where the company is."""
    rows = Event.objects.filter(order_id__in=order_ids, type="shipment_shipped").order_by().values_list("order_id")
    zone = ZoneInfo(company.time_zone)
    return {order_id: at.astimezone(zone).date() for order_id, at in rows.annotate(last=Max("at")) if order_id}


def _standing(
    order: Order,
    day: date,
    promises: Sequence[Promise],
    supply: Mapping[tuple[int, int], Sequence[tuple[date, Decimal]]],
    holds: list[tuple[str, bool]],
    shipped_on: date | None,
) -> Standing:
    lines: list[OrderLine] = order.goods  # type: ignore[attr-defined]  # set by the prefetch
    facts = getattr(order, "facts", None)
    waiting = [line for line in lines if line.open_quantity > ZERO]
    leaves = promises[0].ship_date if promises else None
    if facts and facts.slot_date and not any(line.picked > line.shipped for line in waiting):
        leaves = facts.slot_date  # the slot is that of the next on the board: what is being picked goes before it
    return Standing(
        order=order,
        today=day,
        lines=len(lines),
        packed=sum(line.packed - line.shipped >= line.open_quantity for line in waiting),
        gone=len(lines) - len(waiting),
        begun=sum(line.shipped > ZERO for line in waiting),
        leaves=leaves if waiting else None,
        follow=[_rest(each, supply) for each in promises if leaves and each.ship_date > leaves],
        holds=holds,
        shipped_on=shipped_on,
        arrives=facts.eta_date if facts else None,
    )


def _rest(promise: Promise, supply: Mapping[tuple[int, int], Sequence[tuple[date, Decimal]]]) -> Rest:
    coming = sorted(expected for expected, _quantity in supply.get((promise.product_id, promise.warehouse_id), []))
    before = [expected for expected in coming if expected <= promise.ship_date]
    waits = promise.source == PromiseSource.SUPPLY
    return Rest(
        quantity=promise.quantity,
        name=promise.product.name,
        ship_date=promise.ship_date,
        source=promise.source,
        supply_on=before[-1] if waits and before else None,
    )

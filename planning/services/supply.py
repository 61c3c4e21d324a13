"""What we order from suppliers: placed, received in parts, cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.urls import reverse

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.money import plain, round_amount, round_price
from omc.lib.service import verb
from orders.core import eventlog, numbers
from orders.core.models import LineKind, OrderLine, Product, Supplier, SupplierItem, Supply, Warehouse
from orders.core.services.search import Findable, index
from planning.events import SupplyCancelled, SupplyOrdered, SupplyPartReceived, SupplyReceived
from planning.machines import SUPPLY
from planning.models import SupplyLine, SupplyOrder, SupplyState
from planning.rules.availability import ZERO
from planning.services.levels import Movement
from planning.services.stock import take_in

_RECEIVE = (
    "UPDATE planning_supplyline l SET received = l.received + d.quantity,"
    " reserved = l.reserved + CASE WHEN l.order_line_id IS NULL OR s.ship_to_id IS NOT NULL THEN 0 ELSE d.quantity END,"
    " unwanted = least(l.unwanted, l.quantity - l.received - d.quantity)"
    " FROM unnest(%s::bigint[], %s::numeric[]) AS d(id, quantity), planning_supplyorder s"
    " WHERE l.id = d.id AND s.id = l.supply_id"
)


class SupplyRefused(DomainError):
    """The supply order does not stand where this can be done."""

    code = "supply_refused"


@dataclass(frozen=True, slots=True)
class SupplyInput:
    """One item to order. Units: stock unit; ``unit_cost`` in company currency, empty is the supplier's price.

    ``order_line_id`` says for which customer's line a special order is made.
    """

    product_id: int
    quantity: Decimal
    unit_cost: Decimal | None = None
    expected_date: date | None = None
    order_line_id: int | None = None


@verb(events=(SupplyOrdered,))
def order_supply(
    *,
    supplier_id: int,
    warehouse_id: int,
    expected_date: date,
    lines: Sequence[SupplyInput],
    actor: Actor,
    ship_to_id: int | None = None,
) -> SupplyOrder:
    """Order goods from a supplier. From now on they can be promised for the day after they are expected.

    What is ordered for a customer's line is for that line alone. With ``ship_to_id`` the supplier sends all of it to
    that address of the customer, whose lines have to be drop shipments; nothing of it comes to us.

    Raises: InvalidInput, NotFound, PermissionRefused
    Events: supply_ordered
    """
    require(actor, "planning.order_supply")
    company_id = actor.company_id
    if not Supplier.objects.filter(pk=supplier_id, company_id=company_id).exists():
        raise NotFound("There is no such supplier.", field="supplier_id")
    if not Warehouse.objects.filter(pk=warehouse_id, company_id=company_id).exists():
        raise NotFound("There is no such warehouse.", field="warehouse_id")
    if not lines:
        raise InvalidInput("Order at least one item.", field="lines")
    products = Product.objects.filter(company_id=company_id, kind__in=[LineKind.GOODS, LineKind.COMPONENT]).in_bulk(
        {line.product_id for line in lines}
    )
    prices = dict(
        SupplierItem.objects.filter(supplier_id=supplier_id, product_id__in=list(products)).values_list(
            "product_id", "unit_price"
        )
    )
    _check_order_lines(lines, ship_to_id, company_id)
    supply = SupplyOrder(
        company_id=company_id,
        number=numbers.next_number(company_id, "supply"),
        supplier_id=supplier_id,
        warehouse_id=warehouse_id,
        ship_to_id=ship_to_id,
        expected_date=expected_date,
        created_at=clock.now(),
    )
    rows = []
    for position, line in enumerate(lines, start=1):
        if line.product_id not in products:
            raise NotFound(f"Line {position}: there is no such item in stock.", field="lines", position=position)
        if line.quantity <= 0:
            raise InvalidInput(f"Line {position}: order more than nothing.", field="lines", position=position)
        cost = line.unit_cost if line.unit_cost is not None else prices.get(line.product_id)
        rows.append(
            SupplyLine(
                supply=supply,
                product_id=line.product_id,
                quantity=line.quantity,
                unit_cost=None if cost is None else round_price(cost),
                expected_date=line.expected_date or expected_date,
                order_line_id=line.order_line_id,
            )
        )
    costs = [row.unit_cost * row.quantity for row in rows if row.unit_cost is not None]
    supply.net_base = round_amount(sum(costs, ZERO))
    supply.save()
    SupplyLine.objects.bulk_create(rows)
    event = SupplyOrdered(
        lines=len(rows),
        units=sum((row.quantity for row in rows), ZERO),
        expected_date=expected_date,
    )
    eventlog.record(supply, event, actor=actor)
    index(company_id, [findable(supply, [products[row.product_id].sku for row in rows])])
    return supply


def _check_order_lines(lines: Sequence[SupplyInput], ship_to_id: int | None, company_id: int) -> None:
    """Raises: NotFound, InvalidInput for a line that is not bought for its order, or goes another way"""
    wanted = {line.order_line_id for line in lines if line.order_line_id}
    found = {
        row.pk: row
        for row in OrderLine.objects.filter(pk__in=wanted, order__company_id=company_id).select_related("order")
    }
    if len(wanted) != len(found):
        raise NotFound("There is no such order line.", field="lines")
    way = Supply.DROP_SHIP if ship_to_id else Supply.SPECIAL
    for position, line in enumerate(lines, start=1):
        row = found.get(line.order_line_id or 0)
        if row is None and not ship_to_id:
            continue
        if row is None or row.supply != way or row.product_id != line.product_id:
            word = "sent to a customer" if ship_to_id else "ordered for a customer"
            raise InvalidInput(
                f"Line {position}: the order has no such item that is to be {word}.", field="lines", position=position
            )
        if ship_to_id and ship_to_id != (row.ship_to_id or row.order.ship_to_id):
            raise InvalidInput(f"Line {position} goes to another address.", field="ship_to_id", position=position)
    if ship_to_id and len({row.order_id for row in found.values()}) != 1:
        raise InvalidInput("What a supplier sends to a customer is for one order.", field="lines")


def findable(supply: SupplyOrder, skus: Sequence[str]) -> Findable:
    """How search finds a supply order: by its number and its items."""
    return Findable(
        kind="supply",
        object_id=supply.pk,
        title=supply.number,
        url=reverse("planning:supply", args=[supply.pk]),
        words=list(skus[:50]),
        permission="planning.view_stock",
    )


@verb(events=(SupplyPartReceived, SupplyReceived))
def receive_supply(
    *, supply_id: int, received: Mapping[int, Decimal], actor: Actor, reference: str = ""
) -> SupplyOrder:
    """Take in what arrived of a supply order, by its lines. Orders are not touched: who gets it is decided later.

    What was ordered for one customer's line is reserved for it until its promise takes it.

    Units: stock unit. Raises: SupplyRefused, InvalidInput when more arrived than is open, NotFound, PermissionRefused
    Events: supply_part_received, supply_received
    """
    require(actor, "planning.receive_stock")
    supply = lock_supply(supply_id, actor)
    if supply.state not in (SupplyState.ORDERED, SupplyState.PART_RECEIVED):
        raise SupplyRefused(f"{supply} is {supply.state}; nothing more comes of it.")
    if supply.ship_to_id:
        raise SupplyRefused(f"The supplier sends {supply} to the customer; confirm what was sent instead.")
    lines = {line.pk: line for line in SupplyLine.objects.filter(supply=supply).select_related("product")}
    arrived = checked_arrivals(supply, lines, received, more="What came on top is received as stock.")
    receipts = [
        Movement((lines[pk].product_id, supply.warehouse_id), quantity, lines[pk].unit_cost, lines[pk].order_line_id)
        for pk, quantity in arrived.items()
    ]
    take_in(receipts, reference=reference or supply.number, actor=actor)
    note_arrived(supply, lines, arrived, actor)
    return supply


def checked_arrivals(
    supply: SupplyOrder, lines: Mapping[int, SupplyLine], arrived: Mapping[int, Decimal], *, more: str
) -> dict[int, Decimal]:
    """What arrived, by line, when it is something, and no more than is open. ``more`` says what to do with the rest.

    Raises: InvalidInput, NotFound
    """
    found = {line_id: quantity for line_id, quantity in arrived.items() if quantity}
    if not found:
        raise InvalidInput("Say how much of which line arrived.", field="received")
    for line_id, quantity in found.items():
        line = lines.get(line_id)
        if line is None:
            raise NotFound(f"{supply} has no line {line_id}.", field="received")
        if quantity < 0 or quantity > line.open_quantity:
            raise InvalidInput(
                f"{line.product.sku}: {plain(line.open_quantity)} are open, so take between 0 and that. {more}",
                field=f"received_{line_id}",
                sku=line.product.sku,
            )
    return found


def note_arrived(
    supply: SupplyOrder, lines: Mapping[int, SupplyLine], arrived: Mapping[int, Decimal], actor: Actor
) -> None:
    """Write what arrived (or left, where the supplier ships) on a locked supply order, and move it on.

    Events: supply_part_received, supply_received
    """
    with connection.cursor() as cursor:
        cursor.execute(_RECEIVE, [list(arrived), list(arrived.values())])
    units = sum(arrived.values(), ZERO)
    open_units = sum((line.quantity - line.received for line in lines.values()), ZERO) - units
    if not open_units:
        SUPPLY.advance(
            supply, SupplyState.RECEIVED, SupplyReceived(units=units), actor=actor, record=eventlog.record_many
        )
        return
    part = SupplyPartReceived(units=units, open_units=open_units)
    if supply.state == SupplyState.ORDERED:
        SUPPLY.advance(supply, SupplyState.PART_RECEIVED, part, actor=actor, record=eventlog.record_many)
    else:
        eventlog.record(supply, part, actor=actor)


@verb(events=(SupplyCancelled,))
def cancel_supply(*, supply_id: int, actor: Actor) -> SupplyOrder:
    """Expect nothing more of a supply order. Promises that counted on it stay, and show as late.

    Raises: IllegalTransition when it has ended, NotFound, PermissionRefused
    Events: supply_cancelled
    """
    require(actor, "planning.order_supply")
    supply = lock_supply(supply_id, actor)
    lines = SupplyLine.objects.filter(supply=supply).values_list("quantity", "received")
    open_units = sum((quantity - received for quantity, received in lines), ZERO)
    event = SupplyCancelled(open_units=open_units)
    SUPPLY.advance(supply, SupplyState.CANCELLED, event, actor=actor, record=eventlog.record_many)
    SupplyLine.objects.filter(supply=supply, unwanted__gt=0).update(unwanted=0)
    return supply


def lock_supply(supply_id: int, actor: Actor) -> SupplyOrder:
    """A supply order of the actor's company, held until the transaction ends. After the orders that it is for.

    Raises: NotFound
    """
    supply = SupplyOrder.objects.select_for_update().filter(pk=supply_id, company_id=actor.company_id).first()
    if supply is None:
        raise NotFound("There is no such supply order.")
    return supply

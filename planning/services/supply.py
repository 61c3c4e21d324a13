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
from orders.core.models import LineKind, OrderLine, Product, Supplier, SupplierItem, Warehouse
from orders.core.services.search import Findable, index
from planning.events import SupplyCancelled, SupplyOrdered, SupplyPartReceived, SupplyReceived
from planning.machines import SUPPLY
from planning.models import SupplyLine, SupplyOrder, SupplyState
from planning.rules.availability import ZERO
from planning.services.levels import Movement
from planning.services.stock import take_in

_RECEIVE = (
    "UPDATE planning_supplyline l SET received = l.received + d.quantity"
    " FROM unnest(%s::bigint[], %s::numeric[]) AS d(id, quantity) WHERE l.id = d.id"
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
    *, supplier_id: int, warehouse_id: int, expected_date: date, lines: Sequence[SupplyInput], actor: Actor
) -> SupplyOrder:
    """Order goods from a supplier. From now on they can be promised for the day after they are expected.

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
    wanted_for = {line.order_line_id for line in lines if line.order_line_id}
    if len(wanted_for) != OrderLine.objects.filter(pk__in=wanted_for, order__company_id=company_id).count():
        raise NotFound("There is no such order line.", field="lines")
    supply = SupplyOrder(
        company_id=company_id,
        number=numbers.next_number(company_id, "supply"),
        supplier_id=supplier_id,
        warehouse_id=warehouse_id,
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

    Units: stock unit. Raises: SupplyRefused, InvalidInput when more arrived than is open, NotFound, PermissionRefused
    Events: supply_part_received, supply_received
    """
    require(actor, "planning.receive_stock")
    supply = _lock(supply_id, actor)
    if supply.state not in (SupplyState.ORDERED, SupplyState.PART_RECEIVED):
        raise SupplyRefused(f"{supply} is {supply.state}; nothing more comes of it.")
    lines = {line.pk: line for line in SupplyLine.objects.filter(supply=supply).select_related("product")}
    arrived = {line_id: quantity for line_id, quantity in received.items() if quantity}
    if not arrived:
        raise InvalidInput("Say how much of which line arrived.", field="received")
    for line_id, quantity in arrived.items():
        line = lines.get(line_id)
        if line is None:
            raise NotFound(f"{supply} has no line {line_id}.", field="received")
        still_open = line.quantity - line.received
        if quantity < 0 or quantity > still_open:
            raise InvalidInput(
                f"{line.product.sku}: {plain(still_open)} are open, so receive between 0 and that."
                " What came on top is received as stock.",
                field=f"received_{line_id}",
                sku=line.product.sku,
            )
    receipts = [
        Movement((lines[pk].product_id, supply.warehouse_id), quantity, lines[pk].unit_cost)
        for pk, quantity in arrived.items()
    ]
    take_in(receipts, reference=reference or supply.number, actor=actor)
    with connection.cursor() as cursor:
        cursor.execute(_RECEIVE, [list(arrived), list(arrived.values())])
    units = sum(arrived.values(), ZERO)
    open_units = sum((line.quantity - line.received for line in lines.values()), ZERO) - units
    if not open_units:
        SUPPLY.advance(
            supply, SupplyState.RECEIVED, SupplyReceived(units=units), actor=actor, record=eventlog.record_many
        )
        return supply
    part = SupplyPartReceived(units=units, open_units=open_units)
    if supply.state == SupplyState.ORDERED:
        SUPPLY.advance(supply, SupplyState.PART_RECEIVED, part, actor=actor, record=eventlog.record_many)
    else:
        eventlog.record(supply, part, actor=actor)
    return supply


@verb(events=(SupplyCancelled,))
def cancel_supply(*, supply_id: int, actor: Actor) -> SupplyOrder:
    """Expect nothing more of a supply order. Promises that counted on it stay, and show as late.

    Raises: IllegalTransition when it has ended, NotFound, PermissionRefused
    Events: supply_cancelled
    """
    require(actor, "planning.order_supply")
    supply = _lock(supply_id, actor)
    lines = SupplyLine.objects.filter(supply=supply).values_list("quantity", "received")
    open_units = sum((quantity - received for quantity, received in lines), ZERO)
    event = SupplyCancelled(open_units=open_units)
    SUPPLY.advance(supply, SupplyState.CANCELLED, event, actor=actor, record=eventlog.record_many)
    return supply


def _lock(supply_id: int, actor: Actor) -> SupplyOrder:
    supply = SupplyOrder.objects.select_for_update().filter(pk=supply_id, company_id=actor.company_id).first()
    if supply is None:
        raise NotFound("There is no such supply order.")
    return supply

"""Orders that have shipped, by rows alone: what billing starts from."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from omc.lib import clock
from orders.core import ledger, numbers
from orders.core.models import Company, Customer, LineKind, Order, OrderLine, Product, Warehouse
from orders.fulfillment.models import Shipment, ShipmentLine, ShipmentState
from orders.scheduling.models import PlannedShipment, PlanState
from planning.models import Promise, PromiseSource
from tests.factories import CustomerFactory, OrderFactory, ProductFactory, WarehouseFactory, make_company


def shipped_order(
    company: Company | None = None,
    *,
    items: Sequence[tuple[Any, Any]] = ((10, "10.00"),),
    ship: Sequence[Sequence[Any]] = ((10,),),
    tax_rate: str = "0",
    charges: Sequence[tuple[str, str]] = (),
    **fields: Any,
) -> tuple[Order, list[Shipment]]:
    """An order of ``items`` (quantity, price), and a shipment for each row of ``ship`` (quantity per item).

    ``charges`` are (name, amount); all lines bear ``tax_rate`` percent.
    """
    company = company or make_company()
    products = [ProductFactory(company=company) for _ in items]
    order = OrderFactory(
        company=company,
        state="in_fulfillment",
        items=[(product, quantity, price) for product, (quantity, price) in zip(products, items, strict=True)],
        **fields,
    )
    for position, (name, amount) in enumerate(charges, start=len(items) + 1):
        line = OrderLine.objects.create(
            order=order,
            position=position,
            kind=LineKind.CHARGE,
            description=name,
            invoice_ahead=True,
            unit_price=Decimal(amount),
            net_amount=Decimal(amount),
            net_base=Decimal(amount),
        )
        ledger.post(order.pk, [(line.pk, "ordered", Decimal(1))])
    _tax(order, Decimal(tax_rate))
    goods = list(order.lines.filter(kind=LineKind.GOODS).order_by("position"))
    warehouse = WarehouseFactory(company=company)
    shipments = [ship_rows(order, goods, [Decimal(units) for units in quantities], warehouse) for quantities in ship]
    order.refresh_from_db()
    return order, shipments


def ship_rows(order: Order, lines: list[OrderLine], quantities: list[Decimal], warehouse: Warehouse) -> Shipment:
    """A shipment that has left with so much of each line."""
    today = clock.now().date()
    planned = PlannedShipment.objects.create(
        company=order.company,
        number=numbers.next_number(order.company_id, "plan"),
        order=order,
        customer=order.customer,
        warehouse=warehouse,
        state=PlanState.DONE,
        slot_date=today,
        due_date=today,
        created_at=clock.now(),
    )
    shipment = Shipment.objects.create(
        company=order.company,
        number=numbers.next_number(order.company_id, "shipment"),
        planned=planned,
        order=order,
        customer=order.customer,
        warehouse=warehouse,
        state=ShipmentState.SHIPPED,
        created_at=clock.now(),
        shipped_at=clock.now(),
    )
    for line, quantity in zip(lines, quantities, strict=True):
        if quantity:
            promise = Promise.objects.create(
                company=order.company,
                order=order,
                line=line,
                product=line.product,
                warehouse=warehouse,
                quantity=0,
                is_open=False,
                ship_date=today,
                source=PromiseSource.STOCK,
                created_at=clock.now(),
            )
            ShipmentLine.objects.create(
                shipment=shipment,
                order_line=line,
                promise=promise,
                quantity=quantity,
                picked=quantity,
                packed=quantity,
                shipped=quantity,
            )
    ledger.post(
        order.pk,
        [
            (line.pk, column, quantity)
            for line, quantity in zip(lines, quantities, strict=True)
            for column in ("picked", "packed", "shipped")
        ],
    )
    return shipment


def _tax(order: Order, rate: Decimal) -> None:
    total = Decimal(0)
    for line in order.lines.all():
        line.tax_code, line.tax_rate = "S", rate
        line.tax_amount = (line.net_amount * rate / 100).quantize(Decimal("0.01"))
        line.save(update_fields=["tax_code", "tax_rate", "tax_amount"])
        total += line.tax_amount
    order.net_amount = sum((line.net_amount for line in order.lines.all()), Decimal(0))
    order.tax_amount, order.total_amount = total, order.net_amount + total
    order.net_base = order.net_amount
    order.save(update_fields=["net_amount", "tax_amount", "total_amount", "net_base"])


def customer_of(company: Company, **fields: Any) -> Customer:
    return CustomerFactory(company=company, **fields)


def days_ago(days: int) -> Any:
    return clock.now() - timedelta(days=days)


__all__ = ["Product", "customer_of", "days_ago", "ship_rows", "shipped_order"]

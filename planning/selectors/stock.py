"""Stock and supply as screens and the API show them. Every list costs the same number of queries, however long."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.prepared import Prepared
from orders.core.models import Event, Message, Product, Supplier, Warehouse
from planning.models import Promise, StockLevel, StockMovement, SupplyLine, SupplyOrder, SupplyState
from planning.rules.availability import Step
from planning.selectors.availability import Availability, availability

OPEN_SUPPLY = (SupplyState.ORDERED, SupplyState.PART_RECEIVED)
CHART_DAYS = 60


@dataclass(frozen=True, slots=True)
class Shelf:
    """An item in a warehouse, with what is promised of it and coming. Units: stock unit."""

    level: StockLevel
    now: Availability
    backordered: Decimal


def stock_levels(actor: Actor, text: str = "", warehouse_id: int | None = None, show: str = "") -> QuerySet[StockLevel]:
    """Levels with item and warehouse. ``show``: short (something is back-ordered), reorder, stocked, or everything."""
    rows = StockLevel.objects.filter(company_id=actor.company_id, product__company_id=actor.company_id).select_related(
        "product", "warehouse"
    )
    if text:
        rows = rows.filter(
            Q(product__sku__istartswith=text) | Q(product__name__icontains=text) | Q(product__barcode=text)
        )
    if warehouse_id:
        rows = rows.filter(warehouse_id=warehouse_id)
    if show == "short":
        rows = rows.filter(Exists(_short(OuterRef("product_id"), OuterRef("warehouse_id"))))
    elif show == "reorder":
        rows = rows.filter(on_hand__lt=F("reorder_point"))
    elif show == "stocked":
        rows = rows.filter(on_hand__gt=0)
    return rows


def _short(product: Any, warehouse: Any) -> QuerySet[Promise]:
    return Promise.objects.filter(product_id=product, warehouse_id=warehouse, is_open=True, backordered__gt=0)


def shelves(actor: Actor, levels: list[StockLevel]) -> list[Shelf]:
    """The levels of one page with their figures, in their order."""
    products = {level.product_id for level in levels}
    found = availability(actor.company_id, products) if levels else {}
    short = {
        (product_id, warehouse_id): total
        for product_id, warehouse_id, total in Promise.objects.filter(
            company_id=actor.company_id, product_id__in=products, is_open=True, backordered__gt=0
        )
        .values("product_id", "warehouse_id")
        .annotate(total=Sum("backordered"))
        .values_list("product_id", "warehouse_id", "total")
    }
    return [
        Shelf(
            level,
            found[level.product_id, level.warehouse_id],
            short.get((level.product_id, level.warehouse_id), Decimal(0)),
        )
        for level in levels
    ]


def item_of(actor: Actor, product_id: int) -> Product:
    """Raises: NotFound"""
    found = Product.objects.filter(pk=product_id, company_id=actor.company_id).first()
    if found is None:
        raise NotFound(f"There is no item {product_id}.")
    return found


def movements_of(actor: Actor, product_id: int, warehouse_id: int | None = None) -> QuerySet[StockMovement]:
    """What came and went of an item, the newest first when paged by ``-id``."""
    rows = StockMovement.objects.filter(company_id=actor.company_id, product_id=product_id)
    if warehouse_id:
        rows = rows.filter(warehouse_id=warehouse_id)
    return rows.select_related("warehouse", "order_line__order", "user")


def promises_of(actor: Actor, product_id: int, warehouse_id: int | None = None) -> QuerySet[Promise]:
    """Open promises of an item, the earliest first."""
    rows = Promise.objects.filter(company_id=actor.company_id, product_id=product_id, is_open=True)
    if warehouse_id:
        rows = rows.filter(warehouse_id=warehouse_id)
    return rows.select_related("order__customer", "line", "warehouse").order_by("ship_date", "id")


_OF_ORDER = Prepared(
    lambda gaps: (
        Promise.objects.filter(company_id=gaps.company, order_id=gaps.order, is_open=True)
        .select_related("line", "product", "warehouse", "supply_line__supply")
        .order_by("line__position", "ship_date", "id")
    )
)


def promises_of_order(actor: Actor, order_id: int) -> list[Promise]:
    """Open promises of an order by line."""
    return _OF_ORDER.rows(company=actor.company_id, order=order_id)


def backorders(actor: Actor, text: str = "") -> QuerySet[Promise]:
    """What was wanted and could not be had, the most overdue first when paged by ``ship_date``, ``id``."""
    rows = Promise.objects.filter(company_id=actor.company_id, is_open=True, backordered__gt=0)
    if text:
        rows = rows.filter(
            Q(product__sku__istartswith=text) | Q(order__number__iexact=text) | Q(order__customer__name__icontains=text)
        )
    return rows.select_related("order__customer", "line", "product", "warehouse")


def supply_orders(actor: Actor, text: str = "", state: str = "") -> QuerySet[SupplyOrder]:
    """Supply orders; ``state`` may be "open", or "unwanted": customers no longer want some of it."""
    rows = SupplyOrder.objects.filter(company_id=actor.company_id).select_related(
        "supplier", "warehouse", "ship_to", "company"
    )
    if text:
        has_item = SupplyLine.objects.filter(supply_id=OuterRef("pk"), product__sku__istartswith=text)
        rows = rows.filter(Q(number__iexact=text) | Q(supplier__name__icontains=text) | Exists(has_item))
    if state == "open":
        rows = rows.filter(state__in=OPEN_SUPPLY)
    elif state == "unwanted":
        rows = rows.filter(Exists(SupplyLine.objects.filter(supply_id=OuterRef("pk"), unwanted__gt=0)))
    elif state:
        rows = rows.filter(state=state)
    return rows


def supply_of(actor: Actor, supply_id: int) -> SupplyOrder:
    """One supply order with its lines in ``lines.all()``.

    Raises: NotFound
    """
    found = supply_orders(actor).prefetch_related("lines__product", "lines__order_line__order").filter(pk=supply_id)
    supply = found.first()
    if supply is None:
        raise NotFound(f"There is no supply order {supply_id}.")
    return supply


def message_of_supply(supply: SupplyOrder) -> Message | None:
    """The message that carried the order to its supplier; the latest, where it was sent again."""
    sent = Message.objects.filter(company_id=supply.company_id, subject_type="supplyorder", subject_id=supply.pk)
    return sent.order_by("-id").first()


def supply_events(supply: SupplyOrder) -> QuerySet[Event]:
    return (
        Event.objects.filter(subject_type="supplyorder", subject_id=supply.pk, company_id=supply.company_id)
        .select_related("user")
        .order_by("seq")
    )


def daily(steps: list[Step], days: int = CHART_DAYS) -> dict[str, list[Any]]:
    """The steps day by day, for a chart: labels, what is projected, what can be promised."""
    if not steps:
        return {"labels": [], "projected": [], "available": []}
    labels, projected, available = [], [], []
    index = 0
    for number in range(days + 1):
        day = steps[0].day + timedelta(days=number)
        while index + 1 < len(steps) and steps[index + 1].day <= day:
            index += 1
        labels.append(date_format(day, "j M"))
        projected.append(steps[index].projected)
        available.append(steps[index].available)
    return {"labels": labels, "projected": projected, "available": available}


def has_stock(company_id: int) -> bool:
    """Whether the company ever had anything on a shelf."""
    return StockLevel.objects.filter(company_id=company_id).exists()


def why_needed(row: Any) -> str:
    """Why a warehouse, supplier or item stays in use: something lies there, or is on its way."""
    coming = SupplyOrder.objects.filter(company_id=row.company_id, state__in=OPEN_SUPPLY)
    lying = StockLevel.objects.filter(company_id=row.company_id, on_hand__gt=0)
    if isinstance(row, Warehouse):
        coming, lying = coming.filter(warehouse=row), lying.filter(warehouse=row)
    elif isinstance(row, Supplier):
        coming, lying = coming.filter(supplier=row), lying.none()
    elif isinstance(row, Product):
        coming, lying = coming.filter(lines__product=row), lying.filter(product=row)
    else:
        return ""
    if supply := coming.order_by("id").first():
        return _("Supply %(number)s is on its way. Receive or cancel it first.") % {"number": supply.number}
    if lying.exists() and not isinstance(row, Product):
        return _("Stock lies there. Ship it or count it away first.")
    return ""

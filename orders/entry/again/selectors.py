"""What a customer bought before, and the templates that were made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Count, QuerySet

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from orders.core.models import Customer
from orders.entry.again.models import OrderTemplate, TemplateLine

LOOKS_BACK: Final = timedelta(days=730)
SHOWN: Final = 60

# The latest line of each item that can still be sold; how often within the time looked at.
_BOUGHT = """
SELECT latest.* FROM (
    SELECT DISTINCT ON (l.product_id) p.sku, p.name, l.typed_quantity, l.unit, l.unit_price, p.stock_unit, o.currency,
        o.submitted_at, o.id, o.number, count(*) OVER (PARTITION BY l.product_id) AS times
    FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id JOIN orders_product p ON p.id = l.product_id
    WHERE o.company_id = %(company)s AND o.customer_id = %(customer)s AND o.submitted_at >= %(since)s
        AND o.state NOT IN ('draft', 'abandoned', 'cancelled') AND l.parent_id IS NULL AND l.kind <> 'charge'
        AND p.is_active AND (%(text)s = '' OR p.sku ILIKE %(begins)s OR p.name ILIKE %(holds)s)
    ORDER BY l.product_id, o.submitted_at DESC, l.id DESC
) latest ORDER BY latest.submitted_at DESC, latest.sku LIMIT %(shown)s
"""


@dataclass(frozen=True, slots=True)
class BoughtBefore:
    """The customer's latest line of an item. ``unit_price`` per stock unit, None for whoever may not see prices."""

    sku: str
    name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    stock_unit: str
    currency: str
    at: datetime
    order_id: int
    order: str
    times: int


def bought_before(actor: Actor, customer_id: int, text: str = "") -> list[BoughtBefore]:
    """What the customer bought within two years, the latest first; ``text`` begins the SKU or is in the name."""
    typed = text.strip().replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    asked: dict[str, Any] = {
        "company": actor.company_id,
        "customer": customer_id,
        "since": clock.now() - LOOKS_BACK,
        "text": typed,
        "begins": f"{typed}%",
        "holds": f"%{typed}%",
        "shown": SHOWN,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BOUGHT, asked)
        found = [BoughtBefore(*row) for row in cursor.fetchall()]
    if actor.can("orders.view_price"):
        return found
    return [_without_price(row) for row in found]


def _without_price(row: BoughtBefore) -> BoughtBefore:
    return BoughtBefore(**{name: getattr(row, name) for name in BoughtBefore.__slots__} | {"unit_price": None})


def template_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[OrderTemplate]:
    """Templates of the company (filters: text, customer) with how many lines each has, as ``line_count``."""
    rows = (
        OrderTemplate.objects.filter(company_id=actor.company_id)
        .select_related("customer", "kept_by")
        .annotate(line_count=Count("lines"))
    )
    if filters.get("customer"):
        rows = rows.filter(customer_id=filters["customer"])
    if text := str(filters.get("text") or "").strip():
        rows = rows.filter(name__icontains=text)
    return rows


def templates_of(actor: Actor, customer_id: int) -> list[OrderTemplate]:
    """A customer's templates by name."""
    return list(template_list(actor, {"customer": customer_id}).order_by("name", "pk")[:SHOWN])


def template_of(actor: Actor, template_id: int) -> OrderTemplate:
    """One template of the company. Raises: NotFound"""
    found = template_list(actor, {}).filter(pk=template_id).first()
    if found is None:
        raise NotFound(f"There is no order template {template_id}.", template_id=template_id)
    return found


def template_lines(template: OrderTemplate) -> list[TemplateLine]:
    return list(template.lines.select_related("product", "ship_to").order_by("position"))


def has_place(line: TemplateLine, customer_id: int) -> bool:
    """Whether the line's own address is one that this customer has and uses."""
    place = line.ship_to
    return place is not None and place.customer_id == customer_id and place.is_active


def customer_of(actor: Actor, customer_id: int) -> Customer:
    """A customer of the company. Raises: NotFound"""
    found = Customer.objects.filter(pk=customer_id, company_id=actor.company_id).first()
    if found is None:
        raise NotFound(f"There is no customer {customer_id}.", customer_id=customer_id)
    return found

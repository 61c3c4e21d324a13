"""What the checks of an order need to know of its customer and items. A constant number of queries."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from omc.lib import clock
from omc.lib.kept import Kept
from omc.lib.money import ZERO, round_amount
from omc.lib.prepared import Prepared
from orders.core.models import Customer, Hold, HoldState, LineKind, Order, OrderLine, ProductUnit
from orders.core.selectors.companies import settings_in_force, today
from orders.entry.rules.checks import Asked, Blanket, Bought, Known, Other, Row, normal_po
from orders.entry.selectors.exposure import exposure_of
from orders.entry.selectors.overdue import days_overdue
from orders.pricing.agreements.rules import drawn_item
from orders.pricing.agreements.selectors.prices import agreed_items

HISTORY_DAYS: Final = 365
SAME_ORDER_DAYS: Final = 7
HISTORY_LINES: Final = 20  # the newest of each item
PRICE_CHANGE: Final = "entry.price_change_percent"
MARGIN_FLOOR: Final = "entry.margin_floor_percent"
SETTINGS: Final = [PRICE_CHANGE, MARGIN_FLOOR]

_COLUMNS: Final = (
    "position", "kind", "product_id", "product__sku", "typed_quantity", "unit_factor", "unit_price", "requested_date",
    "net_base", "cost_base", "net_amount", "tax_amount", "ship_to_id", "price_steps__0", "cancelled", "returned",
    "price_steps__-2", "price_steps__-1",
)  # fmt: skip

_OTHERS = Kept("""
SELECT o.id, o.number, o.same_po, o.recent, c.products, c.quantities FROM (
    SELECT id, number, line_count, submitted_at >= %(week)s AS recent,
        %(po)s <> '' AND regexp_replace(upper(customer_po), '[^A-Z0-9]', '', 'g') = %(po)s AS same_po
    FROM orders_order
    WHERE company_id = %(company)s AND customer_id = %(customer)s AND id <> %(order)s
        AND state NOT IN ('draft', 'abandoned', 'cancelled') AND submitted_at >= %(year)s
        AND (customer_po <> '' AND %(po)s <> '' OR submitted_at >= %(week)s)
) o
LEFT JOIN LATERAL (
    SELECT array_agg(l.product_id ORDER BY l.product_id, l.ordered) AS products,
        array_agg(l.ordered ORDER BY l.product_id, l.ordered) AS quantities
    FROM orders_orderline l WHERE o.recent AND l.order_id = o.id AND l.product_id IS NOT NULL AND l.kind <> 'component'
) c ON true
WHERE o.same_po OR (o.recent AND o.line_count = %(lines)s)
ORDER BY o.same_po DESC, o.id DESC LIMIT 40
""")

_HISTORY = Kept("""
WITH mine AS MATERIALIZED (
    SELECT id, number, currency FROM orders_order
    WHERE company_id = %(company)s AND customer_id = %(customer)s AND id <> %(order)s
        AND state NOT IN ('draft', 'abandoned', 'cancelled') AND COALESCE(submitted_at, created_at) >= %(year)s
    ORDER BY id DESC LIMIT 3000
)
SELECT product_id, ordered, price, number FROM (
    SELECT l.product_id, l.ordered, mine.number, mine.id,
        CASE WHEN mine.currency = %(currency)s AND l.price_steps <> '[]' THEN l.unit_price END AS price,
        row_number() OVER (PARTITION BY l.product_id ORDER BY mine.id DESC, l.id DESC) AS place
    FROM mine JOIN orders_orderline l ON l.order_id = mine.id
    WHERE l.product_id = ANY(%(products)s) AND l.kind <> 'component'
) lines WHERE place <= %(most)s ORDER BY product_id, place
""")

_PLACES = Kept("""
SELECT ship_to_id FROM orders_order
WHERE company_id = %(company)s AND customer_id = %(customer)s AND id <> %(order)s AND ship_to_id IS NOT NULL
    AND state NOT IN ('draft', 'abandoned', 'cancelled')
UNION
SELECT l.ship_to_id FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
WHERE l.ship_to_id = ANY(%(places)s) AND o.customer_id = %(customer)s AND o.id <> %(order)s
    AND o.state NOT IN ('draft', 'abandoned', 'cancelled')
""")


def asked_of(order: Order, lines: Iterable[OrderLine]) -> Asked:
    """An order with these lines, as the checks look at it."""
    return _asked(order, [_values(line) for line in lines])


def saved_asked(order: Order) -> Asked:
    """A saved order, without its lines as objects: a thousand of them are read in one light query."""
    return _asked(order, list(order.lines.order_by("position").values_list(*_COLUMNS)))


def with_row(asked: Asked, typed: Asked, number: int) -> Asked:
    """The saved order with one row as it is being typed: in its place, or as the last one."""
    fresh = [replace(row, number=number, position=number) for row in typed.rows[:1]]
    kept = [row for row in asked.rows if row.number != number]
    return replace(asked, rows=[*kept, *fresh], places=asked.places | typed.places)


def _values(line: OrderLine) -> tuple[Any, ...]:
    return (
        line.position, line.kind, line.product_id, str(line.product or ""), line.typed_quantity, line.unit_factor,
        line.unit_price, line.requested_date, line.net_base, line.cost_base, line.net_amount, line.tax_amount,
        line.ship_to_id, line.price_steps[0] if line.price_steps else None, line.cancelled, line.returned,
        *([None, None, *line.price_steps][-2:]),
    )  # fmt: skip


def _asked(order: Order, lines: Sequence[tuple[Any, ...]]) -> Asked:
    rows: list[Row] = []
    places = {order.ship_to_id}
    for (
        position, kind, product_id, sku, quantity, factor, price, wanted, net_base, cost_base, net, tax, place, step,
        cancelled, returned, *last
    ) in lines:  # fmt: skip
        if kind == LineKind.COMPONENT:
            continue
        places.add(place)
        rows.append(
            Row(
                number=len(rows) + 1,
                position=position,
                product_id=product_id,
                sku=sku or "",
                quantity=quantity * factor,
                unit_price=price if product_id and step else None,
                wanted=wanted,
                net_base=net_base,
                cost_base=cost_base,
                gross=net + tax,
                agreed_item=drawn_item([each for each in last if each]),
                draws=quantity * factor - cancelled - returned,
            )
        )
    return Asked(
        customer_po=order.customer_po,
        requested_date=order.requested_date,
        rows=rows,
        places=frozenset(place for place in places if place),
    )


def known_of(
    order: Order,
    customer: Customer,
    asked: Asked,
    *,
    rules: Sequence[tuple[str, str]] = (),
    total: Decimal | None = None,
) -> Known:
    """What the checks must know of this order's customer and items. ``total`` is the order's with tax, if not saved."""
    settings = settings_in_force(order.company_id, SETTINGS)
    facts = getattr(customer, "facts", None)
    prepaid = bool(order.terms and order.terms.prepaid)
    exposed = None
    if customer.credit_limit is not None and not prepaid:
        this = round_amount((order.total_amount if total is None else total) * order.currency_rate)
        exposed = exposure_of(customer, without=order.pk, this_order=this)
    overdue = None
    if facts is not None and not prepaid:
        overdue = days_overdue(order.company_id, facts.overdue_days, facts.overdue_base)
    products = {row.product_id for row in asked.rows if row.product_id}
    return Known(
        today=today(order.company),
        po_required=customer.po_required,
        others=_others(order, asked),
        history=_history(order, products),
        packs=_packs(products),
        places_before=_places_before(order, asked.places),
        credit_limit=customer.credit_limit if exposed else None,
        exposure=exposed.used if exposed else ZERO,
        overdue_days=overdue or 0,
        is_overdue=overdue is not None,
        price_change_percent=Decimal(settings[PRICE_CHANGE]),
        margin_floor_percent=Decimal(settings[MARGIN_FLOOR]),
        rules=rules,
        blankets={
            pk: Blanket(found.number, found.left)
            for pk, found in agreed_items({row.agreed_item for row in asked.rows if row.agreed_item}, order.pk).items()
        },
    )


def _others(order: Order, asked: Asked) -> list[Other]:
    now = clock.now()
    params = _of(order) | {
        "po": normal_po(order.customer_po),
        "week": now - timedelta(days=SAME_ORDER_DAYS),
        "year": now - timedelta(days=HISTORY_DAYS),
        "lines": len(asked.rows),
    }
    return [
        Other(pk, number, bool(same_po), recent, tuple(zip(products or (), quantities or (), strict=True)))
        for pk, number, same_po, recent, products, quantities in _rows(_OTHERS, params)
    ]


def _history(order: Order, products: Collection[int]) -> dict[int, list[Bought]]:
    found: dict[int, list[Bought]] = {}
    if not products:
        return found
    params = _of(order) | {
        "products": sorted(products),
        "currency": order.currency,
        "year": clock.now() - timedelta(days=HISTORY_DAYS),
        "most": HISTORY_LINES,
    }
    for product_id, quantity, price, number in _rows(_HISTORY, params):
        found.setdefault(product_id, []).append(Bought(quantity, price, number or ""))
    return found


_PACKS = Prepared(
    lambda gaps: (
        ProductUnit.objects.filter(product_id__in=[gaps.items], factor__gt=1)
        .order_by("-factor")
        .values_list("product_id", "unit", "factor")
    )
)


def _packs(products: Collection[int]) -> dict[int, tuple[str, Decimal]]:
    """The smallest pack of each item that holds more than one."""
    return {pack: (unit, size) for pack, unit, size in _PACKS.rows(items=list(products))}


def _places_before(order: Order, places: Collection[int]) -> frozenset[int]:
    return frozenset(row[0] for row in _rows(_PLACES, _of(order) | {"places": sorted(places)}))


def _of(order: Order) -> dict[str, Any]:
    return {"company": order.company_id, "customer": order.customer_id, "order": order.pk}


def _rows(sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def unresolved_holds(order: Order) -> list[Hold]:
    """Holds on the order itself that still stand."""
    return list(
        Hold.objects.filter(order=order, line__isnull=True)
        .exclude(status=HoldState.RESOLVED)
        .select_related("hold_type")
    )


def credit_was_approved(order: Order) -> bool:
    """Whether somebody lifted a credit hold of this order since it was submitted."""
    return Hold.objects.filter(
        order=order,
        hold_type__is_credit=True,
        status=HoldState.RESOLVED,
        resolved_by__isnull=False,
        resolved_at__gte=order.submitted_at,
    ).exists()

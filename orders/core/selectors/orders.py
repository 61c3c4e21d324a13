"""Orders as lists and pages read them."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.events import sentence_of, way_of
from omc.lib.prepared import Prepared
from orders.core.models import (
    Customer,
    Duty,
    Hold,
    HoldCause,
    HoldState,
    LineKind,
    Message,
    Order,
    OrderLine,
    OrderState,
)
from orders.core.rules import Ledger, line_status
from orders.core.selectors.among import among, is_few
from orders.core.selectors.companies import zone_of

OPEN_STATES: Final = (
    OrderState.PENDING,
    OrderState.CONFIRMED,
    OrderState.RELEASED,
    OrderState.IN_FULFILLMENT,
    OrderState.SHIPPED,
)


UNSHIPPED_STATES: Final = OPEN_STATES[:-1]


def order_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Order]:
    """Orders of the company that meet the filters of ``OrderFilterForm``; each may be missing."""
    orders = Order.objects.filter(company_id=actor.company_id).select_related("customer")
    state = filters.get("state")
    if state == "open":
        orders = orders.filter(state__in=OPEN_STATES)
    elif state:
        orders = orders.filter(state=state)
    else:
        orders = orders.exclude(state=OrderState.ABANDONED)
    if filters.get("stage"):
        duties = Duty.objects.filter(company_id=actor.company_id, stage=filters["stage"], closed_at__isnull=True)
        orders = orders.filter(among("pk", duties.filter(order__isnull=False), "order_id"))
    if filters.get("held"):
        holds = _open_holds().filter(company_id=actor.company_id, order__isnull=False)
        orders = orders.filter(among("pk", holds, "order_id"))
    for name in ("customer", "shipping", "billing", "claims"):
        if filters.get(name):
            orders = orders.filter(**{name: filters[name]})
    if filters.get("channel"):
        came = Order.objects.filter(company_id=actor.company_id, channel=filters["channel"])
        orders = orders.filter(among("pk", came, "pk") if is_few(came) else Q(channel=filters["channel"]))
    if filters.get("product"):
        orders = orders.filter(among("pk", OrderLine.objects.filter(product=filters["product"]), "order_id"))
    text = str(filters.get("text") or "").strip()
    if text:
        named = Customer.objects.filter(
            Q(code__istartswith=text) | Q(name__icontains=text), company_id=actor.company_id
        )
        begins = Q(number__istartswith=text) | Q(customer_po__istartswith=text)
        if is_few(named):
            meant = Order.objects.filter(begins | among("customer_id", named, "pk"), company_id=actor.company_id)
            orders = orders.filter(among("pk", meant, "pk"))
        else:  # then the orders are many for sure
            orders = orders.filter(begins | Q(customer__in=named))
    if filters.get("late"):
        today = clock.now().astimezone(zone_of(actor.company_id)).date()
        orders = orders.filter(state__in=UNSHIPPED_STATES, current_promise__lt=today)
    return _within(orders, actor, filters)


def _within(orders: QuerySet[Order], actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Order]:
    """Entered and promised between days, both included; days are those of the company."""
    promised = {"current_promise__gte": filters.get("promise_from"), "current_promise__lte": filters.get("promise_to")}
    first, last = filters.get("entered_from"), filters.get("entered_to")
    zone = zone_of(actor.company_id) if first or last else None
    entered = {
        "submitted_at__gte": first and datetime.combine(first, time(), zone),
        "submitted_at__lt": last and datetime.combine(last + timedelta(days=1), time(), zone),
    }
    for span in (promised, entered):
        if asked := {name: value for name, value in span.items() if value}:
            meant = Order.objects.filter(company_id=actor.company_id, **asked)
            # Named one by one where they are few: another sort would look for them from its own beginning.
            orders = orders.filter(among("pk", meant, "pk") if is_few(meant) else Q(**asked))
    return orders


def _open_holds() -> QuerySet[Hold]:
    return Hold.objects.exclude(status=HoldState.RESOLVED)


def hold_names(order_ids: Sequence[int]) -> dict[int, list[str]]:
    """Names of the unresolved holds on these orders, in one query."""
    found: dict[int, list[str]] = {}
    rows = _open_holds().filter(order_id__in=order_ids).order_by("placed_at").values_list("order_id", "hold_type__name")
    for order_id, name in rows:
        found.setdefault(order_id, []).append(name)
    return found


_ORDER = Prepared(
    lambda gaps: Order.objects.filter(pk=gaps.order, company_id=gaps.company).select_related(
        "customer__facts", "company", "contact", "ship_to", "bill_to", "warehouse", "terms", "created_by"
    )
)
_LINES = Prepared(
    lambda gaps: (
        OrderLine.objects.filter(order_id=gaps.order)
        .select_related("product", "warehouse", "ship_to", "parent")
        .order_by("position")
    )
)
_DUTIES = Prepared(
    lambda gaps: (
        Duty.objects.filter(order_id=gaps.order, closed_at__isnull=True)
        .select_related("queue", "owner")
        .order_by("stage")
    )
)
_SENT = Prepared(lambda gaps: Message.objects.filter(order_id=gaps.order).order_by("-id")[:20])


def order_of(actor: Actor, order_id: int) -> Order:
    """One order of the company with what its page shows.

    Raises: NotFound
    """
    order = _ORDER.first(order=order_id, company=actor.company_id)
    if order is None:
        raise NotFound(f"There is no order {order_id}.")
    return order


def lines_of(order: Order) -> list[Any]:
    """The lines with their status in one word, in order."""
    lines: list[Any] = _LINES.rows(order=order.pk)
    for line in lines:
        line.order = order
        line.status = line_status(ledger_of(line)) if line.kind in SHIPS else _billed(line)
    return lines


def duties_of(order: Order) -> list[Duty]:
    """Who has to do what next with the order, the earliest stage first."""
    return _DUTIES.rows(order=order.pk)


def sent_about(order: Order) -> list[Message]:
    """The latest messages about the order, the newest first."""
    return _SENT.rows(order=order.pk)


SHIPS: Final = (LineKind.GOODS, LineKind.KIT, LineKind.COMPONENT)


def _billed(line: Any) -> str:
    """One word for a line that never ships: services, charges and text."""
    if line.ordered and line.ordered == line.cancelled:
        return "cancelled"
    return "invoiced" if line.ordered and line.invoiced >= line.ordered - line.cancelled else "open"


def ledger_of(line: Any) -> Ledger:
    return Ledger(
        ordered=line.ordered,
        cancelled=line.cancelled,
        allocated=line.allocated,
        picked=line.picked,
        packed=line.packed,
        shipped=line.shipped,
        delivered=line.delivered,
        invoiced=line.invoiced,
        returned=line.returned,
        credited=line.credited,
        invoice_ahead=line.invoice_ahead,
    )


_MONEY = re.compile(r"amount|net_|total|price|value|paid|points_at_stake")
_COST = re.compile(r"cost|margin|profit")


def visible(data: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """An event's data without the money that the actor's role may not see."""
    prices, costs = actor.can("orders.view_price"), actor.can("orders.view_cost")
    return {
        key: value
        for key, value in data.items()
        if (costs or not _COST.search(key)) and (prices or not _MONEY.search(key))
    }


@dataclass(frozen=True)
class Hop:
    """One event with the working time before it, and whose time that was."""

    at: datetime
    sentence: str
    by: str
    detail: str
    icon: str
    meaning: str
    wait_minutes: float | None
    wait_kind: str
    type: str


_HOPS = """
SELECT * FROM (
    SELECT e.id, e.type, e.at, e.data, e.from_state, e.to_state, e.touch_seconds, e.channel, e.job,
        COALESCE(NULLIF(u.full_name, ''), u.username, '') AS person, COALESCE(d.name, '') AS department,
        omc_business_minutes(c.calendar_id, lag(e.at) OVER (ORDER BY e.id), e.at) AS waited
    FROM orders_event e
    JOIN orders_company c ON c.id = e.company_id
    LEFT JOIN accounts_user u ON u.id = e.user_id
    LEFT JOIN orders_department d ON d.id = e.department_id
    WHERE e.order_id = %s AND e.company_id = %s
    ORDER BY e.id DESC LIMIT %s
) newest ORDER BY id
"""

ICONS: Final[Mapping[str, tuple[str, str]]] = {
    "hold_placed": ("circle-pause", "risk"),
    "hold_resolved": ("circle-play", "ok"),
    "hold_rejected": ("circle-x", "broken"),
    "order_cancelled": ("ban", "broken"),
    "order_confirmed": ("circle-check", "ok"),
    "order_submitted": ("send", ""),
    "order_backordered": ("package-x", "risk"),
    "shipment_shipped": ("truck", "ok"),
    "shipment_delivered": ("package-check", "ok"),
    "invoice_posted": ("receipt", ""),
    "promise_changed": ("calendar-clock", "risk"),
    "order_closed": ("check-check", "ok"),
}


def hops(order: Order, actor: Actor, limit: int = 200) -> list[Hop]:
    """What happened to an order, oldest first, with the working minutes between and whose they were.

    Money is left out of the sentences for those who may not see it. Time under a hold that the customer (or supply)
    caused is theirs; all other waiting is ours.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOPS, [order.pk, order.company_id, limit])
        columns = [column.name for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    causes: dict[str, str] = {}
    found = []
    for row in rows:
        data = event_data(row["data"])
        kind = (
            "customer"
            if HoldCause.CUSTOMER in causes.values()
            else "supply"
            if HoldCause.SUPPLY in causes.values()
            else "unattended"
        )
        waited = None if row["waited"] is None else max(Decimal(0), row["waited"] - Decimal(row["touch_seconds"]) / 60)
        icon, meaning = ICONS.get(row["type"], ("", ""))
        found.append(
            Hop(
                at=row["at"],
                sentence=sentence_of(row["type"], visible(data, actor)),
                by=" · ".join(filter(None, [row["person"] or row["job"], row["department"], way_of(row["channel"])])),
                detail="",
                icon=icon,
                meaning=meaning,
                wait_minutes=None if waited is None else float(waited),
                wait_kind=kind,
                type=row["type"],
            )
        )
        code = str(data.get("code", ""))
        if row["type"] == "hold_placed":
            causes[code] = str(data.get("cause", ""))
        elif row["type"] == "hold_resolved":
            causes.pop(code, None)
    return found


def event_data(found: Any) -> dict[str, Any]:
    """An event's data out of a raw cursor, which gives jsonb as text."""
    parsed: dict[str, Any] = found if isinstance(found, dict) else json.loads(found)
    return parsed

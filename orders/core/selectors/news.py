"""What changed since somebody was last here, from the event log; and the very rows behind each number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import connection
from django.db.models import DecimalField, Max, QuerySet
from django.db.models.expressions import RawSQL

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.registry import News, registry
from orders.core.models import CalendarSpan, Company, Event, TouchTime

LONGEST_DAYS: Final = 14  # who was away for longer reads the lists


@dataclass(frozen=True)
class Headline:
    """One sentence of what changed. ``amount`` in company currency; None is no money, or not for you."""

    news: News
    count: int
    amount: Decimal | None

    @property
    def text(self) -> str:
        return str(self.news.text if self.count == 1 else self.news.plural) % {"count": f"{self.count:,}"}


def last_visit_day(actor: Actor, company: Company) -> date:
    """The last day before today on which the actor worked on a document here; else the previous working day."""
    today = clock.today(company.time_zone)
    seen = TouchTime.objects.filter(
        user_id=actor.user_id or 0, company=company, day__range=(today - timedelta(days=LONGEST_DAYS), today - _DAY)
    ).aggregate(day=Max("day"))["day"]
    if seen:
        return date.fromisoformat(str(seen))
    worked = CalendarSpan.objects.filter(calendar_id=company.calendar_id or 0, day__lt=today).order_by("-day")
    return worked.values_list("day", flat=True).first() or today - _DAY


_DAY: Final = timedelta(days=1)

_HEADLINES = """
SELECT k.key, count(*), sum(CASE k.key {amounts} END)
FROM orders_event e
JOIN unnest(%(keys)s::text[], %(types)s::text[]) AS k(key, type) ON k.type = e.type
LEFT JOIN orders_order o ON o.id = e.order_id
WHERE e.company_id = %(company)s AND e.type = ANY(%(types)s::text[]) AND e.at >= %(since)s
GROUP BY k.key
"""


def headlines(actor: Actor, company: Company, since: date) -> list[Headline]:
    """What concerns the actor's roles and happened on ``since`` or later; one query."""
    told = sorted((item for item in registry.news if item.roles & actor.roles), key=lambda item: item.order)
    if not told:
        return []
    pairs = [(item.key, kind) for item in told for kind in item.events]
    amounts = " ".join(f"WHEN '{item.key}' THEN {item.amount}" for item in told if item.amount) or "WHEN '' THEN 0"
    with connection.cursor() as cursor:
        cursor.execute(
            _HEADLINES.format(amounts=amounts),
            {
                "keys": [key for key, _kind in pairs],
                "types": [kind for _key, kind in pairs],
                "company": company.pk,
                "since": _midnight(since, company),
            },
        )
        found = {key: (count, amount) for key, count, amount in cursor.fetchall()}
    sees_money = actor.can("orders.view_price")
    return [
        Headline(item, found[item.key][0], found[item.key][1] if sees_money and item.amount else None)
        for item in told
        if item.key in found
    ]


def news_rows(actor: Actor, company: Company, key: str, since: date) -> tuple[News, QuerySet[Event]]:
    """The events behind a headline, each with its ``amount`` where there is money in it and the actor may see it.

    Raises: NotFound when there is no such news for the actor's roles
    """
    item = registry.news.get(key)
    if item is None or not item.roles & actor.roles:
        raise NotFound("There is no such news for you.")
    rows = Event.objects.filter(company=company, type__in=item.events, at__gte=_midnight(since, company))
    if item.amount and actor.can("orders.view_price"):
        one = f"SELECT {item.amount} FROM orders_event e LEFT JOIN orders_order o ON o.id = e.order_id"
        amount = DecimalField(max_digits=18, decimal_places=2)
        rows = rows.annotate(  # the expression is code of a stage, never what somebody typed
            amount=RawSQL(f"({one} WHERE e.id = orders_event.id)", [], output_field=amount)  # noqa: S611
        )
    return item, rows.select_related("order__customer", "user")


def name_subjects(actor: Actor, rows: Sequence[Any]) -> None:
    """Give each event its ``about`` (the document of an event that has no order, else the order) and its ``customer``.

    None where there is none, or the actor may not see it. One query for each kind of document without an order.
    """
    wanted: dict[str, set[int]] = {}
    for row in rows:
        if not row.order_id:
            wanted.setdefault(row.subject_type, set()).add(row.subject_id)
    found = {(kind, each.pk): each for kind, ids in wanted.items() for each in _documents(actor, kind, ids)}
    for row in rows:
        row.about = row.order or found.get((row.subject_type, row.subject_id))
        row.customer = getattr(row.about, "customer", None)


def _documents(actor: Actor, kind: str, ids: set[int]) -> list[Any]:
    document = registry.documents.get(kind)
    if document is None or not actor.can(document.permission):
        return []
    model: Any = apps.get_model(document.model)
    rows = model._default_manager.filter(company_id=actor.company_id, pk__in=ids)
    has_customer = any(field.name == "customer" for field in model._meta.fields)
    return list(rows.select_related("customer") if has_customer else rows)


def _midnight(day: date, company: Company) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(company.time_zone))

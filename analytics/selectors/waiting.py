"""Where an order's time went: its events, the waiting between them, and who it belongs to. Source: SPEC §12.d.

Waiting is counted in working minutes of the company's calendar by two look-ups per span (``omc_business_minutes``).
Time under a hold that the customer or the supply caused is theirs; what neither was worked nor is theirs is
*unattended*. Between the end of an order and its reopening nobody waits.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.events import sentence_of
from orders.core.models import Order, OrderState
from orders.core.selectors.orders import visible

ENDED = (OrderState.CLOSED, OrderState.CANCELLED, OrderState.ABANDONED)
ENDS = ("order_closed", "order_cancelled", "order_abandoned")
ZERO = Decimal(0)

# One row per event; while the order is open one more without an event, from the last one until now.
_HOPS = """
WITH held AS (
    SELECT t.cause,
        range_agg(tstzrange(h.placed_at, GREATEST(COALESCE(h.resolved_at, %(until)s), h.placed_at))) AS spans
    FROM orders_hold h JOIN orders_holdtype t ON t.id = h.hold_type_id
    WHERE (h.order_id = %(order)s OR h.customer_id = %(customer)s) AND t.cause IN ('customer', 'supply')
    GROUP BY t.cause
), theirs AS (
    SELECT COALESCE((SELECT spans FROM held WHERE cause = 'customer'), '{}'::tstzmultirange) AS customer,
        COALESCE((SELECT spans FROM held WHERE cause = 'supply'), '{}'::tstzmultirange)
            - COALESCE((SELECT spans FROM held WHERE cause = 'customer'), '{}'::tstzmultirange) AS supply
), hop AS (
    SELECT id, at, lag(at) OVER (ORDER BY id) AS since, type, stage, data, user_id, job, department_id, channel,
        touch_seconds
    FROM orders_event WHERE order_id = %(order)s
    UNION ALL
    SELECT NULL, %(until)s, (SELECT at FROM orders_event WHERE order_id = %(order)s ORDER BY id DESC LIMIT 1), '', 0,
        '{}'::jsonb, NULL, '', NULL, '', 0
    WHERE %(open)s
)
SELECT hop.id, hop.at, hop.since, hop.type, hop.stage, hop.data, hop.touch_seconds,
    COALESCE(NULLIF(u.full_name, ''), u.username, hop.job) AS who,
    COALESCE(d.name, '') AS department, hop.job, hop.channel,
    CASE WHEN hop.since IS NULL THEN 0 ELSE omc_business_minutes(%(calendar)s, hop.since, hop.at) END AS waited,
    COALESCE((SELECT sum(omc_business_minutes(%(calendar)s, lower(span), upper(span)))
        FROM unnest(theirs.customer * tstzmultirange(tstzrange(hop.since, GREATEST(hop.at, hop.since)))) AS span
        WHERE hop.since IS NOT NULL), 0) AS customer,
    COALESCE((SELECT sum(omc_business_minutes(%(calendar)s, lower(span), upper(span)))
        FROM unnest(theirs.supply * tstzmultirange(tstzrange(hop.since, GREATEST(hop.at, hop.since)))) AS span
        WHERE hop.since IS NOT NULL), 0) AS supply
FROM hop CROSS JOIN theirs
LEFT JOIN accounts_user u ON u.id = hop.user_id
LEFT JOIN orders_department d ON d.id = hop.department_id
ORDER BY hop.id NULLS LAST
"""


@dataclass(frozen=True)
class Hop:
    """One event and the waiting before it. The last hop of an open order has no event: it waits until now.

    Units: working minutes, of which ``customer`` and ``supply`` belong to them; ``touch_seconds`` as measured.
    ``after_end``: the order had ended, so nothing waited.
    """

    at: datetime
    since: datetime | None
    type: str
    stage: int
    sentence: str
    by: str
    department: str
    touch_seconds: int
    wait_minutes: Decimal
    customer: Decimal
    supply: Decimal
    after_end: bool = False
    event_id: int | None = None
    job: str = ""
    channel: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def unattended(self) -> Decimal:
        return max(ZERO, self.wait_minutes - self.customer - self.supply - Decimal(self.touch_seconds) / 60)

    @property
    def touch_minutes(self) -> Decimal:
        return Decimal(self.touch_seconds) / 60

    @property
    def parts(self) -> list[tuple[str, Decimal]]:
        """Whose time the waiting was, in working minutes; the parts add up to it."""
        worked = self.wait_minutes - self.unattended - self.customer - self.supply
        return [
            ("unattended", self.unattended),
            ("customer", self.customer),
            ("supply", self.supply),
            ("work", max(ZERO, worked)),
        ]

    @property
    def wait_kind(self) -> str:
        """Whose time most of the waiting was, as the timeline draws it."""
        parts = [("customer", self.customer), ("supply", self.supply)]
        kind, most = max(parts, key=lambda part: part[1])
        return kind if most > self.wait_minutes / 2 else "unattended"


@dataclass(frozen=True)
class Waiting:
    """Where an order's time went. Units: working minutes; ``elapsed_calendar`` is the customer's clock."""

    hops: list[Hop]
    is_open: bool
    elapsed_calendar: timedelta

    @property
    def elapsed(self) -> Decimal:
        return sum((hop.wait_minutes for hop in self.hops), ZERO)

    @property
    def touch(self) -> Decimal:
        return Decimal(self.touch_seconds) / 60

    @property
    def touch_seconds(self) -> int:
        return sum(hop.touch_seconds for hop in self.hops)

    @property
    def customer(self) -> Decimal:
        return sum((hop.customer for hop in self.hops), ZERO)

    @property
    def supply(self) -> Decimal:
        return sum((hop.supply for hop in self.hops), ZERO)

    @property
    def unattended(self) -> Decimal:
        """What of each hop's waiting was neither worked nor under a hold that the customer or supply caused.

        Work before the first event (on the draft) is touch time, but nothing waited then.
        """
        return sum((hop.unattended for hop in self.hops), ZERO)

    @property
    def flow_efficiency(self) -> Decimal | None:
        """Percent of the elapsed working time in which somebody worked on it; None before any time has passed."""
        return (self.touch / self.elapsed * 100).quantize(Decimal("0.1")) if self.elapsed else None

    @property
    def longest(self) -> Hop | None:
        """The hop that waited longest unattended."""
        waited = [hop for hop in self.hops if hop.unattended > 0]
        return max(waited, key=lambda hop: hop.unattended) if waited else None


def waiting_of(order: Order, actor: Actor) -> Waiting:
    """The hops of an order of the actor's company, in one query; nothing for another company's."""
    if order.company_id != actor.company_id:
        return Waiting(hops=[], is_open=False, elapsed_calendar=timedelta(0))
    is_open = order.state not in ENDED
    params = {
        "order": order.pk,
        "customer": order.customer_id,
        "calendar": order.company.calendar_id,
        "until": clock.now(),
        "open": is_open,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOPS, params)
        rows = cursor.fetchall()
    hops, ended = [], False
    for event_id, at, since, type_name, stage, text, touch_seconds, who, department, job, channel, *minutes in rows:
        if not type_name and since is None:
            continue
        waited, customer, supply = minutes
        data = visible(json.loads(text), actor)
        hop = Hop(
            at=at,
            since=since,
            type=type_name,
            stage=stage,
            sentence=sentence_of(type_name, data) if type_name else "",
            by=who,
            department=department,
            touch_seconds=touch_seconds,
            wait_minutes=Decimal(waited),
            customer=Decimal(customer),
            supply=Decimal(supply),
            after_end=ended,
            event_id=event_id,
            job=job,
            channel=channel,
            data=data,
        )
        hops.append(replace(hop, wait_minutes=ZERO, customer=ZERO, supply=ZERO) if ended else hop)
        ended = type_name in ENDS or (ended and type_name != "order_reopened")
    spans = (hop.at - hop.since for hop in hops if hop.since is not None and not hop.after_end)
    return Waiting(hops=hops, is_open=is_open, elapsed_calendar=sum(spans, timedelta(0)))

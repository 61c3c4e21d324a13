"""The cycle wall: what waits in each of the ten stages now, and the rows behind it. Source: SPEC §12.

The read model says what had waited at one moment and whose time runs on; a read adds the working minutes since.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db.models import F, QuerySet

from analytics.models import OpenWait, ReadModel, RunsFor
from analytics.selectors.source import reading, rows_of
from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.registry import registry
from orders.core.models import Department

ZERO = Decimal(0)
DAY_MINUTES = 540  # a day of the office calendar that every company opens with
CYCLE = "cycle"
SORTS: Final[dict[str, tuple[str, ...]]] = {"oldest": ("opened_at", "pk"), "value": ("-value_base", "-pk")}
SHOWS: Final = ("overdue", *RunsFor.values)

_STAGES = """
SELECT s.stage, s.documents, s.orders, s.value_base, s.median_opened_position, s.unattended, s.customer_minutes,
    s.supply_minutes, s.worked, s.value_minutes, s.for_us, s.for_customer, s.for_supply, s.value_for_us,
    s.oldest_opened_at, m.position, GREATEST(m.position - s.position, 0),
    s.overdue + (SELECT count(*) FROM analytics_openwait w
        WHERE w.company_id = s.company_id AND w.stage = s.stage AND w.due_at >= s.measured_at AND w.due_at < %(now)s)
FROM analytics_stagewait s
CROSS JOIN (SELECT COALESCE(omc_business_position(calendar_id, %(now)s), 0)::numeric(20, 4) AS position
    FROM orders_company WHERE id = %(company)s) m
WHERE s.company_id = %(company)s
"""
_POSITION = """
SELECT COALESCE(omc_business_position(calendar_id, %(now)s), 0)::numeric(20, 4) FROM orders_company
WHERE id = %(company)s
"""


@dataclass(frozen=True)
class WallStage:
    """One stage of the wall: open documents, of which ``overdue`` are past their due time.

    Units: working minutes; ``value_base`` company currency and ``value_days`` company currency x working days
    unattended, both None for an actor who may not see prices.
    """

    number: int
    name: str
    key: str
    departments: tuple[str, ...] = ()
    documents: int = 0
    orders: int = 0
    overdue: int = 0
    value_base: Decimal | None = None
    value_days: Decimal | None = None
    median_minutes: Decimal | None = None
    unattended: Decimal = ZERO
    customer: Decimal = ZERO
    supply: Decimal = ZERO
    worked: Decimal = ZERO
    oldest: datetime | None = None

    @property
    def total(self) -> Decimal:
        return self.unattended + self.customer + self.supply + self.worked


@dataclass(frozen=True)
class Wall:
    """The ten stages as of ``now``; what changed after ``refreshed_at`` is not in it yet (None: never built)."""

    stages: list[WallStage]
    refreshed_at: datetime | None

    @property
    def documents(self) -> int:
        return sum(stage.documents for stage in self.stages)

    @property
    def overdue(self) -> int:
        return sum(stage.overdue for stage in self.stages)

    @property
    def unattended(self) -> Decimal:
        return sum((stage.unattended for stage in self.stages), ZERO)

    @property
    def total(self) -> Decimal:
        return sum((stage.total for stage in self.stages), ZERO)

    @property
    def slowest(self) -> WallStage | None:
        """The stage with the most unattended time."""
        waiting = [stage for stage in self.stages if stage.unattended]
        return max(waiting, key=lambda stage: stage.unattended) if waiting else None


def wall(actor: Actor) -> Wall:
    """The ten stages of the actor's company, in three queries however many orders there are."""
    with reading() as cursor:
        cursor.execute(_STAGES, {"company": actor.company_id, "now": clock.now()})
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    accountable: dict[int, list[str]] = {}
    for name, numbers in (
        rows_of(Department).filter(company_id=actor.company_id).order_by("id").values_list("name", "stages")
    ):
        for number in numbers:
            accountable.setdefault(number, []).append(name)
    stages = []
    for stage in sorted(registry.stages, key=lambda one: one.number):
        base = WallStage(
            number=stage.number,
            name=str(stage.name),
            key=stage.key,
            departments=tuple(accountable.get(stage.number, ())),
        )
        stages.append(_filled(base, found.get(stage.number), actor.can("orders.view_price")))
    refreshed = rows_of(ReadModel).filter(company_id=actor.company_id, name=CYCLE).first()
    return Wall(stages=stages, refreshed_at=refreshed.refreshed_at if refreshed else None)


def _filled(base: WallStage, row: tuple[Any, ...] | None, shows_value: bool) -> WallStage:
    if row is None:
        nothing = ZERO if shows_value else None
        return WallStage(**{**vars(base), "value_base": nothing, "value_days": nothing})
    documents, orders, value, median, unattended, customer, supply, worked, value_minutes = row[:9]
    for_us, for_customer, for_supply, value_for_us, oldest, position, later, overdue = row[9:]
    value_days = (value_minutes + later * value_for_us) / DAY_MINUTES
    return WallStage(
        **{
            **vars(base),
            "documents": documents,
            "orders": orders,
            "overdue": overdue,
            "value_base": value if shows_value else None,
            "value_days": value_days.quantize(Decimal("0.01"), ROUND_HALF_UP) if shows_value else None,
            "median_minutes": max(ZERO, position - median),
            "unattended": unattended + later * for_us,
            "customer": customer + later * for_customer,
            "supply": supply + later * for_supply,
            "worked": worked,
            "oldest": oldest,
        }
    )


def waiting_rows(actor: Actor, stage: int, show: str = "") -> QuerySet[OpenWait]:
    """The open documents behind one stage's numbers: all, those overdue, or those whose time is one party's."""
    rows = (
        rows_of(OpenWait)
        .filter(company_id=actor.company_id, stage=stage)
        .select_related("duty__queue", "duty__owner", "order", "customer")
    )
    if show == "overdue":
        return rows.filter(due_at__lt=clock.now())
    return rows.filter(runs_for=show) if show in RunsFor.values else rows


@dataclass(frozen=True)
class Waited:
    """How long one document has waited by now, in the same parts as its stage. Units: working minutes."""

    row: OpenWait
    unattended: Decimal
    customer: Decimal
    supply: Decimal

    @property
    def total(self) -> Decimal:
        return self.unattended + self.customer + self.supply + Decimal(self.row.worked)


def waited(actor: Actor, rows: list[OpenWait]) -> list[Waited]:
    """Rows of one page, brought to this moment."""
    with reading() as cursor:
        cursor.execute(_POSITION, {"company": actor.company_id, "now": clock.now()})
        position = cursor.fetchone()[0]
    found = []
    for row in rows:
        later = max(ZERO, position - row.position)
        found.append(
            Waited(
                row=row,
                unattended=row.unattended + (later if row.runs_for == RunsFor.US else ZERO),
                customer=row.customer_minutes + (later if row.runs_for == RunsFor.CUSTOMER else ZERO),
                supply=row.supply_minutes + (later if row.runs_for == RunsFor.SUPPLY else ZERO),
            )
        )
    return found


def longest_unattended(actor: Actor, limit: int = 6) -> list[OpenWait]:
    """The open orders that have stood unattended longest, one row per order, the worst first."""
    with reading() as cursor:
        cursor.execute(
            "SELECT duty_id FROM (SELECT DISTINCT ON (order_id) duty_id, reached FROM ("
            " SELECT duty_id, order_id, unattended - position AS reached FROM analytics_openwait"
            " WHERE company_id = %s AND order_id IS NOT NULL AND runs_for = 'us'"
            " ORDER BY unattended - position DESC LIMIT 200) worst"
            " ORDER BY order_id, reached DESC) one ORDER BY reached DESC LIMIT %s",
            [actor.company_id, limit],
        )
        ids = [row[0] for row in cursor.fetchall()]
    rows = rows_of(OpenWait).filter(pk__in=ids).select_related("order", "customer", "duty__queue")
    return list(rows.order_by(F("position") - F("unattended")))

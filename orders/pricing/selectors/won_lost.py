"""What became of the quotes that were sent: won, lost, run out or still with the customer.

A quote counts by its latest revision, in the period in which that was sent. Duplicates were never a chance and are left
out. Rates are of what is decided: won of won, lost and run out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Extract, TruncMonth

from omc.lib.actor import Actor
from omc.lib.money import ZERO
from orders.core.models import Company, Customer
from orders.core.selectors.companies import as_of, zone_of
from orders.pricing.models import Quote, QuoteState, RejectReason

WON: Final = Q(state__in=[QuoteState.ACCEPTED, QuoteState.CONVERTED])
LOST: Final = Q(state=QuoteState.REJECTED)
RAN_OUT: Final = Q(state=QuoteState.EXPIRED)
WITH_CUSTOMER: Final = Q(state=QuoteState.SENT)
OUTCOMES: Final = {"won": WON, "lost": LOST, "ran_out": RAN_OUT, "with_customer": WITH_CUSTOMER}
DIMENSIONS: Final = {"writer": "written_by", "customer_class": "customer__customer_class", "month": "month"}


class Median(Aggregate):
    function, name = "percentile_cont", "Median"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class WonLost:
    """Units: quotes; net of tax in company currency; ``median_minutes`` from sent to yes or no, by the clock."""

    won: int = 0
    lost: int = 0
    ran_out: int = 0
    with_customer: int = 0
    won_base: Decimal = ZERO
    decided_base: Decimal = ZERO
    median_minutes: float | None = None
    key: Any = ""
    label: str = ""

    @property
    def sent(self) -> int:
        return self.won + self.lost + self.ran_out + self.with_customer

    @property
    def rate(self) -> Decimal | None:
        """Percent of decided quotes that were won; None while none is decided."""
        decided = self.won + self.lost + self.ran_out
        return Decimal(100 * self.won) / decided if decided else None

    @property
    def rate_by_value(self) -> Decimal | None:
        return 100 * self.won_base / self.decided_base if self.decided_base else None


@dataclass(frozen=True, slots=True)
class Report:
    """The whole, by writer, class and month; and why quotes were lost: (reason, words, quotes, net in base currency)."""

    first: date
    last: date
    whole: WonLost
    by: Mapping[str, Sequence[WonLost]] = field(default_factory=dict)
    reasons: Sequence[tuple[str, str, int, Decimal]] = ()


def cohort(actor: Actor, first: date | None, last: date | None) -> QuerySet[Quote]:
    """The quotes of the company that count, sent from ``first`` to ``last`` in its own days."""
    quotes = Quote.objects.filter(company_id=actor.company_id, sent_at__isnull=False)
    quotes = quotes.exclude(state__in=[QuoteState.SUPERSEDED, QuoteState.DRAFT])
    quotes = quotes.exclude(state=QuoteState.REJECTED, reject_reason=RejectReason.DUPLICATE)
    if first or last:
        zone = zone_of(actor.company_id)
        if first:
            quotes = quotes.filter(sent_at__gte=datetime.combine(first, time(), zone))
        if last:
            quotes = quotes.filter(sent_at__lt=datetime.combine(last + timedelta(days=1), time(), zone))
    return quotes


def won_and_lost(actor: Actor, first: date | None = None, last: date | None = None) -> Report:
    """The report of a period, the last twelve months at first; five queries, however many quotes."""
    if first is None or last is None:
        today = as_of(Company.objects.get(pk=actor.company_id))
        first, last = first or (today - timedelta(days=364)).replace(day=1), last or today
    quotes = cohort(actor, first, last).annotate(month=TruncMonth("sent_at", tzinfo=zone_of(actor.company_id)))
    whole = WonLost(**quotes.aggregate(**_figures()))
    lost = quotes.filter(LOST).values("reject_reason").annotate(n=Count("id"), base=Sum("net_base"))
    words = dict(RejectReason.choices)
    reasons = [
        (row["reject_reason"], str(words.get(row["reject_reason"], "")), row["n"], row["base"])
        for row in lost.order_by("-n", "reject_reason")
    ]
    by = {key: _by(quotes, key, column) for key, column in DIMENSIONS.items()}
    return Report(first, last, whole, by, reasons)


def _figures() -> dict[str, Any]:
    decided = WON | LOST | RAN_OUT
    minutes = Extract(F("decided_at") - F("sent_at"), "epoch") / 60.0
    return {
        **{name: Count("id", filter=those) for name, those in OUTCOMES.items()},
        "won_base": Sum("net_base", filter=WON, default=ZERO),
        "decided_base": Sum("net_base", filter=decided, default=ZERO),
        "median_minutes": Median(minutes, filter=(WON | LOST) & Q(decided_at__isnull=False)),
    }


def _by(quotes: QuerySet[Quote], key: str, column: str) -> list[WonLost]:
    names = ("written_by__full_name", "written_by__username") if key == "writer" else ()
    rows = quotes.order_by().values(column, *names).annotate(**_figures())
    rows = rows.order_by("-month") if key == "month" else rows.order_by("-won_base", column)
    return [_row(key, row.pop(column), [row.pop(name) for name in names], row) for row in rows]


def _row(key: str, value: Any, names: Sequence[str | None], figures: Mapping[str, Any]) -> WonLost:
    if key == "month":
        return WonLost(**figures, key=value.date(), label=f"{value:%b %Y}")
    label = next((name for name in names if name), "") if names else str(dict(Customer.CustomerClass.choices)[value])
    return WonLost(**figures, key=value, label=label)

"""What was said about a quote, and the quote as the customer may see it: no cost, no reasons, no names of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from omc.lib import clock
from omc.lib.money import plain
from orders.core.links.addresses import path_of
from orders.core.links.selectors import Opened, holds, standing_link
from orders.core.models import CustomerLink, LineKind
from orders.core.speech import long_day, money, quantity, unit_money
from orders.pricing.answers.models import QuoteAnswer
from orders.pricing.models import Quote, QuoteLine, QuoteState
from orders.pricing.services.quote_decisions import CHOICE, least_of
from orders.pricing.services.quote_ways import ways_of

PAGE: Final = "quote"
OPEN_AFTER_DAYS: Final = 90  # so long after its last day a quote can still be read by its link
ANSWERABLE: Final = (QuoteState.SENT,)


def seen_quote(company_id: int, quote_id: int) -> Quote | None:
    """A quote that went out; a draft is nobody's business yet."""
    quotes = Quote.objects.select_related("company", "customer__company", "contact", "ship_to", "written_by")
    quote = quotes.filter(company_id=company_id, pk=quote_id).first()
    return None if quote is None or quote.sent_at is None else quote


def link_ends(quote: Quote) -> datetime:
    """The end of the day until which a customer may open the page of a quote."""
    last = quote.valid_until + timedelta(days=OPEN_AFTER_DAYS + 1)
    return datetime(last.year, last.month, last.day, tzinfo=ZoneInfo(quote.company.time_zone))


def answers_of(quote: Quote) -> QuerySet[QuoteAnswer]:
    """What was said about it, oldest first."""
    return quote.answers.select_related("contact", "user").order_by("id")


def waits_for_answer(said: list[QuoteAnswer]) -> bool:
    """Whether the customer asked last."""
    talk = [one.kind for one in said if one.kind in (QuoteAnswer.Kind.QUESTION, QuoteAnswer.Kind.REPLY)]
    return bool(talk) and talk[-1] == QuoteAnswer.Kind.QUESTION


@dataclass(frozen=True, slots=True)
class OfferedLine:
    """A line in the customer's words."""

    pk: int
    name: str
    sku: str
    quantity: str
    price: str
    amount: str
    day: str
    is_choice: bool
    taken: bool
    unit: str
    least: str
    most: str
    taken_part: str
    wanted: str
    ways: list[str]

    @property
    def may_take_part(self) -> bool:
        """Whether its price holds for less than all of it."""
        return self.is_choice and self.least != self.most


@dataclass(frozen=True, slots=True)
class Newer:
    """A later revision: where it can be seen, or that it is still being written."""

    name: str
    is_sent: bool
    path: str


def offer_of(quote: Quote, opened: Opened, typed: Mapping[int, str] | None = None) -> dict[str, Any]:
    """The quote as its customer sees it, in their language; ``typed`` is what they take of a line, in a refused answer."""
    rows = quote.lines.select_related("product", "ship_to").order_by("position")
    lines = [_line(line, quote, (typed or {}).get(line.pk)) for line in rows]
    newer = _newer(quote, opened)
    last_day_passed = quote.valid_until < clock.today(quote.company.time_zone)
    said = list(answers_of(quote))
    return {
        "number": str(quote),
        "state": quote.state,
        "lines": lines,
        "left_out": [line for line in lines if not line.taken],
        "net": money(quote.net_amount, quote.currency),
        "tax": money(quote.tax_amount, quote.currency),
        "total": money(quote.total_amount, quote.currency),
        "has_tax": quote.tax_amount != Decimal(0),
        "valid_until": long_day(quote.valid_until),
        "requested": long_day(quote.requested_date),
        "sent": long_day(_day_of(quote.sent_at, quote)),
        "decided": long_day(_day_of(quote.decided_at, quote)),
        "customer_po": quote.customer_po,
        "note": quote.customer_note,
        "ship_to": quote.ship_to,
        "newer": newer,
        "has_ended": quote.state == QuoteState.EXPIRED or (quote.state in ANSWERABLE and last_day_passed),
        "may_answer": quote.state in ANSWERABLE and not last_day_passed and newer is None,
        "may_choose": sum(line.is_choice for line in lines) > 1,
        "may_take_part": any(line.may_take_part for line in lines),
        "said": [one for one in said if one.kind in (QuoteAnswer.Kind.QUESTION, QuoteAnswer.Kind.REPLY)],
    }


def _line(line: QuoteLine, quote: Quote, typed: str | None) -> OfferedLine:
    silent = line.kind in (LineKind.TEXT, LineKind.COMPONENT)
    return OfferedLine(
        pk=line.pk,
        name=line.description or (line.product.name if line.product else ""),
        sku=line.product.sku if line.product else "",
        quantity="" if silent else quantity(line.typed_quantity, line.unit),
        price="" if silent else unit_money(line.unit_price * line.unit_factor, quote.currency),
        amount="" if silent else money(line.net_amount, quote.currency),
        day=long_day(line.promised_date),
        is_choice=line.kind in CHOICE,
        taken=line.taken,
        unit=line.unit,
        least=plain(least_of(line)),
        most=plain(line.typed_quantity),
        wanted=plain(line.typed_quantity) if typed is None else typed,
        ways=ways_of(line, quote),
        taken_part="" if line.taken_quantity is None else quantity(line.taken_quantity / line.unit_factor, line.unit),
    )


def _newer(quote: Quote, opened: Opened) -> Newer | None:
    """The latest revision after this one. Its page opens to the same person only: the link may have been passed on."""
    later = (
        Quote.objects.filter(company_id=quote.company_id, number=quote.number, revision__gt=quote.revision)
        .order_by("-revision")
        .first()
    )
    if later is None:
        return None
    if later.sent_at is None:
        return Newer(str(later), False, "")
    link: CustomerLink | None = standing_link(PAGE, later.pk, later.company_id)
    same = link is not None and holds(link) and link.contact_id == opened.link.contact_id
    return Newer(str(later), True, path_of(link) if same and link else "")


def _day_of(moment: datetime | None, quote: Quote) -> date | None:
    return moment.astimezone(ZoneInfo(quote.company.time_zone)).date() if moment else None

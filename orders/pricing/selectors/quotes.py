"""Quotes as lists and pages show them. What a role may not see is taken out here, before any template or API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeVar

from django.db.models import Q, QuerySet

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.money import margin_percent
from omc.lib.prepared import Prepared
from orders.core.models import Customer, Order, OrderLine
from orders.pricing.models import Quote, QuoteLine, QuoteState
from orders.pricing.selectors.explanations import Explanation, discounts_over, explain
from orders.pricing.selectors.won_lost import OUTCOMES, cohort

OPEN: Final = (QuoteState.DRAFT, QuoteState.SENT, QuoteState.ACCEPTED)
_PRICES: Final = ("list_price", "unit_price", "net_amount", "tax_amount", "total_amount", "net_base")
_COSTS: Final = ("unit_cost", "cost_base")


def quote_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Quote]:
    """Quotes of the company that meet the filters: text, state ("open" is all that wait), mine, customer."""
    quotes = Quote.objects.filter(company_id=actor.company_id).select_related("customer", "written_by")
    state = filters.get("state")
    if state == "open":
        quotes = quotes.filter(state__in=OPEN)
    elif state:
        quotes = quotes.filter(state=state)
    else:
        quotes = quotes.exclude(state=QuoteState.SUPERSEDED)
    if filters.get("mine"):
        quotes = quotes.filter(written_by_id=actor.user_id)
    if filters.get("customer"):
        quotes = quotes.filter(customer_id=filters["customer"])
    quotes = _counted(quotes, actor, filters)
    if text := str(filters.get("text") or "").strip():
        quotes = quotes.filter(
            Q(number__istartswith=text) | Q(customer__code__istartswith=text) | Q(customer__name__icontains=text)
        )
    return quotes


def _counted(quotes: QuerySet[Quote], actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Quote]:
    """Those that a number of *won and lost* was counted from."""
    if filters.get("outcome") or filters.get("sent_from") or filters.get("sent_to"):
        quotes = quotes.filter(pk__in=cohort(actor, filters.get("sent_from"), filters.get("sent_to")).values("pk"))
    if filters.get("outcome"):
        quotes = quotes.filter(OUTCOMES[filters["outcome"]])
    if filters.get("reason"):
        quotes = quotes.filter(state=QuoteState.REJECTED, reject_reason=filters["reason"])
    if filters.get("writer"):
        quotes = quotes.filter(written_by_id=filters["writer"])
    if filters.get("customer_class"):
        quotes = quotes.filter(customer__customer_class=filters["customer_class"])
    return quotes


def quotes_about(subject: Order | Customer, actor: Actor) -> QuerySet[Quote]:
    """The quotes an order was made from, or those written for a customer; the latest first."""
    quotes = Quote.objects.filter(company_id=actor.company_id).order_by("-id")
    return quotes.filter(order=subject) if isinstance(subject, Order) else quotes.filter(customer=subject)


def quote_rows(quotes: Iterable[Quote], actor: Actor) -> list[Quote]:
    """The quotes without what the actor may not see."""
    return [veiled(quote, actor) for quote in quotes]


def quote_of(actor: Actor, quote_id: int) -> Quote:
    """One quote of the company with what its page shows.

    Raises: NotFound
    """
    quote = (
        Quote.objects.filter(pk=quote_id, company_id=actor.company_id)
        .select_related("company", "customer", "contact", "ship_to", "enquiry", "order", "written_by")
        .first()
    )
    if quote is None:
        raise NotFound(f"There is no quote {quote_id}.", quote_id=quote_id)
    return quote


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line as the actor may see it; ``why`` is None without the right to see prices."""

    line: QuoteLine
    why: Explanation | None
    before: QuoteLine | None = None

    @property
    def is_dearer(self) -> bool:
        return self.before is not None and self.line.unit_price > self.before.unit_price


def lines_seen(quote: Quote, actor: Actor) -> list[SeenLine]:
    """The lines in order, with the reasons for their prices and what the earlier revision asked for the same item."""
    lines = list(quote.lines.select_related("product", "ship_to").order_by("position"))
    earlier: dict[int | None, QuoteLine] = {}
    if quote.revision > 1 and actor.can("orders.view_price"):
        of_earlier = QuoteLine.objects.filter(
            quote__company_id=quote.company_id, quote__number=quote.number, quote__revision=quote.revision - 1
        )
        earlier = {line.product_id: line for line in of_earlier if line.product_id}
    seen, discounts = [], discounts_over(lines)
    for line in lines:
        why = explain(line, actor, discounts[line.position])
        before = earlier.get(line.product_id)
        seen.append(SeenLine(veiled(line, actor), why, before if before and _differs(before, line) else None))
    return seen


def _differs(before: QuoteLine, line: QuoteLine) -> bool:
    return bool(before.unit_price != line.unit_price or before.quantity != line.quantity)


def revisions_of(quote: Quote) -> QuerySet[Quote]:
    """The quote's other revisions, the latest first."""
    return (
        Quote.objects.filter(company_id=quote.company_id, number=quote.number)
        .exclude(pk=quote.pk)
        .order_by("-revision")
        .only("number", "revision", "state", "created_at")
    )


def quote_margin(quote: Quote) -> tuple[Decimal | None, Decimal | None]:
    """Margin in company currency and in percent of net; None while the cost of any item is unknown."""
    if not quote.cost_base:
        return None, None
    return quote.net_base - quote.cost_base, margin_percent(quote.net_base, quote.cost_base)


Priced = TypeVar("Priced", Quote, QuoteLine)


def veiled(row: Priced, actor: Actor) -> Priced:
    """The row without the columns that the actor may not see. Never save it."""
    hidden = [] if actor.can("orders.view_price") else [*_PRICES, "price_steps"]
    hidden += [] if actor.can("orders.view_cost") else _COSTS
    for column in hidden:
        if column in row.__dict__:
            setattr(row, column, None)
    return row


SHOWN: Final = 100
_PRICED_LINES = Prepared(
    lambda gaps: (
        OrderLine.objects.filter(order_id=gaps.order)
        .exclude(price_steps=[])
        .select_related("product")
        .order_by("position")[: SHOWN + 1]
    )
)


def why_these_prices(order: Order, actor: Actor, limit: int = SHOWN) -> dict[str, Any] | None:
    """The prices of an order's lines, step by step, for its page."""
    priced = order.lines.exclude(price_steps=[]).select_related("product").order_by("position")
    lines = _PRICED_LINES.rows(order=order.pk) if limit == SHOWN else list(priced[: limit + 1])
    discounts = discounts_over(lines if len(lines) <= limit else priced)
    reasons = [reason for line in lines if (reason := explain(line, actor, discounts[line.position]))]
    if not reasons:
        return None
    return {
        "reasons": reasons[:limit],
        "is_cut": len(reasons) > limit,
        "currency": order.currency,
        "company_currency": order.company.currency,
        "shows_cost": actor.can("orders.view_cost"),
    }

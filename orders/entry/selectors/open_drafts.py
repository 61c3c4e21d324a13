"""What somebody is writing: their open draft orders and quotes, as the tabs above the grid."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Count
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone

from omc.lib.actor import Actor
from orders.core.models import Order, OrderState
from orders.pricing.models import Quote, QuoteLine, QuoteState

TABS: Final = 8


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """One tab. ``number`` tells it from others of the customer: a number, else when it was saved last."""

    kind: str
    code: str
    customer: str
    number: str
    lines: int
    url: str
    is_here: bool = False


def open_drafts(actor: Actor, here: Order | Quote) -> list[OpenDraft]:
    """The draft that is open and the actor's others, orders before quotes, each in the order they were begun.

    Only what the actor may write is offered; nothing when there is no other.
    """
    orders: list[Order] = []
    quotes: list[Quote] = []
    if actor.can("entry.write_order"):
        own = Order.objects.filter(company_id=actor.company_id, created_by_id=actor.user_id, state=OrderState.DRAFT)
        orders = list(own.select_related("customer").order_by("-updated_at", "-pk")[:TABS])
    if actor.can("pricing.write_quote"):
        mine = Quote.objects.filter(company_id=actor.company_id, written_by_id=actor.user_id, state=QuoteState.DRAFT)
        quotes = list(mine.select_related("customer").order_by("-pk")[:TABS])
    others: list[Order | Quote] = []
    others.extend(one for one in orders if one != here)
    others.extend(one for one in quotes if one != here)
    if not others:
        return []
    shown = [here, *others[: TABS - 1]]
    shown.sort(key=lambda one: (isinstance(one, Quote), one.pk))
    counts = _line_counts([one.pk for one in shown if isinstance(one, Quote)])
    return [
        _order_tab(one, one == here) if isinstance(one, Order) else _quote_tab(one, counts.get(one.pk, 0), one == here)
        for one in shown
    ]


def _line_counts(quote_ids: list[int]) -> dict[int, int]:
    if not quote_ids:
        return {}
    of_quotes = QuoteLine.objects.filter(quote_id__in=quote_ids).order_by()
    return dict(of_quotes.values_list("quote_id").annotate(Count("pk")))


def _order_tab(order: Order, is_here: bool) -> OpenDraft:
    saved = date_format(order.updated_at.astimezone(get_current_timezone()), "H:i")
    number = order.customer_po or order.number or saved
    url = reverse("entry:edit", args=[order.pk])
    return OpenDraft("order", order.customer.code, str(order.customer), number, order.line_count, url, is_here)


def _quote_tab(quote: Quote, lines: int, is_here: bool) -> OpenDraft:
    url = reverse("entry:quote", args=[quote.pk])
    return OpenDraft("quote", quote.customer.code, str(quote.customer), str(quote), lines, url, is_here)

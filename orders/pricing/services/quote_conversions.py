"""A quote becomes orders: all of it or part, every quantity once."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from django.db.models import F

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, IllegalTransition, InvalidInput
from omc.lib.service import verb
from orders.core.eventlog import record, record_many
from orders.core.models import Facet, LineKind, Order
from orders.generation.services import mark_ordered
from orders.pricing.events import QuoteClosed, QuoteConverted, QuoteGivenBack
from orders.pricing.machines import QUOTE
from orders.pricing.models import Quote, QuoteConversion, QuoteLine, QuoteState, RejectReason
from orders.pricing.services.quotes import lock_quote

UNCOUNTED: Final = (LineKind.TEXT, LineKind.COMPONENT)


class QuoteConvertedAlready(DomainError):
    """All of this quote was made into orders before; ``data["order_id"]`` says which was the last."""

    code = "quote_converted"


def remaining_of(lines: Iterable[QuoteLine]) -> dict[int, Decimal]:
    """What of these lines is taken and no order yet, by line. Units: as typed on the line."""
    return {
        line.pk: (line.wanted - line.converted) / line.unit_factor
        for line in lines
        if line.kind not in UNCOUNTED and line.taken and line.converted < line.wanted
    }


def mark_converted(
    *, quote_id: int, order: Order, actor: Actor, quantities: Mapping[int, Decimal] | None = None
) -> Quote:
    """The order was made from so much of each line (by id), or all that is left, of this accepted quote.

    Inside another verb. That no more is ordered than was quoted, the database holds as well.

    Units: ``quantities`` in the stock unit.

    Raises: QuoteConvertedAlready, IllegalTransition, NotFound
    Events: quote_converted, and enquiry_ordered on the enquiry it answered
    """
    quote = lock_quote(quote_id, actor)
    if quote.state == QuoteState.CONVERTED:
        raise converted_already(quote)
    now = clock.now()
    if quantities is None:
        lines = list(quote.lines.all())
        left = remaining_of(lines)
        quantities = {line.pk: left[line.pk] * line.unit_factor for line in lines if line.pk in left}
    before = {line.pk: line for line in quote.lines.only("taken_quantity", "converted")}
    for line_id, quantity in quantities.items():
        line = before[line_id]
        so_much = line.taken_quantity
        if so_much is not None:  # who took a part may think again and order more of it
            so_much = max(so_much, line.converted + quantity)
        quote.lines.filter(pk=line_id).update(converted=F("converted") + quantity, taken=True, taken_quantity=so_much)
    QuoteConversion.objects.bulk_create(
        QuoteConversion(line_id=line_id, order=order, quantity=quantity, at=now)
        for line_id, quantity in quantities.items()
    )
    first, quote.order = quote.conversion == Facet.NONE, order
    still_open = len(remaining_of(quote.lines.all()))
    fact = QuoteConverted(order=str(order), net_amount=order.net_amount, currency=quote.currency, open_lines=still_open)
    if still_open:
        stamp = {"order": order.pk, "conversion": Facet.PART}
        record(quote, fact, actor=actor, order_id=order.pk, stamp=stamp)
    else:
        stamp = {"order": order.pk, "conversion": Facet.DONE}
        QUOTE.advance(quote, QuoteState.CONVERTED, fact, actor=actor, record=record_many, stamp=stamp)
    if quote.enquiry_id and first:
        mark_ordered(enquiry_id=quote.enquiry_id, order=order, actor=actor)
    return quote


@verb(events=(QuoteGivenBack,))
def give_back(*, order_ids: Sequence[int], actor: Actor) -> None:
    """These orders were given up before anything was picked: what they took of quotes can be ordered again.

    Inside the verb that gives them up. A quote whose rest was closed stays closed.

    Events: quote_given_back
    """
    taken = QuoteConversion.objects.filter(order__in=order_ids, order__company_id=actor.company_id, quantity__gt=0)
    for quote_id in sorted(set(taken.values_list("line__quote_id", flat=True))):
        quote = lock_quote(quote_id, actor)
        rows = list(taken.filter(line__quote_id=quote_id).select_related("order").order_by("pk"))
        for row in rows:
            QuoteLine.objects.filter(pk=row.line_id).update(converted=F("converted") - row.quantity)
        QuoteConversion.objects.filter(pk__in=[row.pk for row in rows]).update(quantity=0)
        _reopen(quote, rows[-1].order, actor)


def _reopen(quote: Quote, order: Order, actor: Actor) -> None:
    left = QuoteConversion.objects.filter(line__quote=quote, quantity__gt=0).order_by("-pk").first()
    fact = QuoteGivenBack(order=str(order), open_lines=len(remaining_of(quote.lines.all())))
    stamp = {"order": left.order_id if left else None, "conversion": Facet.PART if left else Facet.NONE}
    if quote.state == QuoteState.CONVERTED and quote.conversion == Facet.DONE:
        QUOTE.advance(quote, QuoteState.ACCEPTED, fact, actor=actor, record=record_many, stamp=stamp)
    else:
        record(quote, fact, actor=actor, order_id=order.pk, stamp=stamp)


@verb(events=(QuoteClosed,))
def close_quote(*, quote_id: int, reason: str, actor: Actor) -> Quote:
    """The customer does not want the rest of a quote that is ordered in part; ``reason`` is one of ``RejectReason``.

    Raises: InvalidInput for an unknown reason, IllegalTransition where nothing or all of it is ordered, NotFound
    Events: quote_closed
    """
    require(actor, "pricing.write_quote")
    quote = lock_quote(quote_id, actor)
    if reason not in RejectReason.values:
        raise InvalidInput("Choose why the rest is not wanted.", field="reason", reasons=RejectReason.values)
    if quote.state != QuoteState.ACCEPTED or quote.conversion != Facet.PART:
        raise IllegalTransition(
            f"Nothing of {quote} is left to close.", document=str(quote), state=quote.state, to=QuoteState.CONVERTED
        )
    fact = QuoteClosed(
        reason=reason,
        because=str(RejectReason(reason).label).lower(),
        open_lines=len(remaining_of(quote.lines.all())),
    )
    stamp = {"reject_reason": reason}
    QUOTE.advance(quote, QuoteState.CONVERTED, fact, actor=actor, record=record_many, stamp=stamp)
    return quote


def converted_already(quote: Quote) -> QuoteConvertedAlready:
    return QuoteConvertedAlready(
        f"{quote} was made into {quote.order} already.", quote=str(quote), order_id=quote.order_id
    )

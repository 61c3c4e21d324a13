from typing import Any, Final

from omc.lib.actor import Actor, require
from omc.lib.errors import IllegalTransition
from omc.lib.service import verb
from orders.core.inputs import LineInput
from orders.core.models import LineKind, Order, OrderLine
from orders.entry.services.header import CustomerClosed
from orders.entry.services.lines import AMOUNTS, put_lines
from orders.entry.services.start_order import open_draft
from orders.pricing.events import QuoteConverted
from orders.pricing.models import Quote, QuoteLine, QuoteState
from orders.pricing.services import QuoteOutdated, accept_quote, lock_quote, mark_converted

UNPRICED: Final = (LineKind.TEXT, LineKind.COMPONENT)


@verb(events=(QuoteConverted,))
def convert_quote(*, quote_id: int, actor: Actor) -> Order:
    """Make a quote into a draft order at the quoted prices, exactly once; one that is only sent is accepted with it.

    Raises: QuoteOutdated for an expired quote, QuoteConvertedAlready, IllegalTransition, CustomerClosed, NotFound
    Events: quote_accepted where it was open, quote_converted
    """
    require(actor, "entry.write_order")
    quote = lock_quote(quote_id, actor)
    _refuse_expired(quote)
    if quote.state == QuoteState.SENT:
        quote = accept_quote(quote_id=quote_id, actor=actor)
    if not quote.customer.is_active:
        raise CustomerClosed(f"{quote.customer} takes no new orders.", customer=quote.customer.code)
    header: dict[str, Any] = {"currency": quote.currency, "requested_date": quote.requested_date}
    header |= {"contact_id": quote.contact_id} if quote.contact_id else {}
    header |= {"ship_to_id": quote.ship_to_id} if quote.ship_to_id else {}
    order = open_draft(quote.company, quote.customer_id, actor, header)
    offered = list(quote.lines.select_related("product").order_by("position"))
    put_lines(order, [_typed(line) for line in offered], [], actor, granted=[_granted(line, quote) for line in offered])
    order.save(update_fields=AMOUNTS)
    mark_converted(quote_id=quote_id, order=order, actor=actor)
    return order


def _typed(line: QuoteLine) -> LineInput:
    return LineInput(
        quantity=line.typed_quantity,
        product_id=line.product_id,
        unit=line.unit,
        unit_price=None if line.kind in UNPRICED else line.unit_price,
        kind=line.kind,
        description=line.description,
        requested_date=line.promised_date,
    )


def _granted(line: QuoteLine, quote: Quote) -> OrderLine:
    """The offered price as one that nobody needs a right for, with where it comes from."""
    offer = {
        "step": "quote",
        "source": str(quote),
        "amount": "0",
        "price": f"{line.unit_price:f}",
        "author": str(quote.written_by or ""),
        "on": f"{quote.created_at:%Y-%m-%d}",
    }
    return OrderLine(
        kind=line.kind,
        product_id=line.product_id,
        description=line.description,
        typed_quantity=line.typed_quantity,
        unit_factor=line.unit_factor,
        unit_price=line.unit_price,
        price_steps=[offer],
    )


def _refuse_expired(quote: Quote) -> None:
    if quote.state == QuoteState.EXPIRED:
        raise QuoteOutdated(
            f"{quote} expired: it was valid until {quote.valid_until}. Revise it to offer today's prices.",
            quote=str(quote),
            valid_until=quote.valid_until.isoformat(),
        )
    if quote.state not in (QuoteState.SENT, QuoteState.ACCEPTED, QuoteState.CONVERTED):
        raise IllegalTransition(
            f"{quote} is {quote.get_state_display().lower()}; only a sent or accepted quote becomes an order.",
            document=str(quote),
            state=quote.state,
            to=QuoteState.CONVERTED,
        )

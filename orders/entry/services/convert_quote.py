from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Literal

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, IllegalTransition, InvalidInput, StaleVersion
from omc.lib.money import plain
from omc.lib.service import verb
from orders.core.inputs import LineInput
from orders.core.models import Facet, LineKind, Order, OrderLine
from orders.entry.services.header import CustomerClosed
from orders.entry.services.lines import AMOUNTS, put_lines
from orders.entry.services.start_order import open_draft
from orders.pricing.events import QuoteConverted
from orders.pricing.models import Quote, QuoteLine, QuoteState
from orders.pricing.rules import overrides
from orders.pricing.services import (
    NoPrice,
    PricesMoved,
    QuoteOutdated,
    accept_quote,
    lock_quote,
    mark_converted,
    prices_today,
    remaining_of,
)
from orders.pricing.services.quote_conversions import converted_already
from orders.pricing.services.quote_renewals import is_past

UNPRICED: Final = (LineKind.TEXT, LineKind.COMPONENT)
Prices = Literal["", "quoted", "today"]


class PricesToChoose(DomainError):
    """The quote was accepted in time and is past its day, and prices are others by now: somebody says which count.

    ``data["lines"]`` names each line with another price, quoted and today; ``net_before`` and ``net_amount`` the whole.
    """

    code = "prices_to_choose"


@verb(events=(QuoteConverted,))
def convert_quote(
    *,
    quote_id: int,
    actor: Actor,
    quantities: Mapping[int, Decimal] | None = None,
    version: int | None = None,
    prices: Prices = "",
    net_amount: Decimal | None = None,
) -> Order:
    """Make a quote into a draft order at the quoted prices; one that is only sent is accepted with it.

    Without ``quantities`` all that the customer took and that is no order yet. With them (by line id, as typed on the
    line; lines that are not named stay open) part of it, as of the ``version`` of the quote that was seen: sent twice,
    the second is stale and makes no second order.

    A quote that was accepted in time and is past its day keeps its prices (``prices`` "quoted"), or takes those of
    today, of which the ``net_amount`` was seen. Where any is another by now, it has to be said which.

    Raises: QuoteOutdated for an expired quote, PricesToChoose, PricesMoved where today's are not those that were seen,
        QuoteConvertedAlready, IllegalTransition, StaleVersion, InvalidInput for more than is left, CustomerClosed,
        NotFound
    Events: quote_accepted where it was open, quote_converted
    """
    require(actor, "entry.write_order")
    quote = lock_quote(quote_id, actor)
    _refuse_expired(quote)
    if quote.state == QuoteState.CONVERTED:
        raise converted_already(quote)
    if version is not None and version != quote.event_seq:
        raise StaleVersion(f"{quote} was changed meanwhile. Look at it again.", seen=version, current=quote.event_seq)
    offered = list(quote.lines.select_related("product").order_by("position"))
    wanted = remaining_of(offered) if quantities is None else _checked(quote, offered, quantities, version)
    if quote.state == QuoteState.SENT:
        quote = accept_quote(quote_id=quote_id, actor=actor)
    renews = is_past(quote) and prices == "today"
    if is_past(quote) and not prices:
        _refuse_moved(quote, wanted, actor)
    if not quote.customer.is_active:
        raise CustomerClosed(f"{quote.customer} takes no new orders.", customer=quote.customer.code)
    header: dict[str, Any] = {"currency": quote.currency, "requested_date": quote.requested_date}
    header |= {"contact_id": quote.contact_id} if quote.contact_id else {}
    header |= {"ship_to_id": quote.ship_to_id} if quote.ship_to_id else {}
    header |= {"customer_po": quote.customer_po} if quote.customer_po else {}
    order = open_draft(quote.company, quote.customer_id, actor, header)
    said = quote.conversion == Facet.NONE  # words that belong to no quantity go with the first order
    lines = [line for line in offered if wanted.get(line.pk) or (line.kind in UNPRICED and said)]
    typed = [_typed(line, wanted.get(line.pk, line.typed_quantity), renews) for line in lines]
    granted = [_granted(line, wanted.get(line.pk, line.typed_quantity), quote, renews) for line in lines]
    put_lines(order, typed, [], actor, granted=granted)
    if renews and net_amount != order.net_amount:
        raise PricesMoved(
            "The prices or quantities changed since you looked. Look at them once more.",
            net_amount=str(order.net_amount),
        )
    order.save(update_fields=AMOUNTS)
    in_stock_units = {line.pk: wanted[line.pk] * line.unit_factor for line in lines if line.pk in wanted}
    mark_converted(quote_id=quote_id, order=order, quantities=in_stock_units, actor=actor)
    return order


def _checked(
    quote: Quote, offered: list[QuoteLine], quantities: Mapping[int, Decimal], version: int | None
) -> dict[int, Decimal]:
    """The quantities that are not zero. Raises: InvalidInput, naming each line that is wrong"""
    if version is None:
        raise InvalidInput("Say which version of the quote you saw.", field="version")
    in_time = quote.valid_until >= clock.today(quote.company.time_zone)
    open_now = remaining_of(offered)
    by_id = {line.pk: line for line in offered}
    wrong: list[dict[str, object]] = []
    for line_id, quantity in quantities.items():
        line = by_id.get(line_id)
        if line is None or line.kind in UNPRICED:
            wrong.append({"line": line_id, "message": "There is no such line."})
            continue
        left = open_now.get(line_id, Decimal(0))
        if in_time and (not line.taken or line.taken_quantity is not None):
            # The customer took none or part of it, and may think again while the quote holds.
            left = (line.quantity - line.converted) / line.unit_factor
        if not 0 <= quantity <= left:
            message = f"At most {plain(left)} {line.unit} of line {line.position} are left."
            wrong.append({"line": line_id, "message": message})
    if wrong:
        raise InvalidInput(str(wrong[0]["message"]), field="quantities", lines=wrong)
    wanted = {line_id: quantity for line_id, quantity in quantities.items() if quantity}
    if not wanted:
        raise InvalidInput("Order at least one line.", field="quantities")
    return wanted


def _refuse_moved(quote: Quote, wanted: Mapping[int, Decimal], actor: Actor) -> None:
    try:
        today = prices_today(quote=quote, quantities=wanted, actor=actor)
    except NoPrice as missing:
        raise PricesToChoose(
            f"{quote} was accepted in time, but its last day was {quote.valid_until}, and today not all of it has a price:"
            f" {missing.message} Order it at the quoted prices, or revise it.",
            valid_until=quote.valid_until.isoformat(),
        ) from missing
    if today.changed:
        raise PricesToChoose(
            f"{quote} was accepted in time, but its last day was {quote.valid_until} and prices moved since then"
            f" (lines: {today.changed}). Say which count: those that were quoted, or those of today.",
            valid_until=quote.valid_until.isoformat(),
            net_before=str(today.net_before),
            net_amount=str(today.net_amount),
            lines=[
                {
                    "line": line.was.pk,
                    "position": line.was.position,
                    "price_before": str(line.was.unit_price),
                    "price_after": str(line.now.unit_price),
                }
                for line in today.lines
                if line.differs
            ],
        )


def _typed(line: QuoteLine, quantity: Decimal, renews: bool) -> LineInput:
    free = line.kind in UNPRICED or (renews and line.product_id is not None and not overrides(line.price_steps))
    return LineInput(
        quantity=quantity,
        product_id=line.product_id,
        unit=line.unit,
        unit_price=None if free else line.unit_price,
        kind=line.kind,
        description=line.description,
        requested_date=line.promised_date,
        supply=line.supply,
        ship_to_id=line.ship_to_id,
    )


def _granted(line: QuoteLine, quantity: Decimal, quote: Quote, renews: bool) -> OrderLine:
    """The offered price as one that nobody needs a right for, with where it comes from; at today's prices what was typed."""
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
        typed_quantity=quantity,
        unit_factor=line.unit_factor,
        unit_price=line.unit_price,
        price_steps=line.price_steps if renews else [offer],
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

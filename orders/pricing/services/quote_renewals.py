"""A quote whose last day has passed, at today's prices: offered anew, or ordered, once somebody has seen what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, IllegalTransition
from omc.lib.money import ZERO, round_amount
from omc.lib.service import verb
from orders.core.inputs import LineInput
from orders.core.models import LineKind
from orders.pricing.events import QuoteDrafted, QuoteSuperseded
from orders.pricing.models import Quote, QuoteLine, QuoteState
from orders.pricing.rules import asks_again, overrides
from orders.pricing.selectors import rate_of
from orders.pricing.services.quotes import change_quote, lock_quote, price_quote_lines, read_quote_lines


class PricesMoved(DomainError):
    """The prices changed again since somebody looked; ``data["net_amount"]`` is what it would be now."""

    code = "prices_moved"


@dataclass(frozen=True, slots=True)
class Repriced:
    """A line as it was quoted and as it would be today. ``asks``: its typed price has another one under it."""

    was: QuoteLine
    now: QuoteLine
    asks: bool

    @property
    def differs(self) -> bool:
        return bool(self.was.unit_price != self.now.unit_price)


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a quote would be today. Units: document currency, net of tax."""

    lines: Sequence[Repriced]
    inputs: Sequence[LineInput]
    net_before: Decimal
    net_amount: Decimal

    @property
    def difference(self) -> Decimal:
        return self.net_amount - self.net_before

    @property
    def changed(self) -> int:
        """Lines whose price is another one."""
        return sum(line.differs for line in self.lines)


def is_renewable(quote: Quote) -> bool:
    """Whether its last day has passed without a yes or no."""
    if quote.state == QuoteState.EXPIRED:
        return True
    return quote.state == QuoteState.SENT and is_past(quote)


def is_past(quote: Quote) -> bool:
    """Whether its last day is over. Who accepted in time has a promise; who orders later looks at what moved."""
    return bool(quote.valid_until < clock.today(quote.company.time_zone))


def prices_today(*, quote: Quote, quantities: Mapping[int, Decimal], actor: Actor) -> Renewal:
    """What so much of each line (by id) would cost today, beside what it was quoted at. Writes nothing.

    A typed price stays.

    Units: ``quantities`` as typed on the line.
    Raises: NoPrice, InvalidLines
    """
    offered = quote.lines.select_related("product").filter(pk__in=quantities).order_by("position")
    was = [line for line in offered if line.kind not in (LineKind.TEXT, LineKind.COMPONENT)]
    inputs, now = _priced(quote, was, actor, quantities)
    lines = [Repriced(old, new, asks_again(new.price_steps) is not None) for old, new in zip(was, now, strict=True)]
    before = sum((round_amount(line.was.unit_price * line.now.quantity) for line in lines), ZERO)
    return Renewal(lines, inputs, before, sum((line.net_amount for line in now), ZERO))


def preview_renewal(*, quote: Quote, actor: Actor) -> Renewal:
    """What each line of a quote that ran out would cost today, and why. Writes nothing.

    A typed price stays. Where the price under it moved, the line asks, and is settled before the new quote is sent.

    Raises: IllegalTransition for a quote that did not run out, NoPrice, InvalidLines
    """
    require(actor, "pricing.write_quote")
    if not is_renewable(quote):
        raise IllegalTransition(
            f"{quote} did not run out; there is nothing to renew.",
            document=str(quote),
            state=quote.state,
            to=QuoteState.SUPERSEDED,
        )
    was = list(quote.lines.select_related("product").order_by("position"))
    inputs, now = _priced(quote, was, actor)
    lines = [Repriced(old, new, asks_again(new.price_steps) is not None) for old, new in zip(was, now, strict=True)]
    net = sum((line.net_amount for line in now), ZERO)
    return Renewal(lines, inputs, quote.net_amount, net)


def _priced(
    quote: Quote, was: Sequence[QuoteLine], actor: Actor, quantities: Mapping[int, Decimal] | None = None
) -> tuple[list[LineInput], list[QuoteLine]]:
    inputs = [_as_typed(line) for line in was]
    if quantities is not None:
        inputs = [replace(typed, quantity=quantities[line.pk]) for typed, line in zip(inputs, was, strict=True)]
    today = Quote(
        company=quote.company,
        customer=quote.customer,
        ship_to=quote.ship_to,
        currency=quote.currency,
        currency_rate=rate_of(quote.company_id, quote.currency, clock.today(quote.company.time_zone)),
    )
    lines = read_quote_lines(today, inputs)
    price_quote_lines(today, lines, inputs, was, actor)
    return inputs, lines


def _as_typed(line: QuoteLine) -> LineInput:
    keeps = not line.product_id or overrides(line.price_steps)
    return LineInput(
        quantity=line.typed_quantity,
        product_id=line.product_id,
        unit=line.unit if line.product_id else "",
        unit_price=line.unit_price if keeps else None,
        kind=line.kind,
        description=line.description,
        supply=line.supply,
        ship_to_id=line.ship_to_id,
    )


@verb(events=(QuoteDrafted, QuoteSuperseded))
def renew_quote(*, quote_id: int, actor: Actor, net_amount: Decimal | None = None) -> Quote:
    """Write a quote that ran out anew at today's prices, valid for the usual number of days: a draft to be sent.

    ``net_amount`` is what it was going to be when somebody looked.

    Raises: PricesMoved where it is another one by now, IllegalTransition, NoPrice, InvalidLines, NotFound
    Events: quote_superseded on the old and quote_drafted on the new revision
    """
    quote = lock_quote(quote_id, actor)
    renewal = preview_renewal(quote=quote, actor=actor)
    if net_amount is not None and net_amount != renewal.net_amount:
        raise PricesMoved(
            "The prices changed again since you looked. Look at them once more.", net_amount=str(renewal.net_amount)
        )
    renewed: Quote = change_quote(
        quote_id=quote_id,
        lines=renewal.inputs,
        actor=actor,
        requested_date=quote.requested_date,
        contact_id=quote.contact_id,
        ship_to_id=quote.ship_to_id,
        customer_note=quote.customer_note,
    )
    return renewed

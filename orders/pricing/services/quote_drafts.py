"""A draft quote as the entry grid writes it: it saves itself, whole, silently, and only what changed."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, NotFound, StaleVersion
from omc.lib.service import verb
from orders.core import numbers
from orders.core.eventlog import record
from orders.core.inputs import LineInput
from orders.core.models import Customer
from orders.core.services.search import index
from orders.pricing.events import QuoteBegun
from orders.pricing.guidelines.events import DiscountVoided
from orders.pricing.guidelines.services import forget_approval
from orders.pricing.models import Quote, QuoteLine, QuoteState
from orders.pricing.selectors import rate_of
from orders.pricing.services.quotes import (
    AMOUNT_COLUMNS,
    HEADER_COLUMNS,
    QuoteHeader,
    fill_quote,
    findable,
    lock_quote,
    price_quote_lines,
    read_quote_lines,
    save_quote_lines,
    set_header,
)

# What tells whether a line is as it was; the rest of it follows from these.
_SAME: Final = (
    "kind", "product_id", "description", "unit", "unit_factor", "typed_quantity", "quantity", "list_price", "unit_price",
    "net_amount", "net_base", "unit_cost", "cost_base", "tax_code", "tax_rate", "tax_amount", "price_steps",
    "supply", "ship_to_id",
)  # fmt: skip


class QuoteNotDraft(DomainError):
    """Only a draft can be written in; what the customer has seen is revised."""

    code = "not_a_draft"


@verb(silent="a quote without lines is nobody's business yet; its first line writes the first event")
def start_quote(*, customer_id: int, actor: Actor) -> Quote:
    """Open an empty draft quote for a customer; the actor's own one, where it is still empty.

    Raises: NotFound, NoRate
    """
    require(actor, "pricing.write_quote")
    customer = (
        Customer.objects.select_for_update(of=("self",), no_key=True)  # a second click finds the first one's quote
        .select_related("company")
        .filter(pk=customer_id, company_id=actor.company_id, is_active=True)
        .first()
    )
    if customer is None:
        raise NotFound("There is no such customer.", field="customer_id")
    empty = Quote.objects.filter(
        customer=customer, company_id=actor.company_id, written_by_id=actor.user_id, state=QuoteState.DRAFT, event_seq=0
    )
    standing = empty.filter(lines=None).order_by("-pk").first()
    if standing is not None:
        return standing
    today = clock.today(customer.company.time_zone)
    quote = Quote(
        company=customer.company,
        number=numbers.next_number(actor.company_id, "quote"),
        customer=customer,
        currency=customer.currency,
        currency_rate=rate_of(actor.company_id, customer.currency, today),
        written_by_id=actor.user_id,
        created_at=clock.now(),
    )
    set_header(quote, QuoteHeader(None, None, None, None, ""), today)
    quote.save(force_insert=True)
    return quote


@verb(events=(QuoteBegun, DiscountVoided))
def save_quote_draft(
    *,
    quote_id: int,
    lines: Sequence[LineInput],
    actor: Actor,
    requested_date: date | None = None,
    valid_until: date | None = None,
    contact_id: int | None = None,
    ship_to_id: int | None = None,
    customer_note: str = "",
    version: int | None = None,
) -> Quote:
    """Write header and all lines of a draft as they are on somebody's screen, priced as of today. Lines may be none.

    The version rises when anything changed; a ``version`` that is no longer the quote's refuses the whole. Once the
    quote is sent its prices stand, and this refuses.

    Raises: StaleVersion, QuoteNotDraft, InvalidLines and NoPrice naming each row, OverrideRefused, InvalidInput,
        NotFound
    Events: quote_begun with the first line; discount_voided where its prices had been approved and changed
    """
    require(actor, "pricing.write_quote")
    quote = lock_quote(quote_id, actor)
    if version is not None and version != quote.version:
        raise StaleVersion(f"{quote} was changed meanwhile. Look at it again.", seen=version, current=quote.version)
    if quote.state != QuoteState.DRAFT:
        raise QuoteNotDraft(
            f"{quote} is {quote.get_state_display().lower()}; only a draft can be changed here.", state=quote.state
        )
    standing = list(quote.lines.order_by("position"))
    before = _header(quote)
    header = QuoteHeader(requested_date, valid_until, contact_id, ship_to_id, customer_note)
    made = fill_quote(quote, header, lines, actor, standing)
    changed = _replace(quote, made, standing)
    if changed or before != _header(quote):
        quote.edits += 1
        quote.save(update_fields=["edits", *HEADER_COLUMNS, *AMOUNT_COLUMNS])
    if changed:
        forget_approval(quote, "", actor)
    if made and quote.event_seq == 0:
        record(quote, QuoteBegun(revision=quote.revision), actor=actor)
        index(actor.company_id, [findable(quote)])
    return quote


def try_quote_lines(*, quote: Quote, lines: Sequence[LineInput], actor: Actor) -> list[QuoteLine]:
    """What typed lines would be on this draft: looked up and priced. Writes nothing.

    Raises: InvalidLines, NoPrice, OverrideRefused
    """
    require(actor, "pricing.write_quote")
    granted = list(quote.lines.all()) if any(line.unit_price is not None for line in lines) else []
    made = read_quote_lines(quote, lines)
    price_quote_lines(quote, made, lines, granted, actor)
    return made


def _header(quote: Quote) -> list[object]:
    return [getattr(quote, quote._meta.get_field(name).attname) for name in HEADER_COLUMNS]  # type: ignore[union-attr]


def _replace(quote: Quote, made: Sequence[QuoteLine], standing: Sequence[QuoteLine]) -> bool:
    """Write the lines that differ from those at their position; True when any does."""
    known = {line.position: line for line in standing}
    fresh = []
    for line in made:
        old = known.get(line.position)
        if old is not None and all(getattr(old, column) == getattr(line, column) for column in _SAME):
            del known[line.position]
        else:
            fresh.append(line)
    if known:
        quote.lines.filter(pk__in=[line.pk for line in known.values()]).delete()
    save_quote_lines(quote, fresh)
    return bool(known or fresh)

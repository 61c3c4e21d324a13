"""Write a quote, and change it: a draft in place, one that was sent by a new revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused, StaleVersion
from omc.lib.service import verb
from orders.core import numbers
from orders.core.eventlog import record, record_many
from orders.core.inputs import LineInput
from orders.core.models import Address, Company, Contact, Customer
from orders.core.selectors.companies import setting
from orders.core.services.search import Findable, index
from orders.generation.models import Enquiry
from orders.generation.services import mark_quoted
from orders.pricing.events import QuoteChanged, QuoteDrafted, QuoteSuperseded
from orders.pricing.guidelines.events import DiscountVoided
from orders.pricing.guidelines.services import forget_approval
from orders.pricing.machines import QUOTE
from orders.pricing.models import Quote, QuoteLine, QuoteState
from orders.pricing.rules import overrides
from orders.pricing.selectors import rate_of, read_lines
from orders.pricing.services.price_lines import price_lines
from orders.pricing.services.quote_places import refuse_unknown_places
from orders.pricing.services.typed_prices import NOT_YOURS, OVERRIDE, settle_typed

VALID_DAYS = "pricing.quote_valid_days"


class OverrideRefused(PermissionRefused):
    """A price was typed over the one in force by somebody who may not; ``data["lines"]`` names the lines."""

    code = "price_override_refused"


@dataclass(frozen=True, slots=True)
class QuoteHeader:
    """What a quote says above its lines."""

    requested_date: date | None
    valid_until: date | None
    contact_id: int | None
    ship_to_id: int | None
    customer_note: str


@verb(events=(QuoteDrafted,))
def write_quote(
    *,
    customer_id: int,
    lines: Sequence[LineInput],
    actor: Actor,
    enquiry_id: int | None = None,
    requested_date: date | None = None,
    valid_until: date | None = None,
    contact_id: int | None = None,
    ship_to_id: int | None = None,
    currency: str = "",
    customer_note: str = "",
) -> Quote:
    """Draft a quote at today's prices. It is valid for the company's usual number of days unless told otherwise.

    Raises: NotFound, InvalidLines, NoPrice, NoRate, OverrideRefused for a typed price without the right to it
    Events: quote_drafted, and enquiry_quoted on the enquiry it answers
    """
    require(actor, "pricing.write_quote")
    customer = Customer.objects.filter(pk=customer_id, company_id=actor.company_id, is_active=True).first()
    if customer is None:
        raise NotFound("There is no such customer.", field="customer_id")
    company = Company.objects.get(pk=actor.company_id)
    enquiry = None
    if enquiry_id is not None:
        enquiry = Enquiry.objects.filter(pk=enquiry_id, company_id=actor.company_id, customer=customer).first()
        if enquiry is None:
            raise NotFound(f"{customer} has no such enquiry.", field="enquiry_id")
    quote = Quote(
        company=company,
        number=numbers.next_number(company.pk, "quote"),
        customer=customer,
        enquiry=enquiry,
        currency=(currency or customer.currency).upper(),
        written_by_id=actor.user_id,
        created_at=clock.now(),
    )
    header = QuoteHeader(requested_date, valid_until, contact_id, ship_to_id, customer_note)
    return _draft(quote, header, lines, actor, earlier=())


@verb(events=(QuoteChanged, QuoteDrafted, QuoteSuperseded, DiscountVoided))
def change_quote(
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
    """Write a quote anew at today's prices: a draft in place; one the customer has seen becomes a new revision.

    ``version`` is the one that the quote had when it was read. The earlier revision is superseded.

    Raises: IllegalTransition when it is converted or superseded, StaleVersion, and as ``write_quote``
    Events: quote_changed, and discount_voided where its prices had been approved; or quote_superseded on the old and
        quote_drafted on the new revision
    """
    require(actor, "pricing.write_quote")
    old = lock_quote(quote_id, actor)
    if version is not None and version != old.version:
        raise StaleVersion(f"{old} was changed meanwhile. Look at it again.", seen=version, current=old.version)
    header = QuoteHeader(requested_date, valid_until, contact_id, ship_to_id, customer_note)
    earlier = list(old.lines.all())
    if old.state == QuoteState.DRAFT:
        return _rewrite(old, header, lines, actor, earlier)
    QUOTE.advance(
        old, QuoteState.SUPERSEDED, QuoteSuperseded(revision=old.revision + 1), actor=actor, record=record_many
    )
    quote = Quote(
        company=old.company,
        number=old.number,
        revision=old.revision + 1,
        customer=old.customer,
        enquiry=old.enquiry,
        currency=old.currency,
        written_by_id=actor.user_id,
        created_at=clock.now(),
    )
    return _draft(quote, header, lines, actor, earlier)


def lock_quote(quote_id: int, actor: Actor) -> Quote:
    """The quote of the actor's company, its row held until the transaction ends.

    Raises: NotFound
    """
    quote = (
        Quote.objects.select_for_update(of=("self",))
        .select_related("company", "customer", "contact", "ship_to", "enquiry", "order")
        .filter(pk=quote_id, company_id=actor.company_id)
        .first()
    )
    if quote is None:
        raise NotFound(f"There is no quote {quote_id}.", quote_id=quote_id)
    return quote


def _draft(
    quote: Quote, header: QuoteHeader, inputs: Sequence[LineInput], actor: Actor, earlier: Sequence[QuoteLine]
) -> Quote:
    _refuse_empty(inputs)
    lines = fill_quote(quote, header, inputs, actor, earlier)
    quote.save()
    save_quote_lines(quote, lines)
    enquiry = quote.enquiry
    record(
        quote,
        QuoteDrafted(
            lines=len(lines),
            net_amount=quote.net_amount,
            currency=quote.currency,
            revision=quote.revision,
            enquiry=enquiry.number if enquiry else None,
        ),
        actor=actor,
    )
    if enquiry is not None and quote.revision == 1:
        mark_quoted(enquiry_id=enquiry.pk, quote_number=quote.number, actor=actor)
    index(actor.company_id, [findable(quote)])
    return quote


def _rewrite(
    quote: Quote, header: QuoteHeader, inputs: Sequence[LineInput], actor: Actor, earlier: Sequence[QuoteLine]
) -> Quote:
    _refuse_empty(inputs)
    before = quote.net_amount
    lines = fill_quote(quote, header, inputs, actor, earlier)
    quote.save(update_fields=[*HEADER_COLUMNS, *AMOUNT_COLUMNS])
    quote.lines.all().delete()
    save_quote_lines(quote, lines)
    forget_approval(quote, "", actor)
    record(
        quote,
        QuoteChanged(lines=len(lines), net_amount_before=before, net_amount=quote.net_amount, currency=quote.currency),
        actor=actor,
    )
    return quote


HEADER_COLUMNS = ("requested_date", "valid_until", "contact", "ship_to", "customer_note", "currency_rate")
AMOUNT_COLUMNS = ("net_amount", "tax_amount", "total_amount", "net_base", "cost_base")


def fill_quote(
    quote: Quote, header: QuoteHeader, inputs: Sequence[LineInput], actor: Actor, earlier: Sequence[QuoteLine]
) -> list[QuoteLine]:
    """Set header and amounts of the quote, and make its lines, priced; nothing is saved yet."""
    today = clock.today(quote.company.time_zone)
    set_header(quote, header, today)
    quote.currency_rate = rate_of(quote.company_id, quote.currency, today)
    lines = read_quote_lines(quote, inputs)
    price_quote_lines(quote, lines, inputs, earlier, actor)
    return lines


def price_quote_lines(
    quote: Quote,
    lines: Sequence[QuoteLine],
    inputs: Sequence[LineInput],
    earlier: Sequence[QuoteLine],
    actor: Actor,
) -> None:
    """Price the lines as of today, in place, and set the quote's amounts; ``earlier`` ones bear prices granted before.

    Raises: NoPrice, OverrideRefused
    """
    manual = {
        position: typed.unit_price for position, typed in enumerate(inputs, start=1) if typed.unit_price is not None
    }
    totals = price_lines(
        document=quote,
        lines=lines,
        customer=quote.customer,
        ship_to=quote.ship_to,
        on=clock.today(quote.company.time_zone),
        manual=manual,
        actor=actor,
    )
    _authorize_overrides(lines, inputs, earlier, actor)
    for column in AMOUNT_COLUMNS:
        setattr(quote, column, getattr(totals, column))


def set_header(quote: Quote, header: QuoteHeader, today: date) -> None:
    """Raises: InvalidInput, NotFound, each naming the field"""
    customer = quote.customer
    days = setting(quote.company_id, VALID_DAYS)
    quote.valid_until = header.valid_until or today + timedelta(days=days)
    if quote.valid_until < today:
        raise InvalidInput("A quote cannot end before today.", field="valid_until")
    quote.requested_date = header.requested_date
    quote.customer_note = header.customer_note.strip()
    contacts = Contact.objects.filter(customer=customer)
    quote.contact = (
        contacts.filter(pk=header.contact_id).first()
        if header.contact_id
        else contacts.order_by("-is_primary", "id").first()
    )
    if header.contact_id and quote.contact is None:
        raise NotFound(f"{customer} has no such contact.", field="contact_id")
    addresses = Address.objects.filter(customer=customer, is_active=True)
    quote.ship_to = (
        addresses.filter(pk=header.ship_to_id).first()
        if header.ship_to_id
        else addresses.exclude(use=Address.Use.BILL).order_by("-is_default", "id").first()
    )
    if header.ship_to_id and quote.ship_to is None:
        raise NotFound(f"{customer} has no such address.", field="ship_to_id")


def _refuse_empty(inputs: Sequence[object]) -> None:
    if not inputs:
        raise InvalidInput("A quote needs at least one line.", field="lines")


def read_quote_lines(quote: Quote, inputs: Sequence[LineInput]) -> list[QuoteLine]:
    """The typed lines looked up, not priced yet."""
    refuse_unknown_places(quote, inputs)
    items = read_lines(company_id=quote.company_id, customer_id=quote.customer_id, inputs=inputs)
    return [
        QuoteLine(
            quote=quote,
            position=position,
            kind=item.product.kind if item.product else typed.kind,
            product=item.product,
            description=(typed.description or (item.product.name if item.product else ""))[:200],
            unit=item.unit,
            unit_factor=item.factor,
            typed_quantity=typed.quantity,
            quantity=item.quantity,
            supply=typed.supply,
            ship_to_id=typed.ship_to_id,
        )
        for position, (typed, item) in enumerate(zip(inputs, items, strict=True), start=1)
    ]


def _authorize_overrides(
    lines: Sequence[QuoteLine], inputs: Sequence[LineInput], earlier: Sequence[QuoteLine], actor: Actor
) -> None:
    """A typed price over a system price needs the right, unless the same one stood before."""
    granted = {_override_key(line): line.price_steps[-1] for line in earlier if overrides(line.price_steps)}
    refused: list[dict[str, object]] = []
    for line, typed in zip(lines, inputs, strict=True):
        if typed.unit_price is None or line.product_id is None:
            continue
        stood = granted.get(_override_key(line)) if overrides(line.price_steps) else None
        if why := settle_typed(line, typed, stood, actor, company_id=line.quote.company_id):
            refused.append({"position": line.position, "field": "unit_price", "message": why})
    if refused:
        first = str(refused[0]["message"])
        rest = " Leave the price empty to take the one in force, or ask someone in pricing."
        raise OverrideRefused(
            first + (rest if first == NOT_YOURS else ""), field="lines", permission=OVERRIDE, lines=refused
        )


def _override_key(line: QuoteLine) -> tuple[int | None, Decimal]:
    return line.product_id, line.unit_price


def save_quote_lines(quote: Quote, lines: Sequence[QuoteLine]) -> None:
    for line in lines:
        line.quote = quote
    QuoteLine.objects.bulk_create(lines)


def findable(quote: Quote) -> Findable:
    customer = quote.customer
    return Findable(
        kind="quote",
        object_id=quote.pk,
        title=f"{quote} {customer.name}",
        url=reverse("pricing:quote", args=[quote.pk]),
        words=[customer.code],
        permission="pricing.view_quote",
    )

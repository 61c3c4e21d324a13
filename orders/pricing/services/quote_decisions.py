"""What happens to a written quote: sent, accepted, rejected, expired, converted."""

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.service import verb
from orders.core.eventlog import record_many
from orders.core.models import Company, Order, Wish
from orders.core.services.messages import tell_customer
from orders.generation.services import mark_ordered
from orders.pricing.events import QuoteAccepted, QuoteConverted, QuoteExpired, QuoteRejected, QuoteSent
from orders.pricing.guidelines.events import DiscountVoided
from orders.pricing.guidelines.services import forget_approval, refuse_unapproved_quote
from orders.pricing.machines import QUOTE
from orders.pricing.models import Quote, QuoteState, RejectReason
from orders.pricing.services.quotes import lock_quote


class NoRecipient(DomainError):
    """Nobody to send the quote to."""

    code, status = "no_recipient", 422


class QuoteOutdated(DomainError):
    """The quote's last day has passed; revise it to offer today's prices."""

    code = "quote_outdated"


class QuoteConvertedAlready(DomainError):
    """An order was made from this quote before; ``data["order_id"]`` says which."""

    code = "quote_converted"


@verb(events=(QuoteSent,))
def send_quote(*, quote_id: int, actor: Actor, recipient: str = "") -> Quote:
    """Send the quote with its PDF to its contact, or to the address given.

    Raises: NoRecipient, QuoteOutdated, InvalidInput without lines, DiscountNotApproved, IllegalTransition, NotFound
    Events: quote_sent
    """
    require(actor, "pricing.send_quote")
    quote = lock_quote(quote_id, actor)
    QUOTE.check(quote, QuoteState.SENT)
    _refuse_outdated(quote)
    if not quote.lines.exists():
        raise InvalidInput(f"{quote} has no lines yet.", field="lines")
    refuse_unapproved_quote(quote, actor)
    address = recipient.strip() or _address_of(quote)
    QUOTE.advance(
        quote,
        QuoteState.SENT,
        QuoteSent(total_amount=quote.total_amount, currency=quote.currency, valid_until=quote.valid_until),
        actor=actor,
        record=record_many,
        stamp={"sent_at": clock.now()},
    )
    tell_customer(
        kind="quote",
        key=f"quote:{quote.pk}:sent",
        about=quote,
        customer=quote.customer,
        contact=quote.contact,
        address=address,
        actor=actor,
    )
    return quote


@verb(events=(QuoteAccepted,))
def accept_quote(*, quote_id: int, actor: Actor) -> Quote:
    """The customer said yes, in time.

    Raises: QuoteOutdated, IllegalTransition, NotFound
    Events: quote_accepted
    """
    require(actor, "pricing.write_quote")
    quote = lock_quote(quote_id, actor)
    QUOTE.check(quote, QuoteState.ACCEPTED)
    _refuse_outdated(quote)
    QUOTE.advance(
        quote,
        QuoteState.ACCEPTED,
        QuoteAccepted(total_amount=quote.total_amount, currency=quote.currency),
        actor=actor,
        record=record_many,
        stamp={"decided_at": clock.now()},
    )
    return quote


@verb(events=(QuoteRejected, DiscountVoided))
def reject_quote(*, quote_id: int, reason: str, actor: Actor) -> Quote:
    """The customer said no, or nobody wants the draft any more; ``reason`` is one of ``RejectReason``.

    Raises: InvalidInput for an unknown reason, IllegalTransition, NotFound
    Events: quote_rejected, and discount_voided where approval of a draft was asked for
    """
    require(actor, "pricing.write_quote")
    quote = lock_quote(quote_id, actor)
    if reason not in RejectReason.values:
        raise InvalidInput("Choose why the quote was rejected.", field="reason", reasons=RejectReason.values)
    fact = QuoteRejected(reason=reason, because=str(RejectReason(reason).label).lower())
    stamp = {"reject_reason": reason, "decided_at": clock.now()}
    was_draft = quote.state == QuoteState.DRAFT
    QUOTE.advance(quote, QuoteState.REJECTED, fact, actor=actor, record=record_many, stamp=stamp)
    if was_draft:  # what was approved for a quote that went out stays on record
        forget_approval(quote, "the quote was given up", actor)
    return quote


@verb(events=(QuoteExpired,))
def expire_quotes(*, actor: Actor) -> int:
    """Expire every sent quote of the company whose last day has passed; returns how many. Run by the clock.

    Quotes that somebody works on right now are left for the next run.

    Events: quote_expired
    """
    require(actor, "pricing.send_quote")
    company = Company.objects.get(pk=actor.company_id)
    quotes = list(
        Quote.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(company=company, state=QuoteState.SENT, valid_until__lt=clock.today(company.time_zone))
        .order_by("pk")
    )
    facts = [QuoteExpired(valid_until=quote.valid_until) for quote in quotes]
    stamp = {"decided_at": clock.now()}
    QUOTE.advance_many(quotes, QuoteState.EXPIRED, facts, actor=actor, record=record_many, stamp=stamp)
    return len(quotes)


def mark_converted(*, quote_id: int, order: Order, actor: Actor) -> Quote:
    """The order was made from this accepted quote; exactly once. Inside another verb.

    Raises: QuoteConvertedAlready, IllegalTransition, NotFound
    Events: quote_converted, and enquiry_ordered on the enquiry it answered
    """
    quote = lock_quote(quote_id, actor)
    if quote.state == QuoteState.CONVERTED:
        raise QuoteConvertedAlready(
            f"{quote} was made into {quote.order} already.", quote=str(quote), order_id=quote.order_id
        )
    quote.order = order
    QUOTE.advance(
        quote,
        QuoteState.CONVERTED,
        QuoteConverted(order=str(order), net_amount=quote.net_amount, currency=quote.currency),
        actor=actor,
        record=record_many,
        stamp={"order": order.pk},
    )
    if quote.enquiry_id:
        mark_ordered(enquiry_id=quote.enquiry_id, order=order, actor=actor)
    return quote


def _refuse_outdated(quote: Quote) -> None:
    if quote.valid_until < clock.today(quote.company.time_zone):
        raise QuoteOutdated(
            f"{quote} was valid until {quote.valid_until}. Revise it to offer today's prices.",
            quote=str(quote),
            valid_until=quote.valid_until.isoformat(),
        )


def _address_of(quote: Quote) -> str:
    """Where the quote's contact is written to. Raises: NoRecipient where nobody is, or wants to be"""
    contact = quote.contact
    if contact is None or not contact.email:
        raise NoRecipient(
            f"{quote.customer} has no contact with an e-mail address. Say where to send the quote.", field="recipient"
        )
    if contact.message_choices.filter(kind="quote", wish=Wish.NONE).exists():
        raise NoRecipient(
            f"{contact} chose not to get quotes by e-mail. Say where to send this one.", field="recipient"
        )
    return contact.email

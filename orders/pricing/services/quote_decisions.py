"""What happens to a written quote: sent, accepted, rejected, expired."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.money import plain
from omc.lib.service import verb
from orders.core.eventlog import record_many
from orders.core.links.selectors import CHANNEL
from orders.core.links.services import issue_link
from orders.core.models import Company, LineKind, Wish
from orders.core.services.messages import tell_customer
from orders.pricing.answers.keeping import keep_answer
from orders.pricing.events import QuoteAccepted, QuoteExpired, QuoteRejected, QuoteSent
from orders.pricing.guidelines.events import DiscountVoided
from orders.pricing.guidelines.services import forget_approval, refuse_unapproved_quote
from orders.pricing.machines import QUOTE
from orders.pricing.models import Quote, QuoteAnswer, QuoteLine, QuoteState, RejectReason
from orders.pricing.services.quotes import lock_quote
from orders.pricing.services.typed_prices import refuse_asked_again

CHOICE: Final = (LineKind.GOODS, LineKind.KIT, LineKind.SERVICE)  # lines that a customer may leave out


class NoRecipient(DomainError):
    """Nobody to send the quote to."""

    code, status = "no_recipient", 422


class QuoteOutdated(DomainError):
    """The quote's last day has passed; revise it to offer today's prices."""

    code = "quote_outdated"


@verb(events=(QuoteSent,))
def send_quote(*, quote_id: int, actor: Actor, recipient: str = "") -> Quote:
    """Send the quote with its PDF to its contact, or to the address given.

    Raises: NoRecipient, QuoteOutdated, PriceAskedAgain, InvalidInput without lines, DiscountNotApproved, IllegalTransition,
        NotFound
    Events: quote_sent
    """
    require(actor, "pricing.send_quote")
    quote = lock_quote(quote_id, actor)
    QUOTE.check(quote, QuoteState.SENT)
    _refuse_outdated(quote)
    if not quote.lines.exists():
        raise InvalidInput(f"{quote} has no lines yet.", field="lines")
    refuse_asked_again(list(quote.lines.order_by("position")))
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
    issue_link("quote", quote, actor=actor, contact=quote.contact)
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
def accept_quote(
    *,
    quote_id: int,
    actor: Actor,
    lines: Collection[int] | None = None,
    quantities: Mapping[int, Decimal] | None = None,
    customer_po: str = "",
    name: str = "",
) -> Quote:
    """The customer said yes, in time: to all of it, or to ``lines`` (by id) with the charges that belong to them.

    ``quantities`` says how much of a line is taken, where it is not all of it; the price holds from the quantity that it
    was offered from. ``name`` is who said so, where the customer did it alone; ``customer_po`` goes on the orders that
    are made of it.

    Units: ``quantities`` as typed on the line.
    Raises: QuoteOutdated, InvalidInput for lines that are not there or none and for quantities that are too many or too
        few, IllegalTransition, NotFound
    Events: quote_accepted
    """
    _require_answer(actor)
    quote = lock_quote(quote_id, actor)
    QUOTE.check(quote, QuoteState.ACCEPTED)
    _refuse_outdated(quote)
    left_out = [] if lines is None else _left_out(quote, lines)
    in_part = _in_part(quote, quantities or {}, left_out)
    quote.lines.filter(pk__in=left_out).update(taken=False)
    for line_id, quantity in in_part.items():
        quote.lines.filter(pk=line_id).update(taken_quantity=quantity)
    QUOTE.advance(
        quote,
        QuoteState.ACCEPTED,
        QuoteAccepted(
            total_amount=quote.total_amount,
            currency=quote.currency,
            lines_left_out=len(left_out) or None,
            lines_in_part=len(in_part) or None,
        ),
        actor=actor,
        record=record_many,
        stamp={"decided_at": clock.now(), "customer_po": customer_po.strip()[:60]},
    )
    keep_answer(quote, QuoteAnswer.Kind.ACCEPTED, actor, name=name)
    return quote


def _left_out(quote: Quote, lines: Collection[int]) -> list[int]:
    """The lines that the customer does not take. Charges and texts are no choice: they belong to the rest."""
    offered = dict(quote.lines.values_list("pk", "kind"))
    if unknown := set(lines) - set(offered):
        raise InvalidInput(f"{quote} has no such line.", field="lines", lines=sorted(unknown))
    choice = {pk for pk, kind in offered.items() if kind in CHOICE}
    if choice and not choice & set(lines):
        raise InvalidInput("Choose at least one line.", field="lines")
    return sorted(choice - set(lines))


def _in_part(quote: Quote, quantities: Mapping[int, Decimal], left_out: Collection[int]) -> dict[int, Decimal]:
    """What is taken of the lines of which it is not all. Units: stock unit. Raises: InvalidInput, naming each line"""
    offered = {line.pk: line for line in quote.lines.all()}
    found, wrong = {}, []
    for line_id, typed in quantities.items():
        line = offered.get(line_id)
        if line is None or line.kind not in CHOICE:
            wrong.append({"line": line_id, "message": f"{quote} has no such line to take a part of."})
        elif line_id not in left_out and typed != line.typed_quantity:
            least = least_of(line)
            if least <= typed < line.typed_quantity and typed > 0 and typed == round(typed, 6):
                found[line_id] = typed * line.unit_factor
            else:
                most = f"{plain(line.typed_quantity)} {line.unit}"
                message = f"Line {line.position}: this price holds from {plain(least)} to {most}."
                wrong.append({"line": line_id, "message": message})
    if wrong:
        raise InvalidInput(str(wrong[0]["message"]), field="quantities", lines=wrong)
    return found


def least_of(line: QuoteLine) -> Decimal:
    """From how many on the price of a line holds. Units: as typed on the line.

    That of its list or contract; a typed price was given for all that it was typed for.
    """
    last = line.price_steps[-1] if line.price_steps else {}
    whole: Decimal = line.typed_quantity
    if last.get("step") == "manual":
        return whole
    least: Decimal = Decimal(str(last.get("min_quantity", "0"))) / line.unit_factor
    return min(least, whole)


@verb(events=(QuoteRejected, DiscountVoided))
def reject_quote(*, quote_id: int, reason: str, actor: Actor, words: str = "", name: str = "") -> Quote:
    """The customer said no, or nobody wants the draft any more; ``reason`` is one of ``RejectReason``.

    Raises: InvalidInput for an unknown reason, IllegalTransition, NotFound
    Events: quote_rejected, and discount_voided where approval of a draft was asked for
    """
    _require_answer(actor)
    quote = lock_quote(quote_id, actor)
    if reason not in RejectReason.values:
        raise InvalidInput("Choose why the quote was rejected.", field="reason", reasons=RejectReason.values)
    fact = QuoteRejected(reason=reason, because=str(RejectReason(reason).label).lower())
    stamp = {"reject_reason": reason, "decided_at": clock.now()}
    was_draft = quote.state == QuoteState.DRAFT
    QUOTE.advance(quote, QuoteState.REJECTED, fact, actor=actor, record=record_many, stamp=stamp)
    if was_draft:  # what was approved for a quote that went out stays on record
        forget_approval(quote, "the quote was given up", actor)
    else:
        keep_answer(quote, QuoteAnswer.Kind.DECLINED, actor, name=name, words=words)
    return quote


def _require_answer(actor: Actor) -> None:
    """Our people write quotes; the customer on the page of the link may answer the one that it is of."""
    require(actor, "pricing.answer_quote" if actor.channel == CHANNEL else "pricing.write_quote")


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

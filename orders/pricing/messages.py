"""What pricing tells customers: the quote, and every difference from what they asked for."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import MessageKind, Placeholder, Wording
from orders.core.asked import Asked, Given, differences, told_differences
from orders.core.links.addresses import address_of
from orders.core.links.selectors import standing_link
from orders.core.message_kinds import declare
from orders.core.models import LineKind
from orders.core.speech import Phrases, item_name, listed, long_day, money, quantity, say, unit_money
from orders.pricing.models import Quote, QuoteAnswer, QuoteLine, QuoteState
from orders.pricing.services.quote_pdf import quote_pdf

PHRASES: Final[Phrases] = {
    "en": {
        "line": "{item}: {quantity} at {price} per {unit}, with you on {day}",
        "line_no_day": "{item}: {quantity} at {price} per {unit}",
    },
    "de": {
        "line": "{item}: {quantity} zu {price} je {unit}, bei Ihnen am {day}",
        "line_no_day": "{item}: {quantity} zu {price} je {unit}",
    },
}
LINK: Final = Placeholder(
    "link", _("Address where the customer reads and answers it"), "https://orders.example.com/c/5k.Zr…/"
)
SILENT: Final = (LineKind.TEXT, LineKind.COMPONENT)
DATED: Final = (LineKind.GOODS, LineKind.KIT)


def register() -> None:
    """Called once, when Django is ready."""
    declare(
        MessageKind(
            key="quote",
            name=_("Quote"),
            stage=3,
            when=_("A quote was sent: its prices and dates, and every difference from what was asked."),
            placeholders=(
                Placeholder("quote", _("Number of the quote"), "QU-000031"),
                Placeholder("total", _("Total including tax"), "1,234.50 USD"),
                Placeholder("valid_until", _("Its last day"), "3 January 2027"),
                Placeholder("note", _("What was written for the customer"), "Prices include delivery."),
                Placeholder(
                    "differences",
                    _("Every difference from what was asked: dates, quantities, items"),
                    "What differs from what you asked for:\nHex bolt M8 (BOLT-8): you asked for 90 pc. It is 100 pc.",
                ),
                Placeholder(
                    "lines",
                    _("What is offered, with prices and days"),
                    "Hex bolt M8 (BOLT-8): 100 pc at 0.25 USD per pc, with you on 3 December 2026",
                ),
                LINK,
            ),
            wordings={
                "en": Wording(
                    "Quote {quote} from {company}",
                    "{greeting}\n\nthank you for asking us. Our quote is attached.\n\n{differences}\n\n"
                    "Quote: {quote}\nTotal including tax: {total}\nValid until: {valid_until}\n\n{lines}\n\n"
                    "{note}\n\nAccept it, or ask us about it: {link}\n\n{company}",
                ),
                "de": Wording(
                    "Angebot {quote} von {company}",
                    "{greeting}\n\nvielen Dank für Ihre Anfrage. Anbei erhalten Sie unser Angebot.\n\n{differences}\n\n"
                    "Angebot: {quote}\nSumme mit Steuer: {total}\nGültig bis: {valid_until}\n\n{lines}\n\n"
                    "{note}\n\nAnnehmen oder nachfragen: {link}\n\n{company}",
                ),
            },
            values=offered,
            find=find_quote,
            paper=lambda quote: (f"{quote.number}-{quote.revision}.pdf", quote_pdf(quote)),
        ),
        MessageKind(
            key="quote_ends",
            name=_("Quote ends soon"),
            stage=3,
            when=_("A quote that nobody answered yet ends in a few days."),
            placeholders=(
                Placeholder("quote", _("Number of the quote"), "QU-000031"),
                Placeholder("total", _("Total including tax"), "1,234.50 USD"),
                Placeholder("valid_until", _("Its last day"), "3 January 2027"),
                LINK,
            ),
            wordings={
                "en": Wording(
                    "Quote {quote} is valid until {valid_until}",
                    "{greeting}\n\nour quote {quote} over {total} is valid until {valid_until}.\n\n"
                    "Accept it, or ask us about it: {link}\n\n{company}",
                ),
                "de": Wording(
                    "Angebot {quote} gilt bis {valid_until}",
                    "{greeting}\n\nunser Angebot {quote} über {total} gilt bis {valid_until}.\n\n"
                    "Annehmen oder nachfragen: {link}\n\n{company}",
                ),
            },
            values=ending,
            find=find_quote,
            to="asked",
        ),
        MessageKind(
            key="quote_answer",
            name=_("Answer about a quote"),
            stage=3,
            when=_("Somebody here answered what the customer asked about a quote."),
            placeholders=(
                Placeholder("quote", _("Number of the quote"), "QU-000031"),
                Placeholder("question", _("What was asked"), "Does the price include delivery?"),
                Placeholder("answer", _("What we answered"), "Yes, to your door."),
                LINK,
            ),
            wordings={
                "en": Wording(
                    "Your question about quote {quote}",
                    "{greeting}\n\nyou asked us about quote {quote}:\n\n{question}\n\nOur answer:\n\n{answer}\n\n"
                    "Accept it, or ask us about it: {link}\n\n{company}",
                ),
                "de": Wording(
                    "Ihre Frage zum Angebot {quote}",
                    "{greeting}\n\nSie haben uns zum Angebot {quote} gefragt:\n\n{question}\n\nUnsere Antwort:\n\n{answer}"
                    "\n\nAnnehmen oder nachfragen: {link}\n\n{company}",
                ),
            },
            values=answered,
            find=find_quote,
        ),
    )


def find_quote(company_id: int, number: str) -> Quote | None:
    """A quote of the company: the newest revision of that number, or the latest that went out."""
    rows = Quote.objects.filter(company_id=company_id).select_related("company", "customer__company", "contact")
    written = number.partition("/")[0]
    rows = rows.filter(number__iexact=written) if written else rows.exclude(state=QuoteState.DRAFT)
    return rows.order_by("-id").first()


def offered(quote: Quote) -> dict[str, str]:
    """What the message of a quote says, in the language that is active."""
    rows = quote.lines.exclude(kind__in=SILENT).select_related("product")
    lines = list(rows.order_by("position"))
    asked = _asked(quote, lines)
    found = differences(asked, [_given(line) for line in lines])
    return {
        "quote": str(quote),
        "total": money(quote.total_amount, quote.currency),
        "valid_until": long_day(quote.valid_until),
        "note": quote.customer_note,
        "differences": told_differences(
            found,
            currency=quote.currency,
            lines=sum(line.kind in DATED for line in lines),
            asked=quote.enquiry_id is not None or any(wish.day for wish in asked),
        ),
        "lines": listed(_line(line, quote) for line in lines),
        "link": _link(quote),
    }


def ending(quote: Quote) -> dict[str, str]:
    """What the message about a quote that ends soon says."""
    return {
        "quote": str(quote),
        "total": money(quote.total_amount, quote.currency),
        "valid_until": long_day(quote.valid_until),
        "link": _link(quote),
    }


def answered(quote: Quote) -> dict[str, str]:
    """What the message about an answered question says: the last question, and what we answered."""
    said = list(quote.answers.order_by("-id"))
    reply = next((one for one in said if one.kind == QuoteAnswer.Kind.REPLY), None)
    asked = next((one for one in said if one.kind == QuoteAnswer.Kind.QUESTION), None)
    return {
        "quote": str(quote),
        "question": asked.words if asked else "",
        "answer": reply.words if reply else "",
        "link": _link(quote),
    }


def _link(quote: Quote) -> str:
    link = standing_link("quote", quote.pk, quote.company_id)
    return address_of(link) if link else ""


def _asked(quote: Quote, lines: list[QuoteLine]) -> list[Asked]:
    """What the enquiry named as items, in stock units; without one only the date that was wanted."""
    if quote.enquiry is not None:
        wishes = [wish for wish in quote.enquiry.lines.select_related("product").order_by("position") if wish.product]
        day = quote.requested_date or quote.enquiry.requested_date
        if wishes:
            return [
                Asked(item_name(wish.product.name, wish.product.sku), wish.product.pk, wish.quantity,
                      wish.product.stock_unit, None, day)
                for wish in wishes
                if wish.product
            ]  # fmt: skip
    return [
        Asked(_name(line), line.product_id, line.quantity, _stock_unit(line), None, quote.requested_date)
        for line in lines
    ]


def _given(line: QuoteLine) -> Given:
    dated = line.kind in DATED
    return Given(_name(line), line.product_id, line.quantity, _stock_unit(line), None, line.promised_date, dated)


def _stock_unit(line: QuoteLine) -> str:
    return line.product.stock_unit if line.product else line.unit


def _name(line: QuoteLine) -> str:
    return item_name(line.description, line.product.sku if line.product else "")


def _line(line: QuoteLine, quote: Quote) -> str:
    values = {
        "item": _name(line),
        "quantity": quantity(line.typed_quantity, line.unit),
        "price": unit_money(line.unit_price * line.unit_factor, quote.currency),
        "unit": line.unit,
    }
    if line.promised_date:
        return say(PHRASES, "line", day=long_day(line.promised_date), **values)
    return say(PHRASES, "line_no_day", **values)

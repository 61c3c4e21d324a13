"""Customers who answer a quote themselves, on the page of the link in its mail: they ask, accept, take a part, decline."""

from datetime import timedelta
from decimal import Decimal as D
from typing import Final

from omc.demo.stage import Story
from omc.demo.stories.base import hours
from omc.demo.stories.before import BeforeTales
from omc.lib.actor import Actor
from orders.core.inputs import LineInput
from orders.core.links.selectors import customers_actor, standing_link
from orders.core.models import Message
from orders.core.services.messages.choices import choose_messages
from orders.entry import services as entry
from orders.pricing import services as pricing
from orders.pricing.answers.services import answer_question, ask_question
from orders.pricing.models import Quote

ENDS: Final = ("asked", "accepted", "in_part", "declined", "answered")
ASKED: Final = (
    "Can half of it come a week later, at the same price?",
    "Is that with the seals, or do we need to order them?",
    "Our yard closes at three. Can your driver be there before?",
)  # fmt: skip
SAID: Final = "Yes, we can do that. The price stays as it is."


class AnswerTales(BeforeTales):
    """What is done with a signed link, by nobody of ours."""

    def by_link(self, ends: str) -> Story:
        """A quote goes out with its link; the customer's question about it waits, or is answered, or they decide."""
        house, rng = self.house, self.rng
        if ends == "asked":
            yield from self.lately(4, 5)
        items = rng.sample(house.goods[:7], 2)
        rows = [LineInput(product_id=item.pk, quantity=D(rng.choice((20, 40, 60)))) for item in items]
        quote = pricing.write_quote(customer_id=self.somebody().pk, lines=rows, actor=house["sales"])
        yield timedelta(minutes=30)
        self._sent(quote)
        yield hours(1, 2, rng) if ends == "asked" else hours(3, 20, rng)
        if ends in ("asked", "answered"):
            ask_question(quote_id=quote.pk, words=rng.choice(ASKED), actor=self.customer_of(quote), name=_signs(quote))
            if ends == "asked":
                return
            yield hours(0.5, 3, rng)
            answer_question(quote_id=quote.pk, words=SAID, actor=house["sales"])
            yield hours(1, 20, rng)
        self.decides_by_link(quote, ends)
        if ends != "declined":
            yield hours(0.3, 2, rng)
            order = entry.convert_quote(quote_id=quote.pk, actor=house["csr"])
            yield timedelta(minutes=15)
            entry.submit_order(order_id=order.pk, actor=house["csr"])

    def decides_by_link(self, quote: Quote, how: str) -> None:
        """The customer's own yes or no."""
        who, name = self.customer_of(quote), _signs(quote)
        if how == "declined":
            pricing.reject_quote(
                quote_id=quote.pk, reason="lead_time", words="We need it this week.", actor=who, name=name
            )
            return
        first = quote.lines.order_by("position").first()
        lines = [first.pk] if how == "in_part" and first else None
        po = f"PO-{self.rng.randint(10_000, 99_999)}"
        pricing.accept_quote(quote_id=quote.pk, lines=lines, customer_po=po, actor=who, name=name)

    def customer_of(self, quote: Quote) -> Actor:
        """Whoever has the link."""
        link = standing_link("quote", quote.pk, quote.company_id)
        if link is None:
            raise LookupError(f"{quote} went out without a link")
        return customers_actor(link)

    def wants_no_more(self, kind: str) -> Story:
        """A contact stops one kind of mail, on the page that their mails lead to."""
        yield timedelta(minutes=5)
        got = Message.objects.filter(company=self.house.company, template=kind, contact__isnull=False)
        message = got.order_by("pk").first()
        link = standing_link("messages", message.contact_id or 0, message.company_id) if message else None
        if link is not None:
            choose_messages(contact_id=link.subject_id, wishes={kind: "none"}, actor=customers_actor(link))


def _signs(quote: Quote) -> str:
    return quote.contact.name if quote.contact else "The buyer"

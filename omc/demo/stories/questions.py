"""Prices that somebody may not give alone: asked of one person, answered, passed on, or over before an answer came."""

from decimal import Decimal as D
from typing import Final

from omc.demo.stage import Story
from omc.demo.stories.base import hours
from omc.demo.stories.discounts import REASONS, DiscountTales
from omc.lib.money import round_price
from orders.core.inputs import LineInput
from orders.pricing import services as pricing
from orders.pricing.models import Quote, QuoteState
from orders.pricing.questions import services as questions
from orders.pricing.questions.models import PriceQuestion

ENDS: Final = ("yes", "other", "passed", "no", "open_question", "yes", "withdrawn", "lapsed")
WISHED: Final = (D("0.94"), D("0.93"), D("0.91"))  # of the price in force
NO: Final = "They have our best price already; offer two weeks more to pay"
MET: Final = "Half of what they want"


class QuestionTales(DiscountTales):
    """Sally asks for her quotes; Priya decides, or hands it to Leo."""

    def price_question(self, ends: str) -> Story:
        """A question that ends so, or that is ``asked`` when the playing stops."""
        if ends == "asked":
            yield from self.lately(0.5, 3)
        asked = self.asks_price(ends)
        if ends == "asked":
            return
        yield hours(0.2, 3, self.rng)
        if ends == "passed":
            questions.pass_question(
                question_id=asked.pk, decider_id=self.house["csr_lead"].user_id or 0, why="Your customer; you know what they buy",
                actor=self.house["pricing"],
            )  # fmt: skip
            yield hours(0.3, 4, self.rng)
        self.ends_question(asked, ends)

    def asks_price(self, ends: str) -> PriceQuestion:
        """From a draft quote, from one that the customer has (so that it may be lost), or from nowhere in particular."""
        item, customer, sales = self.rng.choice(self._bargained()), self._bargainer(), self.house["sales"]
        quote, price = None, None
        if ends not in ("no", "open_question"):
            row = LineInput(product_id=item.pk, quantity=D(40))
            quote = pricing.write_quote(customer_id=customer.pk, lines=[row], actor=sales)
            price = round_price(quote.lines.get().unit_price * self.rng.choice(WISHED))
            if ends == "lapsed":
                pricing.send_quote(quote_id=quote.pk, actor=sales)
        asked: PriceQuestion = questions.ask_price(
            customer_id=customer.pk, product_id=item.pk, quantity=D(40), unit_price=price,
            reason=self.rng.choice(REASONS), quote_id=quote.pk if quote else None,
            decider_id=self.house["pricing"].user_id, actor=sales,
        )  # fmt: skip
        return asked

    def ends_question(self, asked: PriceQuestion, ends: str) -> None:
        """By whoever has it in hand; what the customer got meanwhile goes out."""
        asked.refresh_from_db()
        if ends == "withdrawn":
            questions.withdraw_question(question_id=asked.pk, why="They took less", actor=self.house["sales"])
        elif ends == "lapsed" and asked.quote_id:
            pricing.reject_quote(quote_id=asked.quote_id, reason="competitor", actor=self.house["sales"])
        else:
            self.answers_question(asked, "yes" if ends == "passed" else ends)

    def answers_question(self, asked: PriceQuestion, how: str) -> None:
        decider = next(actor for actor in self.house.actors.values() if actor.user_id == asked.decider_id)
        met = asked.system_price
        if met is not None and asked.asked_price is not None:
            met = (met + asked.asked_price) / 2
        elif met is not None:
            met = met * D("0.97")
        if how == "no" or met is None:
            questions.answer_question(question_id=asked.pk, answer="no", words=NO, actor=decider)
        elif how == "yes" and asked.asked_price is not None:
            questions.answer_question(question_id=asked.pk, answer="yes", actor=decider)
        else:
            met = round_price(met)
            questions.answer_question(question_id=asked.pk, answer="other", unit_price=met, words=MET, actor=decider)
        quote = Quote.objects.filter(price_questions=asked, state=QuoteState.DRAFT).first()
        if quote is not None:
            pricing.send_quote(quote_id=quote.pk, actor=self.house["sales"])

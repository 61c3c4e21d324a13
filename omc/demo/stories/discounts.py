"""Prices that go further than the guidelines: somebody asks, somebody else decides, or nobody does in time."""

from datetime import timedelta
from decimal import Decimal as D
from typing import Final

from omc.demo import catalog
from omc.demo.stage import Story
from omc.demo.stories.base import BaseTales, hours
from omc.lib import clock
from omc.lib.actor import system
from omc.lib.money import round_price
from orders.core.inputs import LineInput
from orders.core.models import Customer, Order, Product
from orders.entry import services as entry
from orders.pricing import services as pricing
from orders.pricing.guidelines import services as guidelines
from orders.pricing.guidelines.models import Approval
from orders.pricing.models import Quote, QuoteState
from orders.pricing.selectors import price_of

SHARES: Final = (D("0.86"), D("0.85"), D("0.84"))  # of the price in force: further than anybody may go alone
SMALL: Final = D(17)  # about cheaper things nobody bargains
REASONS: Final = (
    "With us for ten years; a competitor offers as much", "A first order of a whole building", "To make up for two late trucks",
)  # fmt: skip
WHY: Final = "As they asked on the phone"
YES: Final = (
    "Once, for this project",
    "As asked; they take the rest of the year from us",
    "Go ahead, the margin is there",
)
NO: Final = ("At most eight per cent; offer free freight instead", "They had one last month already")


class DiscountTales(BaseTales):
    """Leo writes orders and Priya quotes at prices of their own; each decides about the other's."""

    def bargain(self, ends: str) -> Story:
        """An order at a low price: asked for, approved, refused and priced again, or void because it was changed first."""
        house = self.house
        if ends == "requested":
            yield from self.lately(1, 2.5)
        order = self.low_priced_order()
        yield timedelta(minutes=10)
        entry.submit_order(order_id=order.pk, actor=house["csr_lead"])
        if ends == "requested":
            return
        yield hours(0.5, 4, self.rng)
        if ends == "voided":
            self.price_again(order)
            return
        self.decides(Approval.objects.get(order=order), ends, "pricing")
        if ends == "refused":
            yield hours(0.5, 2, self.rng)
            self.price_again(order)

    def low_quote(self, ends: str) -> Story:
        """A quote at a low price: asked for, approved and sent, or asked for again because nobody decided in time."""
        house = self.house
        if ends == "requested":
            yield from self.lately(1.5, 3)
        quote = self.low_priced_quote()
        asked = self.asks_for(quote)
        if ends == "requested":
            return
        if ends == "expired":
            yield timedelta(days=5)
            guidelines.expire_approvals(actor=system("expire approvals", house.company.pk))
            asked = self.asks_for(quote)
        yield hours(0.5, 4, self.rng)
        self.decides(asked, "approved", "csr_lead")
        yield timedelta(minutes=20)
        quote.refresh_from_db()
        if quote.state == QuoteState.DRAFT:  # unless somebody who looked at the drafts was first
            pricing.send_quote(quote_id=quote.pk, actor=house["pricing"])

    def low_priced_order(self) -> Order:
        house, customer = self.house, self._bargainer()
        [item, other] = self.rng.sample(self._bargained(), 2)
        order: Order = entry.start_order(customer_id=customer.pk, channel="phone", actor=house["csr_lead"])
        wanted = clock.today(house.company.time_zone) + timedelta(days=self.rng.randint(6, 12))
        header = {"customer_po": f"PO-{self.rng.randint(10_000, 99_999)}", "requested_date": wanted}
        rows = [LineInput(product_id=item.pk, quantity=D(20)), LineInput(product_id=other.pk, quantity=D(5))]
        entry.save_draft(order_id=order.pk, header=header, lines=rows, actor=house["csr_lead"])
        first = order.lines.order_by("position").first()
        if first is not None:
            low = round_price(first.unit_price * self.rng.choice(SHARES))
            rows[0] = LineInput(product_id=item.pk, quantity=D(20), unit_price=low, price_reason=WHY)
            entry.save_draft(order_id=order.pk, lines=rows, actor=house["csr_lead"])
        return order

    def low_priced_quote(self) -> Quote:
        house, customer = self.house, self._bargainer()
        item, today = self.rng.choice(self._bargained()), clock.today(self.house.company.time_zone)
        price = price_of(
            company_id=house.company.pk, customer=customer, quantities={item.pk: D(50)}, currency="USD",
            currency_rate=D(1), on=today,
        )[item.pk]  # fmt: skip
        low = round_price(price.unit_price * self.rng.choice(SHARES))
        line = LineInput(product_id=item.pk, quantity=D(50), unit_price=low, price_reason=WHY)
        quote: Quote = pricing.write_quote(
            customer_id=customer.pk, lines=[line], valid_until=today + timedelta(days=30), actor=house["pricing"]
        )
        return quote

    def _bargainer(self) -> Customer:
        """Somebody of whom more may be asked than a no."""
        return self.rng.choice([buyer for buyer in self.buyers[:40] if buyer.customer_class != "D"])

    def _bargained(self) -> list[Product]:
        rows = zip(catalog.items()[:20], self.house.goods[:20], strict=True)
        return [
            item for row, item in rows if row.price > SMALL and row.category != "spares" and row.n != catalog.SCARCE
        ]

    def asks_for(self, quote: Quote) -> Approval:
        asked: Approval = guidelines.request_approval(
            quote_id=quote.pk, reason=self.rng.choice(REASONS), actor=self.house["pricing"]
        )
        return asked

    def decides(self, asked: Approval, how: str, who: str) -> None:
        if how == "refused":
            guidelines.refuse_discount(approval_id=asked.pk, decision=self.rng.choice(NO), actor=self.house[who])
        else:
            guidelines.approve_discount(approval_id=asked.pk, decision=self.rng.choice(YES), actor=self.house[who])

    def price_again(self, order: Order) -> None:
        """Back on the desk, at the prices in force, and in again."""
        lead = self.house["csr_lead"]
        entry.return_to_draft(order_id=order.pk, reason="Other prices", actor=lead)
        rows = [
            LineInput(product_id=line.product_id, quantity=line.typed_quantity, unit=line.unit, kind=line.kind)
            for line in order.lines.exclude(kind="component").order_by("position")
        ]
        entry.save_draft(order_id=order.pk, lines=rows, actor=lead)
        entry.submit_order(order_id=order.pk, actor=lead)

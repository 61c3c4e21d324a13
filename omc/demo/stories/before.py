"""What comes before the order: enquiries and quotes; and what the house decides by itself."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal as D

from omc.demo import catalog
from omc.demo.stage import Story
from omc.demo.stories.base import BaseTales, hours
from omc.lib import clock
from orders.core.inputs import LineInput
from orders.core.models import Customer
from orders.entry import services as entry
from orders.generation import services as generation
from orders.generation.services import EnquiryInput
from orders.pricing import services as pricing
from orders.pricing.models import Quote, QuoteState
from orders.prioritization import services as prioritization
from orders.prioritization.models import RuleSet
from orders.prioritization.services.allocation import NothingWaits
from planning import services as planning
from planning.services import SupplyInput


class BeforeTales(BaseTales):
    """Customers ask, we quote; suppliers deliver; rules change."""

    def enquiry(self, until: str = "ordered") -> Story:
        """A customer asks; we quote; they decide."""
        house, rng = self.house, self.rng
        customer, item = self.somebody(), rng.choice(house.goods[:7])
        if until in ("received", "working"):
            yield from self.lately(2, 3.5)
        asked = [EnquiryInput(product_id=item.pk, quantity=D(rng.choice((25, 60, 120))))]
        enquiry = generation.record_enquiry(
            customer_id=customer.pk, subject=f"Price for {catalog.in_sentence(item.name)}", lines=asked,
            value=D(rng.randint(200, 4000)), actor=house["csr"],
        )  # fmt: skip
        if until == "received":
            return
        yield hours(0.3, 1.5, rng) if until == "working" else hours(0.3, 3, rng)
        generation.take_enquiry(enquiry_id=enquiry.pk, actor=house["csr"])
        if until == "working":
            return
        if until == "closed":
            generation.close_enquiry(enquiry_id=enquiry.pk, reason="Budget was cut", actor=house["csr"])
            return
        yield from self.quote("sent" if until == "quoted" else "converted", customer, asked, enquiry.pk)

    def quote(
        self, until: str, customer: Customer, asked: Iterable[EnquiryInput], enquiry_id: int | None = None
    ) -> Story:
        """A quote, as far as ``until``: draft, sent, accepted, rejected, expired, superseded or converted."""
        house, rng = self.house, self.rng
        if until == "draft":
            yield from self.lately(1, 5)
        lines = [LineInput(product_id=row.product_id, quantity=row.quantity) for row in asked]
        days = 3 if until == "expired" else 30
        quote = pricing.write_quote(
            customer_id=customer.pk, lines=lines, enquiry_id=enquiry_id, actor=house["sales"],
            valid_until=clock.today(house.company.time_zone) + timedelta(days=days),
        )  # fmt: skip
        if until == "draft":
            return
        yield hours(1, 8, rng)
        self._sent(quote)
        if until == "sent":
            return
        yield timedelta(days=rng.randint(1, 4))
        if until == "superseded":
            more = [LineInput(product_id=line.product_id, quantity=line.quantity * 2) for line in lines]
            newer = pricing.change_quote(quote_id=quote.pk, lines=more, actor=house["sales"])
            yield hours(0.5, 3, rng)
            self._sent(newer)
        elif until == "rejected":
            pricing.reject_quote(quote_id=quote.pk, reason="price", actor=house["sales"])
        elif until == "expired":
            yield timedelta(days=4)
            pricing.expire_quotes(actor=house["admin"])
        else:
            pricing.accept_quote(quote_id=quote.pk, actor=house["sales"])
            if until == "converted":
                yield hours(0.2, 2, rng)
                entry.convert_quote(quote_id=quote.pk, actor=house["csr"])

    def _sent(self, quote: Quote) -> None:
        """By us, unless somebody who looked at the drafts was first."""
        quote.refresh_from_db()
        if quote.state == QuoteState.DRAFT:
            pricing.send_quote(quote_id=quote.pk, actor=self.house["sales"])

    def supply(self, until: str) -> Story:
        """We order from a supplier: ordered, part_received, received or cancelled."""
        house, rng = self.house, self.rng
        expected = clock.today(house.company.time_zone) + timedelta(days=7)
        supply = planning.order_supply(
            supplier_id=house.suppliers[0].pk, warehouse_id=rng.choice(house.warehouses).pk, expected_date=expected,
            lines=[SupplyInput(product_id=item.pk, quantity=D(200)) for item in rng.sample(house.goods[:7], 2)],
            actor=house["planner"],
        )  # fmt: skip
        if until == "ordered":
            return
        if until == "part_received":
            yield from self.lately(2, 6)
        else:
            yield timedelta(days=rng.randint(3, 6))
        if until == "cancelled":
            planning.cancel_supply(supply_id=supply.pk, actor=house["planner"])
            return
        lines = list(supply.lines.order_by("pk"))
        came = {lines[0].pk: D(120)} if until == "part_received" else {line.pk: line.quantity for line in lines}
        planning.receive_supply(supply_id=supply.pk, received=came, actor=house["planner"])

    def rules(self) -> Story:
        """Two people change how orders are ranked; a third version is still being written."""
        house = self.house
        current = RuleSet.objects.get(company=house.company, state="published")
        draft = prioritization.draft_rule_set(source_id=current.pk, actor=house["admin"])
        yield timedelta(hours=5)
        prioritization.publish_rule_set(rule_set_id=draft.pk, actor=house["admin2"])
        yield timedelta(days=2)
        prioritization.draft_rule_set(source_id=draft.pk, actor=house["admin"])

    def allocation(self, outcome: str) -> Story:
        """Stock is given out in rank order: a proposal, applied or discarded."""
        run = None
        while run is None:
            try:
                run = prioritization.run_allocation(actor=self.house["ops"])
            except NothingWaits:
                yield timedelta(hours=3)
        yield timedelta(minutes=30)
        if outcome == "applied":
            prioritization.apply_allocation(run_id=run.pk, actor=self.house["ops"])
        elif outcome == "discarded":
            prioritization.discard_allocation(run_id=run.pk, actor=self.house["ops"])

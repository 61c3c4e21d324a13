"""Blanket agreements: one that goes as planned, one that is taken too slowly, one that ends soon and is nearly used up,
one that is over, one that was closed, one that nobody decided about yet; the orders that draw on them, and what is
planned of one."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal as D
from typing import Final

from omc.demo.stage import Story
from omc.demo.stories.questions import QuestionTales
from omc.lib import clock
from omc.lib.money import round_price
from orders.core.inputs import LineInput
from orders.core.models import Customer
from orders.entry import services as entry
from orders.entry.releases.services import order_release
from orders.pricing.agreements import services as agreements
from orders.pricing.agreements.services import AgreedInput, PlannedInput
from orders.pricing.models import Agreement


@dataclass(frozen=True, slots=True)
class Plot:
    """``began`` and ``lasts`` are days before and after its writing, on working day ``written``; releases are (working
    day, quantity).
    """

    buyer: int
    items: tuple[int, ...]
    quantity: int
    began: int
    lasts: int
    releases: tuple[tuple[int, int], ...] = ()
    written: int = 1


PLOTS: Final = {
    "steady": Plot(1, (2, 3), 400, 0, 90, ((3, 40), (7, 40), (11, 60))),
    "slow": Plot(4, (5,), 1200, 75, 120, ((4, 40), (9, 40))),
    "ending": Plot(6, (4,), 200, 120, 40, ((2, 100), (6, 60), (10, 60))),
    "past": Plot(9, (3,), 80, 180, 3, ((2, 20),)),
    "closed": Plot(11, (6,), 300, 30, 150),
    "undecided": Plot(8, (2, 5), 600, 0, 365, written=-2),
}
PLANNED: Final = ((2, 2), (5, 1), (17, 3), (40, 2))  # days after the planning, boxes
SHARE: Final = D("0.9")  # of the list price


class AgreementTales(QuestionTales):
    """Sally agrees with a customer; Priya puts it in force; the order desk enters what they call off."""

    def agreement(self, name: str) -> Story:
        """An agreement is written and, but for one, decided."""
        plot, house = PLOTS[name], self.house
        today = clock.today(house.company.time_zone)
        made = agreements.write_agreement(
            customer_id=self._partner(plot).pk,
            items=[
                AgreedInput(house.goods[n].sku, D(plot.quantity), round_price((house.goods[n].list_price or D(0)) * SHARE))
                for n in plot.items
            ],
            valid_from=today - timedelta(days=plot.began), valid_to=today + timedelta(days=plot.lasts),
            customer_po=f"FRAME-{name.upper()}", actor=house["sales"],
        )  # fmt: skip
        if name == "undecided":
            return
        yield timedelta(hours=1)
        agreements.activate_agreement(agreement_id=made.pk, actor=house["pricing"])
        if name == "closed":
            yield timedelta(days=6)
            agreements.close_agreement(
                agreement_id=made.pk, reason="They build in another town", actor=house["pricing"]
            )

    def release(self, name: str, quantity: int) -> Story:
        """The customer calls something off; the order goes its way like any other."""
        plot, csr = PLOTS[name], self.house["csr"]
        if not Agreement.objects.filter(company=self.house.company, customer_po=f"FRAME-{name.upper()}").exists():
            return
        order = entry.start_order(customer_id=self._partner(plot).pk, actor=csr)
        lines = [LineInput(product_id=self.house.goods[n].pk, quantity=D(quantity)) for n in plot.items]
        header = {"customer_po": f"FRAME-{name.upper()}/{quantity}"}
        entry.save_draft(order_id=order.pk, header=header, lines=lines, actor=csr)
        yield timedelta(minutes=20)
        entry.submit_order(order_id=order.pk, actor=csr)

    def plan(self, name: str) -> Story:
        """Sally plans releases: one is ordered, one nobody orders in time, one is for next week, one is skipped."""
        plot, house = PLOTS[name], self.house
        agreement = Agreement.objects.filter(company=house.company, customer_po=f"FRAME-{name.upper()}").first()
        if agreement is None or agreement.state != "active":
            return
        today, item = clock.today(house.company.time_zone), house.goods[plot.items[0]]
        rows = [PlannedInput(today + timedelta(days=day), item.sku, D(boxes), "box") for day, boxes in PLANNED]
        done, _late, _next, unwanted = agreements.plan_releases(
            agreement_id=agreement.pk, rows=rows, actor=house["sales"]
        )
        yield timedelta(minutes=20)
        agreements.skip_release(release_id=unwanted.pk, reason="They stand still over the holidays", actor=house["csr"])
        order = order_release(release_id=done.pk, actor=house["csr"]).order
        yield timedelta(minutes=10)
        entry.submit_order(order_id=order.pk, actor=house["csr"])

    def _partner(self, plot: Plot) -> Customer:
        """Customers who buy in the company's own currency."""
        own = [buyer for buyer in self.buyers if buyer.currency == self.house.company.currency]
        return own[plot.buyer]

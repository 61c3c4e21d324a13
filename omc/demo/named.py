"""Five stories with a name, found by search: each is real documents and a case that says what it is about."""

from collections.abc import Generator, Iterator
from datetime import datetime, timedelta
from decimal import Decimal as D

from django.urls import reverse

from omc.demo import catalog
from omc.demo.house import House
from omc.demo.stage import Story
from omc.demo.stories import Tales
from omc.lib import clock
from omc.lib.actor import system
from orders.core.inputs import LineInput
from orders.core.models import Customer, Order
from orders.core.services import holds
from orders.core.services.notes import write_note
from orders.core.services.search import Findable, index
from orders.entry import services as entry
from orders.fulfillment import services as fulfillment
from orders.fulfillment.services import ParcelInput
from orders.pricing.warnings.services import watch_costs
from orders.scheduling import services as scheduling
from planning import services as planning
from planning.services import SupplyInput
from returns.postsales import services as postsales
from returns.postsales.models import Case

TITLES = (
    "The order the CEO asked about",
    "The customer about to leave",
    "Copper +14 %",
    "The truck that failed",
    "The invoice nobody pays",
)


def stories(house: House, tales: Tales, end: datetime) -> Iterator[tuple[datetime, Story]]:
    """Each story and when it begins."""
    tell = Named(house, tales)
    yield end - timedelta(days=21, hours=3), tell.the_order_the_ceo_asked_about()
    yield end - timedelta(days=27, hours=2), tell.the_customer_about_to_leave()
    yield end - timedelta(days=14, hours=1), tell.copper()
    yield end - timedelta(days=13, hours=4), tell.the_truck_that_failed()
    yield end - timedelta(days=28, hours=5), tell.the_invoice_nobody_pays()


class Named:
    def __init__(self, house: House, tales: Tales) -> None:
        self.house, self.tales = house, tales

    def the_order_the_ceo_asked_about(self) -> Story:
        """A hospital's order that waited for us on every desk: a day nobody confirmed it, a hold nobody had asked about."""
        house = self.house
        words = TITLES[0]
        order = yield from self._ordered(words, 5, ((10, 4), (8, 12), (5, 30), (22, 3)), wanted_in=6, unread=26)
        hold = holds.place_hold(
            order_id=order.pk, code="manual", reason="Waiting for an answer from the sales office", actor=house["csr"]
        )
        yield timedelta(days=3)
        holds.resolve_hold(hold_id=hold.pk, resolution="Nobody had asked; let go", actor=house["csr_lead"])
        yield timedelta(days=1)
        yield from self._ship(order, pause=timedelta(hours=20), on_the_road=timedelta(days=4))
        case = self._complained(
            order, f"{words}: where was it for two weeks?", "complaint",
            "Our director called yours: where were the pumps for two weeks?",
        )  # fmt: skip
        self._noted(
            order, "exec",
            "@leo Fairview's director called our CEO about this order: promised for {promise}, arrived {late} days late."
            " On whose desk did it lie, and how long?",
        )  # fmt: skip
        yield timedelta(hours=2)
        self._answered(case, "You are right. We walk through every hop of your order and tell you what we change.")

    def the_customer_about_to_leave(self) -> Story:
        """A dairy that ordered every week, then less; two trucks came late, and now it asks for its papers."""
        words = TITLES[1]
        for wanted in (((18, 4), (21, 6)), ((6, 10), (18, 2))):
            order = yield from self._ordered(words, catalog.LEAVING, wanted, wanted_in=4)
            yield from self._ship(order, pause=timedelta(hours=4), on_the_road=timedelta(days=5))
        yield timedelta(days=1)
        case = self._complained(
            order, f"{words}: two late trucks, now a competitor's offer", "complaint",
            "Again days late, and somebody else offers to do better. Please list all that we bought from you this year.",
        )  # fmt: skip
        self._noted(
            order, "csr",
            "@sally Lakeside used to order every week. Their last two orders came late, this one by {late} days. Call them?",
        )  # fmt: skip
        yield timedelta(hours=3)
        self._answered(case, "Your list is on its way, and Sally Moreau calls you today.")

    def copper(self) -> Story:
        """The metal rose by fourteen per cent; what we buy costs more, list and contract do not show it yet."""
        house, words = self.house, TITLES[2]
        watch_costs(actor=system("watch costs", house.company.pk))
        pipes = [item for item, row in zip(house.goods, catalog.items(), strict=True) if row.is_copper][:4]
        supply = planning.order_supply(
            supplier_id=house.suppliers[0].pk, warehouse_id=house.warehouses[0].pk,
            expected_date=clock.today(house.company.time_zone) + timedelta(days=9),
            lines=[SupplyInput(product_id=item.pk, quantity=D(120), unit_cost=item.standard_cost) for item in pipes],
            actor=house["planner"],
        )  # fmt: skip
        order = yield from self._ordered(words, 0, ((0, 120), (1, 80)), wanted_in=5)
        yield from self._ship(order, pause=timedelta(hours=3), on_the_road=timedelta(days=2))
        line = order.lines.order_by("position").get(position=1)
        before = line.unit_cost / catalog.COPPER_RISE
        case = postsales.open_case(
            subject=f"{words}: {order.customer.name} still pays the old price", order_id=order.pk, kind="problem",
            actor=house["csr"], body="Does the contract price of copper pipe hold for the rest of the year?",
        )  # fmt: skip
        self._noted(
            order, "csr",
            f"@priya Metro Metals raised copper by 14 per cent. {line.description} costs us {line.unit_cost:.2f} a metre"
            f" instead of {before:.2f}, and the contract still says {line.unit_price:.2f}: {_margin(line.unit_price, before)}"
            f" per cent of margin became {_margin(line.unit_price, line.unit_cost)}.",
        )  # fmt: skip
        yield timedelta(hours=3)
        self._answered(case, "We ask our pricing and come back to you.")
        postsales.wait_for(case_id=case.pk, whom="internal", actor=house["service"])
        yield timedelta(days=5)
        lines = {line.pk: line.quantity for line in supply.lines.all()}
        planning.receive_supply(supply_id=supply.pk, received=lines, actor=house["planner"])

    def the_truck_that_failed(self) -> Story:
        """Everything left in time; then the truck broke down."""
        words = TITLES[3]
        order = yield from self._ordered(words, 2, ((11, 2), (13, 20)), wanted_in=5)
        yield from self._ship(order, pause=timedelta(hours=2), on_the_road=timedelta(days=6))
        case = self._complained(
            order,
            f"{words}: it broke down outside Worcester",
            "problem",
            "Your driver called: no truck today. When, then?",
        )
        self._noted(
            order, "warehouse",
            "It left in time. The truck broke down outside Worcester and the goods went on with the next one: promised for"
            " {promise}, {late} days late.",
        )  # fmt: skip
        yield timedelta(hours=3)
        self._answered(case, "It went on with the next truck. We are sorry; your next order leaves a day earlier.")
        yield timedelta(hours=20)
        postsales.resolve_case(case_id=case.pk, resolution="Delivered with the next truck", actor=self.house["service"])

    def the_invoice_nobody_pays(self) -> Story:
        """Delivered, signed for, invoiced, asked about; and still open."""
        words = TITLES[4]
        order = yield from self._ordered(words, 9, ((10, 6), (12, 10)), wanted_in=3)
        yield from self._ship(order, pause=timedelta(hours=2), on_the_road=timedelta(days=2))
        yield timedelta(days=19)
        case = self._complained(
            order, f"{words}: the school says it never ordered", "problem",
            "Our accounts payable has no order of ours on file for this invoice.",
        )  # fmt: skip
        invoice = order.invoices.get()
        self._noted(
            order, "billing",
            f"{invoice.number} over {invoice.open_amount:,.2f} {invoice.currency} was due on {invoice.due_date:%-d %b}."
            f" They signed for the delivery, and the order names their {order.customer_po}.",
        )  # fmt: skip
        yield timedelta(hours=3)
        self._answered(
            case, f"Your order was {order.customer_po}, and the delivery was signed for. May we expect your payment?"
        )
        postsales.wait_for(case_id=case.pk, whom="customer", actor=self.house["service"])

    # Steps ----

    def _ordered(
        self, words: str, customer: int, wanted: tuple[tuple[int, int], ...], *, wanted_in: int, unread: int = 2
    ) -> Generator[timedelta, None, Order]:
        """What every story begins with: an order by phone, confirmed after ``unread`` hours, the night before it leaves."""
        house = self.house
        buyer: Customer = house.customers[customer]
        lines = [LineInput(product_id=house.goods[n].pk, quantity=D(quantity)) for n, quantity in wanted]
        order: Order = entry.start_order(customer_id=buyer.pk, channel="phone", actor=house["csr"])
        house.told.add(order.pk)
        wanted_on = clock.today(house.company.time_zone) + timedelta(days=wanted_in)
        header = {"customer_po": f"PO-{40_000 + customer}", "requested_date": wanted_on}
        entry.save_draft(order_id=order.pk, header=header, lines=lines, actor=house["csr"])
        yield timedelta(hours=1)
        entry.submit_order(order_id=order.pk, actor=house["csr"])
        self._called(order, words)
        yield timedelta(hours=unread)
        yield from self.tales.lift_holds(order)
        entry.confirm_order(order_id=order.pk, actor=house["csr"])
        yield timedelta(hours=20)
        return order

    def _complained(self, order: Order, subject: str, kind: str, said: str) -> Case:
        case: Case = postsales.open_case(
            subject=subject, order_id=order.pk, kind=kind, actor=self.house["csr"], body=said
        )
        return case

    def _noted(self, order: Order, role: str, words: str) -> None:
        """A colleague's note on the order; it may speak of the day that was ``{promise}``d and the days it came ``{late}``."""
        promised = max(filter(None, order.lines.values_list("current_promise", flat=True)))
        late = (clock.today(self.house.company.time_zone) - promised).days
        body = words.format(promise=f"{promised:%-d %b}", late=late)
        write_note(subject_type="order", subject_id=order.pk, body=body, actor=self.house[role])

    def _answered(self, case: Case, words: str) -> None:
        service = self.house["service"]
        postsales.assign_case(case_id=case.pk, actor=service)
        postsales.reply_case(case_id=case.pk, body=words, actor=service)

    def _called(self, order: Order, words: str) -> None:
        """Search finds the order itself by the words of its story."""
        order.refresh_from_db()
        customer = order.customer
        known = [customer.name, customer.code, order.customer_po, words]
        url = reverse("core:order", args=[order.pk])
        found = Findable("order", order.pk, str(order.number), url, known, "orders.view_order")
        index(order.company_id, [found])

    def _ship(self, order: Order, *, pause: timedelta, on_the_road: timedelta) -> Story:
        house = self.house
        for planned in self.tales.plans(order):
            scheduling.release_shipment(planned_id=planned.pk, actor=house["ops"])
            yield pause
            shipment = fulfillment.start_picking(planned_id=planned.pk, actor=house["warehouse"])
            yield timedelta(hours=1)
            fulfillment.pick_shipment(shipment_id=shipment.pk, actor=house["warehouse"])
            fulfillment.pack_shipment(shipment_id=shipment.pk, parcels=[ParcelInput()], actor=house["warehouse"])
            yield timedelta(hours=1)
            fulfillment.ship_shipment(shipment_id=shipment.pk, tracking_number="", actor=house["warehouse"])
            yield timedelta(hours=2)
            self.tales.billed(shipment)
            yield on_the_road
            fulfillment.deliver_shipment(shipment_id=shipment.pk, received_by="Goods-in", actor=house["warehouse"])


def _margin(price: D, cost: D) -> int:
    """In whole per cent of the price."""
    return round(100 * (price - cost) / price)

"""Five stories with a name, found by search: each is real documents and a case that says what it is about."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal as D

from django.urls import reverse

from omc.demo import catalog
from omc.demo.house import House
from omc.demo.stage import Story
from omc.demo.stories import Tales
from omc.lib import clock
from orders.core.inputs import LineInput
from orders.core.models import Customer, Order
from orders.core.services import holds
from orders.core.services.notes import write_note
from orders.core.services.search import Findable, index
from orders.entry import services as entry
from orders.fulfillment import services as fulfillment
from orders.fulfillment.services import ParcelInput
from orders.scheduling import services as scheduling
from planning import services as planning
from planning.services import SupplyInput
from returns.postsales import services as postsales
from returns.postsales.models import Case


def stories(house: House, tales: Tales, end: datetime) -> Iterator[tuple[datetime, Story]]:
    """Each story and when it begins."""
    tell = Named(house, tales)
    yield end - timedelta(days=21, hours=3), tell.the_order_the_ceo_asked_about()
    yield end - timedelta(days=19, hours=2), tell.the_customer_about_to_leave()
    yield end - timedelta(days=14, hours=1), tell.copper()
    yield end - timedelta(days=13, hours=4), tell.the_truck_that_failed()
    yield end - timedelta(days=28, hours=5), tell.the_invoice_nobody_pays()


class Named:
    def __init__(self, house: House, tales: Tales) -> None:
        self.house, self.tales = house, tales

    def the_order_the_ceo_asked_about(self) -> Story:
        """A hospital's order that waited for us on every desk: two holds, a day nobody looked, a late truck."""
        house = self.house
        order = self._draft(5, ((10, 4), (8, 12), (5, 30), (22, 3)), wanted_in=6)
        yield timedelta(hours=3)
        entry.submit_order(order_id=order.pk, actor=house["csr"])
        self._called(order, "The order the CEO asked about")
        yield timedelta(hours=26)
        yield from self.tales.lift_holds(order)
        entry.confirm_order(order_id=order.pk, actor=house["csr"])
        yield timedelta(hours=20)
        hold = holds.place_hold(
            order_id=order.pk, code="manual", reason="Waiting for an answer from the sales office", actor=house["csr"]
        )
        yield timedelta(days=3)
        holds.resolve_hold(hold_id=hold.pk, resolution="Nobody had asked; let go", actor=house["csr_lead"])
        yield timedelta(days=1)
        yield from self._ship(order, pause=timedelta(hours=20), on_the_road=timedelta(days=4))
        case = postsales.open_case(
            subject="The order the CEO asked about: where was it for two weeks?", order_id=order.pk, kind="complaint",
            actor=house["csr"], body="The hospital's director called ours: where were the pumps for two weeks?",
        )  # fmt: skip
        write_note(
            subject_type="order", subject_id=order.pk, actor=house["exec"],
            body="@leo Fairview's director called our CEO about this order. On whose desk did it lie, and how long?",
        )  # fmt: skip
        yield timedelta(hours=2)
        self._answered(case)

    def the_customer_about_to_leave(self) -> Story:
        """A dairy that ordered every week, then less, and now asks for its papers."""
        house = self.house
        order = self._draft(catalog.LEAVING, ((6, 10), (18, 2)), wanted_in=4)
        yield timedelta(hours=1)
        entry.submit_order(order_id=order.pk, actor=house["csr"])
        self._called(order, "The customer about to leave")
        yield timedelta(hours=2)
        yield from self.tales.lift_holds(order)
        entry.confirm_order(order_id=order.pk, actor=house["csr"])
        yield timedelta(hours=18)
        yield from self._ship(order, pause=timedelta(hours=4), on_the_road=timedelta(days=5))
        yield timedelta(days=4)
        case = postsales.open_case(
            subject="The customer about to leave: two late trucks, now a competitor's offer", order_id=order.pk,
            kind="complaint", actor=house["csr"], body="They asked for a list of all they bought from us this year.",
        )  # fmt: skip
        yield timedelta(hours=3)
        self._answered(case)

    def copper(self) -> Story:
        """The metal rose by fourteen per cent; what we ordered costs more, our list does not show it yet."""
        house = self.house
        pipes = [item for item, row in zip(house.goods, catalog.items(), strict=True) if row.is_copper][:4]
        supply = planning.order_supply(
            supplier_id=house.suppliers[0].pk, warehouse_id=house.warehouses[0].pk,
            expected_date=clock.today(house.company.time_zone) + timedelta(days=9),
            lines=[SupplyInput(product_id=item.pk, quantity=D(120), unit_cost=item.standard_cost) for item in pipes],
            actor=house["planner"],
        )  # fmt: skip
        order = self._draft(0, ((0, 120), (1, 80)), wanted_in=5)
        yield timedelta(hours=1)
        entry.submit_order(order_id=order.pk, actor=house["csr"])
        self._called(order, "Copper +14 %")
        yield timedelta(hours=2)
        yield from self.tales.lift_holds(order)
        entry.confirm_order(order_id=order.pk, actor=house["csr"])
        yield timedelta(hours=20)
        yield from self._ship(order, pause=timedelta(hours=3), on_the_road=timedelta(days=2))
        case = postsales.open_case(
            subject="Copper +14 %: the contract price of Atlas Pumps no longer covers our cost", order_id=order.pk,
            kind="problem", actor=house["sales"] if house["sales"].can("postsales.open_case") else house["csr"],
            body="Metro Metals raised copper by 14 per cent; list and contract still follow the old cost.",
        )  # fmt: skip
        yield timedelta(hours=3)
        self._answered(case)
        postsales.wait_for(case_id=case.pk, whom="internal", actor=house["service"])
        yield timedelta(days=5)
        lines = {line.pk: line.quantity for line in supply.lines.all()}
        planning.receive_supply(supply_id=supply.pk, received=lines, actor=house["planner"])

    def the_truck_that_failed(self) -> Story:
        """Everything was ready in time; then the truck broke down."""
        house = self.house
        order = self._draft(2, ((11, 2), (13, 20)), wanted_in=5)
        yield timedelta(hours=1)
        entry.submit_order(order_id=order.pk, actor=house["csr"])
        self._called(order, "The truck that failed")
        yield timedelta(hours=2)
        yield from self.tales.lift_holds(order)
        entry.confirm_order(order_id=order.pk, actor=house["csr"])
        yield timedelta(hours=20)
        yield from self._ship(order, pause=timedelta(hours=2), on_the_road=timedelta(days=6))
        case = postsales.open_case(
            subject="The truck that failed: broke down outside Worcester, four days late", order_id=order.pk,
            kind="problem", actor=house["csr"], body="Driver called at 14:20; goods went on with the next truck.",
        )  # fmt: skip
        yield timedelta(hours=3)
        self._answered(case)
        yield timedelta(hours=20)
        postsales.resolve_case(case_id=case.pk, resolution="Delivered; freight taken off", actor=house["service"])

    def the_invoice_nobody_pays(self) -> Story:
        """Delivered, invoiced, reminded; and still open."""
        house = self.house
        order = self._draft(9, ((10, 6), (12, 10)), wanted_in=3)
        yield timedelta(hours=1)
        entry.submit_order(order_id=order.pk, actor=house["csr"])
        self._called(order, "The invoice nobody pays")
        yield timedelta(hours=2)
        yield from self.tales.lift_holds(order)
        entry.confirm_order(order_id=order.pk, actor=house["csr"])
        yield timedelta(hours=20)
        yield from self._ship(order, pause=timedelta(hours=2), on_the_road=timedelta(days=2))
        yield timedelta(days=19)
        case = postsales.open_case(
            subject="The invoice nobody pays: the school says it never ordered", order_id=order.pk, kind="problem",
            actor=house["csr"], body="Delivery was signed for. Accounts payable has no order of theirs on file.",
        )  # fmt: skip
        yield timedelta(hours=3)
        self._answered(case)
        postsales.wait_for(case_id=case.pk, whom="customer", actor=house["service"])

    # Steps ----

    def _draft(self, customer: int, wanted: tuple[tuple[int, int], ...], wanted_in: int) -> Order:
        house = self.house
        buyer: Customer = house.customers[customer]
        lines = [LineInput(product_id=house.goods[n].pk, quantity=D(quantity)) for n, quantity in wanted]
        order: Order = entry.start_order(customer_id=buyer.pk, channel="phone", actor=house["csr"])
        house.told.add(order.pk)
        header = {
            "customer_po": f"PO-{40_000 + customer}",
            "requested_date": clock.today(house.company.time_zone) + timedelta(days=wanted_in),
        }
        entry.save_draft(order_id=order.pk, header=header, lines=lines, actor=house["csr"])
        return order

    def _answered(self, case: Case) -> None:
        service = self.house["service"]
        postsales.assign_case(case_id=case.pk, actor=service)
        postsales.reply_case(case_id=case.pk, body="We look into it and call you back.", actor=service)

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

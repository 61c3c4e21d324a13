"""Orders on their way, and the ways back."""

from datetime import datetime, time, timedelta
from decimal import Decimal as D
from zoneinfo import ZoneInfo

from billing import services as billing
from billing.preflight import services as preflight
from omc.demo.stage import Story
from omc.demo.stories.after import AfterTales
from omc.demo.stories.base import hours
from omc.demo.stories.changes import ChangeTales
from omc.demo.stories.ways import WayTales
from omc.lib import clock
from omc.lib.errors import DomainError
from orders.core.inputs import LineInput
from orders.core.master import services as master
from orders.core.models import Customer, DeliveryWay, Order
from orders.core.services import holds
from orders.entry import services as entry
from orders.fulfillment import services as fulfillment
from orders.fulfillment.models import Shipment
from orders.fulfillment.services import ParcelInput
from orders.scheduling import services as scheduling
from orders.scheduling.models import PlannedShipment, PlanState

STEPS = (
    "draft",
    "pending",
    "confirmed",
    "released",
    "picking",
    "picked",
    "packed",
    "shipped",
    "invoiced",
    "delivered",
    "paid",
)
FETCHED_BY = "Their driver"


class OrderTales(AfterTales, ChangeTales, WayTales):
    """A customer orders; the goods leave."""

    def order(self, until: str = "paid", customer: Customer | None = None, **how: object) -> Story:
        """A customer orders; the order travels as far as ``until``. ``how`` may ask for a hold, a short pick, a return."""
        stays = until not in ("paid", "delivered")
        order = self.draft(customer or self.somebody(), **({"unhurried": stays} | how))
        yield from self.goes_its_way(order, until, **how)

    def goes_its_way(self, order: Order, until: str, **how: object) -> Story:
        """A typed order travels as far as ``until``; nobody else acts in it meanwhile."""
        stays = until not in ("paid", "delivered")
        self.house.told.add(order.pk)
        try:
            yield from self._travel(order, until, stays, how)
        except DomainError:
            stays = False  # refused: whoever comes by takes it up
            raise
        finally:
            if not stays:
                self.house.told.discard(order.pk)

    def _travel(self, order: Order, until: str, stays: bool, how: dict[str, object]) -> Story:
        house, rng = self.house, self.rng
        if until == "draft":
            return
        yield hours(0.1, 1, rng)
        entry.submit_order(order_id=order.pk, actor=house["csr"])
        if until == "pending":
            return
        yield hours(0.3, 3, rng)
        yield from self.lift_holds(order)
        entry.confirm_order(order_id=order.pk, actor=house["csr"])
        yield hours(4, 20, rng)
        if how.get("hold"):
            yield from self.held_for_the_customer(order)
        if how.get("change"):
            yield from self.change(order, str(how["change"]))
        if until == "confirmed":
            return
        for planned in self.plans(order):
            if until == "paid":
                yield self.until_due(planned)
            elif stays:
                yield from self.lately(*((13, 16) if how.get("late") else (4, 6)))
            yield from self.ship(planned, until, brisk=0.3 if stays else 1)
        if until in ("paid", "delivered"):
            house.told.discard(order.pk)  # what is still to come of it goes out by whoever comes by
            yield from self.after(order, until, how)

    def until_due(self, planned: PlannedShipment) -> timedelta:
        """Goods are called for the day before their slot, not as soon as they could leave."""
        zone = ZoneInfo(self.house.company.time_zone)
        due = datetime.combine(planned.slot_date - timedelta(days=1), time(13), zone)
        return max(timedelta(0), due - clock.now())

    def draft(self, customer: Customer, **how: object) -> Order:
        """A draft as the order desk types it."""
        house, rng = self.house, self.rng
        lines = [
            LineInput(
                product_id=item.pk,
                quantity=D(rng.choice((1, 2, 4) if (item.list_price or 0) > 60 else (5, 10, 20, 40))),
            )
            for item in rng.sample(self.goods, rng.randint(2 if how.get("two_places") else 1, 5))
        ]
        if how.get("short"):
            lines.append(LineInput(product_id=house.goods[7].pk, quantity=D(3)))
        if how.get("kit"):
            lines.append(LineInput(product_id=house.kit.pk, quantity=D(2), kind="kit"))
        if how.get("service"):
            lines.append(LineInput(product_id=house.service.pk, quantity=D(4), kind="service"))
        if how.get("two_warehouses"):
            lines = [
                LineInput(product_id=line.product_id, quantity=line.quantity, warehouse_id=house.warehouses[n % 2].pk)
                for n, line in enumerate(lines)
            ]
        lines = self.sent_as_asked(customer, lines, how)
        if rng.random() < 0.4 and not how.get("collected"):
            lines.append(LineInput(product_id=house.freight.pk, quantity=D(1), kind="charge"))
        patience = 10 if how.get("unhurried") or how.get("special") or how.get("drop_ship") else 3
        wanted = clock.today(house.company.time_zone) + timedelta(days=rng.randint(patience, 12))
        po = f"PO-{rng.randint(10_000, 99_999)}" if customer.po_required or rng.random() < 0.6 else ""
        po = "" if how.get("no_po") else po
        channel = rng.choice(("desk", "phone", "email", "web"))
        order = entry.start_order(customer_id=customer.pk, channel=channel, actor=house["csr"])
        header: dict[str, object] = {"customer_po": po, "requested_date": wanted}
        if how.get("collected"):
            header["delivery"] = DeliveryWay.COLLECT
        entry.save_draft(order_id=order.pk, header=header, lines=lines, actor=house["csr"])
        return order

    def held_for_the_customer(self, order: Order) -> Story:
        """The customer's site is closed; the order waits for them, not for us."""
        hold = holds.place_hold(
            order_id=order.pk,
            code="customer_request",
            reason="Site closed until the inspection",
            actor=self.house["csr"],
        )
        yield hours(6, 28, self.rng)
        holds.resolve_hold(hold_id=hold.pk, resolution="Site open again", actor=self.house["csr_lead"])

    def plans(self, order: Order) -> list[PlannedShipment]:
        if not order.planned_shipments.exists():
            scheduling.plan_order(order_id=order.pk, actor=self.house["ops"])
        ours = order.planned_shipments.filter(state__in=[PlanState.PLANNED, PlanState.FROZEN], supplier_ships=False)
        return list(ours.order_by("pk"))

    def ship(self, planned: PlannedShipment, until: str = "paid", short: bool = False, brisk: float = 1) -> Story:
        """Release, pick, pack, ship and invoice one planned shipment, as far as ``until``; ``brisk``: of the usual time."""
        house, rng, reached = self.house, self.rng, STEPS.index(until)
        scheduling.release_shipment(planned_id=planned.pk, actor=house["ops"])
        if until == "released":
            return
        yield brisk * hours(0.5, 6, rng)
        shipment: Shipment = fulfillment.start_picking(planned_id=planned.pk, actor=house["warehouse"])
        if until == "picking":
            return
        yield brisk * hours(0.2, 1.5, rng)
        picked, reasons = {}, {}
        line = shipment.lines.order_by("-quantity").first()
        if short and line and line.quantity > 1:
            picked, reasons = {line.pk: line.quantity - 1}, {line.pk: "not_found"}
        fulfillment.pick_shipment(shipment_id=shipment.pk, picked=picked, reasons=reasons, actor=house["warehouse"])
        if until == "picked":
            return
        yield brisk * hours(0.2, 1, rng)
        parcel = ParcelInput(weight_kg=D(rng.randint(2, 40)))
        fulfillment.pack_shipment(shipment_id=shipment.pk, parcels=[parcel], actor=house["warehouse"])
        if until == "packed":
            return
        yield brisk * hours(0.3, 3, rng)
        if shipment.is_collected:
            fulfillment.hand_over(shipment_id=shipment.pk, collected_by=FETCHED_BY, actor=house["warehouse"])
        else:
            tracking = f"1Z{rng.randint(10**9, 10**10)}"
            fulfillment.ship_shipment(shipment_id=shipment.pk, tracking_number=tracking, actor=house["warehouse"])
        if reached >= STEPS.index("invoiced"):
            yield brisk * hours(1, 6, rng)
            billing.invoice_shipment(shipment_id=shipment.pk, actor=house["billing"])
        if reached >= STEPS.index("delivered") and not shipment.is_collected:
            yield hours(18, 34, rng)
            fulfillment.deliver_shipment(shipment_id=shipment.pk, received_by="Goods-in", actor=house["warehouse"])

    def billed(self, shipment: Shipment) -> None:
        billing.invoice_shipment(shipment_id=shipment.pk, actor=self.house["billing"])

    def way_back(self, which: str) -> Story:
        """Cancelled, abandoned, recalled, un-picked, frozen, voided: what life needs besides straight on."""
        house, rng = self.house, self.rng
        stops = which == "stopped_invoice"
        free = [row for row in self.buyers[::-1] if not row.po_required]
        buyer = free[0] if stops else rng.choice(self.buyers[:5])
        order = self.draft(buyer, unhurried=True, no_po=stops)
        house.told.add(order.pk)
        yield hours(0.2, 1, rng)
        if which == "abandoned":
            entry.abandon_draft(order_id=order.pk, actor=house["csr"])
            return
        entry.submit_order(order_id=order.pk, actor=house["csr"])
        yield from self.lift_holds(order)
        entry.confirm_order(order_id=order.pk, actor=house["csr"])
        yield hours(6, 20, rng)
        if which == "cancelled":
            entry.cancel_order(order_id=order.pk, reason="Ordered by mistake", actor=house["csr"])
            return
        planned = self.plans(order)[0]
        if which == "frozen":
            scheduling.freeze_shipment(planned_id=planned.pk, actor=house["ops"])
            return
        yield from self.lately(5, 7)
        scheduling.release_shipment(planned_id=planned.pk, actor=house["ops"])
        yield hours(0.3, 1, rng)
        if which == "recalled":
            scheduling.recall_shipment(planned_id=planned.pk, actor=house["ops"])
            return
        shipment = fulfillment.start_picking(planned_id=planned.pk, actor=house["warehouse"])
        yield hours(0.3, 1, rng)
        if which == "unpicked":
            fulfillment.pick_shipment(shipment_id=shipment.pk, actor=house["warehouse"])
            fulfillment.unpick_shipment(shipment_id=shipment.pk, reason="The customer calls", actor=house["warehouse"])
            return
        fulfillment.pick_shipment(shipment_id=shipment.pk, actor=house["warehouse"])
        fulfillment.pack_shipment(shipment_id=shipment.pk, parcels=[ParcelInput()], actor=house["warehouse"])
        fulfillment.ship_shipment(shipment_id=shipment.pk, tracking_number="", actor=house["warehouse"])
        if stops:
            yield from self.stopped(buyer, shipment)
            return
        draft = billing.draft_invoice(shipment_id=shipment.pk, actor=house["billing"])
        if which == "checked_invoice":
            preflight.check_invoice(invoice_id=draft.pk, actor=house["billing"])
        if which == "void":
            yield hours(1, 3, rng)
            billing.void_invoice(invoice_id=draft.pk, reason="Freight was agreed otherwise", actor=house["billing"])

    def stopped(self, buyer: Customer, shipment: Shipment) -> Story:
        """The customer wants its order number on every invoice from now on; this order came without one."""
        values = {"po_required": True}
        master.change_record(kind="customer", record_id=buyer.pk, values=values, actor=self.house["admin"])
        buyer.po_required = True  # whoever orders next for them knows
        yield hours(0.1, 0.3, self.rng)
        billing.invoice_shipment(shipment_id=shipment.pk, actor=self.house["billing"])

"""What happens at the demo company: orders and all that surrounds them, acted by the people whose work it is.

A story stops where its ``until`` says, so that every state of every document has something in it.
"""

import random
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from decimal import Decimal as D
from zoneinfo import ZoneInfo

from billing import services as billing
from billing.models import Invoice, InvoiceState
from omc.demo import catalog
from omc.demo.house import House
from omc.demo.stage import Story
from omc.lib import clock
from orders.core.inputs import LineInput
from orders.core.models import Customer, Hold, HoldState, Order
from orders.core.services import holds
from orders.entry import services as entry
from orders.fulfillment import services as fulfillment
from orders.fulfillment.models import Shipment
from orders.fulfillment.services import ParcelInput
from orders.generation import services as generation
from orders.generation.services import EnquiryInput
from orders.pricing import services as pricing
from orders.prioritization import services as prioritization
from orders.prioritization.models import RuleSet
from orders.prioritization.services.allocation import NothingWaits
from orders.scheduling import services as scheduling
from orders.scheduling.models import PlannedShipment, PlanState
from planning import services as planning
from planning.services import SupplyInput
from returns.claims import services as claims
from returns.claims.models import Disposition
from returns.claims.services import ReturnInput
from returns.postsales import services as postsales
from returns.postsales.models import FollowUp

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
REASONS = ("damaged", "wrong_item", "not_wanted", "ordered_wrong", "defective")


def hours(low: float, high: float, rng: random.Random) -> timedelta:
    return timedelta(minutes=int(rng.uniform(low, high) * 60))


class Tales:
    """All stories share the house and one seeded source of chance."""

    def __init__(self, house: House, rng: random.Random) -> None:
        self.house, self.rng = house, rng
        crowd = zip(catalog.buyers(), house.customers, strict=True)
        self.buyers = [customer for buyer, customer in crowd if not buyer.is_lost and buyer.n != catalog.LEAVING]
        self.goods = [item for item in house.goods if item.sku != house.goods[catalog.SCARCE].sku]

    def somebody(self) -> Customer:
        """A customer who buys; the regular ones more often."""
        return self.rng.choice(self.buyers[:20] if self.rng.random() < 0.35 else self.buyers)

    # Orders ----

    def order(self, until: str = "paid", customer: Customer | None = None, **how: object) -> Story:
        """A customer orders; the order travels as far as ``until``. ``how`` may ask for a hold, a short pick, a return."""
        house, rng = self.house, self.rng
        order = self.draft(customer or self.somebody(), **how)
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
        if until == "confirmed":
            return
        for planned in self.plans(order):
            if until == "paid":
                yield self.until_due(planned)
            yield from self.ship(planned, until)
        if until in ("paid", "delivered"):
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
            for item in rng.sample(self.goods, rng.randint(1, 5))
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
        if rng.random() < 0.4:
            lines.append(LineInput(product_id=house.freight.pk, quantity=D(1), kind="charge"))
        wanted = clock.today(house.company.time_zone) + timedelta(days=rng.randint(3, 11))
        po = f"PO-{rng.randint(10_000, 99_999)}" if customer.po_required or rng.random() < 0.6 else ""
        channel = rng.choice(("desk", "phone", "email", "web"))
        order = entry.start_order(customer_id=customer.pk, channel=channel, actor=house["csr"])
        entry.save_draft(
            order_id=order.pk, header={"customer_po": po, "requested_date": wanted}, lines=lines, actor=house["csr"]
        )
        return order

    def lift_holds(self, order: Order) -> Story:
        """What the checks stopped at submit is looked at and let go."""
        house = self.house
        for hold in Hold.objects.filter(order=order, status=HoldState.ACTIVE):
            yield hours(1, 8, self.rng)
            holds.resolve_hold(hold_id=hold.pk, resolution="Looked at, fine", actor=house["admin"])

    def held_for_the_customer(self, order: Order) -> Story:
        """The customer's site is closed; the order waits for them, not for us."""
        hold = holds.place_hold(
            order_id=order.pk,
            code="customer_request",
            reason="Site closed until the inspection",
            actor=self.house["csr"],
        )
        yield hours(20, 60, self.rng)
        holds.resolve_hold(hold_id=hold.pk, resolution="Site open again", actor=self.house["csr_lead"])

    def plans(self, order: Order) -> list[PlannedShipment]:
        if not order.planned_shipments.exists():
            scheduling.plan_order(order_id=order.pk, actor=self.house["ops"])
        return list(order.planned_shipments.filter(state__in=[PlanState.PLANNED, PlanState.FROZEN]).order_by("pk"))

    def ship(self, planned: PlannedShipment, until: str = "paid", short: bool = False) -> Story:
        """Release, pick, pack, ship and invoice one planned shipment, as far as ``until``."""
        house, rng, reached = self.house, self.rng, STEPS.index(until)
        scheduling.release_shipment(planned_id=planned.pk, actor=house["ops"])
        if until == "released":
            return
        yield hours(0.5, 6, rng)
        shipment: Shipment = fulfillment.start_picking(planned_id=planned.pk, actor=house["warehouse"])
        if until == "picking":
            return
        yield hours(0.2, 1.5, rng)
        picked, reasons = {}, {}
        line = shipment.lines.order_by("-quantity").first()
        if short and line and line.quantity > 1:
            picked, reasons = {line.pk: line.quantity - 1}, {line.pk: "not_found"}
        fulfillment.pick_shipment(shipment_id=shipment.pk, picked=picked, reasons=reasons, actor=house["warehouse"])
        if until == "picked":
            return
        yield hours(0.2, 1, rng)
        parcel = ParcelInput(weight_kg=D(rng.randint(2, 40)))
        fulfillment.pack_shipment(shipment_id=shipment.pk, parcels=[parcel], actor=house["warehouse"])
        if until == "packed":
            return
        yield hours(0.3, 3, rng)
        tracking = f"1Z{rng.randint(10**9, 10**10)}"
        fulfillment.ship_shipment(shipment_id=shipment.pk, tracking_number=tracking, actor=house["warehouse"])
        if reached >= STEPS.index("invoiced"):
            yield hours(1, 6, rng)
            billing.invoice_shipment(shipment_id=shipment.pk, actor=house["billing"])
        if reached >= STEPS.index("delivered"):
            yield hours(18, 34, rng)
            fulfillment.deliver_shipment(shipment_id=shipment.pk, received_by="Goods-in", actor=house["warehouse"])

    def billed(self, shipment: Shipment) -> None:
        billing.invoice_shipment(shipment_id=shipment.pk, actor=self.house["billing"])

    def after(self, order: Order, until: str, how: dict[str, object]) -> Story:
        """What comes after delivery: a return, a question, the money."""
        rng = self.rng
        if how.get("returned"):
            yield hours(24, 90, rng)
            yield from self.returned(order, str(how["returned"]))
        if how.get("case"):
            yield hours(5, 40, rng)
            yield from self.case(order, str(how["case"]))
        if until == "paid":
            yield timedelta(days=rng.randint(5, 35))
            self.pay(order, D(str(how.get("share", "1"))))

    def pay(self, order: Order, share: D) -> None:
        """The customer pays what is open on the order's invoices, or a share of it."""
        unpaid = [InvoiceState.POSTED, InvoiceState.PART_PAID]
        due = Invoice.objects.filter(order=order, kind="invoice", state__in=unpaid, open_amount__gt=0)
        owed = {row.pk: (row.open_amount * share).quantize(D("0.01")) for row in due}
        if owed:
            billing.record_payment(
                customer_id=order.customer_id,
                amount=sum(owed.values(), D(0)),
                received_on=clock.today(self.house.company.time_zone),
                reference=str(Order.objects.get(pk=order.pk)),
                apply=owed,
                actor=self.house["billing"],
            )

    # Returns and cases ----

    def returned(self, order: Order, until: str) -> Story:
        """Part of an order comes back: requested, authorized, received, inspected, settled, closed; or not at all."""
        house, rng = self.house, self.rng
        line = order.lines.filter(kind="goods", shipped__gte=1).order_by("position").first()
        if line is None:
            return
        wanted = [ReturnInput(order_line_id=line.pk, quantity=D(1), reason=rng.choice(REASONS))]
        document = claims.request_return(order_id=order.pk, lines=wanted, actor=house["csr"])
        if until == "requested":
            return
        yield hours(1, 10, rng)
        if until == "rejected":
            claims.reject_return(return_id=document.pk, reason="Outside the return window", actor=house["service"])
            return
        if until == "cancelled":
            claims.cancel_return(
                return_id=document.pk, reason="The customer keeps it after all", actor=house["service"]
            )
            return
        claims.authorize_return(return_id=document.pk, actor=house["service"])
        if until == "authorized":
            return
        yield hours(20, 80, rng)
        row = document.lines.get()
        claims.receive_return(return_id=document.pk, received={row.pk: D(1)}, actor=house["warehouse"])
        if until == "received":
            return
        yield hours(1, 20, rng)
        outcome = {row.pk: (D(1), rng.choice((Disposition.RESTOCK, Disposition.SCRAP)))}
        claims.inspect_return(return_id=document.pk, outcome=outcome, actor=house["warehouse"])
        if until == "inspected":
            return
        yield hours(1, 20, rng)
        claims.settle_return(return_id=document.pk, actor=house["service"])
        if until != "settled":
            yield hours(1, 10, rng)
            claims.close_return(return_id=document.pk, actor=house["service"])

    def case(self, order: Order, until: str) -> Story:
        """The customer asks something; it is answered, and closed when they are content."""
        house, rng = self.house, self.rng
        subject = rng.choice(
            ("Where is the rest?", "Manual for the pump", "Invoice address is wrong", "How to fit the valve")
        )
        case = postsales.open_case(subject=subject, order_id=order.pk, kind="question", actor=house["csr"])
        if until == "new":
            return
        yield hours(0.5, 4, rng)
        postsales.assign_case(case_id=case.pk, actor=house["service"])
        if until == "assigned":
            return
        if until in ("waiting_customer", "waiting_internal"):
            postsales.wait_for(case_id=case.pk, whom=until.removeprefix("waiting_"), actor=house["service"])
            return
        postsales.reply_case(case_id=case.pk, body="Here is what you asked for.", actor=house["service"])
        yield hours(1, 20, rng)
        postsales.resolve_case(case_id=case.pk, resolution="Answered", actor=house["service"])
        if until == "resolved":
            return
        yield hours(5, 60, rng)
        postsales.close_case(case_id=case.pk, satisfaction=rng.choice((3, 4, 5, 5)), actor=house["service"])

    def calls(self) -> Story:
        """Every other day the service desk makes the calls that are due; the latest ones still wait."""
        house = self.house
        while True:
            yield timedelta(days=2)
            today = clock.today(house.company.time_zone)
            due = FollowUp.objects.filter(company=house.company, done_at=None, due_on__lte=today - timedelta(days=1))
            for call in due.order_by("due_on", "pk")[:12]:
                outcome = self.rng.choice(("All arrived well", "Content", "Wants a visit in spring"))
                postsales.complete_follow_up(follow_up_id=call.pk, outcome=outcome, actor=house["service"])

    # Before the order ----

    def enquiry(self, until: str = "ordered") -> Story:
        """A customer asks; we quote; they decide."""
        house, rng = self.house, self.rng
        customer, item = self.somebody(), rng.choice(house.goods[:7])
        asked = [EnquiryInput(product_id=item.pk, quantity=D(rng.choice((25, 60, 120))))]
        enquiry = generation.record_enquiry(
            customer_id=customer.pk, subject=f"Price for {item.name.lower()}", lines=asked,
            value=D(rng.randint(200, 4000)), actor=house["csr"],
        )  # fmt: skip
        if until == "received":
            return
        yield hours(0.5, 5, rng)
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
        lines = [LineInput(product_id=row.product_id, quantity=row.quantity) for row in asked]
        days = 3 if until == "expired" else 30
        quote = pricing.write_quote(
            customer_id=customer.pk, lines=lines, enquiry_id=enquiry_id, actor=house["sales"],
            valid_until=clock.today(house.company.time_zone) + timedelta(days=days),
        )  # fmt: skip
        if until == "draft":
            return
        yield hours(1, 8, rng)
        pricing.send_quote(quote_id=quote.pk, actor=house["sales"])
        if until == "sent":
            return
        yield timedelta(days=rng.randint(1, 4))
        if until == "superseded":
            more = [LineInput(product_id=line.product_id, quantity=line.quantity * 2) for line in lines]
            pricing.change_quote(quote_id=quote.pk, lines=more, actor=house["sales"])
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

    # Planning and rules ----

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

    # The ways back ----

    def way_back(self, which: str) -> Story:
        """Cancelled, abandoned, recalled, un-picked, frozen, voided: what life needs besides straight on."""
        house, rng = self.house, self.rng
        order = self.draft(rng.choice(self.buyers[:5]))
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
        scheduling.release_shipment(planned_id=planned.pk, actor=house["ops"])
        yield hours(1, 3, rng)
        if which == "recalled":
            scheduling.recall_shipment(planned_id=planned.pk, actor=house["ops"])
            return
        shipment = fulfillment.start_picking(planned_id=planned.pk, actor=house["warehouse"])
        yield hours(0.5, 2, rng)
        if which == "unpicked":
            fulfillment.pick_shipment(shipment_id=shipment.pk, actor=house["warehouse"])
            fulfillment.unpick_shipment(shipment_id=shipment.pk, reason="The customer calls", actor=house["warehouse"])
            return
        fulfillment.pick_shipment(shipment_id=shipment.pk, actor=house["warehouse"])
        fulfillment.pack_shipment(shipment_id=shipment.pk, parcels=[ParcelInput()], actor=house["warehouse"])
        fulfillment.ship_shipment(shipment_id=shipment.pk, tracking_number="", actor=house["warehouse"])
        draft = billing.draft_invoice(shipment_id=shipment.pk, actor=house["billing"])
        if which == "void":
            yield hours(1, 3, rng)
            billing.void_invoice(invoice_id=draft.pk, reason="Freight was agreed otherwise", actor=house["billing"])

    def on_account(self) -> Story:
        """Money that nobody can assign yet."""
        yield timedelta(minutes=5)
        billing.record_payment(
            customer_id=self.house.customers[0].pk, amount=D("250.00"), apply={}, reference="unknown",
            received_on=clock.today(self.house.company.time_zone), actor=self.house["billing"],
        )  # fmt: skip

"""What lies on each desk, from the draft to the last call."""

from datetime import timedelta
from decimal import Decimal as D
from typing import Final

from django.db.models import Sum

from billing import services as billing
from billing.models import Invoice, InvoiceState
from omc.demo.hours import at_work
from omc.demo.lives import QUESTIONS
from omc.demo.stories import REASONS
from omc.demo.stories.orders import FETCHED_BY
from omc.demo.tending.base import AT_ONCE, NAMED
from omc.demo.tending.money import MoneyStaff
from omc.lib import clock
from omc.lib.actor import system
from orders.core.inputs import LineInput
from orders.core.links.selectors import standing_link
from orders.core.models import Hold, HoldState, Order, OrderState
from orders.core.services import holds
from orders.entry import services as entry
from orders.fulfillment import services as fulfillment
from orders.fulfillment.carriers.services import buy_labels
from orders.fulfillment.models import Shipment
from orders.fulfillment.models.shipments import GONE
from orders.fulfillment.services import ParcelInput
from orders.fulfillment.tracking.services import follow_shipments
from orders.generation import services as generation
from orders.generation.models import Enquiry
from orders.pricing import services as pricing
from orders.pricing.models import Quote
from orders.prioritization import services as prioritization
from orders.prioritization.models import AllocationRun
from orders.scheduling import services as scheduling
from orders.scheduling.models import PlannedShipment
from planning import services as planning
from planning.models import Promise, SupplyLine, SupplyOrder
from planning.services import SupplyInput
from returns.claims import services as claims
from returns.claims.models import Return
from returns.postsales import services as postsales
from returns.postsales.models import Case, FollowUp

UNMOVED: Final = ("discount_approval", "pending_change")  # holds that go with what they wait for


class Staff(MoneyStaff):
    """Does what is due in one company at the clock's time."""

    def tend(self) -> int:
        """One round over all desks; returns how many things were done. Nobody is there at night and at weekends."""
        self.done = 0
        self.hang_up_forgotten()
        if not at_work(clock.now(), self.zone):
            return 0
        for work in (
            self._drafts, self._enquiries, self._quotes, self._telephone, self._changes, self._discounts,
            self._price_questions, self._holds, self._pending, self._release, self._pick, self._pack, self._ship,
            self._deliver, self._invoice, self._disputes, self._promises, self._write_offs, self._collect, self._returns,
            self._cases, self._calls, self._supplies, self._shortages, self._allocations,
        ):  # fmt: skip
            work()
        return self.done

    def sweep(self) -> None:
        """What fell between two desks goes on: orders that stopped on the way to their truck, and what they lack."""
        for work in (
            self._time_is_up, self._drafts, self._shortages, self._supplies, self._holds, self._pending, self._release,
            self._pick, self._pack, self._ship, self._deliver, self._invoice,
        ):  # fmt: skip
            work()

    # Each desk ----

    def _drafts(self) -> None:
        """What nobody finished in the company's number of days is given up, as the nightly job does."""
        self._count(entry.abandon_drafts, actor=system("abandon drafts", self.house.company.pk))
        self._count(pricing.expire_quotes, actor=system("expire quotes", self.house.company.pk))
        for quote in self._rows(Quote, state="draft", created_at__lte=self._ago(hours=3))[:AT_ONCE]:
            self._try(pricing.send_quote, quote_id=quote.pk, actor=self.house["sales"])

    def _pending(self) -> None:
        held = Hold.objects.filter(order__company=self.house.company, status=HoldState.ACTIVE).values("order_id")
        rows = self._rows(Order, state=OrderState.PENDING, submitted_at__lte=self._ago(hours=2))
        for order in rows.exclude(pk__in=held)[:AT_ONCE]:
            self._try(entry.confirm_order, order_id=order.pk, actor=self.house["csr"])

    def _holds(self) -> None:
        rows = self._rows(Hold, status=HoldState.ACTIVE, placed_at__lte=self._ago(hours=4))
        for hold in rows.exclude(hold_type__code__in=UNMOVED)[:AT_ONCE]:
            self._try(holds.resolve_hold, hold_id=hold.pk, resolution="Looked at, fine", actor=self.house["admin"])

    def _release(self) -> None:
        soon = clock.today(self.house.company.time_zone) + timedelta(days=1)
        ours = self._rows(PlannedShipment, state__in=["planned", "frozen"], slot_date__lte=soon, supplier_ships=False)
        for plan in ours[:AT_ONCE]:
            self._try(scheduling.release_shipment, planned_id=plan.pk, actor=self.house["ops"])

    def _pick(self) -> None:
        rows = self._rows(PlannedShipment, state="released", released_at__lte=self._ago(hours=2))
        for plan in rows[:AT_ONCE]:
            self._try(fulfillment.start_picking, planned_id=plan.pk, actor=self.house["warehouse"])

    def _pack(self) -> None:
        packer = self.house["warehouse"]
        for shipment in self._rows(Shipment, state="picking", created_at__lte=self._ago(hours=1))[:AT_ONCE]:
            self._try(fulfillment.pick_shipment, shipment_id=shipment.pk, actor=packer)
        for shipment in self._rows(Shipment, state="picked", picked_at__lte=self._ago(minutes=40))[:AT_ONCE]:
            parcels = [ParcelInput(weight_kg=D(self.rng.randint(2, 40)))]
            self._try(fulfillment.pack_shipment, shipment_id=shipment.pk, parcels=parcels, actor=packer)

    def _ship(self) -> None:
        waits = self._rows(Shipment, state="packed", is_collected=True, packed_at__lte=self._ago(hours=20))
        for shipment in waits[:AT_ONCE]:
            self._try(
                fulfillment.hand_over, shipment_id=shipment.pk, collected_by=FETCHED_BY, actor=self.house["warehouse"]
            )
        packed = self._rows(Shipment, state="packed", is_collected=False, packed_at__lte=self._ago(hours=1))
        for shipment in packed[:AT_ONCE]:
            self._try(buy_labels, shipment_id=shipment.pk, actor=self.house["warehouse"])
            self._try(fulfillment.ship_shipment, shipment_id=shipment.pk, actor=self.house["warehouse"])

    def _deliver(self) -> None:
        self._count(follow_shipments, actor=system("tracking", self.house.company.pk))
        for shipment in self._rows(Shipment, state__in=["shipped", "in_transit"], shipped_at__lte=self._ago(hours=40))[
            :AT_ONCE
        ]:
            self._try(
                fulfillment.deliver_shipment,
                shipment_id=shipment.pk,
                received_by="Goods-in",
                actor=self.house["warehouse"],
            )

    def _invoice(self) -> None:
        posted = Invoice.objects.exclude(state=InvoiceState.VOID).filter(shipment__isnull=False).values("shipment_id")
        rows = self._rows(Shipment, state__in=GONE, shipped_at__lte=self._ago(hours=3))
        rows = rows.exclude(order__billing="done").exclude(customer__billing_rule__method="consolidated")
        for shipment in rows.exclude(pk__in=posted)[:AT_ONCE]:
            self._try(billing.invoice_shipment, shipment_id=shipment.pk, actor=self.house["billing"])

    def _collect(self) -> None:
        """Customers pay about when they always do; one in a hundred and fifty only after many calls."""
        today = clock.today(self.house.company.time_zone)
        rows = self._rows(
            Invoice, kind="invoice", state__in=["posted", "part_paid"], due_date__lte=today + timedelta(days=3)
        )
        for invoice in rows.exclude(order_id__in=self.stories)[:400]:
            late = 45 if invoice.pk % 150 == 0 else invoice.pk * 7919 % 19 - 3
            if today < invoice.due_date + timedelta(days=late) or not invoice.open_amount:
                continue
            self._try(
                billing.record_payment, customer_id=invoice.customer_id, amount=invoice.open_amount, received_on=today,
                reference=str(invoice.number), apply={invoice.pk: invoice.open_amount}, actor=self.house["billing"],
            )  # fmt: skip

    def _returns(self) -> None:
        house = self.house
        for row in self._rows(Return, state="requested", created_at__lte=self._ago(hours=6))[:AT_ONCE]:
            self._try(claims.authorize_return, return_id=row.pk, actor=house["service"])
        for row in self._rows(Return, state="authorized", created_at__lte=self._ago(days=4))[:AT_ONCE]:
            lines = {line.pk: line.quantity for line in row.lines.all()}
            self._try(claims.receive_return, return_id=row.pk, received=lines, actor=house["warehouse"])
        for row in self._rows(Return, state="received", received_at__lte=self._ago(hours=8))[:AT_ONCE]:
            kept = {line.pk: (line.received, "restock") for line in row.lines.all()}
            self._try(claims.inspect_return, return_id=row.pk, outcome=kept, actor=house["warehouse"])
        for row in self._rows(Return, state="inspected", received_at__lte=self._ago(hours=20))[:AT_ONCE]:
            self._try(claims.settle_return, return_id=row.pk, actor=house["service"])
        for row in self._rows(Return, state="settled", settled_at__lte=self._ago(hours=4))[:AT_ONCE]:
            self._try(claims.close_return, return_id=row.pk, actor=house["service"])
        self._come_back()

    def _come_back(self) -> None:
        """One delivery in twenty brings something back after some days."""
        from_day, to_day = self._ago(days=6), self._ago(days=5)
        rows = self._rows(Order, state=OrderState.CLOSED, claims="none", closed_at__gt=from_day, closed_at__lte=to_day)
        for order in rows.filter(returns=None)[:AT_ONCE]:
            line = order.lines.filter(kind="goods", shipped__gte=1).order_by("position").first()
            if order.pk % 20 == 0 and line is not None:
                wanted = [claims.ReturnInput(order_line_id=line.pk, quantity=D(1), reason=REASONS[order.pk % 5])]
                self._try(claims.request_return, order_id=order.pk, lines=wanted, actor=self.house["csr"])

    def _questions(self) -> None:
        """One delivery in fifteen leaves a question."""
        closed = self._rows(
            Order, state=OrderState.CLOSED, closed_at__gt=self._ago(days=2), closed_at__lte=self._ago(hours=3)
        )
        for order in closed.filter(cases=None)[:400]:
            if order.pk % 15 == 1:
                subject = QUESTIONS[order.pk % len(QUESTIONS)]
                self._try(
                    postsales.open_case, subject=subject, order_id=order.pk, kind="question", actor=self.house["csr"]
                )

    def _cases(self) -> None:
        self._questions()
        service = self.house["service"]
        rows = self._rows(Case, state="new", created_at__lte=self._ago(hours=3))
        for case in rows.filter(kind="question")[:AT_ONCE]:
            self._try(postsales.assign_case, case_id=case.pk, actor=service)
        rows = self._rows(Case, state="assigned", kind="question", created_at__lte=self._ago(hours=8))
        for case in rows[:AT_ONCE]:
            self._try(self._answer, case)
        old = self._rows(Case, state__in=["new", "assigned"], created_at__lte=self._ago(days=2))
        for case in old.exclude(kind="question").exclude(subject__startswith=NAMED[0])[:AT_ONCE]:
            self._try(self._answer, case)
        rows = self._rows(Case, state__in=["waiting_customer", "waiting_internal"], created_at__lte=self._ago(days=6))
        for case in rows[:AT_ONCE]:
            self._try(postsales.resolve_case, case_id=case.pk, resolution="Heard from them: settled", actor=service)
        for case in self._rows(Case, state="resolved", resolved_at__lte=self._ago(days=2))[:AT_ONCE]:
            self._try(postsales.close_case, case_id=case.pk, satisfaction=3 + case.pk % 3, actor=service)

    def _answer(self, case: Case) -> None:
        service = self.house["service"]
        if case.state == "new":
            postsales.assign_case(case_id=case.pk, actor=service)
        postsales.reply_case(case_id=case.pk, body="Here is what you asked for.", actor=service)
        postsales.resolve_case(case_id=case.pk, resolution="Answered", actor=service)

    def _calls(self) -> None:
        today = clock.today(self.house.company.time_zone)
        for call in self._rows(FollowUp, done_at=None, due_on__lte=today)[:AT_ONCE]:
            outcome = self.rng.choice(("All arrived well", "Content", "Wants a visit in spring"))
            self._try(postsales.complete_follow_up, follow_up_id=call.pk, outcome=outcome, actor=self.house["service"])

    def _enquiries(self) -> None:
        for enquiry in self._rows(Enquiry, state="received", created_at__lte=self._ago(hours=1))[:AT_ONCE]:
            self._try(generation.take_enquiry, enquiry_id=enquiry.pk, actor=self.house["csr"])
        for enquiry in self._rows(Enquiry, state="working", created_at__lte=self._ago(hours=3))[:AT_ONCE]:
            self._try(self._quote_or_close, enquiry)

    def _quote_or_close(self, enquiry: Enquiry) -> None:
        """Most who ask are told a price."""
        asked = enquiry.lines.filter(product__isnull=False)
        lines = [LineInput(product_id=row.product_id, quantity=row.quantity) for row in asked.order_by("position")]
        if not lines or enquiry.pk % 4 == 0:
            reason = "Only wanted to know"
            generation.close_enquiry(enquiry_id=enquiry.pk, reason=reason, actor=self.house["csr"])
            return
        pricing.write_quote(
            customer_id=enquiry.customer_id, lines=lines, enquiry_id=enquiry.pk, actor=self.house["sales"],
            valid_until=clock.today(self.house.company.time_zone) + timedelta(days=30),
        )  # fmt: skip

    def _quotes(self) -> None:
        for quote in self._rows(Quote, state="sent", sent_at__lte=self._ago(days=4))[:AT_ONCE]:
            self._try(self._decide, quote)
        for quote in self._rows(Quote, state="accepted", decided_at__lte=self._ago(hours=3))[:AT_ONCE]:
            self._try(entry.convert_quote, quote_id=quote.pk, prices="quoted", actor=self.house["csr"])
        drafts = Order.objects.filter(company=self.house.company, state=OrderState.DRAFT, quotes__isnull=False)
        for order in drafts.filter(created_at__lte=self._ago(hours=1))[:AT_ONCE]:
            self._try(entry.submit_order, order_id=order.pk, actor=self.house["csr"])

    def _decide(self, quote: Quote) -> None:
        if quote.pk % 3 == 0 and standing_link("quote", quote.pk, quote.company_id):
            self.tales.decides_by_link(quote, ("accepted", "declined")[quote.pk % 2])
        elif quote.pk % 5 < 2:
            pricing.accept_quote(quote_id=quote.pk, actor=self.house["sales"])
        else:
            pricing.reject_quote(quote_id=quote.pk, reason="price", actor=self.house["sales"])

    def _supplies(self) -> None:
        """Suppliers deliver on the day that they said; one in eight some days later."""
        today = clock.today(self.house.company.time_zone)
        rows = self._rows(SupplyOrder, state__in=["ordered", "part_received"], expected_date__lte=today)
        for supply in rows[:AT_ONCE]:
            if supply.pk % 8 == 0 and supply.expected_date > today - timedelta(days=4):
                continue
            came = {line.pk: line.quantity - line.received for line in supply.lines.all()}
            if supply.ship_to_id is None:
                self._try(planning.receive_supply, supply_id=supply.pk, received=came, actor=self.house["planner"])
            else:
                self._try(
                    fulfillment.confirm_supplier_shipment, supply_id=supply.pk, sent=came, sent_on=today,
                    actor=self.house["planner"],
                )  # fmt: skip

    def _shortages(self) -> None:
        """What orders wait for and nobody has bought yet is bought."""
        company = self.house.company
        short = Promise.objects.filter(company=company, is_open=True, backordered__gt=0)
        coming = SupplyLine.objects.filter(supply__company=company, supply__state__in=["ordered", "part_received"])
        rows = short.exclude(product_id__in=coming.values("product_id")).values("product_id", "warehouse_id")
        for row in rows.annotate(units=Sum("backordered")).order_by("product_id", "warehouse_id")[:AT_ONCE]:
            wanted = SupplyInput(product_id=row["product_id"], quantity=row["units"])
            self._try(
                planning.order_supply, supplier_id=self.house.suppliers[0].pk, warehouse_id=row["warehouse_id"],
                expected_date=clock.today(company.time_zone) + timedelta(days=4), lines=[wanted],
                actor=self.house["planner"],
            )  # fmt: skip

    def _allocations(self) -> None:
        """A proposal that nobody decided on in a day is out of date."""
        for run in self._rows(AllocationRun, state="proposed", created_at__lte=self._ago(days=1))[:AT_ONCE]:
            self._try(prioritization.discard_allocation, run_id=run.pk, actor=self.house["ops"])

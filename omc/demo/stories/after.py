"""What comes after delivery: money, returns, cases and calls."""

from datetime import timedelta
from decimal import Decimal as D

from billing import services as billing
from billing.models import Invoice, InvoiceState
from omc.demo.stage import Story
from omc.demo.stories.base import BaseTales, hours
from omc.lib import clock
from orders.core.models import Order
from returns.claims import services as claims
from returns.claims.models import Disposition
from returns.claims.services import ReturnInput
from returns.postsales import services as postsales
from returns.postsales.models import FollowUp

REASONS = ("damaged", "wrong_item", "not_wanted", "ordered_wrong", "defective")


class AfterTales(BaseTales):
    """Customers pay, ask and send back."""

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
            yield timedelta(days=int(str(how.get("pays_in") or rng.randint(5, 35))))
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

    def on_account(self) -> Story:
        """Money that nobody can assign yet."""
        yield timedelta(minutes=5)
        billing.record_payment(
            customer_id=self.house.customers[0].pk, amount=D("250.00"), apply={}, reference="unknown",
            received_on=clock.today(self.house.company.time_zone), actor=self.house["billing"],
        )  # fmt: skip

    def returned(self, order: Order, until: str) -> Story:
        """Part of an order comes back: requested, authorized, received, inspected, settled, closed; or not at all."""
        house, rng = self.house, self.rng
        line = order.lines.filter(kind="goods", shipped__gte=1).order_by("position").first()
        if line is None:
            return
        if until == "requested":
            yield from self.lately(1, 5)
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
        if until in ("received", "inspected", "settled"):
            yield from self.lately(*{"received": (8, 12), "inspected": (18, 22), "settled": (28, 32)}[until])
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
        if until in ("new", "assigned"):
            yield from self.lately(4, 7)
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
        """Every day the service desk makes the calls that are due."""
        house = self.house
        while True:
            yield timedelta(days=1)
            today = clock.today(house.company.time_zone)
            due = FollowUp.objects.filter(company=house.company, done_at=None, due_on__lte=today)
            for call in due.order_by("due_on", "pk")[:20]:
                outcome = self.rng.choice(("All arrived well", "Content", "Wants a visit in spring"))
                postsales.complete_follow_up(follow_up_id=call.pk, outcome=outcome, actor=house["service"])

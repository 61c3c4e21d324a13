"""After every verb of a random sequence, in two currencies, each document balances and so does all of it."""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F, Sum

from billing.corrections.services import decide_write_off, refund_payment, reverse_payment, write_off
from billing.disputes.services import decide_dispute, raise_dispute
from billing.models import Dispute, Invoice, InvoiceDue, Payment, WriteOff
from billing.services import apply_payment, credit_lines, invoice_shipment, lock_customer
from omc.lib import clock
from omc.lib.errors import DomainError
from orders.core import lifecycle
from orders.core.models import Order
from orders.pricing.services import set_rate
from tests.billing.factories import shipped_order
from tests.billing.test_payments import Shop, books_hold
from tests.factories import make_actor

D = Decimal
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Life:
    """A company whose customer buys in another currency; what happens is drawn by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.shop = Shop(currency="EUR", rate="1.0833")
        self.company, self.actor = self.shop.company, self.shop.actor
        self.colleague, admin = make_actor(self.company, "credit"), make_actor(self.company, "admin")
        for days, rate in ((40, "1.0833"), (0, "1.1277")):
            set_rate(currency="EUR", day=clock.now().date() - timedelta(days=days), rate=D(rate), actor=admin)
        self.done: set[str] = set()

    def amount(self, most: Decimal) -> Decimal:
        return max(D("0.01"), (most * D(self.chance.randint(1, 130)) / 100).quantize(D("0.01")))

    def some(self, rows: Any) -> Any:
        found = list(rows.filter(company=self.company).order_by("pk"))
        return self.chance.choice(found) if found else None

    def open_invoice(self) -> Any:
        return self.some(Invoice.objects.filter(kind="invoice", open_amount__gt=0, number__isnull=False))

    def step(self) -> None:
        name = self.chance.choice([key for key in dir(self) if key.startswith("do_")])
        try:
            getattr(self, name)()
            self.done.add(name)
        except DomainError:
            pass  # chance asks for what cannot be, too; then nothing may have happened

    def do_invoice(self) -> None:
        price = f"{self.chance.randint(100, 99999) / 100:.2f}"
        order, (shipment,) = shipped_order(
            self.company, items=[(3, price)], ship=[(3,)], customer=self.shop.customer, tax_rate="19"
        )
        Order.objects.filter(pk=order.pk).update(currency="EUR", currency_rate=D("1.0833"))
        order.lines.update(net_base=F("net_amount") * D("1.0833"))
        invoice_shipment(shipment_id=shipment.pk, actor=self.actor)

    def do_pay(self) -> None:
        self.shop.pay(
            str(self.amount(D(200))), received_on=clock.now().date() - timedelta(days=self.chance.choice([0, 30]))
        )

    def do_pay_one(self) -> None:
        if invoice := self.open_invoice():
            self.shop.pay(str(invoice.open_amount), apply={invoice.pk: self.amount(invoice.open_amount)})

    def do_apply(self) -> None:
        if payment := self.some(Payment.objects.filter(unapplied_amount__gt=0)):
            apply_payment(payment_id=payment.pk, actor=self.actor)

    def do_reverse(self) -> None:
        if payment := self.some(Payment.objects.exclude(state="reversed")):
            reverse_payment(payment_id=payment.pk, reason="bounced", actor=self.actor)

    def do_refund(self) -> None:
        if payment := self.some(Payment.objects.filter(unapplied_amount__gt=0)):
            refund_payment(
                payment_id=payment.pk, amount=self.amount(payment.unapplied_amount), reason="asked", actor=self.actor
            )

    def do_write_off(self) -> None:
        if invoice := self.open_invoice():
            asked = write_off(
                invoice_id=invoice.pk, amount=self.amount(invoice.open_amount), reason="rest", actor=self.actor
            )
            if asked.state == "requested":
                decide_write_off(write_off_id=asked.pk, agree=self.chance.random() < 0.6, actor=self.colleague)

    def do_dispute(self) -> None:
        if invoice := self.open_invoice():
            raise_dispute(invoice_id=invoice.pk, reason="price", actor=self.actor)

    def do_decide(self) -> None:
        if dispute := self.some(Dispute.objects.filter(state="open")):
            decide_dispute(
                dispute_id=dispute.pk,
                outcome="partly",
                amount=self.amount(dispute.amount),
                decision="x",
                actor=self.actor,
            )

    def do_credit(self) -> None:
        invoice = self.some(Invoice.objects.filter(kind="invoice", number__isnull=False))
        lock_customer(invoice.customer_id, self.actor)
        line = invoice.lines.first()
        quantities = [(line.order_line_id, D(self.chance.randint(1, 2)))]
        credit_lines(
            order=lifecycle.lock(invoice.order_id, self.actor), quantities=quantities, reason="back", actor=self.actor
        )

    def agrees(self) -> None:
        accounts = books_hold(self.company)  # each document, and the receivable against the invoices
        assert sum(accounts.values(), D(0)) == 0
        lying = sum(
            (
                (payment.unapplied_amount * payment.currency_rate).quantize(D("0.01"))
                for payment in Payment.objects.filter(company=self.company)
            ),
            D(0),
        ) + sum(
            (
                (note.total_base * note.open_amount / note.total_amount).quantize(D("0.01"))
                for note in Invoice.objects.filter(company=self.company, kind="credit_note", open_amount__gt=0)
            ),
            D(0),
        )
        assert abs(accounts.get("on_account", D(0)) + lying) <= D("0.02")
        parts = InvoiceDue.objects.filter(invoice__company=self.company).aggregate(total=Sum("open_amount"))["total"]
        owed = Invoice.objects.filter(company=self.company, kind="invoice").aggregate(total=Sum("open_amount"))["total"]
        assert parts == owed


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_books_balance_after_every_step(seed: int) -> None:
    life = Life(seed)
    for _ in range(40):
        life.step()
        life.agrees()
    assert len(life.done) >= 8
    assert WriteOff.objects.exists()

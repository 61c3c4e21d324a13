"""Crediting what was invoiced: at the invoice's own amounts, settling it first, the rest on account."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum

from billing.models import Invoice
from billing.services import CreditRefused, credit_lines, invoice_shipment, lock_customer, record_payment
from omc.lib import clock
from orders.core import lifecycle
from orders.core.models import Order
from tests.billing.factories import shipped_order
from tests.billing.test_payments import books_hold
from tests.factories import make_actor

D = Decimal
pytestmark = pytest.mark.django_db


class Case:
    """An order of 3 at 3.3333 with 7 % tax, invoiced by two shipments of 2 and 1; 10.70 in all."""

    def __init__(self) -> None:
        self.order, self.shipments = shipped_order(items=[(3, "3.3333")], ship=[(2,), (1,)], tax_rate="7")
        self.actor = make_actor(self.order.company, "billing")
        self.invoices = [invoice_shipment(shipment_id=item.pk, actor=self.actor) for item in self.shipments]
        self.line = self.order.lines.get()

    def credit(self, quantity: str) -> Invoice:
        with transaction.atomic():
            lock_customer(self.order.customer_id, self.actor)
            order: Order = lifecycle.lock(self.order.pk, self.actor)
            return credit_lines(
                order=order, quantities=[(self.line.pk, D(quantity))], reason="came back damaged", actor=self.actor
            )

    def pay(self, amount: str) -> None:
        record_payment(
            customer_id=self.order.customer_id, amount=D(amount), received_on=clock.now().date(), actor=self.actor
        )


def test_a_credit_settles_what_is_open_of_its_invoice() -> None:
    case = Case()
    note = case.credit("1")
    note.refresh_from_db()
    first = Invoice.objects.get(pk=case.invoices[0].pk)
    assert (note.kind, note.state, note.open_amount) == ("credit_note", "paid", D("0.00"))
    assert note.number == f"CN-{note.invoice_date.year}-000001"
    assert (note.original_id, note.total_amount) == (first.pk, D("3.58"))
    assert (first.state, first.open_amount) == ("part_paid", first.total_amount - D("3.58"))
    case.line.refresh_from_db()
    assert case.line.credited == 1
    assert "on_account" not in books_hold(case.order.company)


def test_what_is_paid_already_goes_on_account() -> None:
    case = Case()
    case.pay("7.14")
    assert [Invoice.objects.get(pk=invoice.pk).open_amount for invoice in case.invoices] == [D("0.00"), D("3.56")]
    note = case.credit("2")
    assert (note.total_amount, note.open_amount, note.state) == (D("7.14"), D("7.14"), "posted")
    assert books_hold(case.order.company)["on_account"] == D("-7.14")
    case.order.customer.facts.refresh_from_db()
    assert case.order.customer.facts.open_receivable_base == D("3.56") - D("7.14")


def test_credits_in_parts_sum_to_the_invoices_and_no_further() -> None:
    case = Case()
    notes = [case.credit("0.5") for _ in range(6)]
    assert sum(note.total_amount for note in notes) == case.order.total_amount
    sums = Invoice.objects.filter(kind="credit_note").aggregate(net=Sum("net_amount"), tax=Sum("tax_amount"))
    assert sums == {"net": case.order.net_amount, "tax": case.order.tax_amount}
    assert set(Invoice.objects.filter(kind="invoice").values_list("open_amount", flat=True)) == {D("0.00")}
    books_hold(case.order.company)
    before = Invoice.objects.count()
    with pytest.raises(CreditRefused) as refused:
        case.credit("0.000001")
    assert refused.value.data["missing"] == "0.000001"
    assert Invoice.objects.count() == before


def test_a_credit_over_two_invoices_takes_the_oldest_first() -> None:
    case = Case()
    note = case.credit("3")
    assert [line.corrects.invoice_id for line in note.lines.order_by("position")] == [item.pk for item in case.invoices]
    assert note.total_amount == D("10.70")
    assert set(Invoice.objects.values_list("state", flat=True)) == {"paid"}


def test_a_credit_takes_its_number_from_its_own_series() -> None:
    case = Case()
    case.credit("1")
    numbers = set(Invoice.objects.values_list("number", flat=True))
    year = clock.now().year
    assert numbers == {f"INV-{year}-000001", f"INV-{year}-000002", f"CN-{year}-000001"}

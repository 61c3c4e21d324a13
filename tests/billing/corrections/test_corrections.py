"""Write-offs within a limit or with a second person, payments that bounce, refunds, discounts for paying early."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from billing.corrections.services import (
    OwnWriteOff,
    WriteOffNotPossible,
    decide_write_off,
    refund_payment,
    reverse_payment,
    write_off,
)
from billing.models import Application, Invoice, InvoiceDue, Payment, WriteOff
from billing.services import PaymentRefused, invoice_shipment
from omc.lib import clock
from omc.lib.errors import IllegalTransition, InvalidInput, NotFound, PermissionRefused
from orders.core.models import Duty, Event, Order, PaymentTerms
from tests.billing.factories import shipped_order
from tests.billing.test_payments import Shop, books_hold
from tests.factories import make_actor, make_company, make_user

D = Decimal
pytestmark = pytest.mark.django_db


def test_within_the_limit_it_is_written_off_at_once() -> None:
    shop = Shop()
    shop.pay("85.00", apply={shop.invoices[0].pk: D("85.00")})
    done = write_off(invoice_id=shop.invoices[0].pk, reason="small rest", actor=shop.actor)
    assert (done.state, done.amount, shop.states()[0], shop.owed()) == ("applied", D("15.00"), "paid", D("75.00"))
    assert books_hold(shop.company)["write_off"] == D("15.00")


def test_above_the_limit_a_second_person_has_to_agree() -> None:
    shop = Shop()
    asked = write_off(invoice_id=shop.invoices[1].pk, reason="bankrupt", actor=shop.actor)
    assert (asked.state, shop.open_amounts()[1]) == ("requested", D("50.00"))
    assert Duty.objects.get(subject_type="writeoff", closed_at=None).value_base == D("50.00")
    with pytest.raises(WriteOffNotPossible):
        write_off(invoice_id=shop.invoices[1].pk, reason="again", actor=shop.actor)
    with pytest.raises(OwnWriteOff):
        decide_write_off(write_off_id=asked.pk, agree=True, actor=shop.actor)
    colleague = make_actor(shop.company, "credit")
    with pytest.raises(NotFound):
        decide_write_off(write_off_id=asked.pk, agree=True, actor=make_actor(make_company(), "credit"))
    assert decide_write_off(write_off_id=asked.pk, agree=True, actor=colleague).state == "applied"
    assert (shop.states()[1], books_hold(shop.company)["write_off"]) == ("paid", D("50.00"))
    with pytest.raises(IllegalTransition):
        decide_write_off(write_off_id=asked.pk, agree=False, actor=colleague)


def test_refused_or_outdated_nothing_is_written_off() -> None:
    shop = Shop()
    asked = write_off(invoice_id=shop.invoices[1].pk, reason="bankrupt", actor=shop.actor)
    shop.pay("10.00", apply={shop.invoices[1].pk: D("10.00")})
    colleague = make_actor(shop.company, "billing")
    with pytest.raises(WriteOffNotPossible):
        decide_write_off(write_off_id=asked.pk, agree=True, actor=colleague)
    assert decide_write_off(write_off_id=asked.pk, agree=False, actor=colleague).state == "refused"
    assert shop.open_amounts()[1] == D("40.00")
    assert not Duty.objects.filter(subject_type="writeoff", closed_at=None).exists()


@pytest.mark.parametrize("said", [{"amount": D("0")}, {"amount": D("100.01")}, {"reason": " "}])
def test_nonsense_is_refused_and_nothing_is_written(said: dict[str, Any]) -> None:
    shop = Shop()
    with pytest.raises((InvalidInput, WriteOffNotPossible)):
        write_off(**{"invoice_id": shop.invoices[0].pk, "reason": "why", "actor": shop.actor} | said)
    with pytest.raises(PermissionRefused):
        write_off(invoice_id=shop.invoices[0].pk, reason="why", actor=make_actor(shop.company, "csr"))
    assert not WriteOff.objects.exists()


def test_a_payment_that_bounced_opens_what_it_settled_as_late_as_it_was() -> None:
    shop = Shop()
    payment = shop.pay("190.00")
    assert shop.states() == ["paid", "paid", "paid"]
    reverse_payment(payment_id=payment.pk, reason="bounced", actor=shop.actor)
    payment.refresh_from_db()
    assert (payment.state, payment.unapplied_amount, payment.applied_amount) == ("reversed", 0, 0)
    assert (shop.states(), shop.open_amounts()) == (["posted"] * 3, [D("100.00"), D("50.00"), D("25.00")])
    assert shop.owed() == D("175.00")
    assert books_hold(shop.company) == {"receivable": D("175.00"), "revenue": D("-175.00"), "cash": 0, "on_account": 0}
    duties = Duty.objects.filter(subject_type="invoice", closed_at=None)
    assert (duties.count(), duties.filter(due_at__lt=clock.now() - timedelta(days=30)).count()) == (3, 1)
    assert InvoiceDue.objects.filter(invoice=shop.invoices[0]).get().open_amount == D("100.00")
    assert not Application.objects.filter(reversed_at=None).exists()
    assert Event.objects.filter(type="invoice_reopened").count() == 3
    with pytest.raises(IllegalTransition):
        reverse_payment(payment_id=payment.pk, reason="again", actor=shop.actor)
    shop.pay("175.00")
    assert shop.states() == ["paid"] * 3


def test_what_another_payment_settled_stays_settled() -> None:
    shop = Shop()
    first = shop.pay("30.00")
    shop.pay("30.00")
    reverse_payment(payment_id=first.pk, reason="wrong customer", actor=shop.actor)
    assert (shop.open_amounts()[0], shop.states()[0]) == (D("70.00"), "part_paid")
    books_hold(shop.company)


def test_what_lies_on_account_is_paid_back_and_no_more() -> None:
    shop = Shop()
    payment = shop.pay("200.00")
    with pytest.raises(PaymentRefused):
        refund_payment(payment_id=payment.pk, amount=D("25.01"), reason="too much", actor=shop.actor)
    refund_payment(payment_id=payment.pk, amount=D("5.00"), reason="part", actor=shop.actor)
    paid_back = refund_payment(payment_id=payment.pk, reason="rest", actor=shop.actor)
    assert (paid_back.state, paid_back.refunded_amount, paid_back.applied_amount) == (
        "applied",
        D("25.00"),
        D("175.00"),
    )
    assert books_hold(shop.company)["cash"] == D("175.00")
    with pytest.raises(PaymentRefused):
        reverse_payment(payment_id=payment.pk, reason="late", actor=shop.actor)


class Early(Shop):
    """One invoice over 120.00 with 20 % tax, at 2 % within 10 days."""

    def __init__(self) -> None:
        super().__init__()
        order, (shipment,) = shipped_order(
            self.company, items=[(1, "100.00")], ship=[(1,)], customer=self.customer, tax_rate="20"
        )
        terms = PaymentTerms.objects.create(
            company=self.company, code="2/10", name="2/10 net 30", net_days=30, discount_percent=D(2), discount_days=10
        )
        Order.objects.filter(pk=order.pk).update(terms=terms)
        self.early: Invoice = invoice_shipment(shipment_id=shipment.pk, actor=self.actor)


@pytest.mark.parametrize("named", [True, False])
def test_paid_early_less_the_discount_it_is_settled(named: bool) -> None:
    shop = Early()
    payment = shop.pay("117.60", reference=str(shop.early.number) if named else "thanks")
    shop.early.refresh_from_db()
    assert (shop.early.state, shop.early.open_amount, payment.unapplied_amount) == ("paid", 0, 0)
    row = Application.objects.get(invoice=shop.early)
    assert (row.amount, row.discount_amount) == (D("120.00"), D("2.40"))
    books = books_hold(shop.company)
    assert (books["discount"], books["tax"], books["cash"]) == (D("2.00"), D("-19.60"), D("117.60"))
    reverse_payment(payment_id=payment.pk, reason="bounced", actor=shop.actor)
    books = books_hold(shop.company)
    assert (books["discount"], books["tax"], books["receivable"]) == (0, D("-20.00"), D("295.00"))


def test_too_late_or_not_to_the_cent_there_is_no_discount() -> None:
    shop = Early()
    shop.pay("117.59", reference=str(shop.early.number))
    shop.early.refresh_from_db()
    assert shop.early.open_amount == D("2.41")
    late = Early()
    with clock.stopped_at(clock.now() + timedelta(days=11)):
        late.pay("117.60", reference=str(late.early.number), received_on=clock.now().date())
    late.early.refresh_from_db()
    assert late.early.open_amount == D("2.40")


def test_the_screens_and_rest_correct(client: Client) -> None:
    shop = Shop()
    client.force_login(make_user(shop.company, "billing"))
    payment, invoice = shop.pay("130.00"), shop.invoices[1]
    door = reverse("billing:write_off", args=[invoice.pk])
    assert "25" in client.get(door).content.decode()
    assert client.post(door, {"write-amount": "99", "write-reason": "rest"}).status_code == 422
    assert client.post(door, {"write-reason": "rest"}).status_code == 302
    assert "Written off" in client.get(reverse("billing:invoice", args=[invoice.pk])).content.decode()
    bounce = reverse("billing:reverse_payment", args=[payment.pk])
    assert client.get(bounce).status_code == 200
    assert client.post(bounce, {"reverse-reason": ""}).status_code == 422
    assert client.post(bounce, {"reverse-reason": "bounced"}).status_code == 302
    assert "bounced" in client.get(reverse("billing:payment", args=[payment.pk])).content.decode()
    over = shop.pay("500.00")
    paid_back = client.post(
        f"/api/v1/billing/payments/{over.pk}/refund/", {"amount": "10.00", "reason": "asked"}, "application/json"
    )
    assert (paid_back.status_code, paid_back.json()["refunded_amount"]) == (200, "10.00")
    body = {"reason": "test"}
    refused = client.post(f"/api/v1/billing/payments/{over.pk}/reverse/", body, "application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "payment_refused")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_written_off_and_paid_at_once_never_more_than_was_open() -> None:
    shop = Shop()
    invoice = shop.invoices[2]
    start, outcome = Barrier(2), []

    def run(deed: Any) -> None:
        start.wait()
        try:
            deed()
            outcome.append("done")
        except (WriteOffNotPossible, PaymentRefused) as refusal:
            outcome.append(refusal.code)
        finally:
            connection.close()

    deeds = (
        lambda: shop.pay("25.00", apply={invoice.pk: D("25.00")}),
        lambda: write_off(invoice_id=invoice.pk, amount=D("25.00"), reason="rest", actor=shop.actor),
    )
    threads = [Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcome.count("done") == 1
    assert shop.open_amounts()[2] == 0
    books_hold(shop.company)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_reversed_twice_at_once_it_is_reversed_once() -> None:
    shop = Shop()
    payment = shop.pay("175.00")
    start, outcome = Barrier(2), []

    def run() -> None:
        start.wait()
        try:
            reverse_payment(payment_id=payment.pk, reason="bounced", actor=shop.actor)
            outcome.append("done")
        except IllegalTransition:
            outcome.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["done", "refused"]
    assert (shop.owed(), Payment.objects.get().state) == (D("175.00"), "reversed")
    books_hold(shop.company)

"""Money that comes in: oldest first, by reference or as said; what is left lies on account; the books balance."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Sum

from billing.models import Application, Invoice, Payment, Posting
from billing.selectors import ageing
from billing.services import (
    PaymentRefused,
    apply_payment,
    invoice_shipment,
    record_payment,
    refresh_receivables,
)
from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import DomainError, InvalidInput, NotFound, PermissionRefused
from orders.core.models import Company, Customer, Duty, Event, Order
from orders.pricing.services import set_rate
from tests.billing.factories import shipped_order
from tests.factories import CustomerFactory, make_actor, make_company

D = Decimal
pytestmark = pytest.mark.django_db


class Shop:
    """A company with a customer who owes 100.00 (due longest), 50.00 and 25.00."""

    def __init__(self, currency: str = "USD", rate: str = "1") -> None:
        self.company: Company = make_company()
        self.actor: Actor = make_actor(self.company, "billing")
        self.customer: Customer = CustomerFactory(company=self.company, currency=currency)
        self.invoices: list[Invoice] = []
        for amount, days in (("100.00", 40), ("50.00", 10), ("25.00", 0)):
            with clock.stopped_at(clock.now() - timedelta(days=days)):
                order, (shipment,) = shipped_order(
                    self.company, items=[(1, amount)], ship=[(1,)], customer=self.customer
                )
                Order.objects.filter(pk=order.pk).update(currency=currency, currency_rate=D(rate))
                order.lines.update(net_base=F("net_amount") * D(rate))
                self.invoices.append(invoice_shipment(shipment_id=shipment.pk, actor=self.actor))

    def pay(self, amount: str, **values: Any) -> Payment:
        values = {"received_on": clock.now().date(), "customer_id": self.customer.pk, "actor": self.actor} | values
        payment: Payment = record_payment(amount=D(amount), **values)
        return payment

    def open_amounts(self) -> list[Decimal]:
        return [Invoice.objects.get(pk=invoice.pk).open_amount for invoice in self.invoices]

    def states(self) -> list[str]:
        return [Invoice.objects.get(pk=invoice.pk).state for invoice in self.invoices]

    def owed(self) -> Decimal:
        self.customer.facts.refresh_from_db()
        return self.customer.facts.open_receivable_base


def books_hold(company: Company) -> dict[str, Decimal]:
    """The balance per account, after checking each document and the receivable against the invoices."""
    rows = Posting.objects.filter(company=company)
    for document in rows.values("document_type", "document_id").annotate(balance=Sum("debit") - Sum("credit")):
        assert document["balance"] == 0, document
    accounts = dict(rows.values_list("account").annotate(balance=Sum("debit") - Sum("credit")))
    receivable = accounts.get("receivable", D(0))
    open_base = sum(
        (
            (invoice.total_base * invoice.open_amount / invoice.total_amount).quantize(D("0.01"))
            for invoice in Invoice.objects.filter(
                company=company, kind="invoice", open_amount__gt=0, number__isnull=False
            )
        ),
        D(0),
    )
    assert receivable == open_base
    return accounts


def test_a_payment_settles_the_oldest_due_first() -> None:
    shop = Shop()
    payment = shop.pay("120.00")
    assert shop.open_amounts() == [D("0.00"), D("30.00"), D("25.00")]
    assert shop.states() == ["paid", "part_paid", "posted"]
    assert (payment.state, payment.unapplied_amount) == ("applied", D("0.00"))
    assert payment.number.startswith("PAY-")
    assert shop.owed() == D("55.00")
    assert books_hold(shop.company) == {"receivable": D("55.00"), "revenue": D("-175.00"), "cash": D("120.00")}
    paid = Event.objects.get(type="invoice_paid")
    assert (paid.data["days_late"], paid.from_state, paid.to_state) == (40, "posted", "paid")
    assert Duty.objects.filter(subject_type="invoice", closed_at=None).count() == 2


def test_a_second_part_payment_is_told_though_the_state_stays() -> None:
    shop = Shop()
    shop.pay("10.00")
    shop.pay("10.00")
    assert shop.states() == ["part_paid", "posted", "posted"]
    told = Event.objects.filter(type="invoice_part_paid").order_by("id")
    assert [event.data["open_amount"] for event in told] == ["90", "80"]
    assert [event.to_state for event in told] == ["part_paid", ""]


def test_the_invoice_that_the_reference_names_is_settled_first() -> None:
    shop = Shop()
    shop.pay("60.00", reference=f"thanks, {shop.invoices[1].number}")
    assert shop.open_amounts() == [D("90.00"), D("0.00"), D("25.00")]


def test_what_is_too_much_lies_on_account_and_settles_later() -> None:
    shop = Shop()
    payment = shop.pay("200.00")
    assert shop.states() == ["paid"] * 3
    assert (payment.state, payment.unapplied_amount, shop.owed()) == ("open", D("25.00"), D("-25.00"))
    assert books_hold(shop.company)["on_account"] == D("-25.00")

    _order, (shipment,) = shipped_order(shop.company, items=[(1, "20.00")], ship=[(1,)], customer=shop.customer)
    invoice = invoice_shipment(shipment_id=shipment.pk, actor=shop.actor)
    apply_payment(payment_id=payment.pk, actor=shop.actor)
    invoice.refresh_from_db()
    payment.refresh_from_db()
    assert (invoice.state, payment.state, payment.unapplied_amount) == ("paid", "open", D("5.00"))
    assert books_hold(shop.company)["on_account"] == D("-5.00")
    with pytest.raises(PaymentRefused):
        apply_payment(payment_id=payment.pk, actor=shop.actor)


def test_a_person_may_say_what_a_payment_is_for() -> None:
    shop = Shop()
    shop.pay("40.00", apply={shop.invoices[2].pk: D("25.00"), shop.invoices[0].pk: D("5.00")})
    assert shop.open_amounts() == [D("95.00"), D("50.00"), D("0.00")]
    assert Payment.objects.get().unapplied_amount == D("10.00")


@pytest.mark.parametrize(
    ("amount", "apply", "field"),
    [
        ("40.00", {0: "100.01"}, "apply"),
        ("40.00", {0: "30.00", 1: "30.00"}, "amount"),
        ("40.00", {0: "-1.00"}, "apply"),
        ("40.00", {99: "1.00"}, "apply"),
        ("0.00", None, "amount"),
        ("1.001", None, "amount"),
    ],
)
def test_what_does_not_add_up_is_refused_and_nothing_is_written(amount: str, apply: Any, field: str) -> None:
    shop = Shop()
    ids = {n: invoice.pk for n, invoice in enumerate(shop.invoices)}
    chosen = {ids.get(n, 10**9): D(part) for n, part in apply.items()} if apply is not None else None
    with pytest.raises((PaymentRefused, InvalidInput)) as refused:
        shop.pay(amount, apply=chosen)
    assert str(refused.value.field).startswith(field)
    assert not Payment.objects.exists()
    assert not Application.objects.exists()
    assert shop.open_amounts() == [D("100.00"), D("50.00"), D("25.00")]


def test_only_billing_and_only_in_its_company() -> None:
    shop = Shop()
    with pytest.raises(PermissionRefused):
        shop.pay("1.00", actor=make_actor(shop.company, "csr"))
    with pytest.raises(NotFound):
        shop.pay("1.00", actor=make_actor(make_company(), "billing"))
    with pytest.raises(InvalidInput):
        shop.pay("1.00", received_on=clock.now().date() + timedelta(days=2))
    assert not Payment.objects.exists()


def test_a_foreign_payment_leaves_the_exchange_difference_on_its_own_account() -> None:
    shop = Shop(currency="EUR", rate="1.10")
    set_rate(currency="EUR", day=clock.now().date(), rate=D("1.20"), actor=make_actor(shop.company, "admin"))
    shop.pay("100.00")
    books = books_hold(shop.company)
    assert (books["cash"], books["exchange"]) == (D("120.00"), D("-10.00"))
    assert books["receivable"] == D("82.50")


def test_ageing_tells_what_is_how_late() -> None:
    shop = Shop()
    shop.pay("10.00")
    (row,) = ageing(shop.actor, clock.now().date())
    assert row.ages == [D("25.00"), D("50.00"), D("90.00"), D("0"), D("0")]
    assert (row.total, row.invoices, row.oldest_days, row.on_account) == (D("165.00"), 3, 40, D("0"))
    assert ageing(make_actor(make_company(), "billing"), clock.now().date()) == []


def test_invoices_fall_overdue_by_themselves() -> None:
    shop = Shop()
    with clock.stopped_at(clock.now() + timedelta(days=5)):
        last = refresh_receivables(company_id=shop.company.pk)
        assert refresh_receivables(company_id=shop.company.pk, after_customer_id=last) == 0
    shop.customer.facts.refresh_from_db()
    assert (shop.customer.facts.overdue_base, shop.customer.facts.overdue_days) == (D("175.00"), 45)


@pytest.mark.slow
def test_random_payments_keep_the_books() -> None:
    import random

    chance = random.Random(7)
    shop = Shop()
    for _ in range(12):
        try:
            shop.pay(str(D(chance.randint(1, 4000)) / 100))
        except DomainError:
            raise AssertionError("any amount may come in") from None
        accounts = books_hold(shop.company)
        on_account = Payment.objects.aggregate(total=Sum("unapplied_amount"))["total"]
        assert accounts.get("on_account", D(0)) == -on_account
        assert shop.owed() == sum(shop.open_amounts()) - on_account


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_payments_on_one_invoice_never_settle_more_than_is_open() -> None:
    shop = Shop()
    invoice = shop.invoices[0]
    start, outcome = Barrier(2), []

    def attempt() -> None:
        start.wait()
        try:
            shop.pay("80.00", apply={invoice.pk: D("80.00")})
            outcome.append("applied")
        except PaymentRefused as refusal:
            outcome.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["applied", "payment_refused"]
    assert shop.open_amounts()[0] == D("20.00")
    assert Payment.objects.count() == 1
    books_hold(shop.company)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_automatic_payments_go_on_after_each_other() -> None:
    shop = Shop()
    start = Barrier(2)

    def attempt() -> None:
        start.wait()
        shop.pay("80.00")
        connection.close()

    threads = [Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shop.open_amounts() == [D("0.00"), D("0.00"), D("15.00")]
    assert shop.owed() == D("15.00")

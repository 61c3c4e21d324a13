"""How a customer pays is measured on a year of invoices, and says when the money for what is open can be expected."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing.disputes.services import raise_dispute
from billing.models import Invoice
from billing.selectors import cash_forecast, expected_on
from omc.lib import clock
from orders.core.models import CustomerFacts, PaymentTerms
from orders.entry.selectors.expected_cash import expected_cash
from tests.billing.test_payments import Shop
from tests.factories import OrderFactory, make_actor, make_company, make_user

D = Decimal
pytestmark = pytest.mark.django_db


def facts(shop: Shop) -> CustomerFacts:
    return CustomerFacts.objects.get(customer=shop.customer)


def test_the_average_is_weighted_and_the_middle_is_not() -> None:
    shop = Shop()  # 100.00 due 40 days ago, 50.00 due 10 days ago, 25.00 due today
    shop.pay("175.00")
    found = facts(shop)
    assert (found.paid_invoices, found.median_days_late) == (3, D("10.00"))
    assert found.average_days_late == D("25.71")  # (100 × 40 + 50 × 10 + 25 × 0) ÷ 175


def test_who_never_paid_has_no_behavior_and_no_expected_day() -> None:
    shop = Shop()
    assert facts(shop).median_days_late is None
    assert expected_on(shop.invoices[0], clock.now().date()) is None
    assert expected_cash(OrderFactory(company=shop.company, customer=shop.customer)) is None


def test_an_open_invoice_is_expected_as_late_as_usual_but_not_before_today() -> None:
    shop = Shop()
    shop.pay("150.00")  # 40 and 10 days late: the middle is 25
    today = clock.now().date()
    invoice = Invoice.objects.get(pk=shop.invoices[2].pk)
    assert expected_on(invoice, today) == today + timedelta(days=25)
    assert expected_on(invoice, today + timedelta(days=60)) == today + timedelta(days=60)
    (week,) = cash_forecast(shop.actor, today)
    assert (week.amount, week.invoices) == (D("25.00"), 1)
    assert week.monday == today + timedelta(days=25) - timedelta(days=(today + timedelta(days=25)).weekday())
    assert cash_forecast(make_actor(make_company(), "billing"), today) == []


def test_entry_knows_the_expected_cash_day_and_the_disputes(client: Client) -> None:
    shop = Shop()
    shop.pay("150.00")
    raise_dispute(invoice_id=shop.invoices[2].pk, reason="price", actor=shop.actor)
    found = facts(shop)
    assert (found.open_disputes, found.disputes_90_days) == (1, 1)
    terms = PaymentTerms.objects.create(company=shop.company, code="N30", name="30 days", net_days=30)
    order = OrderFactory(company=shop.company, customer=shop.customer, terms=terms, requested_date=None)
    today = clock.today(shop.company.time_zone)
    assert expected_cash(order) == today + timedelta(days=55)
    client.force_login(make_user(shop.company, "billing"))
    assert "When it can be expected" in client.get(reverse("billing:receivables")).content.decode()
    page = client.get(reverse("billing:invoice", args=[shop.invoices[2].pk])).content.decode()
    assert "Expected, as they pay" in page

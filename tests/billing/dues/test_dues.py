"""An invoice's due parts: written when it is posted, settled from the earliest on."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.dues import follow_dues, write_dues
from billing.dues.rules import Instalment, early_discount, open_parts, parts_due
from billing.models import Invoice
from billing.services import invoice_shipment, record_payment
from orders.core.models import PaymentTerms
from tests.billing.factories import shipped_order
from tests.factories import make_actor

D = Decimal
DAY = date(2026, 1, 1)
amounts = st.decimals(min_value=D("0.01"), max_value=D(10**6), places=2)


@given(amounts, st.lists(st.integers(1, 100), min_size=1, max_size=8))
def test_instalments_sum_to_the_invoice_whatever_their_shares(total: D, shares: list[int]) -> None:
    plan = [Instalment(D(share), days=7 * n) for n, share in enumerate(shares)]
    parts = parts_due(total, DAY, 30, plan)
    assert sum(amount for _, amount in parts) == total
    exact = [total * share / sum(shares) for share in shares]
    assert all(abs(amount - share) < D("0.01") for (_, amount), share in zip(parts, exact, strict=True))
    assert [day for day, _ in parts] == [DAY + timedelta(days=7 * n) for n in range(len(shares))]


@given(st.lists(amounts, min_size=1, max_size=6), st.integers(0, 100))
def test_what_is_open_lies_on_the_latest_parts(parts: list[D], percent: int) -> None:
    still_open = (sum(parts) * percent / 100).quantize(D("0.01"))
    found = open_parts(parts, still_open)
    assert sum(found) == still_open
    assert all(0 <= rest <= part for rest, part in zip(found, parts, strict=True))
    begun = [n for n, rest in enumerate(found) if rest]
    assert not begun or found[begun[0] + 1 :] == parts[begun[0] + 1 :]


def test_terms_without_a_discount_save_nothing() -> None:
    assert early_discount(D("100.00"), DAY, D(0), 10) == (D(0), None)


@pytest.mark.django_db
def test_a_posted_invoice_has_its_due_part_and_the_discount_of_its_terms() -> None:
    order, (shipment,) = shipped_order(items=[(10, "12.34")], tax_rate="7")
    order.terms = PaymentTerms.objects.create(
        company=order.company, code="2-10", name="2/10 net 30", net_days=30, discount_percent=2, discount_days=10
    )
    order.save(update_fields=["terms"])
    invoice = invoice_shipment(shipment_id=shipment.pk, actor=make_actor(order.company, "billing"))
    invoice.refresh_from_db()
    assert (invoice.total_amount, invoice.discount_amount) == (D("132.04"), D("2.64"))
    assert invoice.discount_until == invoice.invoice_date + timedelta(days=10)
    assert list(invoice.dues.values_list("position", "due_date", "amount", "open_amount")) == [
        (1, invoice.due_date, D("132.04"), D("132.04"))
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("paid", ["10.00", "33.34", "50.00", "99.99", "100.00"])
def test_what_is_paid_settles_the_earliest_part_first(paid: str) -> None:
    order, (shipment,) = shipped_order()
    actor = make_actor(order.company, "billing")
    invoice = invoice_shipment(shipment_id=shipment.pk, actor=actor)
    invoice.dues.all().delete()
    plan = [Instalment(D("33.33"), days) for days in (30, 60, 90)]
    parts = parts_due(invoice.total_amount, invoice.invoice_date, 0, plan)
    write_dues(invoice, parts)

    record_payment(customer_id=order.customer_id, amount=D(paid), received_on=invoice.invoice_date, actor=actor)

    invoice = Invoice.objects.get(pk=invoice.pk)
    assert list(invoice.dues.order_by("position").values_list("open_amount", flat=True)) == open_parts(
        [amount for _, amount in parts], D(100) - D(paid)
    )
    follow_dues([invoice.pk])  # as often as one likes
    assert sum(invoice.dues.values_list("open_amount", flat=True)) == invoice.open_amount

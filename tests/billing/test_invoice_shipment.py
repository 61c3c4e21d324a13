"""Invoicing what has shipped: once, at the order's prices, to the cent, and on the books."""

from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum

from billing.models import Invoice, Posting
from billing.services import (
    AlreadyInvoiced,
    NothingToInvoice,
    NotShipped,
    draft_invoice,
    invoice_order,
    invoice_shipment,
    void_invoice,
)
from omc.lib.errors import DomainError, IllegalTransition, NotFound, PermissionRefused
from orders.core.models import Delivery, Duty, Event, Order, SearchEntry
from orders.core.selectors.holds import HoldBlocks
from orders.core.services.holds import place_on
from orders.fulfillment.models import Shipment, ShipmentState
from tests.billing.factories import shipped_order
from tests.factories import make_actor, make_company

D = Decimal
pytestmark = pytest.mark.django_db


def nothing_written(order: Order) -> bool:
    return not (
        Invoice.objects.exists()
        or Posting.objects.exists()
        or Event.objects.filter(stage=8).exists()
        or order.lines.filter(invoiced__gt=0).exists()
    )


def test_an_invoice_is_posted_with_number_lines_totals_due_date_and_books() -> None:
    order, (shipment,) = shipped_order(items=[(10, "9.99"), (3, "1.05")], ship=[(10, 3)], tax_rate="20")
    actor = make_actor(order.company, "billing")

    invoice = invoice_shipment(shipment_id=shipment.pk, actor=actor)

    invoice.refresh_from_db()
    year = invoice.invoice_date.year
    assert (invoice.state, invoice.number) == ("posted", f"INV-{year}-000001")
    assert (invoice.net_amount, invoice.tax_amount, invoice.total_amount) == (D("103.05"), D("20.61"), D("123.66"))
    assert invoice.open_amount == invoice.total_base == D("123.66")
    assert invoice.due_date == invoice.invoice_date
    assert [(line.quantity, line.net_amount) for line in invoice.lines.order_by("position")] == [
        (D(10), D("99.90")),
        (D(3), D("3.15")),
    ]
    books = dict(Posting.objects.values_list("account").annotate(total=Sum("debit") - Sum("credit")))
    assert books == {"receivable": D("123.66"), "revenue": D("-103.05"), "tax": D("-20.61")}
    order.refresh_from_db()
    assert order.billing == "done"
    assert order.customer.facts.open_receivable_base == D("123.66")
    assert SearchEntry.objects.get(kind="invoice").title.startswith(invoice.number)
    assert set(Delivery.objects.values_list("subscriber", flat=True)) >= {"billing: send invoice"}
    event = Event.objects.get(type="invoice_posted")
    assert (event.order_id, event.from_state, event.to_state) == (order.pk, "draft", "posted")
    assert event.data["left_to_invoice"] == "0"


def test_partial_invoices_sum_to_the_order_and_freight_comes_with_the_first() -> None:
    order, shipments = shipped_order(
        items=[(3, "3.3333")],
        ship=[(1,), (1,), (1,)],
        tax_rate="7",
        charges=[("Freight", "4.90"), ("Discount", "-1.00")],
    )
    actor = make_actor(order.company, "billing")
    invoices = [invoice_shipment(shipment_id=shipment.pk, actor=actor) for shipment in shipments]

    assert [invoice.lines.filter(description="Freight").count() for invoice in invoices] == [1, 0, 0]
    sums = Invoice.objects.aggregate(net=Sum("net_amount"), tax=Sum("tax_amount"), total=Sum("total_amount"))
    assert sums == {"net": order.net_amount, "tax": order.tax_amount, "total": order.total_amount}
    assert [event.data["left_to_invoice"] for event in Event.objects.filter(type="invoice_posted").order_by("id")] == [
        "2", "1", "0",
    ]  # fmt: skip
    assert not Duty.objects.filter(stage=8, subject_type="order", closed_at=None).exists()
    assert Duty.objects.filter(stage=8, subject_type="invoice", closed_at=None, waits_for_customer=True).count() == 3


def test_a_shipment_is_invoiced_once() -> None:
    order, (shipment,) = shipped_order()
    actor = make_actor(order.company, "billing")
    first = invoice_shipment(shipment_id=shipment.pk, actor=actor)
    with pytest.raises(AlreadyInvoiced) as refused:
        invoice_shipment(shipment_id=shipment.pk, actor=actor)
    assert refused.value.data["invoice_id"] == first.pk
    assert Invoice.objects.count() == 1
    assert order.lines.get().invoiced == 10


@pytest.mark.parametrize("state", [ShipmentState.PICKING, ShipmentState.PACKED, ShipmentState.CANCELLED])
def test_what_has_not_left_is_not_invoiced(state: str) -> None:
    order, (shipment,) = shipped_order()
    Shipment.objects.filter(pk=shipment.pk).update(state=state)
    with pytest.raises(NotShipped):
        invoice_shipment(shipment_id=shipment.pk, actor=make_actor(order.company, "billing"))
    assert nothing_written(order)


def test_a_hold_that_blocks_invoicing_stops_it_and_a_credit_hold_does_not() -> None:
    order, (shipment,) = shipped_order()
    actor = make_actor(order.company, "billing")
    place_on(order, [("credit_limit", "over the limit")], actor=actor)
    place_on(order, [("compliance", "papers missing")], actor=actor)
    with pytest.raises(HoldBlocks) as refused:
        invoice_shipment(shipment_id=shipment.pk, actor=actor)
    assert refused.value.data["hold"] == "Compliance check"
    assert nothing_written(order)
    order.holds.filter(hold_type__code="compliance").update(status="resolved")
    assert invoice_shipment(shipment_id=shipment.pk, actor=actor).state == "posted"


def test_another_company_and_another_role_cannot_invoice() -> None:
    order, (shipment,) = shipped_order()
    with pytest.raises(NotFound):
        invoice_shipment(shipment_id=shipment.pk, actor=make_actor(make_company(), "billing"))
    with pytest.raises(PermissionRefused):
        invoice_shipment(shipment_id=shipment.pk, actor=make_actor(order.company, "warehouse"))
    assert nothing_written(order)


def test_a_draft_bills_nothing_until_posted_and_may_be_voided() -> None:
    order, (shipment,) = shipped_order()
    actor = make_actor(order.company, "billing")
    draft = draft_invoice(shipment_id=shipment.pk, actor=actor)
    assert (draft.state, draft.number, draft.total_amount) == ("draft", None, D("100.00"))
    assert not order.lines.filter(invoiced__gt=0).exists()
    assert not Posting.objects.exists()

    void_invoice(invoice_id=draft.pk, reason="wrong bill-to", actor=actor)
    draft.refresh_from_db()
    assert (draft.state, draft.reason) == ("void", "wrong bill-to")

    again = draft_invoice(shipment_id=shipment.pk, actor=actor)
    posted = invoice_shipment(shipment_id=shipment.pk, actor=actor)
    assert posted.pk == again.pk
    assert posted.number.endswith("000001")
    with pytest.raises(IllegalTransition):
        void_invoice(invoice_id=posted.pk, reason="too late", actor=actor)


def test_an_invoice_for_nothing_is_settled_at_once() -> None:
    order, (shipment,) = shipped_order(items=[(1, "0.00")], ship=[(1,)])
    invoice = invoice_shipment(shipment_id=shipment.pk, actor=make_actor(order.company, "billing"))
    assert (invoice.state, invoice.total_amount) == ("paid", D("0.00"))
    assert not Duty.objects.filter(stage=8, subject_type="invoice", closed_at=None).exists()


def test_an_order_without_goods_is_invoiced_as_a_whole() -> None:
    order, _ = shipped_order(items=[], ship=[], charges=[("Set-up", "250.00")])
    Order.objects.filter(pk=order.pk).update(state="delivered")
    actor = make_actor(order.company, "billing")
    invoice = invoice_order(order_id=order.pk, actor=actor)
    assert (invoice.total_amount, invoice.shipment_id) == (D("250.00"), None)
    order.refresh_from_db()
    assert order.state == "closed"
    with pytest.raises(NothingToInvoice):
        invoice_order(order_id=order.pk, actor=actor)


def test_an_order_with_goods_is_invoiced_by_shipment() -> None:
    order, _ = shipped_order(items=[(5, "1.00")], ship=[(2,)], charges=[("Freight", "9.00")])
    with pytest.raises(DomainError) as refused:
        invoice_order(order_id=order.pk, actor=make_actor(order.company, "billing"))
    assert refused.value.code == "invoiced_by_shipment"
    assert nothing_written(order)


def test_a_delivered_order_closes_with_its_last_invoice() -> None:
    order, (shipment,) = shipped_order()
    Order.objects.filter(pk=order.pk).update(state="delivered")
    from orders.core import ledger

    ledger.post(order.pk, [(order.lines.get().pk, "delivered", D(10))])
    invoice_shipment(shipment_id=shipment.pk, actor=make_actor(order.company, "billing"))
    order.refresh_from_db()
    assert order.state == "closed"


def test_statements_do_not_grow_with_the_lines(django_assert_max_num_queries: Any) -> None:
    small, (one,) = shipped_order(items=[(1, "1.00")], ship=[(1,)])
    large, (twenty,) = shipped_order(items=[(1, "1.00")] * 20, ship=[(1,) * 20])
    counts = []
    for order, shipment in ((small, one), (large, twenty)):
        actor = make_actor(order.company, "billing", channel="job")
        with django_assert_max_num_queries(27) as captured:
            invoice_shipment(shipment_id=shipment.pk, actor=actor)
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_attempts_on_one_shipment_make_one_invoice() -> None:
    order, (shipment,) = shipped_order()
    actor = make_actor(order.company, "billing")
    start, outcome = Barrier(2), []

    def attempt() -> None:
        start.wait()
        try:
            outcome.append(invoice_shipment(shipment_id=shipment.pk, actor=actor).number)
        except AlreadyInvoiced as refusal:
            outcome.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome)[1] == "already_invoiced"
    assert sorted(outcome)[0].startswith("INV-")
    assert Invoice.objects.count() == 1
    assert order.lines.get().invoiced == 10


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gaps_when_many_post_at_once() -> None:
    company = make_company()
    shipments = [shipped_order(company)[1][0] for _ in range(8)]
    actor = make_actor(company, "billing")

    def attempt(shipment: Shipment) -> None:
        invoice_shipment(shipment_id=shipment.pk, actor=actor)
        connection.close()

    threads = [Thread(target=attempt, args=(shipment,)) for shipment in shipments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = sorted(int(number.rsplit("-", 1)[1]) for number in Invoice.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 9))

"""One invoice over many shipments and orders: nothing twice, nothing left out, wherever the run was broken off."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Sum
from django.test import Client

from billing.methods.services import set_customer_billing
from billing.models import BilledShipment, Invoice, InvoiceLine, Posting
from billing.selectors import invoices_of_order
from billing.services import NothingToInvoice, credit_lines, lock_customer
from billing.together.selectors import waiting_groups
from billing.together.services import invoice_groups, invoice_together
from omc.lib import clock
from omc.lib.actor import Actor, system
from omc.lib.service import verb
from orders.core import lifecycle
from orders.core.models import Company, Customer, Duty, Event, Order, OrderLine
from orders.fulfillment.models import Shipment
from tests.billing.factories import ship_rows, shipped_order
from tests.factories import CustomerFactory, WarehouseFactory, make_actor, make_company, make_user

D = Decimal
pytestmark = pytest.mark.django_db


def agreed(company: Company, actor: Actor, **values: Any) -> Customer:
    customer = CustomerFactory(company=company)
    set_customer_billing(
        customer_id=customer.pk, values={"method": "consolidated", "every": "month"} | values, actor=actor
    )
    return customer


def waiting(customers: int = 2, **values: Any) -> tuple[Company, Actor]:
    """Customers with two orders each, of two shipments and one: all left in the month before."""
    company = make_company()
    actor = make_actor(company, "billing")
    for _ in range(customers):
        customer = agreed(company, actor, **values)
        charges = [("Freight", "4.00"), ("Less", "-1.00")]
        shipped_order(company, customer=customer, items=[(3, "3.33")], ship=[(1,), (2,)], tax_rate="7", charges=charges)
        shipped_order(company, customer=customer, items=[(2, "9.99")], ship=[(2,)], tax_rate="20", customer_po="PO-2")
    Shipment.objects.update(shipped_at=clock.now() - timedelta(days=40))
    return company, actor


def all_is_billed_once(company: Company) -> bool:
    posted = Invoice.objects.filter(company=company, number__isnull=False)
    totals = posted.aggregate(net=Sum("net_amount"), total=Sum("total_amount"))
    ordered = Order.objects.filter(company=company).aggregate(net=Sum("net_amount"), total=Sum("total_amount"))
    numbers = sorted(int(number.rsplit("-", 1)[1]) for number in posted.values_list("number", flat=True))
    documents = Posting.objects.filter(company=company).values("document_id")
    return (
        totals == ordered
        and numbers == list(range(1, len(numbers) + 1))
        and BilledShipment.objects.count() == Shipment.objects.filter(company=company).count()
        and all(line.invoiced == line.ordered for line in OrderLine.objects.filter(order__company=company))
        and all(row["off"] == 0 for row in documents.annotate(off=Sum("debit") - Sum("credit")))
    )


def test_one_invoice_bills_the_shipments_of_a_period_by_order() -> None:
    company, actor = waiting(customers=1)
    (group,) = waiting_groups(actor)
    assert (len(group.due), group.later) == (3, ())

    assert invoice_groups(actor=actor) == [(group.customer, None)]

    invoice = Invoice.objects.get()
    assert (invoice.state, invoice.order_id, invoice.billed_shipments.count()) == ("posted", None, 3)
    assert invoice.total_amount == Order.objects.aggregate(total=Sum("total_amount"))["total"]
    orders = list(InvoiceLine.objects.order_by("position").values_list("order_line__order", flat=True))
    assert orders == sorted(orders)
    assert all_is_billed_once(company)
    assert set(Order.objects.values_list("billing", flat=True)) == {"done"}
    assert Event.objects.filter(type="order_invoiced").count() == 2
    assert not Duty.objects.filter(stage=8, subject_type="order", closed_at=None).exists()
    assert all(invoices_of_order(order) == [invoice] for order in Order.objects.all())
    assert waiting_groups(actor) == []
    with pytest.raises(NothingToInvoice):
        invoice_together(key=group.key, shipment_ids=group.all, actor=actor)


def test_what_left_after_the_period_waits_and_purchase_orders_may_be_apart() -> None:
    _, actor = waiting(customers=1, by_purchase_order=True)
    Shipment.objects.filter(order__customer_po="PO-2").update(shipped_at=clock.now())
    groups = {group.key.customer_po: group for group in waiting_groups(actor)}
    assert (len(groups["PO-2"].due), len(groups["PO-2"].later), len(groups[""].due)) == (0, 1, 2)
    invoice_groups(actor=actor)
    assert Invoice.objects.get().customer_po == ""
    invoice_groups(actor=actor, due_only=False)
    assert set(Invoice.objects.values_list("customer_po", flat=True)) == {"", "PO-2"}


def test_an_order_that_is_held_stays_behind_and_what_is_stopped_is_stopped_whole() -> None:
    company, actor = waiting(customers=1)
    Customer.objects.filter(company=company).update(po_required=True)
    ((_, reason),) = invoice_groups(actor=actor)
    assert "order number" in str(reason)
    stopped = Invoice.objects.get()
    assert (stopped.state, stopped.number) == ("preflight_failed", None)
    assert not Posting.objects.exists()
    Order.objects.update(customer_po="PO-1")
    invoice_groups(actor=actor)
    stopped.refresh_from_db()
    assert (stopped.state, stopped.preflight) == ("posted", "mended")
    assert all_is_billed_once(company)


@verb(silent="a test")
def credit(*, order: Order, actor: Actor) -> Invoice:
    lock_customer(order.customer_id, actor)
    held = lifecycle.lock(order.pk, actor)
    line = order.lines.filter(kind="goods").get()
    return credit_lines(order=held, quantities=[(line.pk, D(1))], reason="damaged", actor=actor)


def test_a_line_of_a_shared_invoice_is_credited() -> None:
    company, actor = waiting(customers=1)
    invoice_groups(actor=actor)
    note = credit(order=Order.objects.get(customer_po="PO-2"), actor=system("test", company.pk))
    assert (note.total_amount, note.original) == (D("11.99"), Invoice.objects.get(kind="invoice"))


class Killed(BaseException):
    """As if the process had died there."""


def dying_at(statement: int) -> Callable[..., Any]:
    seen = 0

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == statement:
            raise Killed
        return execute(sql, params, many, context)

    return wrapper


@pytest.mark.slow
def test_a_run_that_dies_at_any_statement_is_begun_again_and_bills_all_once() -> None:
    dead = 0
    for statement in range(1, 200, 11):
        company, actor = waiting()
        try:
            with connection.execute_wrapper(dying_at(statement)):
                invoice_groups(actor=actor)
        except Killed:
            dead += 1
        invoice_groups(actor=actor)
        invoice_groups(actor=actor)
        posted = Invoice.objects.filter(company=company)
        assert posted.count() == 2, statement
        totals = posted.aggregate(total=Sum("total_amount"))
        assert totals == Order.objects.filter(company=company).aggregate(total=Sum("total_amount")), statement
        twice = BilledShipment.objects.values("shipment").annotate(n=Count("id")).filter(n__gt=1)
        assert not twice.exists()
        Shipment.objects.filter(company=company).update(shipped_at=clock.now())
    assert dead > 4


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_bill_all_once() -> None:
    company, actor = waiting()
    start = Barrier(2)

    def run() -> None:
        start.wait()
        invoice_groups(actor=actor)
        connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Invoice.objects.count() == 2
    assert all_is_billed_once(company)


def test_statements_do_not_grow_with_the_shipments(django_assert_max_num_queries: Any) -> None:
    counts = []
    for parts in (2, 12):
        company = make_company()
        actor = make_actor(company, "billing", channel="job")
        customer = agreed(company, actor)
        order, _ = shipped_order(company, customer=customer, items=[(12, "1.00")], ship=[])
        lines = list(order.lines.all())
        house = WarehouseFactory(company=company)
        shipments = [ship_rows(order, lines, [D(12) / parts], house) for _ in range(parts)]
        (group,) = waiting_groups(actor)
        with django_assert_max_num_queries(40) as captured:
            invoice_together(key=group.key, shipment_ids=[row.pk for row in shipments], actor=actor)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_page_and_rest_show_what_waits_and_start_the_run(client: Client) -> None:
    company, _ = waiting(customers=1)
    client.force_login(make_user(company, "billing"))
    page = client.get("/billing/together/").content.decode()
    assert "Invoice what is due" in page
    assert len(client.get("/api/v1/billing/together/").json()[0]["due"]) == 3
    assert client.post("/billing/together/run/").status_code == 302
    client.force_login(make_user(company, "warehouse"))
    assert client.post("/billing/together/run/").status_code == 403
    client.force_login(make_user(make_company(), "billing"))
    assert client.get("/api/v1/billing/together/").json() == []

"""Billing's screens and REST: what they show, what they do, how they say no."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from billing.documents import invoice_pdf
from billing.models import Invoice, Payment
from billing.selectors import invoice_page, shipments_to_invoice
from billing.services import draft_invoice, invoice_shipment, invoice_shipped, send_invoice
from omc.lib import clock
from omc.lib.actor import system
from orders.core import outbox
from orders.core.models import Attachment, Company, Message, PaymentTerms
from orders.core.services.companies import change_setting
from orders.core.services.holds import place_on
from orders.core.services.jobs import start_job
from tests.billing.factories import shipped_order
from tests.factories import AddressFactory, ContactFactory, make_actor, make_company, make_user

D = Decimal
JSON = "application/json"
pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return make_company(name="Hartwell Supply", tax_id="US-99", bank_name="First Bank", bank_account="0042")


@pytest.fixture
def clerk(company: Company, client: Client) -> Client:
    client.force_login(make_user(company, "billing"))
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"billing:{name}", args=args)


@pytest.mark.slow
def test_what_left_is_invoiced_from_the_list_and_paid_from_the_invoice(company: Company, clerk: Client) -> None:
    order, (shipment,) = shipped_order(company, tax_rate="20")
    page = clerk.get(url("to_invoice")).content.decode()
    assert shipment.number in page
    assert "100.00" in page
    posted = clerk.post(url("invoice_shipment", shipment.pk))
    invoice = Invoice.objects.get()
    assert posted.headers["Location"] == url("invoice", invoice.pk)
    page = clerk.get(url("invoice", invoice.pk)).content.decode()
    assert invoice.number in page
    assert "120.00" in page
    assert "Margin" in page
    assert shipment.number not in clerk.get(url("to_invoice")).content.decode()

    today = clock.now().date().isoformat()
    pay = url("record_payment", order.customer_id)
    assert invoice.number in clerk.get(pay).content.decode()
    wrong = clerk.post(pay, {"amount": "50", "received_on": today, "method": "card", f"apply_{invoice.pk}": "130"})
    assert wrong.status_code == 422
    assert f'id="id_apply_{invoice.pk}_error"' in wrong.content.decode()
    right = clerk.post(pay, {"amount": "150", "received_on": today, "method": "card", "reference": "thanks"})
    payment = Payment.objects.get()
    assert right.headers["Location"] == url("payment", payment.pk)
    assert (payment.unapplied_amount, Invoice.objects.get().state) == (D("30.00"), "paid")
    assert "30.00" in clerk.get(url("payment", payment.pk)).content.decode()


def test_several_are_invoiced_at_once_and_what_could_not_be_is_named(company: Company, clerk: Client) -> None:
    shipments = [shipped_order(company)[1][0] for _ in range(3)]
    place_on(shipments[1].order, [("compliance", "papers")], actor=make_actor(company, "billing"))
    chosen = reverse("core:bulk", args=["to-invoice", "to-invoice.post"])
    page = clerk.post(chosen, {"id": [item.pk for item in shipments]}).content.decode()
    assert "2 of 3 done." in page
    assert "Compliance check" in page
    assert set(Invoice.objects.values_list("shipment_id", flat=True)) == {shipments[0].pk, shipments[2].pk}


def test_a_draft_is_looked_at_then_posted_or_voided(company: Company, clerk: Client) -> None:
    _order, (shipment,) = shipped_order(company)
    clerk.post(url("draft_invoice", shipment.pk))
    draft = Invoice.objects.get()
    assert "Void the draft" in clerk.get(url("invoice", draft.pk)).content.decode()
    assert clerk.post(url("void", draft.pk), {"reason": ""}).status_code == 422
    assert clerk.post(url("void", draft.pk), {"reason": "wrong"}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "void"


def test_the_job_invoices_all_and_may_run_again(company: Company, clerk: Client) -> None:
    for _ in range(3):
        shipped_order(company)
    held, _ = shipped_order(company)
    actor = make_actor(company, "billing")
    place_on(held, [("compliance", "papers")], actor=actor)
    outcome = invoice_shipped(actor=actor, batch=2)
    assert [refusal is None for _id, refusal in outcome] == [True, True, True, False]
    assert [refusal is None for _id, refusal in invoice_shipped(actor=actor)] == [False]
    assert Invoice.objects.count() == 3
    held.holds.update(status="resolved")
    run = start_job(kind="invoice_shipped", inputs={}, actor=actor)
    from orders.core.services.jobs import execute

    execute(run.pk)
    run.refresh_from_db()
    assert (run.status, run.result) == ("done", {"invoiced": 1, "refused": []})


@pytest.mark.slow
def test_another_company_sees_nothing(company: Company, client: Client) -> None:
    order, (shipment,) = shipped_order(company)
    invoice = invoice_shipment(shipment_id=shipment.pk, actor=make_actor(company, "billing"))
    client.force_login(make_user(make_company(), "admin"))
    assert client.get(url("invoice", invoice.pk)).status_code == 404
    assert client.get(url("pdf", invoice.pk)).status_code == 404
    assert client.get(url("record_payment", order.customer_id)).status_code == 404
    for name in ("to_invoice", "invoices", "receivables", "payments"):
        page = client.get(url(name))
        assert page.status_code == 200
        assert str(invoice.number) not in page.content.decode()
        assert order.customer.name not in page.content.decode()
    assert client.get("/api/v1/billing/invoices/").json()["results"] == []
    assert client.get(f"/api/v1/billing/invoices/{invoice.pk}/").status_code == 404


def test_the_warehouse_may_not_look_and_the_desk_sees_no_margin(company: Company, client: Client) -> None:
    _order, (shipment,) = shipped_order(company)
    invoice = invoice_shipment(shipment_id=shipment.pk, actor=make_actor(company, "billing"))
    client.force_login(make_user(company, "warehouse"))
    for address in (url("invoice", invoice.pk), url("pdf", invoice.pk), "/api/v1/billing/invoices/"):
        assert client.get(address).status_code == 403
    client.force_login(make_user(company, "csr"))
    page = client.get(url("invoice", invoice.pk))
    assert page.status_code == 200
    assert "Margin" not in page.content.decode()
    line = client.get(f"/api/v1/billing/invoices/{invoice.pk}/").json()["lines"][0]
    assert "cost_base" not in line
    assert line["net_amount"] == "100.00"
    assert client.post(url("invoice_shipment", shipment.pk)).status_code == 403


@pytest.mark.slow
def test_the_lists_need_as_many_queries_for_one_row_as_for_many(company: Company, clerk: Client) -> None:
    actor = make_actor(company, "billing")
    counts = []
    for many in (1, 5):
        for _ in range(many):
            _order, (shipment,) = shipped_order(company)
            invoice_shipment(shipment_id=shipment.pk, actor=actor)
            shipped_order(company)
        for name in ("to_invoice", "invoices", "receivables", "choose_payer"):
            clerk.get(url(name))
            with CaptureQueriesContext(connection) as captured:
                assert clerk.get(url(name)).status_code == 200
            counts.append(len(captured))
    assert counts[:4] == counts[4:]


@pytest.mark.parametrize("door", ["screen", "api", "bulk", "job", "chosen"])
@pytest.mark.parametrize("held", [False, True])
def test_every_door_to_invoicing_leads_to_the_same_room(company: Company, clerk: Client, door: str, held: bool) -> None:
    order, (shipment,) = shipped_order(company)
    actor = make_actor(company, "billing")
    if held:
        place_on(order, [("compliance", "papers")], actor=actor)
    said = ""
    if door == "screen":
        said = clerk.post(url("invoice_shipment", shipment.pk)).content.decode()
    elif door == "api":
        said = clerk.post(f"/api/v1/billing/shipments/{shipment.pk}/invoice/", {}, JSON).content.decode()
    elif door == "bulk":
        said = clerk.post(reverse("core:bulk", args=["orders", "invoice_orders"]), {"id": [order.pk]}).content.decode()
    elif door == "chosen":
        chosen = reverse("core:bulk", args=["to-invoice", "to-invoice.post"])
        said = clerk.post(chosen, {"id": [shipment.pk]}).content.decode()
    else:
        said = str(invoice_shipped(actor=system("nightly", company.pk)))
    assert Invoice.objects.exists() is not held
    assert ("Compliance check" in said) is held


@pytest.mark.slow
def test_rest_answers_amounts_as_text_and_the_same_key_once(company: Company, clerk: Client) -> None:
    order, (shipment,) = shipped_order(company, items=[(3, "0.3333")], ship=[(3,)])
    listed = clerk.get("/api/v1/billing/to-invoice/").json()["results"]
    assert [(row["id"], row["goods_value"]) for row in listed] == [(shipment.pk, "1.00")]
    address, key = f"/api/v1/billing/shipments/{shipment.pk}/invoice/", {"Idempotency-Key": "inv-1"}
    first = clerk.post(address, {}, JSON, headers=key)
    again = clerk.post(address, {}, JSON, headers=key)
    assert (first.status_code, first.json()["total_amount"]) == (201, "1.00")
    assert again.json() == first.json()
    assert clerk.post(address, {}, JSON).json()["code"] == "already_invoiced"
    body = {"customer_id": order.customer_id, "amount": "0.40", "received_on": clock.now().date().isoformat()}
    paid = clerk.post("/api/v1/billing/payments/", body, JSON)
    assert (paid.status_code, paid.json()["unapplied_amount"]) == (201, "0.00")
    rows = clerk.get("/api/v1/billing/receivables/").json()["results"]
    assert [(row["customer_id"], row["total"]) for row in rows] == [(order.customer_id, "0.60")]
    pdf = clerk.get(f"/api/v1/billing/invoices/{first.json()['id']}/pdf/")
    assert (pdf.headers["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")


def test_the_pdf_says_who_owes_whom_what_for_what_and_until_when(company: Company) -> None:
    terms = PaymentTerms.objects.create(company=company, code="N14", name="14 days net", net_days=14)
    order, (shipment,) = shipped_order(
        company, items=[(3, "9.99")], ship=[(3,)], tax_rate="20", charges=[("Freight", "5.00")], terms=terms
    )
    AddressFactory(customer=order.customer, street="7 Quay Street", city="Dover")
    actor = make_actor(company, "billing")
    invoice = invoice_page(invoice_shipment(shipment_id=shipment.pk, actor=actor).pk, actor)
    assert (invoice.due_date - invoice.invoice_date).days == 14
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(invoice_pdf(invoice))).pages)
    for words in (
        invoice.number, "Hartwell Supply", "7 Quay Street", order.number, shipment.number, "Freight", "29.97", "34.97",
        "6.99", "41.96", "20 %", "14 days net", "First Bank", "US-99", f"{invoice.due_date.day} {invoice.due_date:%b %Y}",
    ):  # fmt: skip
        assert words in text, words


def test_a_posted_invoice_is_sent_once_with_its_pdf(company: Company) -> None:
    order, (shipment,) = shipped_order(company)
    ContactFactory(customer=order.customer, email="pay@customer.example")
    actor = make_actor(company, "billing")
    invoice = invoice_shipment(shipment_id=shipment.pk, actor=actor)
    outbox.drain("billing: send invoice")
    send_invoice(invoice_id=invoice.pk, actor=actor)
    message = Message.objects.get()
    assert (message.recipient, message.order_id) == ("pay@customer.example", order.pk)
    assert Attachment.objects.get(message=message).filename == f"{invoice.number}.pdf"


def test_without_an_address_nothing_is_sent_and_nothing_waits(company: Company) -> None:
    _order, (shipment,) = shipped_order(company)
    invoice_shipment(shipment_id=shipment.pk, actor=make_actor(company, "billing"))
    assert outbox.drain("billing: send invoice") == 1
    assert not Message.objects.exists()


@pytest.mark.parametrize("wanted", [False, True])
def test_a_company_may_let_shipments_be_invoiced_by_themselves(company: Company, wanted: bool) -> None:
    from orders.core.eventlog import record
    from orders.fulfillment.events import ShipmentShipped

    if wanted:
        change_setting(key="billing.post_on_ship", value="yes", actor=make_actor(company, "admin"))
    _order, (shipment,) = shipped_order(company)
    zero = D(0)
    event = ShipmentShipped(
        shipment="SH", shipment_id=shipment.pk, units=D(10), open_units=zero, left_to_ship=zero, to_invoice=D(10)
    )
    record(shipment, event, actor=make_actor(company, "ops"))
    assert outbox.drain("billing: invoice on ship") == 1
    assert Invoice.objects.exists() is wanted
    record(shipment, event, actor=make_actor(company, "ops"))
    assert outbox.drain("billing: invoice on ship") == 1
    assert Invoice.objects.count() == int(wanted)


def test_a_shipment_waits_while_it_carries_something_unbilled(company: Company) -> None:
    _order, (shipment,) = shipped_order(company)
    actor = make_actor(company, "billing")
    assert list(shipments_to_invoice(actor)) == [shipment]
    draft_invoice(shipment_id=shipment.pk, actor=actor)
    assert list(shipments_to_invoice(actor)) == [shipment]
    invoice_shipment(shipment_id=shipment.pk, actor=actor)
    assert list(shipments_to_invoice(actor)) == []

"""Every door to a document: page, REST, the list's files, the mail in the customer's form."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from billing.documents.services import choose_document_way
from billing.models import DocumentWay, Invoice
from billing.selectors import invoice_page
from billing.services import invoice_shipment, send_invoice
from omc.lib.actor import Actor
from omc.lib.errors import InvalidInput, NotFound
from orders.core.models import Attachment, Change, Company, Message
from tests.billing.documents.random_orders import seller
from tests.billing.factories import shipped_order
from tests.factories import AddressFactory, ContactFactory, make_actor, make_company, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return seller()


@pytest.fixture
def actor(company: Company) -> Actor:
    return make_actor(company, "billing")


@pytest.fixture
def clerk(company: Company, client: Client) -> Client:
    client.force_login(make_user(company, "billing"))
    return client


@pytest.fixture
def invoice(company: Company, actor: Actor) -> Invoice:
    order, (shipment,) = shipped_order(company, tax_rate="19")
    AddressFactory(customer=order.customer, country="DE")
    ContactFactory(customer=order.customer, email="pay@customer.example")
    return invoice_page(invoice_shipment(shipment_id=shipment.pk, actor=actor).pk, actor)


def doors(invoice: Invoice) -> dict[str, tuple[str, str]]:
    return {
        "page": (reverse("billing:ubl", args=[invoice.pk]), reverse("billing:factur_x", args=[invoice.pk])),
        "api": tuple(f"/api/v1/billing/invoices/{invoice.pk}/{form}/" for form in ("ubl", "factur-x")),  # type: ignore[dict-item]
    }


@pytest.mark.parametrize("door", ["page", "api"])
def test_every_door_gives_the_same_document_and_says_what_it_lacks(clerk: Client, invoice: Invoice, door: str) -> None:
    ubl, factur_x = doors(invoice)[door]
    answer = clerk.get(ubl)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/xml")
    assert f"<cbc:ID>{invoice.number}</cbc:ID>" in answer.content.decode()
    assert "factur-x.xml" in PdfReader(BytesIO(clerk.get(factur_x).content)).attachments
    Company.objects.update(tax_id="")
    refused = clerk.get(ubl)
    assert refused.status_code == (422 if door == "page" else 409)
    assert "our tax number" in refused.content.decode()
    assert (reverse("core:company") in refused.content.decode()) is (door == "page")
    assert clerk.get(reverse("billing:pdf", args=[invoice.pk])).status_code == 200


def test_nobody_else_gets_it(company: Company, client: Client, invoice: Invoice) -> None:
    for user, status in ((make_user(company, "warehouse"), 403), (make_user(make_company(), "billing"), 404)):
        client.force_login(user)
        for door in doors(invoice).values():
            assert [client.get(address).status_code for address in door] == [status, status]
        way = reverse("billing:document_way", args=[invoice.customer_id])
        assert client.get(way).status_code == status
        assert client.get(f"/api/v1/billing/customers/{invoice.customer_id}/documents/").status_code == status


def test_chosen_invoices_come_as_files_in_one_zip_and_who_lacks_something_is_named(
    clerk: Client, invoice: Invoice, company: Company, actor: Actor
) -> None:
    _order, (shipment,) = shipped_order(company, tax_rate="19")  # its customer has no address for bills
    lacking = invoice_shipment(shipment_id=shipment.pk, actor=actor)
    chosen = {"id": [invoice.pk, lacking.pk]}
    for printer, ending in (("invoice-ubl", "xml"), ("invoice-factur-x", "pdf")):
        answer = clerk.post(reverse("core:print", args=["invoices", printer]), chosen)
        assert answer.headers["Content-Type"] == "application/zip"
        assert ZipFile(BytesIO(answer.content)).namelist() == [f"{invoice.number}.{ending}"]
    assert "the customer&#x27;s address for bills" in clerk.get(reverse("billing:invoices")).content.decode()


@pytest.mark.parametrize(
    ("form", "files"), [("pdf", ["pdf"]), ("facturx", ["pdf"]), ("ubl", ["pdf", "xml"]), ("ubl, but lacking", ["pdf"])]
)
def test_the_mail_brings_the_form_that_the_customer_wants(
    invoice: Invoice, actor: Actor, form: str, files: list[str]
) -> None:
    choose_document_way(customer_id=invoice.customer_id, form=form.partition(",")[0], actor=actor)
    if "lacking" in form:
        Company.objects.update(street="")
    send_invoice(invoice_id=invoice.pk, actor=actor)
    sent = list(Attachment.objects.filter(message=Message.objects.get()).order_by("id"))
    assert [item.filename for item in sent] == [f"{invoice.number}.{ending}" for ending in files]
    carries = "factur-x.xml" in PdfReader(sent[0].file.open("rb")).attachments
    assert carries is (form == "facturx")


def test_the_choice_is_kept_with_its_history_and_a_wrong_one_is_refused_at_its_field(
    clerk: Client, invoice: Invoice, actor: Actor
) -> None:
    page = reverse("billing:document_way", args=[invoice.customer_id])
    wrong = clerk.post(page, {"form": "ubl", "endpoint_scheme": "0204"})
    assert wrong.status_code == 422
    assert re.search(r'id="id_endpoint_id_error"', wrong.content.decode())
    assert not DocumentWay.objects.exists()
    assert clerk.post(page, {"form": "ubl", "endpoint_scheme": "0204", "endpoint_id": "991"}).status_code == 302
    assert Change.objects.get().after == {
        "documents.form": "ubl", "documents.endpoint_scheme": "0204", "documents.endpoint_id": "991",
    }  # fmt: skip
    api = f"/api/v1/billing/customers/{invoice.customer_id}/documents/"
    assert clerk.get(api).json()["form"] == "ubl"
    assert clerk.put(api, {"form": "facturx"}, "application/json").json()["endpoint_id"] == ""
    assert "Factur-X" in clerk.get(reverse("core:customer", args=[invoice.customer_id])).content.decode()
    with pytest.raises(InvalidInput):
        choose_document_way(customer_id=invoice.customer_id, form="fax", actor=actor)
    with pytest.raises(NotFound):
        choose_document_way(customer_id=invoice.customer_id, form="pdf", actor=make_actor(make_company(), "billing"))

"""The papers of many rows as one file: at once, by a job, and never for whom they are not."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from omc.lib.errors import InvalidInput
from omc.lib.registry import BulkPrint, registry
from orders.core.models import Attachment, JobRun
from orders.core.services import printing
from orders.core.services.jobs import execute
from tests.factories import OrderFactory, make_company, make_user

pytestmark = pytest.mark.django_db


def pages(answer) -> int:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return len(PdfReader(BytesIO(content)).pages)


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def blank(monkeypatch):
    """Paper of one page for orders, but for those that a test names."""
    from pypdf import PdfWriter

    def paper(pk, actor):
        if pk in blank.refused:
            raise InvalidInput("There is no paper for it.")
        book, file = PdfWriter(), BytesIO()
        book.add_blank_page(100, 100)
        book.write(file)
        return file.getvalue()

    def blank(*refused):
        blank.refused = set(refused)

    blank()
    printer = BulkPrint("blank", "order", "Print", "orders.view_price", paper)
    monkeypatch.setitem(registry.prints._items, "blank", printer)
    return blank


def test_the_chosen_rows_come_as_one_file(client, company, blank):
    orders = [OrderFactory(company=company, confirmed=True) for _ in range(3)]
    client.force_login(make_user(company, "csr"))

    answer = client.post("/lists/orders/print/blank/", {"id": [order.pk for order in orders[:2]]})

    assert answer.headers["Content-Type"] == "application/pdf"
    assert pages(answer) == 2
    assert "core:print" not in client.get("/orders/").text
    assert "/lists/orders/print/blank/" in client.get("/orders/").text


def test_what_cannot_be_printed_is_named_and_the_rest_is_printed(client, company, blank):
    good, bad = (OrderFactory(company=company, confirmed=True) for _ in range(2))
    blank(bad.pk)
    client.force_login(make_user(company, "csr"))

    answer = client.post("/lists/orders/print/blank/", {"id": [good.pk, bad.pk]})
    nothing = client.post("/lists/orders/print/blank/", {"id": [bad.pk]})

    assert pages(answer) == 1
    assert nothing.status_code == 422
    assert f"{bad.number}" in nothing.text
    assert "There is no paper for it." in nothing.text


def test_many_are_printed_by_a_job_whose_file_only_its_starter_opens(client, company, blank, monkeypatch):
    monkeypatch.setattr(printing, "AT_ONCE", 2)
    orders = [OrderFactory(company=company, confirmed=True) for _ in range(4)]
    blank(orders[0].pk)
    user = make_user(company, "csr")
    client.force_login(user)

    started = client.post("/lists/orders/print/blank/?sort=oldest", {"everything": "1"})
    run = JobRun.objects.get(kind=printing.JOB)
    execute(run.pk)
    run.refresh_from_db()

    assert started.url == f"/jobs/{run.pk}/"
    assert run.inputs["ids"] == [order.pk for order in orders]
    assert (run.status, run.result["done"], run.result["refused"]) == ("done", 3, 1)
    assert Attachment.objects.get().uploaded_by == user
    assert f"/jobs/{run.pk}/printed.pdf" in client.get(f"/jobs/{run.pk}/").text
    assert pages(client.get(f"/jobs/{run.pk}/printed.pdf")) == 3
    for other in (make_user(company, "csr"), make_user(make_company(), "admin")):
        client.force_login(other)
        assert client.get(f"/jobs/{run.pk}/printed.pdf").status_code == 404


def test_too_many_are_refused_before_anything_is_made(client, company, blank, monkeypatch):
    monkeypatch.setattr(printing, "MOST", 1)
    for _ in range(2):
        OrderFactory(company=company, confirmed=True)
    client.force_login(make_user(company, "csr"))

    answer = client.post("/lists/orders/print/blank/", {"everything": "1"}, follow=True)

    assert "At most 1 documents" in answer.text
    assert not JobRun.objects.exists()


def test_a_role_that_may_not_print_is_offered_nothing_and_refused(client, company, blank):
    order = OrderFactory(company=company, confirmed=True)
    client.force_login(make_user(company, "production"))

    assert "/print/blank/" not in client.get("/orders/").text
    assert client.post("/lists/orders/print/blank/", {"id": [order.pk]}).status_code == 403
    assert client.post("/lists/orders/print/nothing/", {"id": [order.pk]}).status_code == 404
    assert client.post("/lists/holds/print/blank/", {"id": [order.pk]}).status_code == 404


def test_the_papers_of_the_house_are_offered_where_their_rows_are():
    offered = {(printer.key, printer.subject) for printer in registry.prints}
    subjects = {declared.subject for declared in registry.lists}

    assert {
        ("invoices", "invoice"),
        ("quotes", "quote"),
        ("pick-lists", "shipment"),
        ("packing-slips", "shipment"),
    } <= (offered)
    assert {subject for _key, subject in offered} <= subjects


def test_nothing_of_another_company_is_printed(client, company, blank):
    theirs = OrderFactory(company=make_company(), confirmed=True)
    client.force_login(make_user(company, "csr"))

    answer = client.post("/lists/orders/print/blank/", {"id": [theirs.pk]})

    assert answer.status_code == 302  # no row of this list was chosen

"""What was learned of customers is seen with its teacher and its use, put right, and forgotten."""

from decimal import Decimal

import pytest
from django.test import Client

from omc.accounts.models import User
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from orders.core.models import Change, ProductAlias
from orders.entry.inbox.models import InboxDocument, KnownSender
from orders.entry.inbox.services import (
    LineEdit,
    correct_name,
    correct_sender,
    forget_name,
    forget_sender,
    make_order,
    receive_document,
    save_proposal,
)
from tests.factories import CustomerFactory, make_actor, make_company
from tests.orders.entry.factories import Desk
from tests.orders.entry.inbox.factories import x12
from tests.orders.entry.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.item(sku="AB-100", list_price=Decimal(10))
    desk.item(sku="CD-200", list_price=Decimal(10))
    return desk


def ordered(desk: Desk, quantity: int) -> InboxDocument:
    """An order of an item that only the customer calls THEIRS-1."""
    content = x12(f"{quantity}|EA||BP|THEIRS-1")
    document = receive_document(content=content, filename="po.edi", customer_id=desk.customer.pk, actor=desk.csr)
    line = document.lines.get()
    if line.product is None:
        edit = LineEdit(position=1, item="AB-100", quantity=line.quantity, unit="EA", checked=True)
        save_proposal(
            document_id=document.pk, lines=[edit], customer_id=desk.customer.pk, customer_po=document.customer_po,
            requested_date=document.requested_date, header_checked=True, actor=desk.csr,
        )  # fmt: skip
    make_order(document_id=document.pk, actor=desk.csr)
    return document


def in_as(actor_user: int | None) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor_user))
    return client


@pytest.mark.slow
def test_names_and_senders_are_listed_with_who_taught_them_and_how_often_they_served(desk: Desk) -> None:
    first = ordered(desk, 5)
    for quantity in (6, 7):
        ordered(desk, quantity)
    name, sender = ProductAlias.objects.get(customer=desk.customer), KnownSender.objects.get()
    assert (name.alias, name.product.sku, name.learned_by_id) == ("THEIRS-1", "AB-100", desk.csr.user_id)
    client = in_as(desk.csr.user_id)
    for page, said in (
        (f"/entry/names/{name.pk}/", name.learned_by),
        (f"/entry/senders/{sender.pk}/", sender.learned_by),
    ):
        shown = client.get(page).content.decode()
        assert str(said) in shown
        assert "<dd>3 orders</dd>" in shown, page
    for page in ("/entry/names/", "/entry/senders/"):
        rows = client.get(page, {"customer": desk.customer.pk}).content.decode()
        assert ("THEIRS-1" in rows, "by its EDI number" in rows) == (page == "/entry/names/", page != "/entry/names/")
    assert "1 name of our items" in client.get(f"/customers/{desk.customer.pk}/").content.decode()
    assert first.lines.get().product.sku == "AB-100"


def test_a_corrected_name_holds_for_the_next_document_and_a_forgotten_one_for_none(desk: Desk) -> None:
    ordered(desk, 5)
    name = ProductAlias.objects.get(customer=desk.customer)
    client = in_as(desk.csr.user_id)
    wrong = client.post(f"/entry/names/{name.pk}/", {"sku": "NOTHING"})
    assert (wrong.status_code, "No item is called NOTHING." in wrong.content.decode()) == (422, True)
    assert client.post(f"/entry/names/{name.pk}/", {"sku": "cd-200"}).status_code == 302
    taken = receive_document(
        content=x12("8|EA||BP|THEIRS-1"), filename="b.edi", customer_id=desk.customer.pk, actor=desk.csr
    )
    assert taken.lines.get().product.sku == "CD-200"
    client.post(f"/entry/names/{name.pk}/forget/")
    again = receive_document(
        content=x12("9|EA||BP|THEIRS-1"), filename="c.edi", customer_id=desk.customer.pk, actor=desk.csr
    )
    assert again.lines.get().product is None
    assert [(row.before, row.after) for row in Change.objects.filter(table="customer").order_by("id")] == [
        ({"“THEIRS-1” stands for": "AB-100"}, {"“THEIRS-1” stands for": "CD-200"}),
        ({"“THEIRS-1” stands for": "CD-200"}, {"“THEIRS-1” stands for": ""}),
    ]


def test_a_corrected_sender_writes_for_the_other_customer(desk: Desk) -> None:
    ordered(desk, 5)
    sender, other = KnownSender.objects.get(), CustomerFactory(company=desk.company)
    correct_sender(sender_id=sender.pk, customer_id=other.pk, actor=desk.csr)
    assert receive_document(content=x12("8|EA||BP|X-1"), filename="b.edi", actor=desk.csr).customer == other
    forget_sender(sender_id=sender.pk, actor=desk.csr)
    assert receive_document(content=x12("9|EA||BP|X-1"), filename="c.edi", actor=desk.csr).customer is None


def test_who_may_not_and_who_works_elsewhere_changes_nothing(desk: Desk) -> None:
    ordered(desk, 5)
    name, sender = ProductAlias.objects.get(customer=desk.customer), KnownSender.objects.get()
    foreign = CustomerFactory(company=make_company())
    stranger, packer = make_actor(foreign.company, "csr"), make_actor(desk.company, "warehouse")
    for actor, refusal in ((stranger, NotFound), (packer, PermissionRefused)):
        for run in (
            lambda actor: correct_name(name_id=name.pk, sku="CD-200", actor=actor),
            lambda actor: forget_name(name_id=name.pk, actor=actor),
            lambda actor: correct_sender(sender_id=sender.pk, customer_id=foreign.pk, actor=actor),
            lambda actor: forget_sender(sender_id=sender.pk, actor=actor),
        ):
            with pytest.raises(refusal):
                run(actor)
    with pytest.raises((NotFound, InvalidInput)):
        correct_sender(sender_id=sender.pk, customer_id=foreign.pk, actor=desk.csr)
    assert ProductAlias.objects.get(pk=name.pk).product.sku == "AB-100"
    assert KnownSender.objects.get().customer == desk.customer
    assert in_as(stranger.user_id).get(f"/entry/names/{name.pk}/").status_code == 404
    assert in_as(packer.user_id).get("/entry/names/").status_code == 403


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_forgotten_by_several_at_once_it_is_forgotten_once() -> None:
    desk = Desk()
    item = desk.item(sku="AB-100")
    name = ProductAlias.objects.create(company=desk.company, customer=desk.customer, product=item, alias="X-1")
    answers = at_once(*(lambda: forget_name(name_id=name.pk, actor=desk.csr) for _clerk in range(3)))
    assert sorted(map(str, answers)) == ["None", "not_found", "not_found"]
    assert Change.objects.count() == 1

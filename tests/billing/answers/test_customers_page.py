"""From the invoice's signed link the customer reads, downloads, disputes a line or promises a day; each lands in a queue."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from billing.models import Dispute, Invoice, PaymentPromise
from billing.services import draft_invoice, send_invoice
from omc.lib import clock
from omc.lib.actor import system
from orders.core.links.addresses import path_of
from orders.core.links.services import issue_link, withdraw_link
from orders.core.models import Customer, CustomerLink, Duty, Message
from tests.billing.disputes.test_disputes import Case, D
from tests.billing.factories import shipped_order
from tests.factories import ContactFactory, make_actor, make_company, make_user

pytestmark = pytest.mark.django_db


class Scene(Case):
    """An invoice that went out to a contact, with its link."""

    def __init__(self) -> None:
        super().__init__()
        cache.clear()
        ContactFactory(customer=self.invoice.customer, name="Pat Buyer")
        send_invoice(invoice_id=self.invoice.pk, actor=system("send invoice", self.company.pk))
        self.link = CustomerLink.objects.get(page="invoice", subject_id=self.invoice.pk)

    def open(self, door: str = "", **data: Any) -> Any:
        address = path_of(self.link, door)
        return Client().post(address, data) if data else Client().get(address)

    def dispute(self, **said: Any) -> Any:
        values = {"reason": "damaged", "line_id": self.first.pk, "words": "Two are bent.", "name": "Pat"} | said
        return self.open("dispute", **{f"dispute-{key}": value for key, value in values.items()})

    def promise(self, days: int = 9) -> Any:
        day = clock.today(self.company.time_zone) + timedelta(days=days)
        return self.open("promise", **{"promise-promised_on": day.isoformat(), "promise-name": "Pat"})


def duties() -> list[tuple[str, bool]]:
    rows = Duty.objects.filter(closed_at=None, subject_type__in=["dispute", "paymentpromise"])
    return list(rows.order_by("id").values_list("name", "waits_for_customer"))


def test_the_mail_has_the_address_and_the_page_shows_the_invoice_without_what_is_ours() -> None:
    scene = Scene()
    mail = Message.objects.get(template="invoice")
    assert path_of(scene.link) in mail.body
    page = scene.open().content.decode()
    assert str(scene.invoice.number) in page
    assert "240.00" in page
    assert "margin" not in page.lower()
    paper = scene.open("pdf")
    assert (paper.status_code, paper.headers["Content-Type"]) == (200, "application/pdf")
    assert paper.content.startswith(b"%PDF")


def test_what_they_dispute_and_promise_lands_in_a_queue_and_stands_on_their_page() -> None:
    scene = Scene()
    assert scene.dispute().status_code == 302
    assert scene.promise().status_code == 302
    dispute, promise = Dispute.objects.get(), PaymentPromise.objects.get()
    assert (dispute.by_customer, dispute.name, dispute.words, dispute.line_id) == (
        True, "Pat", "Two are bent.", scene.first.pk,
    )  # fmt: skip
    assert (dispute.raised_by_id, dispute.amount, promise.amount, promise.by_customer) == (
        None, D("120.00"), D("240.00"), True,
    )  # fmt: skip
    assert duties() == [("Decide dispute", False), ("Await promised payment", True)]
    page = scene.open().content.decode()
    assert "Two are bent." in page
    assert "You told us that you pay" in page
    scene.decided(dispute, "partly", amount=D("10.00"), decision="One was bent.")
    page = scene.open().content.decode()
    assert "We credit" in page
    assert "One was bent." in page


def test_pressed_twice_it_is_said_once() -> None:
    scene = Scene()
    for _ in range(2):
        assert scene.dispute().status_code == 302
        assert scene.promise().status_code == 302
    assert (Dispute.objects.count(), PaymentPromise.objects.count(), len(duties())) == (1, 1, 2)


@pytest.mark.parametrize(
    ("door", "data"),
    [
        ("dispute", {"dispute-reason": "", "dispute-name": "Pat"}),
        ("dispute", {"dispute-reason": "mood", "dispute-name": "Pat"}),
        ("dispute", {"dispute-reason": "price", "dispute-line_id": "999999", "dispute-name": "Pat"}),
        ("dispute", {"dispute-reason": "price", "dispute-name": ""}),
        ("promise", {"promise-promised_on": "2020-01-01", "promise-name": "Pat"}),
        ("promise", {"promise-promised_on": "soon", "promise-name": "Pat"}),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_written(door: str, data: dict[str, str]) -> None:
    refused = Scene().open(door, **data)
    assert refused.status_code == 422
    assert "<details open>" in refused.content.decode()
    assert not Dispute.objects.exists()
    assert not PaymentPromise.objects.exists()


def test_a_draft_has_no_page_and_a_withdrawn_link_opens_nothing() -> None:
    scene = Scene()
    withdraw_link(page="invoice", subject_id=scene.invoice.pk, actor=scene.actor)
    assert scene.open().status_code == 404
    assert scene.dispute().status_code == 404
    company = make_company()
    _order, (shipment,) = shipped_order(company)
    draft = draft_invoice(shipment_id=shipment.pk, actor=make_actor(company, "billing"))
    link = issue_link("invoice", Invoice.objects.get(pk=draft.pk), actor=make_actor(company, "billing"))
    assert Client().get(path_of(link)).status_code == 404


def test_one_of_us_looks_on_and_cannot_press() -> None:
    scene, client = Scene(), Client()
    client.force_login(make_user(scene.company, "billing"))
    assert "This is what the customer sees" in client.get(path_of(scene.link)).content.decode()
    assert client.post(path_of(scene.link, "promise"), {"promise-name": "x"}).status_code == 403
    page = client.get(f"/billing/invoices/{scene.invoice.pk}/").content.decode()
    assert "See what the customer sees" in page


def test_in_german_every_word_is() -> None:
    scene = Scene()
    Customer.objects.filter(pk=scene.invoice.customer_id).update(language="de")
    scene.dispute()
    page = scene.open().content.decode()
    for word in (
        "Rechnung",
        "Etwas stimmt nicht",
        "Sagen Sie uns, wann Sie zahlen",
        "Beschädigt",
        "Wir sehen uns das an",
    ):
        assert word in page
    assert "Damaged" not in page
    refused = scene.promise(days=400)
    assert (refused.status_code, "The day is one" in refused.content.decode()) == (422, False)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_dispute_and_one_promise() -> None:
    scene = Scene()

    def run(deed: Any) -> int:
        try:
            return int(deed().status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(run, [scene.dispute, scene.promise, scene.dispute, scene.promise]))
    assert codes == [302] * 4
    assert (Dispute.objects.count(), PaymentPromise.objects.count(), len(duties())) == (1, 1, 2)

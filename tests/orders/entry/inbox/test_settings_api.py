"""What the inbox goes by, through REST: learned names and senders, partners, the mailbox; each company for itself."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from omc.accounts.models import User
from omc.lib.actor import Actor
from orders.core.models import ProductAlias
from orders.entry.inbox.mailbox.models import Mailbox
from orders.entry.inbox.models import EdiPartner, KnownSender
from orders.entry.inbox.services import answer_document, receive_document
from tests.factories import CustomerFactory, make_actor, make_company
from tests.orders.entry.factories import Desk
from tests.orders.entry.inbox.factories import x12
from tests.orders.entry.inbox.test_learned import ordered

pytestmark = pytest.mark.django_db
API = "/api/v1/entry/"
MAILBOX = {"host": "imap.harbor.example", "user": "orders", "is_on": False}


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.item(sku="AB-100", list_price=Decimal(10))
    desk.item(sku="CD-200", list_price=Decimal(10))
    ordered(desk, 5)
    partner = receive_document(content=x12("7|EA||VN|AB-100", control="000000077"), filename="b.edi", actor=desk.csr)
    answer_document(document_id=partner.pk, answer="997", actor=desk.csr)
    return desk


class Rest:
    def __init__(self, actor: Actor) -> None:
        self.client = Client()
        self.client.force_login(User.objects.get(pk=actor.user_id))

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        return self.client.generic(method, API + path, _json(body), content_type="application/json")


def _json(body: Any) -> bytes:
    return json.dumps(body).encode() if body is not None else b""


def test_names_and_senders_are_listed_corrected_and_forgotten(desk: Desk) -> None:
    rest, other = Rest(desk.csr), CustomerFactory(company=desk.company)
    (name,) = rest("GET", "names/").json()["results"]
    assert (name["name"], name["sku"], name["customer_code"], name["usage"]["orders"]) == (
        "THEIRS-1", "AB-100", desk.customer.code, 1,
    )  # fmt: skip
    assert rest("GET", f"names/?customer={other.pk}").json()["results"] == []
    assert rest("PUT", f"names/{name['id']}/", {"sku": "CD-200"}).json()["sku"] == "CD-200"
    refused = rest("PUT", f"names/{name['id']}/", {"sku": "NONE"})
    assert (refused.status_code, refused.json()["data"]["field"]) == (422, "sku")
    assert rest("DELETE", f"names/{name['id']}/").status_code == 204
    assert rest("GET", f"names/{name['id']}/").status_code == 404
    sender = next(row for row in rest("GET", "senders/").json()["results"] if row["key"].startswith("edi:"))
    moved = rest("PUT", f"senders/{sender['id']}/", {"customer_id": other.pk}).json()
    assert (moved["customer_code"], moved["learned_by"]) == (other.code, desk.csr.user_id)
    assert rest("DELETE", f"senders/{sender['id']}/").status_code == 204
    assert not KnownSender.objects.filter(pk=sender["id"]).exists()


def test_partners_and_the_mailbox_are_kept_by_whoever_may(desk: Desk) -> None:
    lead, admin = Rest(make_actor(desk.company, "csr_lead")), Rest(make_actor(desk.company, "admin"))
    (partner,) = lead("GET", "partners/").json()["results"]
    assert (partner["key"], partner["last_control"], partner["answers_to"]) == ("ZZ:ACMEEDI", 1, "")
    place = f"partners/{partner['id']}/"
    assert lead("PUT", place, {"answers_to": "edi@acme.example"}).json()["answers_to"] == "edi@acme.example"
    assert lead("PUT", place, {"answers_to": "nobody"}).status_code == 400
    assert admin("GET", "mailbox/").status_code == 404
    made = admin("PUT", "mailbox/", MAILBOX).json()
    assert (made["host"], made["port"], made["has_password"]) == ("imap.harbor.example", 993, False)
    on = admin("PUT", "mailbox/", MAILBOX | {"is_on": True})
    assert (on.status_code, on.json()["data"]["field"]) == (422, "is_on")
    assert Mailbox.objects.get().is_on is False
    for rest, path, body in (
        (Rest(desk.csr), place, {"answers_to": "x@y.example"}), (lead, "mailbox/", MAILBOX),
    ):  # fmt: skip
        assert (rest("GET", path).status_code, rest("PUT", path, body).status_code) == (403, 403)
    assert lead("POST", "mailbox/try/").status_code == 403


def test_another_company_sees_and_changes_none_of_it(desk: Desk) -> None:
    Rest(make_actor(desk.company, "admin"))("PUT", "mailbox/", MAILBOX)
    stranger = Rest(make_actor(make_company(), "admin"))
    name, sender, partner = (one.objects.first().pk for one in (ProductAlias, KnownSender, EdiPartner))
    for path in ("names/", "senders/", "partners/"):
        assert stranger("GET", path).json()["results"] == []
    for path, body in (
        (f"names/{name}/", {"sku": "AB-100"}),
        (f"senders/{sender}/", {"customer_id": desk.customer.pk}),
        (f"partners/{partner}/", {"answers_to": "x@y.example"}),
    ):
        assert (stranger("GET", path).status_code, stranger("PUT", path, body).status_code) == (404, 404)
        if not path.startswith("partners"):
            assert stranger("DELETE", path).status_code == 404
    assert stranger("GET", "mailbox/").status_code == 404
    stranger("PUT", "mailbox/", MAILBOX | {"host": "elsewhere.example"})
    assert set(Mailbox.objects.values_list("host", flat=True)) == {"imap.harbor.example", "elsewhere.example"}


def test_a_page_of_names_asks_no_more_than_one_of_one(desk: Desk) -> None:
    rest, counts = Rest(desk.csr), []
    (taught,) = ProductAlias.objects.all()
    rest("GET", "names/")
    for more in (0, 5):
        for n in range(more):
            ProductAlias.objects.create(
                company=desk.company, customer=desk.customer, product=taught.product, alias=f"N{n}"
            )
        with CaptureQueriesContext(connection) as asked:
            assert len(rest("GET", "names/").json()["results"]) == 1 + more
        counts.append(len(asked))
    assert counts[0] == counts[1]

"""The inbox on screen and by REST: the same rooms, the same refusals."""

import base64
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from omc.accounts.models import User
from orders.core.models import JobRun, Order
from orders.core.services.jobs import execute
from orders.entry.inbox.models import InboxDocument
from orders.entry.inbox.services import receive_document
from tests.factories import make_user
from tests.orders.entry.factories import Desk
from tests.orders.entry.inbox.factories import x12

pytestmark = pytest.mark.django_db
API = "/api/v1/entry/inbox/"


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def client(desk: Desk) -> Client:
    return logged_in(User.objects.get(pk=desk.csr.user_id))


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def rows(document: InboxDocument, **columns: list[str]) -> dict[str, object]:
    """The page's form as it is sent back."""
    lines = list(document.lines.order_by("position"))
    return {
        "version": str(document.version),
        "customer": document.customer.code if document.customer else "",
        "customer_po": document.customer_po,
        "position": [str(line.position) for line in lines],
        "item": [line.item for line in lines],
        "quantity": [str(line.quantity) for line in lines],
        "unit": [line.unit for line in lines],
        "wanted": ["" for _line in lines],
    } | columns


@pytest.mark.slow
def test_a_file_is_uploaded_looked_at_and_made_into_a_draft(desk: Desk, client: Client) -> None:
    desk.item(sku="AB-100", name="Copper elbow 15 mm")
    contact = desk.customer.contacts.get()
    content = (
        f"From: {contact.email}\nTo: o@h.example\nSubject: PO 77\nDate: today\n\n10 x AB-100\n3 copper elbows".encode()
    )
    answer = client.post("/entry/inbox/upload/", {"documents": SimpleUploadedFile("a.eml", content)})
    document = InboxDocument.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/entry/inbox/{document.pk}/")
    shown = client.get(answer["Location"]).content.decode()
    for words in ("AB-100", "3 copper elbows", "Only words say what it is", "1 line to look at", 'data-from="5"'):
        assert words in shown, words
    page = f"/entry/inbox/{document.pk}/"
    refused = client.post(page, rows(document) | {"do": "order"})
    assert (refused.status_code, Order.objects.count()) == (422, 0)
    assert "Look at line 2 first" in refused.content.decode()
    document.refresh_from_db()
    made = client.post(page, rows(document, checked=["2"]) | {"do": "order"})
    order = Order.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"/entry/{order.pk}/")
    assert sorted(line.ordered for line in order.lines.all()) == [Decimal(3), Decimal(10)]
    assert "What the customer sent" in client.get(f"/orders/{order.pk}/").content.decode()
    assert "Open" in client.get(page).content.decode()


def test_typed_nonsense_is_marked_and_kept_on_the_page(desk: Desk, client: Client) -> None:
    desk.item(sku="AB-100")
    document = receive_document(content=b"10 x AB-100", filename="", customer_id=desk.customer.pk, actor=desk.csr)
    answer = client.post(
        f"/entry/inbox/{document.pk}/", rows(document, quantity=["ten"], wanted=["soon"]) | {"do": "keep"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="ten"' in page
    assert "This is no number" in page
    stale = client.post(f"/entry/inbox/{document.pk}/", rows(document) | {"do": "keep", "version": "0"})
    assert stale.status_code == 412
    assert document.lines.get().quantity == 10


def test_paste_opens_the_proposal_and_says_when_it_came_in_before(desk: Desk, client: Client) -> None:
    desk.item(sku="AB-100")
    data = {"text": "10 x AB-100 by Fri", "customer": desk.customer.code}
    first = client.post("/entry/paste/", data)
    document = InboxDocument.objects.get()
    assert (document.door, document.filename, first.status_code) == ("paste", "“10 x AB-100 by Fri”", 302)
    second = client.post("/entry/paste/", data)
    assert second.status_code == 422
    assert "came in on" in second.content.decode()
    assert client.post("/entry/paste/", data | {"again": "on"}).status_code == 302
    assert client.get("/entry/paste/").status_code == 200


def test_the_list_shows_what_waits_and_the_count_answers_304(desk: Desk, client: Client) -> None:
    receive_document(content=b"hello", filename="hello.txt", actor=desk.csr)
    page = client.get("/entry/inbox/?state=waiting").content.decode()
    assert "hello.txt" in page
    assert "Cannot be read" in page
    count = client.get("/entry/inbox/count/")
    assert count.content == b"1"
    assert client.get("/entry/inbox/count/", headers={"If-None-Match": count["ETag"]}).status_code == 304
    assert client.get("/entry/").status_code == 200


def test_buttons_of_the_page_take_aside_and_bring_back(desk: Desk, client: Client) -> None:
    document = receive_document(content=b"hello", filename="hello.txt", actor=desk.csr)
    url = f"/entry/inbox/{document.pk}/"
    assert client.post(f"{url}assign/").status_code == 302
    assert client.post(f"{url}aside/", {"reason": "only a greeting"}).status_code == 302
    document.refresh_from_db()
    assert (document.state, document.assignee_id) == ("set_aside", desk.csr.user_id)
    assert "only a greeting" in client.get(url).content.decode()
    assert client.post(f"{url}back/").status_code == 302
    assert client.post(f"{url}mend/", {"text": "2 x AB-1"}).status_code == 302
    assert client.post(f"{url}read/").status_code == 302
    document.refresh_from_db()
    assert (document.state, document.line_count) == ("read", 1)


@pytest.mark.parametrize(
    ("role", "status"), [("csr", 200), ("csr_lead", 200), ("admin", 200), ("sales", 403), ("warehouse", 403)]
)
def test_the_inbox_is_for_who_enters_orders(desk: Desk, role: str, status: int) -> None:
    document = receive_document(content=b"hello", filename="hello.txt", actor=desk.csr)
    client = logged_in(make_user(desk.company, role))
    for url in (
        "/entry/inbox/?state=waiting",
        f"/entry/inbox/{document.pk}/",
        "/entry/paste/",
        API,
        f"{API}{document.pk}/",
    ):
        assert client.get(url).status_code == status, url
    assert client.post("/entry/inbox/upload/").status_code in ({302} if status == 200 else {403})


def test_another_companys_document_is_not_there(desk: Desk, client: Client) -> None:
    other = Desk()
    document = receive_document(content=b"1 x AB-1", filename="theirs.txt", actor=other.csr)
    assert client.get(f"/entry/inbox/{document.pk}/").status_code == 404
    assert client.get(f"{API}{document.pk}/").status_code == 404
    assert client.post(f"{API}{document.pk}/order/", {}, content_type="application/json").status_code == 404
    empty = client.get("/entry/inbox/?state=waiting").content.decode()
    assert "theirs.txt" not in empty
    assert "Nothing waits to be read" in empty
    assert "No row matches" in client.get("/entry/inbox/?state=waiting&text=zzz").content.decode()
    assert client.get(API).json()["results"] == []


def test_a_program_sends_puts_right_and_orders(desk: Desk, client: Client) -> None:
    desk.item(sku="AB-100", list_price=Decimal(10))
    content = base64.b64encode(x12("5|EA|9.00|VN|AB-100")).decode()
    data = {"content": content, "filename": "po.edi", "customer_id": desk.customer.pk}
    sent = client.post(API, data, content_type="application/json")
    body = sent.json()
    assert (sent.status_code, body["state"], body["doubtful_count"]) == (201, "proposed", 1)
    assert body["lines"][0]["why"]["price"] == "It is not the price that we ask."
    again = client.post(API, data, content_type="application/json")
    assert (again.status_code, again.json()["code"], again.json()["data"]["document_id"]) == (
        409,
        "document_taken",
        body["id"],
    )
    url = f"{API}{body['id']}/"
    refused = client.post(f"{url}order/", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "lines_doubtful")
    assert refused.json()["data"]["lines"][0]["field"] == "price"
    lines = [{"position": 1, "item": "AB-100", "quantity": "6", "unit": "pc", "checked": True}]
    kept = client.put(
        url, {"lines": lines, "customer_po": "9", "header_checked": True}, content_type="application/json"
    )
    assert (kept.status_code, kept.json()["customer_po"], kept.json()["doubtful_count"]) == (200, "9", 0)
    made = client.post(f"{url}order/", {"submit": True}, content_type="application/json")
    order = Order.objects.get()
    assert (made.status_code, made.json()["order"], order.state) == (201, order.pk, "pending")
    assert [row["id"] for row in client.get(f"{API}?state=ordered").json()["results"]] == [body["id"]]


def test_a_program_sends_a_file_or_a_text_and_wrong_content_is_refused(desk: Desk, client: Client) -> None:
    desk.item(sku="AB-100")
    file = SimpleUploadedFile("o.csv", b"item;qty\nAB-100;1\n")
    assert client.post(API, {"file": file}).json()["kind"] == "csv"
    text = client.post(API, {"text": "2 x AB-100"}, content_type="application/json").json()
    assert (text["kind"], text["door"]) == ("text", "paste")
    assert client.post(API, {"content": "***"}, content_type="application/json").status_code == 422
    assert client.post(API, {}, content_type="application/json").status_code == 422


@pytest.mark.slow
def test_a_large_document_is_read_by_a_job(desk: Desk) -> None:
    desk.item(sku="AB-100")
    content = ("item;qty;description\n" + "\n".join(f"AB-100;{n};{'x' * 60}" for n in range(1, 3001))).encode()
    document = receive_document(content=content, filename="o.csv", customer_id=desk.customer.pk, actor=desk.csr)
    assert (document.state, document.line_count) == ("received", 0)
    execute(JobRun.objects.get(kind="inbox.read").pk)
    document.refresh_from_db()
    assert (document.state, document.line_count, document.doubtful_count) == ("proposed", 3000, 0)

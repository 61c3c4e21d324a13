"""What goes back to a customer's program says what we promise, in an envelope that adds up, once and without a gap."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.core import mail as outbox_of_mails
from django.test import Client

from omc.accounts.models import User
from omc.lib.errors import NotFound, PermissionRefused
from orders.core import outbox
from orders.core.models import Event, Message
from orders.core.services.companies import change_setting
from orders.core.services.messages import deliver_message, resend_message
from orders.entry.inbox.models import EdiPartner, InboxDocument
from orders.entry.inbox.rules import read
from orders.entry.inbox.rules.x12 import segments_of
from orders.entry.inbox.services import (
    LineEdit,
    answer_change,
    answer_document,
    make_order,
    receive_document,
    save_partner,
    save_proposal,
)
from orders.entry.services import confirm_order
from tests.factories import make_actor, make_company
from tests.orders.entry.changes.factories import changed, new, wish
from tests.orders.entry.factories import Desk
from tests.orders.entry.inbox.factories import mail, ubl, x12
from tests.orders.entry.inbox.ubl_structure import out_of_place
from tests.orders.entry.test_races import at_once

pytestmark = pytest.mark.django_db
NO_ORDER = "It holds no purchase order (850), but"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def ordered(desk: Desk, content: bytes, name: str, *, left_out: int = 2, **change: Any) -> InboxDocument:
    """A document of which one line is left out and the order is confirmed; ``change`` is of its first line."""
    document = receive_document(content=content, filename=name, customer_id=desk.customer.pk, actor=desk.csr)
    edits = [
        LineEdit(
            **{  # type: ignore[arg-type]
                "position": line.position, "item": line.item, "quantity": line.quantity, "unit": line.unit,
                "checked": True, "left_out": line.position == left_out, **(change if line.position == 1 else {}),
            }
        )
        for line in document.lines.order_by("position")
    ]  # fmt: skip
    save_proposal(
        document_id=document.pk, customer_id=desk.customer.pk, customer_po=document.customer_po, lines=edits,
        requested_date=document.requested_date, header_checked=True, actor=desk.csr,
    )  # fmt: skip
    order = make_order(document_id=document.pk, submit=True, actor=desk.csr)
    confirm_order(order_id=order.pk, actor=desk.csr)
    outbox.drain_all(company_id=desk.company.pk)
    document.refresh_from_db()
    return document


def text_of(message: Message) -> str:
    file = message.attachments.get()
    return bytes(file.file.read()).decode()


def written(document: InboxDocument) -> dict[str, Message]:
    found = Message.objects.filter(key__startswith=f"edi:{document.pk}:")
    return {message.key.split(":")[2]: message for message in found}


@pytest.mark.slow
def test_a_program_is_told_what_was_accepted_and_then_what_is_promised_line_by_line(desk: Desk) -> None:
    desk.item(sku="AB-100", stock=50, list_price=Decimal(10))
    desk.item(sku="CD-200", stock=50, list_price=Decimal(10))
    content = x12("5|EA|10.00|VN|AB-100|BP|THEIRS-1", "3|EA|10.00|VN|CD-200").replace(b"PO1*1*", b"PO1*0010*")
    document = ordered(desk, content, "po.edi", quantity=Decimal(4))
    sent = written(document)
    assert {key: (message.status, message.recipient) for key, message in sent.items()} == {
        "997": ("to_fetch", ""),
        "855": ("to_fetch", ""),
    }
    receipt = text_of(sent["997"])
    assert read(receipt.encode(), "", date(2026, 1, 1)).trouble.startswith(f"{NO_ORDER} 997")
    body = [segment.elements for segment in segments_of(receipt)][2:-2]
    assert body == [
        ["ST", "997", "0001"], ["AK1", "PO", "7"], ["AK2", "850", "0001"], ["AK5", "A"], ["AK9", "A", "1", "1", "1"],
        ["SE", "6", "0001"],
    ]  # fmt: skip
    promise = text_of(sent["855"])
    assert read(promise.encode(), "", date(2026, 1, 1)).trouble == f"{NO_ORDER} 855 (order acknowledgment)."
    segments = segments_of(promise)
    assert (segments[0][6], segments[0][8], segments[0][13]) == ("HARBOR", "ACMEEDI", "000000002")
    assert next(one for one in segments if one.name == "BAK").elements[2:5] == ["AC", "4711", "20261123"]
    first, second = (one.elements[1:] for one in segments if one.name == "PO1")
    assert first == ["0010", "5", "EA", "10", "PE", "BP", "THEIRS-1", "VN", "AB-100"]
    assert second[:4] == ["2", "3", "EA", ""]
    line = document.order.lines.get()
    promised = f"{line.current_promise:%Y%m%d}"
    acks = [one.elements for one in segments if one.name == "ACK"]
    assert acks == [["ACK", "IQ", "4", "EA", "067", promised], ["ACK", "IR", "0", "EA"]]


def test_a_ubl_order_is_answered_by_an_order_response_that_its_schema_takes(desk: Desk) -> None:
    desk.item(sku="AB-100", stock=50, list_price=Decimal(10))
    desk.item(sku="CD-200", stock=50, list_price=Decimal(10))
    document = ordered(desk, ubl(("AB-100", "5", "EA", "9.00"), ("CD-200", "3", "EA", "10.00")), "po.xml")
    message = written(document)["response"]
    assert message.attachments.get().filename == "response-UBL-1.xml"
    root = fromstring(text_of(message))
    assert out_of_place(root) == []
    spaces = {"b": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"}
    found = {name: [one.text for one in root.iterfind(f".//b:{name}", spaces)] for name in (
        "OrderResponseCode", "LineStatusCode", "PriceAmount", "EndpointID", "SalesOrderID", "LineID",
    )}  # fmt: skip
    assert found == {
        "OrderResponseCode": ["CA"], "LineStatusCode": ["3", "7"], "PriceAmount": ["10"],
        "EndpointID": ["7300010000001"], "SalesOrderID": [str(document.order)], "LineID": ["1", "2"],
    }  # fmt: skip
    assert "2 of 2 lines differ" in message.body


@pytest.mark.parametrize(
    ("spoil", "verdict", "named"),
    [
        (lambda text: text, "A", []),
        (lambda text: text.replace("SE*6*", "SE*9*"), "R", ["AK5*R*4", "AK9*R*1*1*0"]),
        (lambda text: text.replace("GE*1*7", "GE*2*8"), "R", ["AK9*R*2*1*0*4*5"]),
        (lambda text: text.replace("PO1*1*5*", "PO1*1*five*"), "E", ["AK3*PO1*4**8", "AK4*2**6*five", "AK5*E*5"]),
        (lambda text: text.replace("*VN*AB-100", "*VN*AB-100*CB*"), "E", ["AK4*9**2"]),
        (lambda text: text.replace("*20310501", "*20311399"), "E", ["AK3*DTM*3**8", "AK4*2**8*20311399"]),
        (lambda text: text.replace("IEA*1*000000042", "IEA*1*000000043"), "R", ["TA1*000000042*261123*0900*R*001"]),
        (lambda text: text[: text.index("IEA")], "R", ["TA1*000000042*261123*0900*R*023"]),
        (lambda text: text.replace("ST*850", "ST*860").replace("GS*PO", "GS*PC"), "R", ["AK1*PC*7", "AK5*R*1"]),
    ],
)
def test_a_receipt_names_what_is_wrong_and_refuses_what_was_not_taken(
    desk: Desk, spoil: Callable[[str], str], verdict: str, named: list[str]
) -> None:
    content = spoil(x12("5|EA|10.00|VN|AB-100").decode())
    document = receive_document(content=content.encode(), filename="po.edi", actor=desk.csr)
    answer = answer_document(document_id=document.pk, answer="997", actor=desk.csr)
    text = text_of(answer)
    assert (document.state == "broken") == (verdict == "R")
    assert f"AK9*{verdict}*" in text
    assert [words for words in named if words not in text] == []
    assert read(text.encode(), "", date(2026, 1, 1)).trouble.startswith(NO_ORDER)  # its own envelope adds up


def test_an_acknowledgment_is_never_acknowledged_nor_is_what_is_no_interchange(desk: Desk) -> None:
    taken = receive_document(content=x12("5|EA||VN|AB-100"), filename="po.edi", actor=desk.csr)
    theirs = text_of(answer_document(document_id=taken.pk, answer="997", actor=desk.csr))
    for content in (theirs.encode(), b"Tk9OIEVESSBGSUxF"):
        document = receive_document(content=content, filename="back.edi", actor=desk.csr)
        with pytest.raises(NotFound):
            answer_document(document_id=document.pk, answer="997", actor=desk.csr)
    outbox.drain_all(company_id=desk.company.pk)
    assert Message.objects.count() == 1


def test_it_goes_where_the_partner_wants_it_or_back_to_the_writer_and_can_be_sent_again(desk: Desk) -> None:
    first = receive_document(content=x12("5|EA||VN|AB-100"), filename="po.edi", actor=desk.csr)
    waits = answer_document(document_id=first.pk, answer="997", actor=desk.csr)
    assert deliver_message(message_id=waits.pk) is False
    again = resend_message(message_id=waits.pk, recipient="van@acme.example", actor=desk.csr)
    lead = make_actor(desk.company, "csr_lead")
    partner = EdiPartner.objects.get()
    assert partner.key == "ZZ:ACMEEDI"
    with pytest.raises(PermissionRefused):
        save_partner(partner_id=partner.pk, answers_to="edi@acme.example", actor=desk.csr)
    save_partner(partner_id=partner.pk, answers_to="edi@acme.example", actor=lead)
    second = receive_document(content=x12("6|EA||VN|AB-100", control="000000043"), filename="b.edi", actor=desk.csr)
    queued = answer_document(document_id=second.pk, answer="997", actor=desk.csr)
    by_mail = mail("See the file.", po__edi=x12("7|EA||VN|AB-100", sender="OTHER"))
    third = receive_document(content=by_mail, filename="mail.eml", actor=desk.csr)
    back = answer_document(document_id=third.pk, answer="997", actor=desk.csr)
    assert [(one.status, one.recipient) for one in (again, queued, back)] == [
        ("queued", "van@acme.example"), ("queued", "edi@acme.example"), ("queued", "pat@acme.example"),
    ]  # fmt: skip
    assert deliver_message(message_id=queued.pk) is True
    name, content, kind = outbox_of_mails.outbox[-1].attachments[0]
    assert (name, kind) == ("997-000000043.edi", "application/edi-x12")
    assert (content if isinstance(content, str) else content.decode()) == text_of(queued)


@pytest.mark.slow
def test_programs_are_not_told_once_the_company_says_so_but_a_person_may(desk: Desk) -> None:
    change_setting(key="messages.edi_receipt", value="nobody", actor=make_actor(desk.company, "admin"))
    document = receive_document(content=x12("5|EA||VN|AB-100"), filename="po.edi", actor=desk.csr)
    outbox.drain_all(company_id=desk.company.pk)
    assert Message.objects.count() == 0
    client = Client()
    client.force_login(User.objects.get(pk=desk.csr.user_id))
    page = f"/entry/inbox/{document.pk}/"
    assert "Write and send" in client.get(page).content.decode()
    for _twice in range(2):
        client.post(f"{page}answer/997/")
    message = Message.objects.get()
    shown = client.get(page).content.decode()
    assert f'href="/sent/{message.pk}/"' in shown
    assert "997-000000042.edi" in shown
    api = f"/api/v1/entry/inbox/{document.pk}/answers/"
    found = client.get(api).json()
    assert [(row["answer"], row["message"], row["content"][:3]) for row in found] == [("997", message.pk, "ISA")]
    refused = client.post(api, {"answer": "855"}, content_type="application/json", headers={"Idempotency-Key": "a"})
    assert (refused.status_code, Message.objects.count()) == (404, 1)
    other = Client()
    other.force_login(User.objects.get(pk=make_actor(make_company(), "csr").user_id))
    assert (other.get(api).status_code, other.post(f"{page}answer/997/").status_code) == (404, 404)


@pytest.mark.parametrize("by", ["mail", "upload"])
def test_a_broken_file_is_refused_to_its_program_also_when_it_hangs_on_a_mail(desk: Desk, by: str) -> None:
    broken = x12("5|EA||VN|AB-100").replace(b"SE*6*", b"SE*9*")
    content = broken if by == "upload" else mail("See the file.", po__edi=broken)
    document = receive_document(content=content, filename=f"order.{by}", actor=desk.csr)
    outbox.drain_all(company_id=desk.company.pk)
    assert document.state == "broken"
    assert document.reason.endswith("SE says 9 segments, there are 6.")
    message = Message.objects.get()
    assert (message.template, message.recipient) == ("edi_receipt", "pat@acme.example" if by == "mail" else "")
    assert "AK5*R*4" in text_of(message)
    assert "It was rejected and nothing was made of it." in message.body


@pytest.mark.slow
def test_a_mail_with_a_broken_file_and_lines_in_words_is_an_order_of_these_words(desk: Desk) -> None:
    desk.item(sku="AB-100", list_price=Decimal(10))
    broken = x12("5|EA||VN|AB-100").replace(b"SE*6*", b"SE*9*")
    document = receive_document(content=mail("7 x AB-100", po__edi=broken), filename="m.eml", actor=desk.csr)
    assert (document.state, document.line_count, document.remarks) == ("proposed", 1, ["Not read: po.edi."])
    assert "— po.edi —" in document.text
    outbox.drain_all(company_id=desk.company.pk)
    message = Message.objects.get()
    assert (message.template, message.recipient) == ("edi_receipt", "pat@acme.example")
    assert "AK5*R*4" in text_of(message)
    other = ordered(desk, mail("8 x AB-100", po__edi=broken), "again.eml")
    assert other.order is not None
    assert list(written(other)) == ["997"]  # words get no 855


@pytest.mark.parametrize("name", ["po.edi", "po.xml"])
@pytest.mark.slow
def test_a_program_is_told_again_once_a_change_order_makes_the_promise_another(desk: Desk, name: str) -> None:
    desk.item(sku="AB-100", stock=50, list_price=Decimal(10))
    is_x12 = name == "po.edi"
    content = x12("5|EA|10.00|VN|AB-100") if is_x12 else ubl(("AB-100", "5", "EA", "10.00"))
    document = ordered(desk, content, name)
    order, key = document.order, "855" if is_x12 else "response"
    assert order is not None
    first = text_of(written(document)[key])

    def changed_to(**fields: Any) -> list[Message]:
        changed(desk, order, wish(order, 1, **fields))
        outbox.drain_all(company_id=desk.company.pk)
        return list(Message.objects.filter(key__startswith=f"edi:{document.pk}:{key}").order_by("id"))

    told = changed_to(quantity=Decimal(4))
    assert [one.key.count(":") for one in told] == [3, 4]
    second = text_of(told[-1])
    if is_x12:
        assert ("BAK*00*AD*" in first, "BAK*05*AC*" in second) == (True, True)
        assert "ACK*IQ*4*EA*" in second
        controls = [segments_of(text)[0][13] for text in (first, second)]
        assert controls == ["000000002", "000000003"]
    else:
        assert out_of_place(fromstring(second)) == []
        assert ">CA<" in second
        assert ">4</cbc:Quantity>" in second
    assert len(changed_to(quantity=Decimal(3))) == 3
    page = Client()
    page.force_login(User.objects.get(pk=desk.csr.user_id))
    shown = page.get(f"/entry/inbox/{document.pk}/").content.decode()
    assert shown.count("after a change") == 2


@pytest.mark.parametrize("name", ["po.edi", "po.xml"])
@pytest.mark.slow
def test_a_line_that_a_change_order_adds_is_told_without_a_number_of_theirs(desk: Desk, name: str) -> None:
    desk.item(sku="AB-100", stock=50, list_price=Decimal(10))
    more = desk.item(sku="CD-200", stock=50, list_price=Decimal("2.50"))
    is_x12 = name == "po.edi"
    content = x12("5|EA|10.00|VN|AB-100") if is_x12 else ubl(("AB-100", "5", "EA", "10.00"))
    order = ordered(desk, content, name).order
    assert order is not None
    changed(desk, order, added=[new(more, 3)])
    outbox.drain_all(company_id=desk.company.pk)
    text = text_of(Message.objects.filter(template="edi_response").latest("id"))
    unit = order.lines.get(position=2).unit
    if is_x12:
        assert "BAK*05*AC*" in text
        assert f"PO1**3*{unit}*2.5*PE*VN*CD-200~\nACK*IC*3*{unit}*067*" in text
        assert "CTT*2~" in text
    else:
        assert out_of_place(fromstring(text)) == []
        assert ">CA<" in text
        rows = [row for row in text.splitlines() if row.startswith("<cac:OrderLine>")]
        assert ["<cac:OrderLineReference>" in row for row in rows] == [True, False]
        assert "<cbc:LineStatusCode>1</cbc:LineStatusCode>" in rows[1]
    changed(desk, order, wish(order, 2, quantity=Decimal(0)))
    outbox.drain_all(company_id=desk.company.pk)
    assert "CD-200" not in text_of(Message.objects.filter(template="edi_response").latest("id"))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_change_is_told_once_however_many_hear_of_it() -> None:
    desk = Desk()
    desk.item(sku="AB-100", stock=50, list_price=Decimal(10))
    document = ordered(desk, x12("5|EA|10.00|VN|AB-100"), "po.edi")
    assert document.order is not None
    changed(desk, document.order, wish(document.order, 1, quantity=Decimal(4)))
    event = Event.objects.get(type="order_changed")
    at_once(*[lambda: answer_change(document_id=document.pk, change=event.pk, actor=desk.csr)] * 4)
    outbox.drain_all(company_id=desk.company.pk)
    assert Message.objects.filter(key__startswith=f"edi:{document.pk}:855").count() == 2
    assert EdiPartner.objects.get().last_control == 3


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_at_once_write_each_answer_once_and_leave_no_number_out() -> None:
    desk = Desk()
    documents = [
        receive_document(content=x12(f"{n}|EA||VN|AB-100", control=f"{n:09d}"), filename=f"{n}.edi", actor=desk.csr)
        for n in range(1, 5)
    ]

    def answer(pk: int) -> Callable[[], Message]:
        return lambda: answer_document(document_id=pk, answer="997", actor=desk.csr)

    at_once(*(answer(document.pk) for document in documents for _twice in range(2)))
    numbers = [segments_of(text_of(message))[0][13] for message in Message.objects.all()]
    assert sorted(numbers) == ["000000001", "000000002", "000000003", "000000004"]
    assert EdiPartner.objects.get().last_control == 4
    assert Event.objects.filter(type="document_answered").count() == 4

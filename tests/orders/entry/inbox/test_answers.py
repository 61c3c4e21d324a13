"""What goes back to a customer's program says what we promise, in an envelope that adds up."""

from datetime import date
from decimal import Decimal

import pytest

from omc.lib.errors import NotFound
from orders.entry.inbox.answering import answer_text, answers_offered
from orders.entry.inbox.rules import read
from orders.entry.inbox.rules.x12 import segments_of
from orders.entry.inbox.selectors import document_of
from orders.entry.inbox.services import LineEdit, make_order, receive_document, save_proposal
from orders.entry.services import confirm_order
from tests.orders.entry.factories import Desk
from tests.orders.entry.inbox.factories import ubl, x12

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def ordered(desk: Desk, content: bytes, name: str) -> int:
    """A document of which the second line is left out and the order is confirmed."""
    document = receive_document(content=content, filename=name, customer_id=desk.customer.pk, actor=desk.csr)
    edits = [
        LineEdit(
            position=line.position, item=line.item, quantity=line.quantity, unit=line.unit, checked=True,
            left_out=line.position == 2,
        )
        for line in document.lines.order_by("position")
    ]  # fmt: skip
    save_proposal(
        document_id=document.pk, customer_id=desk.customer.pk, customer_po=document.customer_po, lines=edits,
        requested_date=document.requested_date, header_checked=True, actor=desk.csr,
    )  # fmt: skip
    order = make_order(document_id=document.pk, submit=True, actor=desk.csr)
    confirm_order(order_id=order.pk, actor=desk.csr)
    return document.pk


def test_an_interchange_is_acknowledged_and_its_order_promised_line_by_line(desk: Desk) -> None:
    desk.item(sku="AB-100", stock=50, list_price=Decimal(10))
    desk.item(sku="CD-200", stock=50, list_price=Decimal(10))
    pk = ordered(desk, x12("5|EA|10.00|VN|AB-100", "3|EA|10.00|VN|CD-200"), "po.edi")
    receipt = answer_text(document_id=pk, key="997", actor=desk.csr)[1]
    assert "It holds no purchase order (850), but 997" in read(receipt.encode(), "", date(2026, 1, 1)).trouble
    assert ["AK5", "A"] in [segment.elements for segment in segments_of(receipt)]
    name, promise = answer_text(document_id=pk, key="855", actor=desk.csr)
    assert name == "4711-855.edi"
    assert read(promise.encode(), "", date(2026, 1, 1)).trouble == (
        "It holds no purchase order (850), but 855 (order acknowledgment)."
    )
    segments = segments_of(promise)
    acks = [segment.elements[:3] for segment in segments if segment.name == "ACK"]
    assert acks == [["ACK", "IA", "5"], ["ACK", "IR", "0"]]
    assert (segments[0][6], segments[0][8]) == ("HARBOR", "ACMEEDI")
    assert next(segment for segment in segments if segment.name == "BAK").elements[2:4] == ["AC", "4711"]


def test_a_ubl_order_is_answered_by_an_order_response(desk: Desk) -> None:
    desk.item(sku="AB-100", stock=50, list_price=Decimal(10))
    desk.item(sku="CD-200", stock=50, list_price=Decimal(10))
    pk = ordered(desk, ubl(("AB-100", "5", "EA", "10.00"), ("CD-200", "3", "EA", "10.00")), "po.xml")
    name, text = answer_text(document_id=pk, key="response", actor=desk.csr)
    assert name == "UBL-1-response.xml"
    assert "It is an order response, not a UBL order." in read(text.encode(), "", date(2026, 1, 1)).trouble
    assert "<cbc:OrderResponseCode>CA</cbc:OrderResponseCode>" in text
    assert text.count("<cbc:LineStatusCode>5<") == text.count("<cbc:LineStatusCode>7<") == 1


def test_nothing_is_promised_before_the_order_is_confirmed(desk: Desk) -> None:
    desk.item(sku="AB-100")
    document = receive_document(content=b"1 x AB-100", filename="", customer_id=desk.customer.pk, actor=desk.csr)
    assert answers_offered(document_of(desk.csr, document.pk)) == []
    with pytest.raises(NotFound):
        answer_text(document_id=document.pk, key="855", actor=desk.csr)
    read_only = receive_document(content=x12("1|EA||VN|AB-100"), filename="o.edi", actor=desk.csr)
    assert answers_offered(document_of(desk.csr, read_only.pk)) == [("997", "997")]

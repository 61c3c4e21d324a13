"""A document comes in, is read, put right, and becomes an order."""

from datetime import date
from decimal import Decimal

import pytest

from omc.lib.errors import IllegalTransition, InvalidInput, NotFound, PermissionRefused, StaleVersion
from orders.core.models import Attachment, Duty, Event, Order, ProductAlias, ProductUnit
from orders.entry.inbox.models import DocumentState, InboxDocument, InboxLine, KnownSender
from orders.entry.inbox.services import (
    DocumentTaken,
    LineEdit,
    LinesDoubtful,
    assign_document,
    bring_back,
    make_order,
    mend_document,
    read_document,
    receive_document,
    save_proposal,
    set_aside,
)
from orders.entry.services import abandon_draft
from tests.factories import make_actor
from tests.orders.entry.factories import Desk
from tests.orders.entry.inbox.factories import mail, pdf, ubl, workbook, x12

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def receive(desk: Desk, content: bytes, filename: str = "order.txt", **how: object) -> InboxDocument:
    return receive_document(content=content, filename=filename, actor=desk.csr, **how)  # type: ignore[arg-type]


def lines_of(document: InboxDocument) -> list[InboxLine]:
    return list(InboxLine.objects.filter(document=document).order_by("position"))


def edits_of(document: InboxDocument, **changes: dict[str, object]) -> list[LineEdit]:
    """The lines as the page sends them back, with changes by position (``p1={...}``)."""
    return [
        LineEdit(
            **{  # type: ignore[arg-type]
                "position": line.position, "item": line.item, "quantity": line.quantity, "unit": line.unit,
                "wanted": line.wanted, "checked": line.checked, "left_out": line.left_out,
                "take_price": line.take_price, **changes.get(f"p{line.position}", {}),
            }
        )
        for line in lines_of(document)
    ]  # fmt: skip


def test_a_mail_of_a_known_contact_becomes_a_draft_with_the_mail_on_it(desk: Desk) -> None:
    contact = desk.customer.contacts.get()
    first, second = desk.item(sku="AB-100"), desk.item(sku="CD-200")
    content = mail("PO 4711\nplease send\n- 10 x AB-100\n- 5 pcs CD-200\nby 1 May 2031\n", sender=contact.email)
    document = receive(desk, content, "hello.eml")
    assert (document.kind, document.state, document.customer) == ("mail", "proposed", desk.customer)
    assert (document.customer_po, document.requested_date, document.doubtful_count) == ("4711", date(2031, 5, 1), 0)
    order = make_order(document_id=document.pk, actor=desk.csr)
    assert (order.state, order.customer_po, order.channel) == ("draft", "4711", "email")
    assert order.requested_date == date(2031, 5, 1)
    made = [(line.product, line.ordered) for line in order.lines.order_by("position")]
    assert made == [(first, Decimal(10)), (second, Decimal(5))]
    document.refresh_from_db()
    assert (document.state, document.order) == ("ordered", order)
    kept = Attachment.objects.get(subject_type="order", subject_id=order.pk)
    assert (kept.filename, kept.file.read()) == ("hello.eml", content)
    assert Event.objects.filter(subject_type="inboxdocument", subject_id=document.pk).count() == 3
    assert Event.objects.get(type="document_ordered").order_id == order.pk


@pytest.mark.parametrize("kind", ["x12", "ubl", "xlsx", "csv", "pdf", "text"])
def test_every_kind_of_document_is_read_to_the_same_order(desk: Desk, kind: str) -> None:
    desk.item(sku="AB-100")
    desk.item(sku="CD-200")
    rows = [("AB-100", 10), ("CD-200", 5)]
    content, name = {
        "x12": (x12("10|EA|10.00|VN|AB-100", "5|EA|10.00|VN|CD-200"), "po.edi"),
        "ubl": (ubl(("AB-100", "10", "C62", "10.00"), ("CD-200", "5", "EA", "10.00"), po="4711"), "po.xml"),
        "xlsx": (workbook(["PO 4711"], ["Item", "Qty", "Date"], *((*row, "2031-05-01") for row in rows)), "o.xlsx"),
        "csv": (b"item;qty;unit;date;po\nAB-100;10;pc;2031-05-01;4711\nCD-200;5;pc;2031-05-01;4711\n", "o.csv"),
        "pdf": (pdf("Purchase order 4711", "Deliver by 1 May 2031", "Item      Qty", *(f"{a}    {n}" for a, n in rows)), "o.pdf"),
        "text": (b"PO 4711, deliver by 1 May 2031\n10 x AB-100\n5 x CD-200", ""),
    }[kind]  # fmt: skip
    document = receive(desk, content, name, customer_id=desk.customer.pk)
    assert (document.kind, document.state, document.reason) == (kind, "proposed", "")
    assert [(line.item, line.quantity, line.unit) for line in lines_of(document)] == [
        ("AB-100", Decimal(10), "pc"),
        ("CD-200", Decimal(5), "pc"),
    ]
    assert (document.customer_po, document.requested_date) == ("4711", date(2031, 5, 1))
    assert make_order(document_id=document.pk, actor=desk.csr).line_count == 2


def test_an_unknown_sender_waits_for_a_person_and_is_known_the_next_time(desk: Desk) -> None:
    desk.item(sku="AB-100")
    document = receive(desk, x12("10|EA|10.00|VN|AB-100"), "one.edi")
    assert (document.state, document.customer, document.sure["customer"]) == ("read", None, 0)
    with pytest.raises(IllegalTransition):
        make_order(document_id=document.pk, actor=desk.csr)
    document = save_proposal(
        document_id=document.pk, customer_id=desk.customer.pk, customer_po="4711", requested_date=date(2031, 5, 1),
        lines=edits_of(document), header_checked=True, actor=desk.csr,
    )  # fmt: skip
    assert document.state == "proposed"
    make_order(document_id=document.pk, actor=desk.csr)
    assert KnownSender.objects.get().key == "edi:ZZ:ACMEEDI"
    following = receive(desk, x12("1|EA|10.00|VN|AB-100", po="4712", control="000000043"), "two.edi")
    assert (following.customer, following.sure["customer"]) == (desk.customer, 100)


def test_a_name_that_a_person_resolved_is_learned_for_this_customer_alone(desk: Desk) -> None:
    item = desk.item(sku="AB-100", name="Copper elbow 15 mm")
    first = receive(desk, b"5 x THEIR-77", customer_id=desk.customer.pk)
    line = lines_of(first)[0]
    assert (line.product, line.sure["item"]) == (None, 0)
    with pytest.raises(LinesDoubtful) as refusal:
        make_order(document_id=first.pk, actor=desk.csr)
    assert [(row["position"], row["field"]) for row in refusal.value.data["lines"]] == [(1, "item")]  # type: ignore[union-attr]
    save_proposal(
        document_id=first.pk, customer_id=desk.customer.pk, lines=edits_of(first, p1={"item": "ab-100"}), actor=desk.csr
    )
    make_order(document_id=first.pk, actor=desk.csr)
    assert ProductAlias.objects.get().product == item
    again = lines_of(receive(desk, b"7 x their-77", customer_id=desk.customer.pk))[0]
    assert (again.product, again.sure["item"]) == (item, 100)
    other = lines_of(receive(desk, b"8 x their-77", customer_id=desk.make_customer().pk))[0]
    assert other.product is None


def test_a_guess_is_never_silent(desk: Desk) -> None:
    desk.item(sku="AB-100", name="Copper elbow 15 mm")
    document = receive(desk, b"please send 40 of the copper elbows 15mm", customer_id=desk.customer.pk)
    line = lines_of(document)[0]
    assert (line.item, line.quantity, line.sure["item"]) == ("AB-100", Decimal(40), 50)
    with pytest.raises(LinesDoubtful, match="line 1"):
        make_order(document_id=document.pk, actor=desk.csr)
    assert not Order.objects.exists()
    edits = edits_of(document, p1={"checked": True})
    save_proposal(document_id=document.pk, customer_id=desk.customer.pk, lines=edits, actor=desk.csr)
    make_order(document_id=document.pk, actor=desk.csr)
    assert ProductAlias.objects.get().alias == "copper elbows 15mm"


def test_a_price_that_is_not_ours_is_looked_at_and_taken_only_by_right(desk: Desk) -> None:
    desk.item(sku="AB-100", list_price=Decimal(10))
    document = receive(desk, b"item;qty;price\nAB-100;10;9.25\n", "o.csv", customer_id=desk.customer.pk)
    assert lines_of(document)[0].sure["price"] == 50
    theirs = edits_of(document, p1={"checked": True, "take_price": True})
    save_proposal(document_id=document.pk, customer_id=desk.customer.pk, lines=theirs, actor=desk.csr)
    with pytest.raises(PermissionRefused):
        make_order(document_id=document.pk, actor=desk.csr)
    assert not Order.objects.exists()
    order = make_order(document_id=document.pk, actor=desk.lead)
    assert order.lines.get().unit_price == Decimal("9.25")


def test_units_and_packs_are_ours_or_looked_at(desk: Desk) -> None:
    item = desk.item(sku="AB-100")
    ProductUnit.objects.create(product=item, unit="box", factor=12)
    document = receive(desk, b"2 boxes AB-100\n3 pallets AB-100", customer_id=desk.customer.pk)
    boxes, pallets = lines_of(document)
    assert (boxes.unit, boxes.factor, boxes.sure["unit"]) == ("box", Decimal(12), 100)
    assert (pallets.factor, pallets.why["unit"]) == (None, "The item is not sold by pallets.")
    edits = edits_of(document, p2={"left_out": True})
    save_proposal(document_id=document.pk, customer_id=desk.customer.pk, lines=edits, actor=desk.csr)
    order = make_order(document_id=document.pk, actor=desk.csr)
    assert [line.ordered for line in order.lines.all()] == [Decimal(24)]


def test_the_same_document_says_so_the_second_time(desk: Desk) -> None:
    desk.item(sku="AB-100")
    first = receive(desk, b"1 x AB-100", "a.txt", customer_id=desk.customer.pk)
    with pytest.raises(DocumentTaken, match="waits in the inbox") as refusal:
        receive(desk, b"1 x AB-100", "b.txt")
    assert refusal.value.data["document_id"] == first.pk
    assert InboxDocument.objects.count() == 1
    copy = receive(desk, b"1 x AB-100", "b.txt", again=True)
    assert copy.copy_of == first
    elsewhere = Desk()
    assert receive(elsewhere, b"1 x AB-100", "a.txt").company == elsewhere.company


def test_a_file_with_two_orders_is_two_documents(desk: Desk) -> None:
    desk.item(sku="AB-100")
    both = x12("1|EA|10|VN|AB-100", po="1") + x12("2|EA|10|VN|AB-100", po="2", control="000000043")
    document = receive(desk, both, "two.edi", customer_id=desk.customer.pk)
    other = InboxDocument.objects.get(part=2)
    assert (document.customer_po, other.customer_po, other.whole) == ("1", "2", document)
    read_document(document_id=document.pk, actor=desk.csr)
    read_document(document_id=other.pk, actor=desk.csr)
    assert InboxDocument.objects.count() == 2
    assert [line.quantity for line in lines_of(other)] == [Decimal(2)]


def test_a_broken_document_stays_with_its_reason_and_is_mended(desk: Desk) -> None:
    desk.item(sku="AB-100")
    broken = x12("1|EA|10|VN|AB-100").replace(b"SE*6*0001", b"SE*9*0001")
    document = receive(desk, broken, "bad.edi", customer_id=desk.customer.pk)
    assert (document.state, document.reason) == ("broken", "SE says 9 segments, there are 6.")
    assert Attachment.objects.get(subject_type="inboxdocument").file.read() == broken
    mended = mend_document(document_id=document.pk, text=broken.decode().replace("SE*9", "SE*6"), actor=desk.csr)
    assert (mended.state, mended.kind, mended.reason) == ("proposed", "x12", "")
    assert [line.item for line in lines_of(mended)] == ["AB-100"]
    worse = mend_document(document_id=document.pk, text="", actor=desk.csr)
    assert worse.state == "broken"
    typed = mend_document(document_id=document.pk, text="3 x AB-100", actor=desk.csr)
    assert [line.quantity for line in lines_of(typed)] == [Decimal(3)]


def test_it_waits_with_a_clock_and_an_owner_until_it_is_done(desk: Desk) -> None:
    desk.item(sku="AB-100")
    document = receive(desk, b"1 x AB-100", customer_id=desk.customer.pk)
    duty = Duty.objects.get(subject_type="inboxdocument")
    assert (duty.stage, duty.name, duty.closed_at) == (4, "Read order document", None)
    assert duty.due_at is not None
    assign_document(document_id=document.pk, actor=desk.csr)
    duty.refresh_from_db()
    assert duty.owner_id == desk.csr.user_id
    aside = set_aside(document_id=document.pk, reason="a newsletter", actor=desk.csr)
    assert (aside.state, aside.reason) == ("set_aside", "a newsletter")
    duty.refresh_from_db()
    assert duty.closed_at is not None
    assert bring_back(document_id=document.pk, actor=desk.csr).state == "proposed"
    assert Duty.objects.filter(subject_type="inboxdocument", closed_at=None).count() == 1


def test_an_order_is_made_once_and_again_only_after_its_draft_was_given_up(desk: Desk) -> None:
    desk.item(sku="AB-100")
    document = receive(desk, b"1 x AB-100", customer_id=desk.customer.pk)
    order = make_order(document_id=document.pk, actor=desk.csr)
    with pytest.raises(IllegalTransition):
        make_order(document_id=document.pk, actor=desk.csr)
    with pytest.raises(IllegalTransition, match="was made of it"):
        bring_back(document_id=document.pk, actor=desk.csr)
    abandon_draft(order_id=order.pk, actor=desk.csr)
    back = bring_back(document_id=document.pk, actor=desk.csr)
    assert (back.state, back.order) == (DocumentState.PROPOSED, None)
    assert make_order(document_id=document.pk, actor=desk.csr).pk != order.pk


def test_who_saves_second_is_refused(desk: Desk) -> None:
    desk.item(sku="AB-100")
    document = receive(desk, b"1 x AB-100", customer_id=desk.customer.pk)
    seen = document.version
    save_proposal(document_id=document.pk, lines=edits_of(document), version=seen, actor=desk.csr)
    with pytest.raises(StaleVersion):
        save_proposal(document_id=document.pk, lines=[], version=seen, actor=desk.lead)


def test_another_company_and_other_roles_are_kept_out(desk: Desk) -> None:
    desk.item(sku="AB-100")
    document = receive(desk, b"1 x AB-100", customer_id=desk.customer.pk)
    stranger = Desk()
    for verb in (read_document, make_order, bring_back, assign_document):
        with pytest.raises(NotFound):
            verb(document_id=document.pk, actor=stranger.csr)
        with pytest.raises(PermissionRefused):
            verb(document_id=document.pk, actor=make_actor(desk.company, "warehouse"))
    with pytest.raises(PermissionRefused):
        receive_document(content=b"1 x AB-100", filename="", actor=make_actor(desk.company, "sales"))
    assert lines_of(receive(stranger, b"2 x AB-100"))[0].product is None


def test_what_is_missing_or_senseless_is_refused_and_leaves_nothing(desk: Desk) -> None:
    with pytest.raises(InvalidInput):
        receive(desk, b"  \n ")
    with pytest.raises(InvalidInput, match="10 MB"):
        receive(desk, b"x" * (10 * 1024 * 1024 + 1))
    assert not InboxDocument.objects.exists()
    document = receive(desk, b"1 x AB-100", customer_id=desk.customer.pk)
    with pytest.raises(InvalidInput, match="above zero"):
        save_proposal(document_id=document.pk, lines=edits_of(document, p1={"quantity": Decimal(-1)}), actor=desk.csr)
    with pytest.raises(InvalidInput, match="why"):
        set_aside(document_id=document.pk, reason=" ", actor=desk.csr)


@pytest.mark.slow
def test_queries_do_not_grow_with_the_lines(desk: Desk, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for number in range(200):
        desk.item(sku=f"AB-{number}")
    rows = [f"{number + 1} x AB-{number}" for number in range(200)]
    with django_assert_max_num_queries(75):
        document = receive(desk, "\n".join(rows).encode(), customer_id=desk.customer.pk)
    assert (document.line_count, document.doubtful_count) == (200, 0)
    with django_assert_max_num_queries(75):
        assert make_order(document_id=document.pk, actor=desk.csr).line_count == 200

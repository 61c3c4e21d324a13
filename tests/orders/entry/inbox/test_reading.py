"""Documents as bytes, without a database: what is read, how sure, and that nothing makes the reader fall over."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orders.entry.inbox.rules import SURE, kind_of, read
from orders.entry.inbox.rules.dates import find_day
from orders.entry.inbox.rules.numbers import read_number
from tests.orders.entry.inbox.factories import mail, pdf, ubl, workbook, x12, zip_bomb

MONDAY = date(2026, 11, 23)
EDI = Path(__file__).resolve().parents[5] / "shared" / "data" / "edi"
quick = settings(max_examples=60, deadline=None)
skus = st.from_regex(r"[A-Z]{2,4}-[1-9][0-9]{1,4}", fullmatch=True)
counts = st.integers(1, 9999)


def lines(content: bytes, name: str = "") -> list[tuple[str, str]]:
    reading = read(content, name, MONDAY)
    assert reading.trouble == ""
    return [(line.names[0], str(line.quantity)) for order in reading.orders for line in order.lines]


def edi(name: str) -> bytes:
    path = EDI / name
    if not path.exists():
        pytest.skip(f"the EDI samples are not here ({name})")
    return path.read_bytes()


# What we print is read back --------------------------------------------------------------------------------------------


@pytest.mark.slow
@quick
@given(st.lists(st.tuples(skus, counts), min_size=1, max_size=12))
@example([("AA-10", 1), ("POA-10", 1)])  # an item, not the order number A-10
def test_what_is_printed_in_any_kind_is_read_back(wanted: list[tuple[str, int]]) -> None:
    said = [(sku, str(count)) for sku, count in wanted]
    assert lines("\n".join(f"{count} x {sku}" for sku, count in wanted).encode()) == said
    assert lines("\n".join(f"- {sku}: {count} pcs" for sku, count in wanted).encode()) == said
    table = "\n".join(["Item\tQty", *(f"{sku}\t{count}" for sku, count in wanted)])
    assert lines(table.encode()) == said
    assert lines(table.replace("\t", ";").encode(), "o.csv") == said
    assert lines(x12(*(f"{count}|EA|1.00|VN|{sku}" for sku, count in wanted)), "o.edi") == said
    assert lines(ubl(*((sku, str(count), "EA", "1.00") for sku, count in wanted))) == said
    assert lines(workbook(["Item", "Qty"], *wanted), "o.xlsx") == said
    assert lines(mail("\n".join(f"{count} x {sku}" for sku, count in wanted))) == said


@quick
@given(st.dates(MONDAY, MONDAY + timedelta(days=300)))
def test_a_day_that_is_written_out_is_that_day(day: date) -> None:
    for said in (
        day.isoformat(),
        f"{day:%d %b %Y}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%b}",
        f"{day:%d.%m.%Y}",
    ):
        found = find_day(f"please by {said}", MONDAY)
        assert found is not None
        assert (found.day, found.sure >= SURE) == (day, True)


@pytest.mark.parametrize(
    ("said", "day", "sure"),
    [
        ("by Fri", date(2026, 11, 27), True),
        ("until Wednesday", date(2026, 11, 25), True),
        ("by Monday", MONDAY, False),  # said on a Monday
        ("next Friday", date(2026, 12, 4), False),
        ("tomorrow", date(2026, 11, 24), True),
        ("in 3 days", date(2026, 11, 26), True),
        ("within two weeks", date(2026, 12, 7), True),
        ("end of the month", date(2026, 11, 30), True),
        ("in week 50", date(2026, 12, 11), False),
        ("03/04/2027", date(2027, 3, 4), False),
        ("25/12/2026", date(2026, 12, 25), True),
        ("3 Jan", date(2027, 1, 3), True),
    ],
)
def test_days_as_people_say_them_on_a_monday(said: str, day: date, sure: bool) -> None:
    found = find_day(f"10 x AB-100 {said}", MONDAY)
    assert found is not None
    assert (found.day, found.sure >= SURE) == (day, sure)


def test_a_mail_in_plain_words_is_an_order() -> None:
    body = (
        "Hi Clara,\n\nplease send us for PO 4711:\n- 10 x AB-100\n- 5 boxes of CD-200 by Fri\n"
        "- 40 of the copper elbows 15mm\n\n> 99 x OLD-1\nThanks\nJoe\nTel 555 123 4567\n"
    )
    order = read(mail(body), "m.eml", MONDAY).orders[0]
    found = [(line.names[0], line.quantity, line.unit, line.wanted) for line in order.lines]
    assert found == [
        ("AB-100", Decimal(10), "", None),
        ("CD-200", Decimal(5), "boxes", date(2026, 11, 27)),
        ("copper elbows 15mm", Decimal(40), "", None),
    ]
    assert (order.po, order.sender.email, order.lines[2].sure["item"]) == ("4711", "pat@acme.example", 50)


def test_the_attachment_of_a_mail_is_read_before_its_body() -> None:
    content = mail("see attached, 1 x NO-1", po__pdf=pdf("Item      Qty", "AB-100    10"), logo__png=b"\x89PNG....")
    reading = read(content, "m.eml", MONDAY)
    assert [line.names[0] for line in reading.orders[0].lines] == ["AB-100"]
    assert reading.orders[0].remarks == ["Not read: logo.png."]
    at = reading.orders[0].lines[0].at
    assert "AB-100" in reading.text.split("\n")[at - 1]


@pytest.mark.parametrize(
    "text", ["hello, can you call me back at 555 1234?", "Invoice 4711 was paid.", "see you on 3 May"]
)
def test_what_is_no_order_proposes_nothing(text: str) -> None:
    reading = read(text.encode(), "", MONDAY)
    assert (reading.orders, reading.trouble[:7]) == ([], "Nothing")


def test_numbers_that_may_mean_two_things_are_doubtful() -> None:
    line = read(b"item;qty\nAB-100;1,234\n", "o.csv", MONDAY).orders[0].lines[0]
    assert (line.quantity, line.sure["quantity"] < SURE) == (Decimal(1234), True)
    assert read_number("1.234.567,50") == (Decimal("1234567.50"), 100)


# Good and broken EDI from elsewhere --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["node-x12/850.edi", "node-x12/850_2.edi", "EdiEngine/850.OK.edi"], ids=["one", "two", "three"]
)
def test_a_purchase_order_of_other_peoples_samples_is_read_whole(name: str) -> None:
    order = read(edi(name), name, MONDAY).orders[0]
    assert (order.po, order.wanted, len(order.lines), order.remarks) == ("08292233294", date(2010, 12, 14), 6, [])
    assert sum((line.quantity or 0) * (line.price or 0) for line in order.lines) == Decimal("13045.94")
    first = order.lines[0]
    assert (first.names, first.description, first.unit) == (("AB3542", "065322-117"), "SMALL WIDGET", "EA")
    assert "XYZ RETAIL" in order.ship_to


def test_an_interchange_after_another_is_another_order() -> None:
    assert len(read(edi("node-x12/850_fat.edi"), "", MONDAY).orders) == 2


def test_lines_that_are_not_well_formed_are_doubtful() -> None:
    order = read(edi("EdiEngine/850.SyntaxNotes.ERR.edi"), "", MONDAY).orders[0]
    doubtful = [n for n, line in enumerate(order.lines, start=1) if min(line.sure.values(), default=100) < SURE]
    assert doubtful == [1, 6]


def test_a_total_that_does_not_agree_is_said() -> None:
    order = read(edi("EdiEngine/850.Composite.SLN.OK.edi"), "", MONDAY).orders[0]
    assert order.remarks == ["Its lines come to 4143.80, its own total says 13045.94."]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("EdiEngine/NonEdi.edi", "does not begin with an ISA"),
        ("EdiEngine/ControlNumbersMismatch.edi", "SE carries the control number 0002, its header 0001"),
        ("EdiEngine/WrongGroupsAndTranCount.edi", "GE says 2 documents, there are 1"),
        ("EdiEngine/940.OK.edi", "no purchase order (850), but 940 (warehouse order)"),
        ("EdiEngine/MultipleInterchangesAndGroups.edi", "but 940"),
        ("node-x12/855.edi", "but 855 (order acknowledgment)"),
        ("node-x12/271.edi", "no IEA trailer"),
    ],
)
def test_a_broken_or_foreign_interchange_says_what_is_wrong(name: str, reason: str) -> None:
    reading = read(edi(name), name, MONDAY)
    assert reading.orders == []
    assert reason in reading.trouble


@pytest.mark.parametrize(
    ("good", "bad", "reason"),
    [
        (b"IEA*1*000000042~\n", b"", "no IEA trailer"),
        (b"SE*6*0001", b"SE*7*0001", "SE says 7 segments, there are 6"),
        (b"GE*1*7", b"GE*1*8", "GE carries the control number 8, its header 7"),
        (b"ST*850*", b"ST*940*", "no purchase order"),
        (b"PO1*1*5*EA", b"XX1*1*5*EA", "has no lines"),
    ],
)
def test_one_thing_wrong_in_an_interchange_is_named(good: bytes, bad: bytes, reason: str) -> None:
    content = x12("5|EA|1.00|VN|AB-100")
    assert good in content
    reading = read(content.replace(good, bad), "o.edi", MONDAY)
    assert (reading.orders, reason in reading.trouble) == ([], True), reading.trouble


# Hostile and arbitrary input ---------------------------------------------------------------------------------------------


def test_entities_and_document_types_are_not_opened() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE o [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Order>&b;</Order>'
    theft = b'<?xml version="1.0"?><!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><Order>&x;</Order>'
    for content in (bomb, theft):
        reading = read(content, "o.xml", MONDAY)
        assert reading.trouble == "It declares a document type or entities. For safety such a file is not opened."


@pytest.mark.slow
def test_a_workbook_that_unpacks_to_far_too_much_is_not_opened() -> None:
    content = zip_bomb()
    assert len(content) < 200_000
    assert "far more than it should" in read(content, "o.xlsx", MONDAY).trouble


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n....", "scan.png", "cannot be read"),
        (b"\xd0\xcf\x11\xe0....", "old.xls", "cannot be read"),
        (b"%PDF-1.4 nonsense", "o.pdf", "damaged"),
        (b"PK\x03\x04nonsense", "o.xlsx", "no Excel workbook"),
        (b"<a><b></a>", "o.xml", "not well-formed"),
        (b"<Invoice/>", "o.xml", "an invoice"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, name: str, reason: str) -> None:
    reading = read(content, name, MONDAY)
    assert (reading.orders, reason in reading.trouble) == ([], True), reading.trouble


def test_an_empty_pdf_asks_for_what_it_says() -> None:
    assert "pictures only" in read(pdf(), "scan.pdf", MONDAY).trouble


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
@pytest.mark.slow
def test_any_text_is_read_without_an_error(text: str) -> None:
    for name in ("", "o.csv", "o.edi", "o.eml"):
        reading = read(text.encode(errors="replace"), name, MONDAY)
        assert reading.trouble or reading.orders
        assert all(line.quantity is None or line.quantity > 0 for order in reading.orders for line in order.lines)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["", "mail", "pdf", "xlsx", "csv", "x12", "ubl", "text"]))
def test_any_bytes_are_read_without_an_error(content: bytes, kind: str) -> None:
    reading = read(content, "x", MONDAY, kind=kind)
    assert reading.trouble or reading.orders
    assert "\x00" not in reading.text or kind == "ubl"


@settings(max_examples=80, deadline=None)
@given(st.sampled_from([x12("5|EA|1|VN|AB-1"), ubl(("AB-1", "5", "EA", "1")), mail("5 x AB-1")]), st.data())
def test_a_document_with_one_byte_changed_is_read_without_an_error(content: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(content) - 1))
    changed = content[:at] + bytes([data.draw(st.integers(0, 255))]) + content[at + 1 :]
    reading = read(changed, "o", MONDAY)
    assert reading.trouble or reading.orders


def test_a_kind_is_known_by_its_content() -> None:
    kinds = [
        kind_of(content)
        for content in (x12("1|EA|1|VN|A"), ubl(("A", "1", "EA", "1")), mail("x"), pdf("x"), workbook([1]))
    ]
    assert kinds == ["x12", "ubl", "mail", "pdf", "xlsx"]
    assert kind_of(b"hello") == "text"

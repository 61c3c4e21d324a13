"""One reader for every file of rows: it answers with text, or with why it cannot."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook

from omc.lib.errors import InvalidInput
from omc.lib.sheets import MOST_ROWS, NotASheet, read_sheet, rows_of_csv
from omc.lib.uploads import rows_of_upload


def workbook(*rows: list[object], before: int = 0) -> bytes:
    book = Workbook()
    sheet = book.active
    for number in range(before):
        book.create_sheet(f"empty {number}", 0)
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_csv_file_says_by_its_rows_what_divides_them(mark: str) -> None:
    text = f"sku{mark}qty\r\nA{mark}1\r\n".encode("utf-16")
    assert read_sheet(text) == [["sku", "qty"], ["A", "1"]]


def test_commas_within_cells_do_not_divide_when_semicolons_do() -> None:
    assert rows_of_csv("sku;price;note\nA;1,50;big, blue, new\nB;2,5;\n")[1] == ["A", "1,50", "big, blue, new"]


def test_old_encodings_and_guards_against_formulas_are_undone() -> None:
    assert read_sheet("name,value\ngrößer,'=1+1\n".encode("cp1252"))[1] == ["größer", "=1+1"]


def test_cells_of_a_workbook_come_as_people_read_them() -> None:
    rows = [
        ["sku", "qty", "price", "day", "yes"],
        [1001, 2.0, 0.1 + 0.2, date(2031, 5, 1), True],
    ]
    assert read_sheet(workbook(*rows, before=2))[1] == ["1001", "2", "0.3", "2031-05-01", "yes"]
    assert read_sheet(workbook(["a", "b"], [12345678901234567890, Decimal("1.50")]))[1][1] == "1.5"


def test_rows_without_a_word_do_not_count() -> None:
    assert read_sheet(b"a,b\n\n,\n1,2\n") == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no row below"),
        (b"sku,qty\n", "no row below"),
        (b"sku\0,qty\nA,1", "neither a CSV file nor"),
        (b"PK\x03\x04nonsense", "no Excel workbook"),
        (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
        (b"a,b\n" + b"1,2\n" * (MOST_ROWS + 1), "more than 5,000 rows"),
    ],
)
def test_what_is_no_sheet_is_refused_with_its_reason(content: bytes, said: str) -> None:
    with pytest.raises(NotASheet, match=said):
        read_sheet(content)
    with pytest.raises(InvalidInput, match=said) as refusal:
        rows_of_upload(content)
    assert refusal.value.field == "file"


@pytest.mark.slow
def test_a_workbook_that_would_unpack_to_far_too_much_is_not_opened() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)
    with pytest.raises(NotASheet, match="unpacks to far more"):
        read_sheet(target.getvalue())

"""What a row of a file says, whatever the file; a row that cannot be understood says why."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from omc.history.reading import rows
from omc.lib.errors import InvalidInput
from tests.omc.history.samples import COLUMNS, PROFILE, ROWS, row, write_csv, write_parquet, write_xlsx

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("write", [write_csv, write_xlsx, write_parquet])
def test_every_kind_of_file_says_the_same(tmp_path, write):
    found = list(rows(write(tmp_path), PROFILE))

    assert [line.number for line in found] == list(range(1, len(ROWS) + 1))
    first, third, cash = found[0], found[2], found[4]
    assert (first.document, first.sku, first.quantity, first.unit_price) == ("1001", "chai", 12, 14)
    assert first.at == datetime(2024, 3, 1, tzinfo=BERLIN)
    assert (first.customer, first.customer_name, first.country) == ("ALFKI", "Alfreds", "Germany")
    assert third.unit_price == Decimal("9.805")
    assert (cash.sku, cash.customer) == ("Tofu", "")
    assert [line.problem for line in found] == [""] * len(ROWS)


def one(tmp_path, profile=PROFILE, **changes):
    (found,) = rows(write_csv(tmp_path, [row("1", "chai", "2", "3.5", "2024-03-01") | changes]), profile)
    return found


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"Order": " "}, "no document number"),
        ({"Item": ""}, "no item"),
        ({"Qty": "two"}, "quantity is no number"),
        ({"Qty": ""}, "quantity is no number"),
        ({"Qty": "NaN"}, "quantity is no number"),
        ({"Qty": "0"}, "quantity is 0"),
        ({"Qty": "0.0000001"}, "quantity is 0"),
        ({"Qty": "1e30"}, "quantity is too large; price or amount is too large"),
        ({"Price": "1,5"}, "price is no number"),
        ({"Price": "1e12"}, "price or amount is too large"),
        ({"Date": "31.02.2024"}, "moment cannot be read"),
        ({"Date": "0001-01-01"}, "moment is not between 1970 and 2100"),
        ({"Item": "x" * 61}, "document, item or customer has too long a code"),
        ({"Order": "", "Qty": "", "Date": ""}, "no document number; quantity is no number; moment cannot be read"),
    ],
)
def test_a_bad_row_says_everything_that_is_wrong_with_it(tmp_path, changes, problem):
    assert one(tmp_path, **changes).problem == problem


@pytest.mark.parametrize(
    ("mark", "text", "number"),
    [(".", "1,234.50", "1234.50"), (",", "1.234,50", "1234.50"), (",", "-3,5", "-3.5"), (".", " 7 ", "7")],
)
def test_numbers_are_read_with_the_mark_of_the_profile(tmp_path, mark, text, number):
    assert one(tmp_path, replace(PROFILE, decimal_mark=mark), Qty=text, Price="1").quantity == Decimal(number)


def test_dates_are_read_in_the_format_of_the_profile(tmp_path):
    found = one(tmp_path, replace(PROFILE, date_format="%d/%m/%Y %H:%M"), Date="02/03/2024 14:05")

    assert found.at == datetime(2024, 3, 2, 14, 5, tzinfo=BERLIN)


def test_another_separator_encoding_and_mark_of_order_are_read(tmp_path):
    path = tmp_path / "export.csv"
    path.write_bytes("\r\n".join([";".join(COLUMNS), "1;é;Käse;1;2;2024-03-01;;;"]).encode("cp1252"))

    (found,) = rows(path, replace(PROFILE, separator=";", encoding="cp1252"))
    assert (found.sku, found.description, found.country) == ("é", "Käse", "")

    path.write_bytes(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\n1,a,b,1,2,2024-03-01,,,\n")
    (found,) = rows(path, PROFILE)
    assert found.document == "1"


@pytest.mark.parametrize("write", [write_csv, write_xlsx, write_parquet])
def test_a_missing_column_is_named(tmp_path, write):
    profile = replace(PROFILE, columns=PROFILE.columns | {"sku": "Article"})

    with pytest.raises(InvalidInput, match="has no column Article"):
        list(rows(write(tmp_path), profile))


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", b"x", "only CSV, XLSX and parquet"),
        ("a.csv", b"", "has no rows"),
        ("a.csv", ",".join(COLUMNS).encode(), "has no rows"),
        ("a.csv", ",".join(COLUMNS).encode() + b"\n1,\xff\xfe", "cannot be read after row 0"),
        ("a.xlsx", b"no zip", "cannot be read after row 0"),
        ("a.parquet", b"no parquet at all", "cannot be read after row 0"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, name, content, why):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(InvalidInput, match=why):
        list(rows(tmp_path / name, PROFILE))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="There is no file"):
        list(rows(tmp_path / "a.csv", PROFILE))

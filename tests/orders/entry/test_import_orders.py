"""A file of order lines: all of it or none, once."""

from decimal import Decimal

import pytest

from omc.lib.errors import InvalidInput, PermissionRefused
from orders.core.models import Order
from orders.entry.models import OrderFile
from orders.entry.services import import_orders
from orders.entry.services.import_orders import FileTaken, RowsRefused, read_rows
from tests.orders.entry.factories import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def file(desk: Desk, *rows: str) -> bytes:
    return "\n".join(["customer;po;item;qty;unit;requested_date", *rows]).replace("ACME", desk.customer.code).encode()


def test_lines_become_one_order_per_customer_and_purchase_order(desk: Desk) -> None:
    desk.item(sku="A", list_price=Decimal(10))
    desk.item(sku="B", list_price=Decimal(1))
    content = file(desk, "ACME;1;A;2;;2031-05-01", "ACME;1;B;3;;2031-05-01", "", "ACME;2;A;1;;")
    found = import_orders(content=content, filename="may.csv", actor=desk.lead, submit=True)
    first, second = Order.objects.order_by("pk")
    assert (first.customer_po, first.channel, first.state, first.net_amount) == ("1", "import", "pending", Decimal(23))
    assert (second.customer_po, second.line_count, str(first.requested_date)) == ("2", 1, "2031-05-01")
    assert (found.file.orders_made, found.file.rows_refused) == (2, 0)


def test_every_bad_row_is_named_and_nothing_is_written(desk: Desk) -> None:
    desk.item(sku="A")
    content = file(
        desk, "ACME;1;A;2;;", "ACME;1;NO;2;;", "NOBODY;1;A;1;;", "ACME;3;A;two;;", "ACME;4;A;1;pallet;31.12.26"
    )
    with pytest.raises(RowsRefused) as refusal:
        import_orders(content=content, filename="may.csv", actor=desk.lead)
    assert [(row["row"], row["field"]) for row in refusal.value.data["rows"]] == [
        (3, "sku"),
        (4, "customer"),
        (5, "quantity"),
        (6, "requested_date"),
    ]
    assert not Order.objects.exists()
    assert not OrderFile.objects.exists()


def test_good_orders_are_made_alone_when_asked(desk: Desk) -> None:
    desk.item(sku="A")
    content = file(desk, "ACME;1;A;2;;", "ACME;2;NO;2;;")
    found = import_orders(content=content, filename="may.csv", actor=desk.lead, good_only=True)
    assert [order.customer_po for order in found.orders] == ["1"]
    assert [problem.row for problem in found.problems] == [3]
    assert Order.objects.count() == OrderFile.objects.get().rows_refused == 1


def test_the_same_file_is_refused_the_second_time(desk: Desk) -> None:
    desk.item(sku="A")
    content = file(desk, "ACME;1;A;2;;")
    import_orders(content=content, filename="may.csv", actor=desk.lead)
    with pytest.raises(FileTaken, match=r"may\.csv"):
        import_orders(content=content, filename="renamed.csv", actor=desk.lead)
    assert Order.objects.count() == 1
    other = Desk()
    other.item(sku="A")
    with pytest.raises(RowsRefused, match="There is no customer"):
        import_orders(content=content, filename="may.csv", actor=other.lead)


def test_what_is_no_file_of_orders_is_refused(desk: Desk) -> None:
    for content, sentence in (
        (b"", "must name the column customer"),
        (b"customer,sku\nA,B", "must name the column quantity"),
        (b"customer,sku,quantity\0", "no CSV file"),
        (b"x" * 2_100_000, "larger than 2 MB"),
    ):
        with pytest.raises(InvalidInput, match=sentence):
            import_orders(content=content, filename="x.csv", actor=desk.lead)
    with pytest.raises(PermissionRefused):
        import_orders(content=b"", filename="x.csv", actor=desk.csr)


def test_separators_and_encodings_of_spreadsheets_are_read() -> None:
    assert read_rows("\ufeffCustomer\tSKU\tQty\r\nA\tBolt\t1\r\n".encode()) == [
        {"customer": "A", "sku": "Bolt", "quantity": "1"}
    ]
    assert read_rows('customer,sku,quantity,note\nA,B,1,"größer, ""neu"""'.encode("cp1252"))[0]["note"] == (
        'größer, "neu"'
    )

"""A file of order lines: looked at, mended, taken in one piece, once."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from omc.accounts.models import User
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from orders.core.models import Order
from orders.core.services.jobs import JobCancelled, execute
from orders.entry.imports.models import ColumnMap, FileOrder, OrderFile
from orders.entry.imports.services import (
    FileBusy,
    FileTaken,
    RowsRefused,
    change_file,
    hand_in,
    look_at,
    mend_file,
    open_file,
    start,
    take_file,
)
from tests.orders.entry.factories import Desk

pytestmark = pytest.mark.django_db
HEAD = "customer;po;item;qty;unit;requested_date"


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.item(sku="A", list_price=Decimal(10))
    desk.item(sku="B", list_price=Decimal(1))
    return desk


@pytest.fixture
def client(desk: Desk) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=desk.lead.user_id))
    return client


def text(desk: Desk, *rows: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *rows]).replace("ACME", desk.customer.code).encode()


def opened(desk: Desk, *rows: str, head: str = HEAD, **said: Any) -> OrderFile:
    file: OrderFile = open_file(content=text(desk, *rows, head=head), filename="may.csv", actor=desk.lead, **said)
    return file


def test_a_look_says_what_would_become_of_the_rows_and_writes_no_order(desk: Desk) -> None:
    file = opened(desk, "ACME;1;A;2;;2031-05-01", "ACME;1;B;3;;2031-05-01", "", "ACME;2;A;1;;")
    found = look_at(file_id=file.pk, actor=desk.lead).plain()
    assert (found["rows"], found["orders"], found["lines"], found["wrong"]) == (3, 2, 3, [])
    assert found["net"] == {"USD": "33.00"}
    assert not Order.objects.exists()


def test_lines_become_one_order_per_customer_number_and_day(desk: Desk) -> None:
    file = opened(desk, "ACME;1;A;2;;2031-05-01", "ACME;1;B;3;;2031-05-01", "ACME;2;A;1;;", submit=True)
    take_file(file_id=file.pk, actor=desk.lead)
    assert hand_in(file_id=file.pk, actor=desk.lead) == 2
    first, second = Order.objects.order_by("pk")
    assert (first.customer_po, first.channel, first.state, first.net_amount) == ("1", "import", "pending", Decimal(23))
    assert (second.customer_po, second.line_count, str(first.requested_date)) == ("2", 1, "2031-05-01")
    assert list(FileOrder.objects.order_by("pk").values_list("first_row", flat=True)) == [2, 4]
    assert hand_in(file_id=file.pk, actor=desk.lead) == 0


def test_every_bad_row_is_named_and_nothing_is_written(desk: Desk) -> None:
    rows = ("ACME;1;A;2;;", "ACME;1;NO;2;;", "NOBODY;1;A;1;;", "ACME;3;A;two;;", "ACME;4;A;1;pallet;", "ACME;5;A;1;;x")
    file = opened(desk, *rows)
    with pytest.raises(RowsRefused, match="Row 3") as refusal:
        take_file(file_id=file.pk, actor=desk.lead)
    assert [(row["row"], list(row["columns"])) for row in refusal.value.data["rows"]] == [
        (3, ["sku"]), (4, ["customer"]), (5, ["quantity"]), (6, ["unit"]), (7, ["requested_date"]),
    ]  # fmt: skip
    file.refresh_from_db()
    assert (Order.objects.count(), file.taken_at, file.orders_made) == (0, None, 0)


def test_a_wrong_cell_is_mended_in_place(desk: Desk) -> None:
    file = opened(desk, "ACME;1;A;2;;", "ACME;1;NO;2;;")
    assert look_at(file_id=file.pk, actor=desk.lead).wrong == {3: {"sku": "There is no item NO."}}
    mend_file(file_id=file.pk, cells={(3, "sku"): "B", (99, "sku"): "A", (3, "color"): "red"}, actor=desk.lead)
    take_file(file_id=file.pk, actor=desk.lead)
    assert Order.objects.get().net_amount == Decimal(22)


def test_good_rows_are_taken_alone_only_when_asked(desk: Desk) -> None:
    file = opened(desk, "ACME;1;A;2;;", "ACME;1;NO;2;;", "ACME;2;NO;1;;")
    take_file(file_id=file.pk, good_only=True, actor=desk.lead)
    file.refresh_from_db()
    assert Order.objects.get().line_count == 1
    assert (file.orders_made, file.rows_refused) == (1, 2)


def test_the_same_content_is_refused_unless_it_is_wanted_again(desk: Desk) -> None:
    take_file(file_id=opened(desk, "ACME;1;A;2;;").pk, actor=desk.lead)
    once_more = opened(desk, "ACME;1;A;2;;")
    with pytest.raises(FileTaken, match=r"may\.csv"):
        take_file(file_id=once_more.pk, actor=desk.lead)
    assert Order.objects.count() == 1
    take_file(file_id=once_more.pk, again=True, actor=desk.lead)
    assert Order.objects.count() == 2
    with pytest.raises(FileTaken, match="already"):
        take_file(file_id=once_more.pk, again=True, actor=desk.lead)
    assert Order.objects.count() == 2


def test_columns_are_said_once_and_known_the_next_time_for_that_customer(desk: Desk) -> None:
    head = "Teil;Stück;Farbe"
    file = opened(desk, "A;2;red", head=head, customer_id=desk.customer.pk)
    assert file.columns == ["", "", ""]
    with pytest.raises(InvalidInput, match="which column is the sku"):
        look_at(file_id=file.pk, actor=desk.lead)
    with pytest.raises(InvalidInput, match="Two columns"):
        change_file(file_id=file.pk, columns=["sku", "sku", ""], actor=desk.lead)
    said = ["sku", "quantity", ""]
    change_file(file_id=file.pk, columns=said, customer_id=desk.customer.pk, actor=desk.lead)
    take_file(file_id=file.pk, actor=desk.lead)
    assert ColumnMap.objects.get().customer == desk.customer
    assert opened(desk, "B;7;blue", head=head, customer_id=desk.customer.pk).columns == said
    other = desk.make_customer()
    assert opened(desk, "B;8;blue", head=head, customer_id=other.pk).columns == ["", "", ""]


def test_a_number_that_can_be_read_in_two_ways_is_asked_about(desk: Desk) -> None:
    found = look_at(file_id=opened(desk, "ACME;1;A;1.250;;").pk, actor=desk.lead)
    assert found.wrong == {2: {"quantity": "“1.250” can be read in two ways; write 1250 or 1.2500."}}
    found = look_at(file_id=opened(desk, "ACME;1;A;1.250;;", "ACME;1;B;0,5;;").pk, actor=desk.lead)
    assert (found.wrong, found.net) == ({}, {"USD": Decimal("12500.50")})


def test_somebody_else_may_not_and_another_company_sees_nothing(desk: Desk) -> None:
    file = opened(desk, "ACME;1;A;2;;")
    with pytest.raises(PermissionRefused):
        take_file(file_id=file.pk, actor=desk.csr)
    with pytest.raises(NotFound):
        take_file(file_id=file.pk, actor=Desk().lead)
    assert not Order.objects.exists()


def test_a_stopped_import_leaves_nothing_behind(desk: Desk) -> None:
    file = opened(desk, *[f"ACME;{n};A;2;;" for n in range(5)])

    def stop(done: int) -> None:
        if done == 3:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        take_file(file_id=file.pk, actor=desk.lead, report=stop)
    file.refresh_from_db()
    assert (Order.objects.count(), file.taken_at) == (0, None)


def test_a_job_takes_a_file_and_killed_after_that_only_hands_in_the_rest(desk: Desk) -> None:
    file = opened(desk, "ACME;1;A;2;;", "ACME;2;A;2;;", submit=True)
    run = start(file_id=file.pk, take=True, actor=desk.lead)
    with pytest.raises(FileBusy):
        mend_file(file_id=file.pk, cells={(2, "sku"): "B"}, actor=desk.lead)
    take_file(file_id=file.pk, actor=desk.lead)  # as the job did, before it was killed
    execute(run.pk)
    run.refresh_from_db()
    assert (run.status, run.result) == ("done", {"orders": 2, "handed_in": 2, "rows_left_out": 0})
    assert set(Order.objects.values_list("state", flat=True)) == {"pending"}


@pytest.mark.slow
def test_on_screen_a_file_is_looked_at_mended_and_taken(desk: Desk, client: Client) -> None:
    content = text(desk, "ACME;1;A;2;;", "ACME;1;NO;2;;")
    answer = client.post("/entry/import/", {"file": SimpleUploadedFile("may.csv", content)})
    file = OrderFile.objects.get()
    assert answer["Location"] == f"/entry/import/{file.pk}/"
    page = client.get(answer["Location"]).content.decode()
    assert "There is no item NO." in page
    assert 'name="cell-3-sku"' in page
    refused = client.post(answer["Location"], {"take": "1"})
    assert (refused.status_code, Order.objects.count()) == (422, 0)
    client.post(answer["Location"], {"cell-3-sku": "B", "take": "1"})
    assert Order.objects.get().line_count == 2
    assert str(Order.objects.get()) in client.get(answer["Location"]).content.decode()
    again = client.post(answer["Location"], {"take": "1"})
    assert (again.status_code, Order.objects.count()) == (422, 1)
    assert client.post("/entry/import/", {"text": ""}).status_code == 422
    client.post("/entry/import/", {"text": text(desk, "ACME;1;A;2;;").decode().replace(";", "\t")})
    assert OrderFile.objects.latest("pk").filename.startswith("pasted ")


def test_wrong_rows_beyond_the_first_page_are_reached_and_mended_in_place(desk: Desk, client: Client) -> None:
    file = opened(desk, *[f"ACME;1;X{n};1;;" for n in range(450)])
    look_at(file_id=file.pk, actor=desk.lead)
    page = f"/entry/import/{file.pk}/"
    for first, shown, hidden in ((0, "X199", "X200"), (400, "X449", "X399"), (9999, "X449", "X399")):
        text = client.get(page, {"from": first}).content.decode()
        assert (f'value="{shown}"' in text, f'value="{hidden}"' in text) == (True, False)
    assert "401 to 450 of 450 wrong rows" in text
    [cell] = re.findall(r'name="(cell-451-\w+)" value="X449"', text)
    mended = client.post(f"{page}?from=400", {"check": "1", cell: "A"})
    assert mended["Location"] == f"{page}?from=400"
    file.refresh_from_db()
    assert file.rows[449][2] == "A"


def test_a_look_asks_as_much_about_many_lines_as_about_few(desk: Desk) -> None:
    counts = []
    look_at(file_id=opened(desk, "ACME;1;A;1;;").pk, actor=desk.lead)  # the settings are read once a minute
    for number in (2, 120):
        file = opened(desk, *[f"ACME;{number};{'AB'[n % 2]};{n + 1};;" for n in range(number)])
        with CaptureQueriesContext(connection) as asked:
            assert look_at(file_id=file.pk, actor=desk.lead).plain()["wrong"] == []
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_by_rest_a_file_is_sent_mended_and_taken(desk: Desk, client: Client) -> None:
    def send(method: str, url: str, data: dict[str, Any]) -> Any:
        answer = client.generic(method, f"/api/v1/entry/imports/{url}", json.dumps(data), "application/json")
        return answer.status_code, answer.json()

    status, sent = send("POST", "", {"text": text(desk, "ACME;1;A;2;;", "ACME;1;NO;2;;").decode(), "submit": True})
    assert (status, sent["outcome"]["wrong"]) == (201, [{"row": 3, "columns": {"sku": "There is no item NO."}}])
    status, refused = send("POST", f"{sent['id']}/take/", {})
    assert (status, refused["code"]) == (422, "rows_refused")
    mended = {"cells": [{"row": 3, "column": "sku", "text": "B"}]}
    assert send("PUT", f"{sent['id']}/", mended)[1]["outcome"]["wrong"] == []
    status, taken = send("POST", f"{sent['id']}/take/", {})
    assert (status, taken["orders"]) == (200, [Order.objects.get().pk])
    assert Order.objects.get().state == "pending"


def test_a_file_says_what_a_line_is_how_it_comes_and_where_it_goes(desk: Desk) -> None:
    head = "customer;po;item;qty;price;kind;supply;line ship to"
    place = desk.customer.addresses.get().name
    file = opened(
        desk,
        f"ACME;1;A;2;;;Drop-ship;{place.lower()}",
        "ACME;1;Engraving;1;15;charge;;",
        "ACME;1;With thanks;;;text;;",
        "ACME;1;A;1;;gift;by air;Nowhere",
        "ACME;1;Wrapping;1;;charge;;",
        head=head,
    )

    found = look_at(file_id=file.pk, actor=desk.lead)

    assert found.lines == 3
    assert set(found.wrong) == {5, 6}
    assert set(found.wrong[5]) == {"kind", "supply", "line_ship_to"}
    assert found.wrong[6] == {"price": "Say what it costs."}

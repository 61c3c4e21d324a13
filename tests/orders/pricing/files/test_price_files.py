"""Prices from a file: what each row would do, mended in place, published as the next version."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from omc.accounts.models import User
from omc.lib import clock
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from orders.core.models import JobRun, ProductUnit
from orders.core.services import jobs
from orders.pricing.files import services
from orders.pricing.files.models import PriceFile
from orders.pricing.models import PriceBreak, PriceList
from orders.pricing.services import BreakInput, set_breaks
from tests.factories import ProductFactory, make_actor, make_company
from tests.orders.pricing.factories import PriceListFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = date(2026, 12, 1)


class Scene:
    """A list with a bolt at 10, 9 from 100; a nut at 2; a washer at 1."""

    def __init__(self) -> None:
        self.company = make_company()
        self.actor = make_actor(self.company, "pricing")
        for sku in ("BOLT", "NUT", "WASHER", "SCREW"):
            ProductFactory(company=self.company, sku=sku)
        self.list = PriceListFactory(company=self.company, code="BASE")
        rows = [("BOLT", 1, "10"), ("BOLT", 100, "9"), ("NUT", 1, "2"), ("WASHER", 1, "1")]
        self.set(rows)

    def set(self, rows: list[tuple[str, int, str]]) -> None:
        typed = [BreakInput(sku=sku, min_quantity=Decimal(low), unit_price=Decimal(price)) for sku, low, price in rows]
        set_breaks(list_id=self.list.pk, rows=typed, actor=self.actor)

    def open(self, content: bytes, **more: Any) -> PriceFile:
        return services.open_price_file(
            **{"list_id": self.list.pk, "content": content, "filename": "new.csv", "valid_from": DAY,
               "actor": self.actor} | more
        )  # fmt: skip

    def publish(self, file: PriceFile, **more: Any) -> PriceList:
        return services.publish_price_file(**{"file_id": file.pk, "actor": self.actor} | more)

    def client(self) -> Client:
        client = Client()
        user = User.objects.get(pk=self.actor.user_id)
        client.force_login(user, backend="omc.accounts.backends.RoleBackend")
        return client


@pytest.fixture
def scene():
    with clock.stopped_at(NOW):
        yield Scene()


FILE = b"""Item;From quantity;Price
BOLT;1;11
bolt;100;9
NUT;1;2
SCREW;1;0.50
NOBODY;1;3
"""


def prices(price_list: PriceList) -> list[tuple[str, str, str]]:
    rows = price_list.breaks.filter(replaced_at=None).order_by("product__sku", "min_quantity")
    return [(row.product.sku, f"{row.min_quantity:.0f}", f"{row.unit_price:.2f}") for row in rows]


def found(file: PriceFile) -> list[tuple[int, str, str, Any, Any]]:
    rows = file.compared.order_by("number")
    return [(row.number, row.outcome, row.sku, row.price_before, row.change_percent) for row in rows]


def test_each_row_says_what_it_would_do_and_nothing_is_written(scene):
    file = scene.open(FILE)

    assert found(file) == [
        (2, "changed", "BOLT", Decimal(10), Decimal("10.00")),
        (3, "same", "BOLT", Decimal(9), Decimal("0.00")),
        (4, "same", "NUT", Decimal(2), Decimal("0.00")),
        (5, "new", "SCREW", None, None),
        (6, "refused", "NOBODY", None, None),
    ]
    assert file.counts == {"changed": 1, "same": 2, "new": 1, "refused": 1}
    assert PriceList.objects.filter(company=scene.company).count() == 1
    assert PriceBreak.objects.count() == 4


def test_a_file_that_is_the_whole_list_ends_what_it_does_not_name(scene):
    assert [row[1:4] for row in found(scene.open(b"sku,price\nBOLT,10\n", whole=True))] == [
        ("same", "BOLT", Decimal(10)),
        ("ended", "BOLT", Decimal(9)),
        ("ended", "NUT", Decimal(2)),
        ("ended", "WASHER", Decimal(1)),
    ]
    assert [row[1:3] for row in found(scene.open(b"sku,price\nBOLT,10\n"))] == [("same", "BOLT"), ("ended", "BOLT")]


def test_published_it_is_the_next_version_and_the_old_one_ends(scene):
    file = scene.open(FILE.replace(b"NOBODY;1;3\n", b""))
    made = scene.publish(file)

    scene.list.refresh_from_db()
    assert (made.version, made.valid_from, made.replaces_id) == (2, DAY, scene.list.pk)
    assert scene.list.valid_to == date(2026, 11, 30)
    assert prices(made) == [
        ("BOLT", "1", "11.00"), ("BOLT", "100", "9.00"), ("NUT", "1", "2.00"), ("SCREW", "1", "0.50"),
        ("WASHER", "1", "1.00"),
    ]  # fmt: skip
    file.refresh_from_db()
    assert (file.version_id, file.published_by_id) == (made.pk, scene.actor.user_id)
    with pytest.raises(services.FilePublished):
        scene.publish(file)
    with pytest.raises(services.FilePublished):
        services.mend_price_file(file_id=file.pk, cells={}, actor=scene.actor)
    assert PriceList.objects.filter(company=scene.company).count() == 2


def test_refused_rows_stop_it_until_they_are_mended_in_place(scene):
    file = scene.open(FILE)
    with pytest.raises(services.RowsRefused, match="1 rows are refused"):
        scene.publish(file)
    assert PriceList.objects.filter(company=scene.company).count() == 1

    services.mend_price_file(file_id=file.pk, cells={(6, "sku"): "washer"}, actor=scene.actor)
    file.refresh_from_db()
    assert file.counts == {"changed": 2, "same": 2, "new": 1}
    assert ("WASHER", "1", "3.00") in prices(scene.publish(file))


def test_an_item_with_a_refused_row_stays_as_it_is_when_the_rest_is_taken(scene):
    file = scene.open(b"sku,min_quantity,price\nBOLT,1,8\nBOLT,100,8.50\nNUT,1,3\n", whole=True)
    row = file.compared.get(outcome="refused")
    assert (row.number, row.column) == (3, "unit_price")
    assert "From 100 the price would rise to 8.5" in row.message

    made = scene.publish(file, good_only=True)
    assert prices(made) == [("BOLT", "1", "10.00"), ("BOLT", "100", "9.00"), ("NUT", "1", "3.00")]


def test_the_same_file_again_is_refused_unless_it_is_confirmed(scene):
    content = b"sku,price\nNUT,3\n"
    first = scene.open(content)
    assert scene.open(content).pk != first.pk  # a draft of the same file makes way
    made = scene.publish(PriceFile.objects.get())
    later = {"list_id": made.pk, "valid_from": date(2026, 12, 24)}

    with pytest.raises(services.FileTaken, match="published on 2026-11-23"):
        scene.open(content, **later)
    assert scene.open(content, again=True, **later).counts == {"same": 1}


def test_a_price_that_is_over_by_then_is_left_out_as_in_the_exported_list(scene):
    file = scene.open(b"sku,price,valid_to\nNUT,1,2026-11-30\nNUT,3,\n")
    assert [row[1:3] for row in found(file)] == [("past", "NUT"), ("changed", "NUT")]
    assert ("NUT", "1", "3.00") in prices(scene.publish(file))


def test_what_changes_no_price_is_not_published(scene):
    with pytest.raises(InvalidInput, match="changes no price"):
        scene.publish(scene.open(b"sku,price\nNUT,2\n"))


def test_a_list_that_changed_meanwhile_is_compared_again_first(scene):
    file = scene.open(b"sku,price\nNUT,3\n")
    scene.set([("NUT", 1, "2.50")])

    with pytest.raises(services.FileOutdated):
        scene.publish(file)
    services.check_prices(file_id=file.pk, actor=scene.actor)
    scene.publish(file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"item,remark\nBOLT,x\n", "unit_price or percent is missing"),
        (b"price\n1\n", "sku is missing"),
        (b"sku,price\n", "no row below"),
        (b"sku,price,unit price\nBOLT,1,1\n", "Two columns"),
        (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
        (b"PK\x03\x04 no workbook", "no Excel workbook"),
        (b"sku,price\n" + b"A,1\n" * 20_001, "more than 20,000 rows"),
    ],
)
def test_what_is_no_price_file_is_refused_whole(scene, content, said):
    with pytest.raises(InvalidInput, match=said):
        scene.open(content)
    assert not PriceFile.objects.exists()


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("BOLT,ten,,,", "unit_price", "ten is no number"),
        ("BOLT,NaN,,,", "unit_price", "no number that can be right"),
        ("BOLT,,,,", "unit_price", "The price is missing"),
        ("BOLT,1,5,,", "unit_price", "either a price or a percentage"),
        (",1,,,", "sku", "The item is missing"),
        ("BOLT,1,,soon,", "valid_to", "soon is no day"),
        ("BOLT,1,,,BARREL", "unit", "not sold by BARREL"),
        ("BOLT,-1,,,", "unit_price", "may not be negative"),
    ],
)
def test_each_wrong_cell_is_named_at_its_row(scene, row, column, said):
    file = scene.open(f"sku,price,percent,until,unit\n{row}\n".encode())
    refused = file.compared.get()
    assert (refused.outcome, refused.number, refused.column) == ("refused", 2, column)
    assert said in refused.message


def test_a_workbook_with_packs_is_read(scene):
    ProductUnit.objects.create(product_id=scene.list.breaks.first().product_id, unit="BOX", factor=Decimal(50))
    book = Workbook()
    for cells in (
        ["SKU", "Price", "Unit", "Valid to"],
        ["BOLT", 12.5, "pc", None],
        ["BOLT", 600, "BOX", date(2027, 1, 1)],
    ):
        book.active.append(cells)
    content = io.BytesIO()
    book.save(content)

    file = scene.open(content.getvalue())
    assert [(row.outcome, row.unit, row.unit_price, row.valid_to) for row in file.compared.order_by("number")] == [
        ("changed", "", Decimal("12.5"), None),
        ("new", "BOX", Decimal(600), date(2027, 1, 1)),
        ("ended", "", None, None),
    ]


def test_a_version_begins_today_at_the_earliest_and_after_the_one_before(scene):
    with pytest.raises(InvalidInput, match="today at the earliest"):
        scene.open(FILE, valid_from=date(2026, 11, 22))
    file = scene.open(b"sku,price\nNUT,3\n")
    scene.publish(file)
    with pytest.raises(InvalidInput, match="Version 2 follows it already"):
        scene.open(FILE)


def test_strangers_and_other_companies_change_nothing(scene):
    file = scene.open(b"sku,price\nNUT,3\n")
    for actor, refusal in (
        (make_actor(scene.company, "csr"), PermissionRefused),
        (make_actor(make_company(), "pricing"), NotFound),
    ):
        with pytest.raises(refusal):
            scene.open(FILE, actor=actor)
        with pytest.raises(refusal):
            services.mend_price_file(file_id=file.pk, cells={(2, "sku"): "BOLT"}, actor=actor)
        with pytest.raises(refusal):
            scene.publish(file, actor=actor)
    assert PriceFile.objects.get().rows == [{"sku": "NUT", "unit_price": "3"}]
    assert PriceList.objects.filter(company=scene.company).count() == 1


def test_a_long_file_is_compared_by_a_job(scene, monkeypatch):
    monkeypatch.setattr("orders.pricing.files.services.keeping.AT_ONCE", 2)
    file = scene.open(FILE)
    assert (file.checked_at, file.compared.count()) == (None, 0)
    with pytest.raises(services.FileOutdated):
        scene.publish(file)

    run = JobRun.objects.get()
    jobs.execute(run.pk)
    run.refresh_from_db()
    file.refresh_from_db()
    assert (run.status, run.done, run.total, run.result) == ("done", 5, 5, {"rows": 5})
    assert file.counts == {"changed": 1, "same": 2, "new": 1, "refused": 1}


def test_the_questions_asked_do_not_grow_with_the_rows(scene):
    for number in range(60):
        ProductFactory(company=scene.company, sku=f"P{number}")
    asked = []
    for many in (2, 60):
        content = b"sku,price\n" + b"".join(b"P%d,3\n" % number for number in range(many))
        with CaptureQueriesContext(connection) as captured:
            file = scene.open(content)
        with CaptureQueriesContext(connection) as published:
            scene.client().get(reverse("pricing:price-file", args=[file.pk]))
        asked.append((len(captured), len(published)))
    assert asked[0] == asked[1]


@pytest.mark.slow
def test_the_screens_lead_from_the_upload_to_the_version(scene):
    client = scene.client()
    new = reverse("pricing:new-price-file", args=[scene.list.pk])
    assert "See what it would change" in client.get(new).text
    sent = client.post(new, {"file": SimpleUploadedFile("new.csv", FILE), "valid_from": "2026-12-01"})
    file = PriceFile.objects.get()
    page = reverse("pricing:price-file", args=[file.pk])
    assert sent.url == page

    shown = client.get(page).text
    assert 'name="cell-6-sku"' in shown
    assert "There is no item NOBODY." in shown
    assert "+10.0" in shown
    publish = reverse("pricing:publish-file", args=[file.pk])
    assert client.post(publish).status_code == 422
    assert (
        client.post(page, {"cell-6-sku": "SCREW", "cell-5-sku": "SCREW", "valid_from": "2026-11-01"}).status_code == 422
    )
    assert client.post(page, {"cell-6-sku": "WASHER"}).status_code == 302
    done = client.post(publish)
    made = PriceList.objects.get(version=2)
    assert done.url == reverse("pricing:price-list", args=[made.pk])
    assert client.post(publish).status_code == 422  # the second click
    assert "published as version 2" in client.get(done.url).text

    refused = client.post(new.replace(str(scene.list.pk), str(made.pk)), {
        "file": SimpleUploadedFile("new.csv", FILE), "valid_from": "2026-12-24",
    })  # fmt: skip
    assert refused.status_code == 422
    assert "published on 2026-11-23" in refused.context["form"].errors["file"][0]
    assert 'type="checkbox" name="again"' in refused.text


def test_the_api_sends_mends_and_publishes(scene):
    client = scene.client()
    base = "/api/v1/pricing"
    sent = client.post(
        f"{base}/price-lists/{scene.list.pk}/files/",
        {"file": SimpleUploadedFile("new.csv", FILE), "valid_from": "2026-12-01"},
    )
    assert sent.status_code == 201
    file = f"{base}/price-files/{sent.json()['id']}/"
    rows = client.get(f"{file}rows/?outcome=refused").json()["results"]
    assert [(row["number"], row["column"]) for row in rows] == [(6, "sku")]
    refused = client.post(f"{file}publish/", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "price_rows_refused")
    mended = client.patch(
        file, {"cells": [{"row": 6, "column": "sku", "text": "WASHER"}]}, content_type="application/json"
    )
    assert mended.json()["counts"]["changed"] == 2
    assert client.post(f"{file}publish/", {}, content_type="application/json").json()["version"]


def test_prices_are_hidden_from_who_may_not_see_them(scene):
    file = scene.open(FILE)
    warehouse = Client()
    warehouse.force_login(
        User.objects.get(pk=make_actor(scene.company, "warehouse").user_id), backend="omc.accounts.backends.RoleBackend"
    )
    assert warehouse.get(reverse("pricing:price-file", args=[file.pk])).status_code == 403
    assert warehouse.get(f"/api/v1/pricing/price-files/{file.pk}/rows/").status_code == 403
    csr = Client()
    csr.force_login(
        User.objects.get(pk=make_actor(scene.company, "csr").user_id), backend="omc.accounts.backends.RoleBackend"
    )
    assert "Publish" not in csr.get(reverse("pricing:price-file", args=[file.pk])).text


def test_the_page_of_a_long_file_counts_in_thousands() -> None:
    scene = Scene()
    rows = "".join(f"NOBODY-{number},1\n" for number in range(1100))
    file = scene.open(f"sku,price\nBOLT,9.5\n{rows}".encode())
    page = scene.client().get(reverse("pricing:price-file", args=[file.pk]), {"outcome": "refused"})
    assert page.status_code == 200
    assert "1,100" in page.content.decode()

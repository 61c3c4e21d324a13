"""Customers and items come back from the file that they left in."""

import pytest
from django.urls import reverse

from orders.core.master import files
from orders.core.models import Address, Change, Customer, MasterFile, Product
from orders.core.services import jobs
from tests.factories import AddressFactory, CustomerFactory, ProductFactory, make_actor, make_company, make_user

pytestmark = pytest.mark.django_db
NEW = "sku,name,list price,barcode\nVALVE,Valve,12.50,4006381333932\nPUMP,Pump,abc,\nGASKET,Gasket,1,\n"


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def admin(company):
    return make_actor(company, "admin")


def opened(actor, text, kind="product"):
    return files.open_file(kind=kind, content=text.encode(), filename="new.csv", actor=actor)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["customer", "product"])
def test_what_the_list_writes_comes_back_unchanged(client, company, admin, kind, ending):
    AddressFactory(
        customer=CustomerFactory(company=company, name="=Odd, but true", credit_limit=500, price_group="GOLD")
    )
    ProductFactory(company=company, name="-10 °C valve", weight_kg="0.5", barcode="4006381333931")
    client.force_login(make_user(company, "admin"))
    sheet = b"".join(client.get(reverse("core:master-list", args=[kind, ending])).streaming_content)

    file = files.open_file(kind=kind, content=sheet, filename=f"all.{ending}", actor=admin)
    found = files.take_file(file_id=file.pk, actor=admin)

    assert (found.entered, found.changed, found.same, found.wrong) == (0, 0, 1, {})
    assert Change.objects.count() == 0


def test_a_look_writes_nothing_and_says_what_is_wrong_by_row_and_column(admin):
    found = files.check_file(opened(admin, NEW), admin)

    assert {row: list(columns) for row, columns in found.wrong.items()} == {2: ["barcode"], 3: ["list_price"]}
    assert (found.entered, Product.objects.count(), Change.objects.count()) == (1, 0, 0)


def test_wrong_rows_stop_the_file_unless_they_are_left_out(admin):
    file = opened(admin, NEW)
    with pytest.raises(files.RowsRefused, match="Row 2: A GTIN"):
        files.take_file(file_id=file.pk, actor=admin)
    assert Product.objects.count() == 0

    files.take_file(file_id=file.pk, actor=admin, good_only=True)
    assert [row.sku for row in Product.objects.all()] == ["GASKET"]
    assert MasterFile.objects.values_list("entered", "refused").get() == (1, 2)


def test_cells_are_mended_in_place(admin):
    file = opened(admin, NEW)
    files.mend_file(file_id=file.pk, cells={(2, "barcode"): "4006381333931", (3, "list_price"): "99"}, actor=admin)
    assert files.take_file(file_id=file.pk, actor=admin).entered == 3


def test_the_same_file_twice_is_refused_in_words(admin):
    file = opened(admin, "code,name\nATLAS,Atlas\n", "customer")
    files.take_file(file_id=file.pk, actor=admin)
    with pytest.raises(files.FileTaken, match=r"taken before, as new\.csv"):
        opened(admin, "code,name\nATLAS,Atlas\n", "customer")
    assert Customer.objects.count() == 1


def test_a_customer_comes_with_the_main_address(admin):
    text = "code,name,city,country,contact,e-mail\nATLAS,Atlas,Boston,United States,Ann,ann@atlas.example\n"
    files.take_file(file_id=opened(admin, text, "customer").pk, actor=admin)
    assert Address.objects.values_list("name", "city", "country", "is_default").get() == ("Atlas", "Boston", "US", True)


@pytest.mark.slow
def test_a_long_file_is_taken_by_a_job_with_progress(admin):
    rows = "".join(f"I-{n},Item {n}\n" for n in range(120))
    file = opened(admin, f"sku,name\n{rows}")

    run = files.start_file(file_id=file.pk, take=True, actor=admin)
    jobs.execute(run.pk)

    run.refresh_from_db()
    assert (run.status, run.done, run.total, run.result["entered"]) == ("done", 240, 240, 120)
    assert Product.objects.count() == 120

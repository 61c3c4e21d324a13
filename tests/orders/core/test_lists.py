"""Every registered list: its page, its files, its saved views, its columns, and one verb on many of its rows."""

import csv
import io
from decimal import Decimal

import pytest
from django.http import QueryDict
from openpyxl import load_workbook

from omc.lib.registry import registry
from orders.core.models import Department, Hold, JobRun, ListChoice, SavedView
from orders.core.selectors import lists as reading
from orders.core.services import bulk
from orders.core.services.companies import set_membership
from orders.core.services.jobs import execute
from tests.factories import CustomerFactory, OrderFactory, ProductFactory, make_actor, make_company, make_user

pytestmark = pytest.mark.django_db

LISTS = sorted(registry.lists.keys())
# What every new company has, and who asks here.
THERE = {"taxes": 2, "departments": 7, "members": 4, "calendars": 1}


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def order(company):
    return OrderFactory(company=company, confirmed=True, items=[(ProductFactory(company=company), 5, "10.00")])


def sheet(client, url):
    text = b"".join(client.get(url).streaming_content).decode()
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("key", LISTS)
def test_every_list_has_a_page_a_fragment_a_csv_and_a_sheet_with_the_same_columns(client, company, key):
    user = make_user(company, "admin")
    client.force_login(user)
    declared = registry.lists[key]
    asked = reading.ask(declared, QueryDict(), make_actor(company, "admin"), company)
    for sort in declared.sorts:
        found = reading.ask(declared, QueryDict(f"sort={sort}"), make_actor(company, "admin"), company)
        assert list(found.every_row()) == found.page({}).rows

    head, *rows = sheet(client, f"/lists/{key}.csv")
    book = load_workbook(io.BytesIO(b"".join(client.get(f"/lists/{key}.xlsx").streaming_content)))

    assert [cell.value for cell in book.active[1]] == head
    assert len(rows) == book.active.max_row - 1 == THERE.get(key, 0)
    assert len(head) >= sum(column.in_file for column in asked.columns)


@pytest.mark.slow
def test_a_role_that_may_not_see_a_list_gets_no_file_of_it(client, company):
    client.force_login(make_user(company, "warehouse"))

    assert client.get("/lists/invoices.csv").status_code == 403
    assert client.get("/lists/nothing.csv").status_code == 404


def test_a_file_names_units_keeps_numbers_and_runs_no_formula(client, company, order):
    order.customer.name = "=cmd()"
    order.customer.save()
    client.force_login(make_user(company, "csr_lead"))
    client.post("/lists/orders/columns/", {"column": ["customer", "lines", "total", "margin"], "place_customer": "1"})

    head, row = sheet(client, "/lists/orders.csv")
    book = load_workbook(io.BytesIO(b"".join(client.get("/lists/orders.xlsx").streaming_content)))
    cells = list(book.active[2])

    assert head == ["Customer", "Lines", "Total", "Currency", f"Margin ({company.currency})"]
    assert row == ["'=cmd()", "1", "50.00", company.currency, ""]
    assert [cell.value for cell in cells] == ["=cmd()", 1, 50, company.currency, None]
    assert cells[0].data_type == "s"


def test_a_column_of_a_sheet_is_as_wide_as_its_words(client, company, order):
    order.customer.name = "Northern Waterworks and Sons of Portsmouth"
    order.customer.save()
    client.force_login(make_user(company, "csr_lead"))
    book = load_workbook(io.BytesIO(b"".join(client.get("/lists/orders.xlsx").streaming_content)))
    assert book.active["B2"].value == order.customer.name
    assert book.active.column_dimensions["B"].width == len(order.customer.name) + 2


def test_when_a_duty_is_due_is_told_in_the_zone_that_the_head_names(client, company, order):
    client.force_login(make_user(company, "csr_lead"))
    assert f"Due ({company.time_zone})" in sheet(client, "/lists/duties.csv")[0]


def test_a_long_list_is_read_in_chunks_and_no_row_twice(company, monkeypatch, django_assert_num_queries):
    orders = [OrderFactory(company=company, confirmed=True) for _ in range(7)]
    asked = reading.ask(registry.lists["orders"], QueryDict("sort=oldest"), make_actor(company, "csr"), company)
    monkeypatch.setattr(reading, "CHUNK", 3)

    with django_assert_num_queries(6):  # three chunks, with the holds of each
        assert list(asked.every_row()) == orders


def test_a_view_is_a_name_for_filter_sort_and_columns(client, company, order):
    pending = OrderFactory(company=company, pending=True)
    client.force_login(make_user(company, "csr"))

    saved = client.post(
        "/lists/orders/views/",
        {"name": "To confirm", "query": "state=pending&sort=value", "column": ["order", "state"], "sharing": "private"},
    )
    page = client.get(saved.url).text

    assert saved.status_code == 302
    assert saved.url.startswith("/orders/?state=pending&sort=value&view=")
    assert pending.number in page
    assert order.number not in page
    assert sheet(client, saved.url.replace("/orders/?", "/lists/orders.csv?"))[0] == ["Order", "State"]


def test_a_view_reaches_whom_it_is_shared_with_and_only_its_owner_deletes_it(client, company):
    owner, mate, stranger = (make_user(company, "csr") for _ in range(3))
    desk, dock = company_departments(company)
    for user, department in ((owner, desk), (mate, desk), (stranger, dock)):
        set_membership(company_id=company.pk, user_id=user.pk, roles=["csr"], department_code=department.code)
    client.force_login(owner)
    for name in ("private", "department", "company"):
        client.post("/lists/orders/views/", {"name": f"For {name}", "query": "state=pending", "sharing": name})

    seen = {}
    for user in (owner, mate, stranger):
        client.force_login(user)
        page = client.get("/orders/?view=all").text
        seen[user] = [name for name in ("private", "department", "company") if f"For {name}" in page]
    view = SavedView.objects.get(name="For company")

    assert seen == {owner: ["private", "department", "company"], mate: ["department", "company"], stranger: ["company"]}
    assert client.post(f"/lists/orders/views/{view.pk}/delete/").status_code == 403
    client.force_login(owner)
    assert client.post(f"/lists/orders/views/{view.pk}/delete/").status_code == 302
    assert not SavedView.objects.filter(pk=view.pk).exists()


def company_departments(company):
    return list(Department.objects.filter(company=company).order_by("id")[:2])


def test_a_list_opens_with_the_default_view_of_the_person_and_with_all_when_asked(client, company):
    client.force_login(make_user(company, "csr"))
    saved = client.post(
        "/lists/orders/views/", {"name": "Mine", "query": "held=on", "sharing": "private", "is_default": "on"}
    )

    assert client.get("/orders/").url == saved.url
    assert client.get("/orders/?view=all").status_code == 200
    client.post("/lists/orders/default/", {"view": ""})
    assert client.get("/orders/").status_code == 200


def test_columns_are_kept_per_person_in_their_order_and_never_against_the_role(client, company, order):
    user = make_user(company, "csr")
    client.force_login(user)
    places = {"place_total": "1", "place_order": "2", "place_margin": "3"}
    client.post("/lists/orders/columns/", {"column": ["order", "total", "margin", "nonsense"], **places})

    assert ListChoice.objects.get(user=user).columns == ["total", "order", "margin"]
    assert sheet(client, "/lists/orders.csv")[0] == ["Total", "Currency", "Order"]
    client.post("/lists/orders/columns/", {"usual": "1"})
    assert sheet(client, "/lists/orders.csv")[0][0] == "Order"


def test_a_sort_that_is_not_offered_is_the_usual_one(client, company, order):
    client.force_login(make_user(company, "csr"))

    assert order.number in client.get("/orders/?sort=customer__credit_limit").text


def test_one_verb_on_many_rows_answers_each_by_name(client, company):
    free = OrderFactory(company=company, confirmed=True)
    done = OrderFactory(company=company, confirmed=True, state="closed")
    foreign = OrderFactory(confirmed=True)
    client.force_login(make_user(company, "csr"))
    ids = [free.pk, done.pk, foreign.pk]

    asked = client.post("/lists/orders/bulk/orders.hold/", {"id": ids})
    answer = client.post(
        "/lists/orders/bulk/orders.hold/", {"id": ids, "given": "1", "code": "manual", "reason": "stocktaking"}
    )

    assert "For 2 orders" in asked.text
    assert not Hold.objects.filter(order=foreign).exists()
    assert Hold.objects.filter(order=free, reason="stocktaking").count() == 1
    held = Hold.objects.filter(order__company=company).count()
    assert f"{held} of 2 done" in answer.text
    assert (done.number in answer.text) == (held == 1)


def test_all_that_match_carries_the_filter_and_not_ids(client, company):
    pending = [OrderFactory(company=company, pending=True) for _ in range(3)]
    other = OrderFactory(company=company, confirmed=True)
    client.force_login(make_user(company, "csr"))
    given = {"everything": "1", "given": "1", "code": "manual", "reason": "x"}

    client.post("/lists/orders/bulk/orders.hold/?state=pending", given)

    assert set(Hold.objects.values_list("order_id", flat=True)) == {order.pk for order in pending}
    assert other.holds.count() == 0


def test_more_rows_than_a_page_may_wait_for_become_a_job(client, company, monkeypatch):
    for _ in range(3):
        OrderFactory(company=company, pending=True)
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    client.force_login(make_user(company, "csr"))
    given = {"everything": "1", "given": "1", "code": "manual", "reason": "x"}

    answer = client.post("/lists/orders/bulk/orders.hold/?state=pending", given)
    run = JobRun.objects.get(kind="bulk")
    execute(run.pk)
    run.refresh_from_db()

    assert answer.url == f"/jobs/{run.pk}/"
    assert (run.status, run.result["done"], run.result["refused"]) == ("done", 3, 0)
    assert Hold.objects.count() == 3
    assert "3 of 3 done" in client.get(answer.url).text


def test_an_action_needs_its_own_permission_and_its_own_list(client, company, order):
    client.force_login(make_user(company, "warehouse"))
    assert client.post("/lists/orders/bulk/orders.hold/", {"id": order.pk}).status_code == 403

    client.force_login(make_user(company, "admin"))
    assert client.post("/lists/customers/bulk/orders.hold/", {"id": order.pk}).status_code == 404
    assert client.post("/lists/orders/bulk/nonsense/", {"id": order.pk}).status_code == 404


@pytest.mark.slow
def test_the_lists_of_two_companies_never_mix(client, company, order):
    stranger = make_company()
    CustomerFactory(company=stranger)
    client.force_login(make_user(stranger, "admin"))

    for key in LISTS:
        text = b"".join(client.get(f"/lists/{key}.csv?show=all").streaming_content).decode()
        assert order.number not in text
        assert order.customer.name not in text


def test_a_customer_filter_is_named_and_takes_only_ones_own(client, company, order):
    other = OrderFactory(company=company, confirmed=True)
    client.force_login(make_user(company, "csr"))

    page = client.get(f"/orders/?customer={order.customer_id}").text

    assert f"Customer: {order.customer.name}" in page
    assert order.number in page
    assert other.number not in page
    assert order.number in client.get(f"/orders/?customer={CustomerFactory().pk}").text


def test_amounts_in_files_are_exact(company, order):
    asked = reading.ask(registry.lists["orders"], QueryDict(), make_actor(company, "csr"), company)
    total = next(column for column in asked.columns if column.key == "total")

    assert [total.value(row, asked.look) for row in asked.every_row()] == [Decimal("50.00")]

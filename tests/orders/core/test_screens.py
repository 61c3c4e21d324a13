import pytest

from orders.core.models import Change, Notification, TouchTime
from orders.core.services import holds
from orders.core.services.search import Findable, index
from tests.factories import CustomerFactory, OrderFactory, ProductFactory, make_actor, make_company, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def order(company):
    return OrderFactory(company=company, confirmed=True, items=[(ProductFactory(company=company), 5, "10.00")])


def test_strangers_are_sent_to_the_login(client, order):
    answer = client.get(f"/orders/{order.pk}/")

    assert answer.status_code == 302
    assert answer.url.startswith("/login/")


def test_a_user_without_a_company_is_told_so(client, django_user_model):
    client.force_login(django_user_model.objects.create(username="nobody"))

    answer = client.get("/orders/")

    assert answer.status_code == 403


@pytest.mark.slow
def test_warehouse_sees_neither_price_nor_margin_on_page_fragment_and_csv(client, company, order):
    seen = {}
    for role in ("warehouse", "csr", "csr_lead"):
        client.force_login(make_user(company, role))
        client.post("/lists/orders/columns/", {"column": ["order", "total", "margin"]})
        page = client.get(f"/orders/{order.pk}/").text
        fragment = client.get("/orders/", headers={"HX-Request": "true"}).text
        sheet = b"".join(client.get("/orders.csv").streaming_content).decode()
        seen[role] = ("50.00" in page, "Margin" in page, "50.00" in fragment, "Total" in sheet, "Margin" in sheet)

    assert seen["warehouse"] == (False, False, False, False, False)
    assert seen["csr"] == (True, False, True, True, False)
    assert seen["csr_lead"] == (True, True, True, True, True)


def test_the_list_keeps_its_filters_and_shows_the_hold(client, company, order):
    holds.place_hold(order_id=order.pk, code="manual", reason="x", actor=make_actor(company, "csr"))
    free = OrderFactory(company=company, pending=True)
    client.force_login(make_user(company, "csr"))

    page = client.get("/orders/?held=on&sort=value").text
    assert order.number in page
    assert "Held by hand" in page
    assert free.number not in page
    assert free.number in client.get("/orders/?state=pending").text
    assert "No row matches" in client.get("/orders/?text=nothing-like-this").text


@pytest.mark.slow
def test_two_companies_never_mix(client, company, order):
    stranger = make_company()
    customer = CustomerFactory(company=stranger)
    client.force_login(make_user(stranger, "admin"))

    assert client.get(f"/orders/{order.pk}/").status_code == 404
    for url in ("/orders/", "/customers/", "/products/", "/holds/", "/duties/", "/jobs/", "/sent/"):
        assert order.number not in client.get(url).text
        assert order.customer.name not in client.get(url).text
    assert client.get(f"/customers/{order.customer_id}/").status_code == 404
    assert client.post(f"/notes/order/{order.pk}/", {"body": "x"}).status_code == 404
    assert client.get(f"/customers/{customer.pk}/").status_code == 200


def test_search_finds_only_ones_own_company_and_what_the_role_may_see(client, company):
    other = make_company()
    index(company.pk, [Findable("invoice", 1, "INV-2026-000001", "/x/", ["acme"], permission="billing.view_invoice")])
    index(other.pk, [Findable("order", 2, "SO-777", "/y/", ["acme"])])

    client.force_login(make_user(company, "csr"))
    assert "INV-2026-000001" in client.get("/search/?q=acme").text
    assert "SO-777" not in client.get("/search/?q=acme").text
    client.force_login(make_user(company, "warehouse"))
    assert "INV-2026-000001" not in client.get("/search/?q=acme").text


def test_a_mention_notifies_and_an_unknown_name_is_refused(client, company, order):
    mate = make_user(company, "ops", username="mate")
    client.force_login(make_user(company, "csr"))

    assert client.post(f"/notes/order/{order.pk}/", {"body": "@mate please look"}).status_code == 302
    refused = client.post(f"/notes/order/{order.pk}/", {"body": "@ghost look"})

    assert refused.status_code == 422
    assert "Nobody here is called @ghost" in refused.text
    assert "please look" in Notification.objects.get(user=mate).text


def test_the_touch_clock_adds_up_and_the_next_verb_takes_it(client, company, order):
    user = make_user(company, "csr")
    client.force_login(user)
    report = {"subject_type": "order", "subject_id": order.pk, "stage": 4, "seconds": 15}
    for _ in range(2):
        assert client.post("/touch/", report).status_code == 204
    assert client.post("/touch/", report | {"seconds": 5000}).status_code == 422
    assert TouchTime.objects.get().seconds == 30

    client.post(f"/orders/{order.pk}/hold/", {"code": "manual", "reason": "x"})

    assert order.events.get().touch_seconds == 30
    assert TouchTime.objects.get().open_seconds == 0


def test_the_stage_line_answers_304_while_nothing_changed(client, company):
    client.force_login(make_user(company, "csr"))
    first = client.get("/stage-line/")

    assert client.get("/stage-line/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert first.text.count("<li") == 10


def test_changes_of_master_data_keep_what_was_before(client, company):
    customer = CustomerFactory(company=company, name="Old name")
    client.force_login(make_user(company, "admin"))

    answer = client.post(
        f"/customers/{customer.pk}/edit/",
        {
            "code": customer.code,
            "name": "New name",
            "customer_class": "A",
            "currency": customer.currency,
            "language": "en",
            "ship_rule": "back_order",
            "is_active": "on",
        },
    )

    assert answer.status_code == 302
    change = Change.objects.get(row_id=customer.pk, table="customer")
    assert (change.before["name"], change.after["name"]) == ("Old name", "New name")


def test_the_order_list_costs_the_same_number_of_queries_however_long(client, company, django_assert_max_num_queries):
    client.force_login(make_user(company, "csr"))
    counts = []
    for size in (1, 20):
        for _ in range(size):
            OrderFactory(company=company, confirmed=True)
        with django_assert_max_num_queries(12) as captured:
            client.get("/orders/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.slow
def test_pages_of_a_company_without_data_answer(client, company):
    client.force_login(make_user(company, "admin"))
    urls = [
        "/",
        "/orders/",
        "/customers/",
        "/products/",
        "/holds/",
        "/duties/",
        "/jobs/",
        "/sent/",
        "/settings/",
        "/outbox/",
        "/rules/",
        "/search/",
    ]

    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)

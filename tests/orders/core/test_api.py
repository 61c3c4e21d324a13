import pytest

from omc.accounts.models import ApiToken
from omc.lib import clock
from orders.core.models import Hold, Note
from tests.factories import OrderFactory, ProductFactory, make_company, make_user

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def order(company):
    return OrderFactory(company=company, confirmed=True, items=[(ProductFactory(company=company), 5, "10.00")])


def test_the_same_key_twice_creates_once_and_answers_the_same(client, company, order):
    client.force_login(make_user(company, "csr"))
    url, key = f"/api/v1/orders/{order.pk}/notes/", {"Idempotency-Key": "abc-123"}

    first = client.post(url, {"body": "Call them"}, JSON, headers=key)
    again = client.post(url, {"body": "Call them"}, JSON, headers=key)
    other = client.post(url, {"body": "Something else"}, JSON, headers=key)

    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert again.headers["Idempotent-Replay"] == "true"
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert Note.objects.count() == 1


def test_a_refused_request_does_not_use_up_its_key(client, company, order):
    client.force_login(make_user(company, "csr"))
    url, key = f"/api/v1/orders/{order.pk}/holds/", {"Idempotency-Key": "k1"}

    refused = client.post(url, {"code": "nonsense", "reason": "x"}, JSON, headers=key)
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert client.post(url, {"code": "manual", "reason": "x"}, JSON, headers=key).status_code == 201
    assert Hold.objects.count() == 1


def test_strangers_are_asked_who_they_are(client, order):
    assert client.get("/api/v1/orders/").status_code == 401


def token(user, company, **fields):
    secret = ApiToken.new_secret()
    ApiToken.objects.create(
        user=user,
        company_id=company.pk,
        name="robot",
        digest=ApiToken.digest_of(secret),
        created_at=clock.now(),
        **fields,
    )
    return {"Authorization": f"Bearer {secret}"}


def test_a_token_acts_for_its_user_within_its_scopes(client, company, order):
    headers = token(make_user(company, "csr"), company, scopes=["orders.view_order"])

    assert client.get("/api/v1/orders/", headers=headers).json()["results"][0]["number"] == order.number
    refused = client.post(f"/api/v1/orders/{order.pk}/notes/", {"body": "x"}, JSON, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_refused")


def test_an_expired_or_wrong_token_opens_nothing(client, company):
    expired = token(make_user(company, "csr"), company, expires_at=clock.wall())

    assert client.get("/api/v1/orders/", headers=expired).status_code == 401
    assert client.get("/api/v1/orders/", headers={"Authorization": "Bearer omc_wrong"}).status_code == 401


def test_cost_and_price_are_left_out_for_those_who_may_not_see_them(client, company, order):
    seen = {}
    for role in ("warehouse", "csr", "csr_lead"):
        client.force_login(make_user(company, role))
        line = client.get(f"/api/v1/orders/{order.pk}/").json()["lines"][0]
        seen[role] = ("unit_price" in line, "unit_cost" in line)

    assert seen == {"warehouse": (False, False), "csr": (True, False), "csr_lead": (True, True)}


def test_a_list_costs_the_same_number_of_queries_however_long(client, company, django_assert_num_queries):
    client.force_login(make_user(company, "csr"))
    for count in (1, 20):
        for _ in range(count):
            OrderFactory(company=company, confirmed=True)
        with django_assert_num_queries(4):  # session, user, memberships, page
            assert client.get("/api/v1/orders/").status_code == 200


def test_pages_follow_each_other_without_overlap(client, company):
    client.force_login(make_user(company, "csr"))
    orders = [OrderFactory(company=company, confirmed=True).number for _ in range(5)]

    first = client.get("/api/v1/orders/?limit=2").json()
    second = client.get(f"/api/v1/orders/?limit=2&after={first['next']}").json()
    back = client.get(f"/api/v1/orders/?limit=2&before={second['previous']}").json()

    numbers = lambda page: [row["number"] for row in page["results"]]  # noqa: E731
    assert numbers(first) + numbers(second) == orders[::-1][:4]
    assert numbers(back) == numbers(first)

"""Screens and REST of stage 2."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.core.models import Event
from orders.generation.models import Enquiry
from orders.generation.services import record_enquiry
from tests.factories import CustomerFactory, ProductFactory, make_actor, make_company, make_user

pytestmark = pytest.mark.django_db


class Scene:
    def __init__(self) -> None:
        self.company = make_company()
        self.customer = CustomerFactory(company=self.company, code="ACME", name="Acme Tools")
        self.product = ProductFactory(company=self.company, sku="BOLT-M8")
        self.csr = make_actor(self.company, "csr")

    def client(self, *roles: str) -> Client:
        client = Client()
        client.force_login(make_user(self.company, *roles), backend="omc.accounts.backends.RoleBackend")
        return client

    def enquiry(self, **fields: Any) -> Enquiry:
        given = {"customer_id": self.customer.pk, "subject": "200 bolts", "actor": self.csr}
        return record_enquiry(**given | {"value": Decimal("1234.50")} | fields)


@pytest.fixture
def scene():
    return Scene()


API_DOORS = ["api-generation:enquiries", "api-generation:enquiry"]
ROWS = {
    "lines-TOTAL_FORMS": 3, "lines-INITIAL_FORMS": 0,
    "lines-0-sku": "bolt-m8", "lines-0-quantity": "200",
    "lines-2-text": "matching washers", "lines-2-quantity": "400",
}  # fmt: skip
HEADER = {"customer": "acme tools", "subject": "200 bolts", "channel": "phone"}


def test_an_enquiry_is_recorded_taken_and_closed_on_screen(scene):
    client = scene.client("csr")

    response = client.post(reverse("generation:record"), HEADER | ROWS)
    enquiry = Enquiry.objects.get()
    assert response.url == reverse("generation:enquiry", args=[enquiry.pk])
    assert [(line.product, line.text) for line in enquiry.lines.order_by("position")] == [
        (scene.product, ""),
        (None, "matching washers"),
    ]
    assert enquiry.probability_percent == 50
    assert "Take it on" in client.get(response.url).text

    client.post(reverse("generation:take", args=[enquiry.pk]))
    assert client.post(reverse("generation:close", args=[enquiry.pk]), {"reason": ""}).status_code == 422
    client.post(reverse("generation:close", args=[enquiry.pk]), {"reason": "Bought elsewhere"})

    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.close_reason) == ("closed", "Bought elsewhere")
    assert "Bought elsewhere" in client.get(response.url).text


@pytest.mark.parametrize(
    ("change", "where", "said"),
    [
        ({"customer": "nobody"}, "form", "There is no customer nobody."),
        ({"lines-0-sku": "NO-SUCH"}, "lines", "There is no item NO-SUCH."),
        ({"lines-2-quantity": ""}, "lines", "How many?"),
        ({"subject": ""}, "form", "This field is required."),
    ],
)
def test_a_wrong_entry_is_answered_with_422_at_its_field(scene, change, where, said):
    response = scene.client("csr").post(reverse("generation:record"), HEADER | ROWS | change)

    assert response.status_code == 422
    assert said in response.text
    assert response.context[where].errors
    assert not Enquiry.objects.exists()


def test_a_second_click_on_take_is_answered_with_why_not(scene):
    enquiry = scene.enquiry()
    url = reverse("generation:take", args=[enquiry.pk])
    scene.client("csr").post(url)

    assert scene.client("csr").post(url).status_code == 422
    assert Event.objects.filter(type="enquiry_taken").count() == 1


@pytest.mark.parametrize("door", ["screen", "api"])
def test_every_door_leads_to_the_same_room(scene, door):
    enquiry, client = scene.enquiry(), scene.client("csr")
    name = "generation:close" if door == "screen" else "api-generation:close-enquiry"
    more = {} if door == "screen" else {"content_type": "application/json"}

    first = client.post(reverse(name, args=[enquiry.pk]), {"reason": "No"}, **more)
    second = client.post(reverse(name, args=[enquiry.pk]), {"reason": "No"}, **more)

    enquiry.refresh_from_db()
    assert (first.status_code, second.status_code) == ((302, 422) if door == "screen" else (200, 409))
    assert (enquiry.state, enquiry.close_reason) == ("closed", "No")
    assert Event.objects.filter(type="enquiry_closed").count() == 1


def test_the_api_records_reads_takes_and_repeats_nothing(scene):
    client = scene.client("csr")
    body = {
        "customer_id": scene.customer.pk, "subject": "Bolts", "value": "99.50",
        "lines": [{"product_id": scene.product.pk, "quantity": "5"}, {"text": "washers", "quantity": "1"}],
    }  # fmt: skip

    def post() -> Any:
        return client.post(
            reverse("api-generation:enquiries"), body, content_type="application/json",
            headers={"Idempotency-Key": "once"},
        )  # fmt: skip

    first, again = post(), post()
    taken = client.post(reverse("api-generation:take-enquiry", args=[first.json()["id"]]))

    assert (first.status_code, again.json()["id"], Enquiry.objects.count()) == (201, first.json()["id"], 1)
    assert [line["sku"] for line in first.json()["lines"]] == ["BOLT-M8", None]
    assert (first.json()["value_base"], first.json()["channel"], taken.json()["state"]) == ("99.50", "api", "working")


@pytest.mark.parametrize("name", ["generation:enquiries", "generation:enquiry", *API_DOORS])
@pytest.mark.parametrize(("role", "sees"), [("production", False), ("csr", True)])
def test_what_it_is_worth_shows_only_to_roles_that_may_see_prices(scene, name, role, sees):
    enquiry = scene.enquiry()
    args = [enquiry.pk] if name.endswith("enquiry") else []

    text = scene.client(role).get(reverse(name, args=args)).text

    assert enquiry.number in text
    assert ("1,234.50" in text or "1234.50" in text) is sees


def test_the_warehouse_and_the_other_company_see_nothing(scene):
    enquiry = scene.enquiry()
    stranger = Client()
    stranger.force_login(make_user(make_company(), "admin"), backend="omc.accounts.backends.RoleBackend")

    for name in ("generation:enquiry", "api-generation:enquiry"):
        assert scene.client("warehouse").get(reverse(name, args=[enquiry.pk])).status_code == 403
        assert stranger.get(reverse(name, args=[enquiry.pk])).status_code == 404
    assert enquiry.number not in stranger.get(reverse("generation:enquiries")).text
    assert "ACME" not in stranger.get(reverse("generation:customer-options"), {"customer": "AC"}).text
    assert "BOLT" not in stranger.get(reverse("generation:item-options"), {"sku": "BO"}).text


def test_suggestions_come_while_typing(scene):
    client = scene.client("csr")

    assert 'value="ACME"' in client.get(reverse("generation:customer-options"), {"customer": "tools"}).text
    assert 'value="BOLT-M8"' in client.get(reverse("generation:item-options"), {"lines-0-sku": "bolt"}).text


def test_the_list_costs_the_same_queries_for_one_row_and_for_twenty(scene):
    client = scene.client("csr")
    client.get(reverse("generation:enquiries"))
    counts = []
    for many in (1, 19):
        for _ in range(many):
            scene.enquiry()
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("generation:enquiries"))
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_filters_find_by_state_words_and_who_took_it(scene):
    mine, other = scene.enquiry(), scene.enquiry(subject="Nuts")
    client = scene.client("csr")
    client.post(reverse("generation:take", args=[mine.pk]))

    def found(query: str) -> set[int]:
        page = client.get(f"{reverse('generation:enquiries')}?{query}", headers={"HX-Request": "true"})
        return {row.pk for row in page.context["page"].rows}

    assert found("") == {mine.pk, other.pk}
    assert found("mine=on") == {mine.pk}
    assert found("state=received") == {other.pk}
    assert found("text=nuts") == {other.pk}

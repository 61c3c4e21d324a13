"""How a quoted line comes and where it goes is said once, and goes with it into revisions, renewals and the order."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from omc.accounts.models import User
from orders.core.models import Address, Order
from orders.entry.services import convert_quote
from orders.pricing.models import Quote
from orders.pricing.selectors import InvalidLines
from orders.pricing.services import change_quote, send_quote, write_quote
from orders.pricing.serving.selectors import cost_to_serve
from tests.factories import AddressFactory
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


class Case(Desk):
    """A special order, a drop-ship to a second place, and one from stock, on a quote."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.site: Address = AddressFactory(customer=self.customer, name="Building site")
        self.items = [self.item() for _ in range(3)]
        self.lines = [
            line(self.items[0], 2, supply="special"),
            line(self.items[1], 3, supply="drop_ship", ship_to_id=self.site.pk),
            line(self.items[2], 4),
        ]
        self.quote: Quote = write_quote(customer_id=self.customer.pk, lines=self.lines, actor=self.lead)

    def ways(self, document: Quote | Order) -> list[tuple[str, int | None]]:
        return list(document.lines.order_by("position").values_list("supply", "ship_to_id"))

    @property
    def wanted(self) -> list[tuple[str, int | None]]:
        return [("special", None), ("drop_ship", self.site.pk), ("stock", None)]


@pytest.fixture
def case() -> Case:
    return Case()


def client_of(case: Case) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=case.lead.user_id), backend="omc.accounts.backends.RoleBackend")
    return client


def test_they_go_into_the_order(case: Case) -> None:
    assert case.ways(case.quote) == case.wanted
    send_quote(quote_id=case.quote.pk, actor=case.lead)
    assert case.ways(convert_quote(quote_id=case.quote.pk, actor=case.csr)) == case.wanted


@pytest.mark.slow
def test_the_form_keeps_them_when_something_else_is_revised(case: Case) -> None:
    send_quote(quote_id=case.quote.pk, actor=case.lead)
    case.quote.refresh_from_db()
    client, page = client_of(case), reverse("pricing:edit-quote", args=[case.quote.pk])
    form = client.get(page).context["lines"]
    posted: dict[str, Any] = {"lines-TOTAL_FORMS": "8", "lines-INITIAL_FORMS": "3", "version": case.quote.version}
    for row in form:
        posted |= {row.add_prefix(name): "" if (value := row[name].value()) is None else value for name in row.fields}
    posted["lines-2-quantity"] = "9"
    answer = client.post(page, posted)
    assert answer.status_code == 302, answer.context["form"].errors
    revised = Quote.objects.get(number=case.quote.number, state="draft")
    assert case.ways(revised) == case.wanted
    assert revised.lines.get(position=3).quantity == 9
    shown = client.get(reverse("pricing:quote", args=[revised.pk])).content.decode()
    assert "Building site" in shown
    assert "Special order" in shown


def test_the_grid_writes_them(case: Case) -> None:
    client, page = client_of(case), reverse("entry:quote", args=[case.quote.pk])
    assert "Building site" in client.get(page).content.decode()
    case.quote.refresh_from_db()
    row = {"item": case.items[0].sku, "quantity": "5", "kind": "goods", "supply": "drop_ship", "ship_to": case.site.pk}
    saved = client.post(page, row | {"version": case.quote.version}, headers={"Accept": "application/json"})
    assert saved.status_code == 200, saved.content
    assert case.ways(case.quote) == [("drop_ship", case.site.pk)]


def test_by_rest_they_are_said_and_told(case: Case) -> None:
    client = client_of(case)
    rows = [{"sku": case.items[0].sku, "quantity": "1", "supply": "special", "ship_to_id": case.site.pk}]
    body = {"customer_id": case.customer.pk, "lines": rows}
    made = client.post("/api/v1/pricing/quotes/", body, "application/json", headers={"Idempotency-Key": "1"})
    assert made.status_code == 201, made.content
    assert [(row["supply"], row["ship_to"]) for row in made.json()["lines"]] == [("special", case.site.pk)]


def test_another_customers_place_and_an_unknown_way_are_refused_at_their_row(case: Case) -> None:
    elsewhere = AddressFactory(customer=case.make_customer())
    for more, field in (({"ship_to_id": elsewhere.pk}, "ship_to_id"), ({"supply": "by pigeon"}, "supply")):
        with pytest.raises(InvalidLines) as refusal:
            change_quote(quote_id=case.quote.pk, lines=[case.lines[2], line(case.items[0], 1, **more)], actor=case.lead)
        told: Any = refusal.value.data["lines"]
        assert [(row["position"], row["field"]) for row in told] == [(2, field)]
    assert case.ways(case.quote) == case.wanted


def test_what_the_supplier_ships_is_neither_picked_nor_shipped_by_us(case: Case) -> None:
    found = cost_to_serve(case.quote, case.lead)
    assert found is not None
    assert {part.key: part.count for part in found.parts if part.key in ("pick", "shipment")} == {
        "pick": D(1), "shipment": D(1),
    }  # fmt: skip

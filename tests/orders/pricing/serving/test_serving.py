"""The margin after serving: counts times the company's own rates, told by part, only to whoever may see margins."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from omc.lib import clock
from omc.lib.errors import InvalidInput
from orders.core import ledger
from orders.core.inputs import LineInput
from orders.core.models import PaymentTerms
from orders.core.services.companies import change_setting
from orders.core.services.facts import publish_customer_facts
from orders.pricing import services as pricing
from orders.pricing.serving.rules import Rates, Served, serving_of
from orders.pricing.serving.selectors import RATES, SOURCE, cost_to_serve
from tests.factories import AddressFactory, make_actor, make_company, make_user
from tests.orders.entry.factories import Desk, line

D = Decimal
MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)
USUAL = {
    "order": "4", "line": "0.5", "pick": "1.25", "shipment": "9", "rush": "15", "freight_kg": "0.8", "money_percent": "7.3",
}  # fmt: skip


def test_freight_that_is_charged_counts_once_and_what_is_unknown_makes_it_at_least() -> None:
    served = Served(2, 2, 1, weight_kg=D(100), unweighed=1, charged_cost=D(30))
    rates = Rates(**dict.fromkeys(("order", "line", "pick", "shipment", "money_percent"), D(0)), freight_kg=D("0.5"))

    found = serving_of(served, rates, net_base=D(200), cost_base=D(100))

    assert (found.cost_base, found.gross_percent, found.net_percent) == (D("20.00"), D("50.00"), D("40.00"))
    assert found.is_least
    unknown = serving_of(served, rates, net_base=D(200), cost_base=None)
    assert (unknown.gross_percent, unknown.net_percent) == (None, None)


@pytest.fixture
def desk(db: Any) -> Any:
    with clock.stopped_at(MORNING):
        yield Desk()


def rated(desk: Desk, **rates: str) -> None:
    admin = make_actor(desk.company, "admin")
    for name, value in (rates or USUAL).items():
        change_setting(key=RATES[name], value=value, actor=admin)


def test_an_order_in_parts_pays_for_each_line_pick_shipment_and_day(desk: Desk) -> None:
    rated(desk)
    terms = PaymentTerms.objects.create(company=desk.company, code="N30", name="30 days", net_days=30)
    customer = desk.make_customer(terms=terms)
    publish_customer_facts("receivable", "test", {customer.pk: {"average_days_late": D(20)}})
    elsewhere = AddressFactory(customer=customer)
    item = desk.item(weight_kg=D(2), list_price="10", standard_cost="6")

    order = desk.draft(
        line(item, 20),
        line(item, 10, ship_to_id=elsewhere.pk),
        line(item, 5, supply="drop_ship"),
        customer=customer,
        requested_date=MORNING.date(),
    )

    found = cost_to_serve(order, desk.lead)
    assert found is not None
    assert {part.key: (part.count, part.amount) for part in found.parts} == {
        "order": (1, D("4.00")), "line": (3, D("1.50")), "pick": (2, D("2.50")), "shipment": (2, D("18.00")),
        "rush": (2, D("30.00")), "freight": (D(60), D("48.00")), "money": (D(50), D("3.50")),
    }  # fmt: skip
    assert (found.cost_base, found.gross_percent, found.net_percent) == (D("107.50"), D("40.00"), D("9.29"))
    assert found.is_least is False


@pytest.mark.slow
def test_it_is_hidden_from_whoever_may_not_see_margins_and_told_on_every_screen(desk: Desk) -> None:
    rated(desk)
    change_setting(key=SOURCE, value="Warehouse study, May", actor=make_actor(desk.company, "admin"))
    item = desk.item(stock=10, list_price="100", standard_cost="60", weight_kg=D(1))
    draft, order = desk.draft(line(item, 2)), desk.pending(line(item, 3))
    quote = pricing.write_quote(
        customer_id=desk.customer.pk, lines=[LineInput(product_id=item.pk, quantity=D(2))], actor=desk.lead
    )
    pages = [
        reverse("entry:edit", args=[draft.pk]),
        reverse("core:order", args=[order.pk]),
        reverse("pricing:quote", args=[quote.pk]),
        reverse("entry:quote", args=[quote.pk]),
    ]
    for role, sees in (("csr_lead", True), ("csr", False)):
        client = Client()
        client.force_login(make_user(desk.company, role))
        for page in pages:
            assert ("Warehouse study, May" in client.get(page).content.decode()) is sees, (role, page)


def test_it_is_estimated_until_it_happened_and_says_so(desk: Desk) -> None:
    rated(desk)
    order = desk.pending(line(desk.item(stock=10, weight_kg=D(2)), 3))

    def estimated(roles: str = "csr_lead") -> list[str]:
        found = cost_to_serve(order, make_actor(desk.company, roles))
        assert found is not None
        return [part.key for part in found.parts if part.is_estimate]

    assert estimated() == ["pick", "shipment", "freight", "money"]
    only = order.lines.get()
    ledger.post(order.pk, [(only.pk, column, D(3)) for column in ("picked", "packed")])
    assert estimated() == ["shipment", "freight", "money"]
    ledger.post(order.pk, [(only.pk, "shipped", D(3))])
    assert estimated() == ["shipment", "money"]


@pytest.mark.slow
def test_rest_tells_it_to_whoever_may_see_costs(desk: Desk) -> None:
    rated(desk)
    item = desk.item(list_price="100", standard_cost="60", weight_kg=D(1))
    order = desk.draft(line(item, 2))
    quote = pricing.write_quote(customer_id=desk.customer.pk, lines=[line(item, 2)], actor=desk.lead)
    doors = [f"/api/v1/pricing/orders/{order.pk}/serving/", f"/api/v1/pricing/quotes/{quote.pk}/serving/"]
    client = Client()
    client.force_login(make_user(desk.company, "csr_lead"))
    for door in doors:
        told = client.get(door).json()
        assert (told["gross_percent"], told["currency"]) == ("40.00", "USD")
        parts = {part["key"]: part for part in told["parts"]}
        assert (parts["order"]["amount"], parts["order"]["is_estimate"]) == ("4.00", False)
        assert (parts["freight"]["count"], parts["freight"]["is_estimate"]) == ("2.000000", True)
    for stranger, status in ((make_user(desk.company, "csr"), 403), (make_user(make_company(), "csr_lead"), 404)):
        client.force_login(stranger)
        assert [client.get(door).status_code for door in doors] == [status, status]
    empty = desk.draft()
    client.force_login(make_user(desk.company, "csr_lead"))
    assert client.get(f"/api/v1/pricing/orders/{empty.pk}/serving/").status_code == 404


def test_without_rates_nothing_is_made_up(desk: Desk) -> None:
    found = cost_to_serve(desk.draft(line(desk.item(), 1)), desk.lead)

    assert found is not None
    assert (found.cost_base, found.net_percent, found.gross_percent) == (None, None, D("40.00"))
    with pytest.raises(InvalidInput):
        rated(desk, order="much")
    rated(desk, order="none")


def test_it_costs_two_queries_however_many_lines(desk: Desk, django_assert_max_num_queries: Any) -> None:
    rated(desk)
    for count in (1, 30):
        order = desk.draft(*(line(desk.item(), 1) for _ in range(count)))
        cost_to_serve(order, desk.lead)
        with django_assert_max_num_queries(2):
            cost_to_serve(order, desk.lead)

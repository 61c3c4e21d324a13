"""The tax of a line is that of the place where it is supplied: our warehouse when the customer collects it."""

from decimal import Decimal
from itertools import product as every

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.core.models import Order
from orders.entry.services import save_draft
from orders.pricing.selectors import explain_tax
from tests.factories import AddressFactory, WarehouseFactory, make_user
from tests.orders.entry.changes.factories import at, changed, confirmed, new, wish
from tests.orders.entry.factories import Desk, line
from tests.orders.pricing.factories import TaxRuleFactory

pytestmark = pytest.mark.django_db
RATES = {"MA": Decimal("6.25"), "NY": Decimal("8.875"), "NJ": Decimal("6.625"), "CT": Decimal("6.35")}


@pytest.fixture
def desk() -> Desk:
    """Our warehouses lie in MA (the default) and CT, the customer in NY with a yard in NJ."""
    desk = Desk()
    for region, rate in RATES.items():
        TaxRuleFactory(
            company=desk.company, code=region, name=f"Tax of {region}", country="US", region=region, rate=rate
        )
    desk.warehouse.region = "MA"
    desk.warehouse.save()
    desk.customer.addresses.update(region="NY", country="US")
    return desk


def taxes(order: Order) -> list[tuple[str, Decimal]]:
    return list(order.lines.order_by("position").values_list("tax_code", "tax_amount"))


def test_collected_is_taxed_at_our_warehouse_and_shipped_again_at_the_customers_address(desk: Desk) -> None:
    item = desk.item(list_price=Decimal(100))
    order = desk.draft(line(item))
    assert (taxes(order), order.total_amount) == ([("NY", Decimal("8.88"))], Decimal("108.88"))
    order = save_draft(order_id=order.pk, header={"delivery": "collect"}, actor=desk.csr)
    assert (taxes(order), order.total_amount) == ([("MA", Decimal("6.25"))], Decimal("106.25"))
    west = WarehouseFactory(company=desk.company, region="CT")
    order = save_draft(order_id=order.pk, header={"warehouse_id": west.pk}, actor=desk.csr)
    assert (taxes(order), order.total_amount) == ([("CT", Decimal("6.35"))], Decimal("106.35"))
    order = save_draft(order_id=order.pk, header={"delivery": "ship"}, actor=desk.csr)
    assert (taxes(order), order.total_amount) == ([("NY", Decimal("8.88"))], Decimal("108.88"))


def test_every_way_that_a_line_may_take_bears_the_tax_of_where_it_ends(desk: Desk) -> None:
    item = desk.item(list_price=Decimal(100))
    west = WarehouseFactory(company=desk.company, region="CT")
    yard = AddressFactory(customer=desk.customer, region="NJ")
    ways = list(every(("stock", "special", "drop_ship"), (None, yard), (None, west)))
    lines = [
        line(item, supply=supply, ship_to_id=place and place.pk, warehouse_id=house and house.pk)
        for supply, place, house in ways
    ]
    order = desk.draft(*lines)
    for delivery in ("ship", "collect"):
        order = save_draft(order_id=order.pk, header={"delivery": delivery}, actor=desk.csr)
        expected = []
        for supply, place, house in ways:
            if delivery == "collect" and supply != "drop_ship":
                expected.append("CT" if house else "MA")
            else:
                expected.append("NJ" if place else "NY")
        assert [code for code, _amount in taxes(order)] == expected
        whole = {code: sum((Decimal(100) for one in expected if one == code), Decimal(0)) for code in expected}
        cents = {
            code: (net * RATES[code] / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP") for code, net in whole.items()
        }
        assert order.tax_amount == sum(cents.values())


def test_many_lines_ask_no_more_than_a_few(desk: Desk) -> None:
    item, yard = desk.item(list_price=Decimal(1)), AddressFactory(customer=desk.customer, region="NJ")
    few = desk.draft(*[line(item, ship_to_id=yard.pk)] * 2, delivery="collect")
    many = desk.draft(*[line(item, ship_to_id=yard.pk)] * 40, delivery="collect")
    counts = []
    for order in (few, many):
        with CaptureQueriesContext(connection) as asked:
            save_draft(order_id=order.pk, header={"delivery": "ship"}, actor=desk.csr)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_why_this_tax_names_the_place_and_says_when_the_rules_moved_on(desk: Desk) -> None:
    desk.warehouse.name = "East dock"
    desk.warehouse.save()
    order = desk.draft(line(desk.item(list_price=Decimal(10))), delivery="collect")
    reason = explain_tax(at(order, 1))
    assert reason is not None
    assert (reason.code, reason.rule, reason.now) == ("MA", "Tax of MA", "")
    assert reason.because == "The customer collects it at East dock, so the tax of that place counts: MA, US."
    client = Client()
    client.force_login(make_user(desk.company, "csr"), backend="omc.accounts.backends.RoleBackend")
    assert (
        "The customer collects it at East dock" in client.get(reverse("pricing:explain", args=[at(order, 1).pk])).text
    )
    told = client.get(reverse("api-pricing:explain", args=[at(order, 1).pk])).json()["tax"]
    assert (told["code"], told["because"]) == ("MA", reason.because)
    desk.warehouse.region = "CT"
    desk.warehouse.save()
    later = explain_tax(at(order, 1))
    assert later is not None
    assert (later.code, later.rule, later.now) == ("MA", "", "CT, 6.35 %")


@pytest.mark.slow
def test_a_change_order_taxes_what_it_adds_or_moves_where_that_is_supplied(desk: Desk) -> None:
    item, yard = desk.item(stock=50, list_price=Decimal(100)), AddressFactory(customer=desk.customer, region="NJ")
    collected = confirmed(desk, line(item), delivery="collect")
    assert taxes(changed(desk, collected, added=[new(item, 2)])) == [("MA", Decimal("6.25")), ("MA", Decimal("12.50"))]
    shipped = confirmed(desk, line(item), line(item))
    now = changed(desk, shipped, wish(shipped, 2, ship_to_id=yard.pk))
    assert [code for code, _amount in taxes(now)] == ["NY", "NJ"]
    assert now.tax_amount == Decimal("8.88") + Decimal("6.63")

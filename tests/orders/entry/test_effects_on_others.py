"""What a line takes from orders that stand before it, and what a credit decision rests on."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from omc.lib import clock
from orders.core.models import Hold, Order, Supplier
from orders.core.selectors.companies import today
from orders.core.services.facts import publish_customer_facts
from orders.entry.selectors.effects import effects_on_others
from orders.entry.selectors.exposure import exposing_orders, exposure_of
from orders.entry.services import confirm_order
from orders.prioritization.models import Ranking
from orders.prioritization.services import load_rule_set, rank_order
from planning.services import order_supply, receive_stock
from planning.services.supply import SupplyInput
from tests.factories import make_actor, make_user
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    load_rule_set(made.company.pk)
    return made


def waiting(desk: Desk, item, quantity: int, **fields) -> Order:
    """A confirmed order that found no stock, and is ranked."""
    order = desk.pending(line(item, quantity), **fields)
    confirm_order(order_id=order.pk, actor=desk.csr)
    rank_order(order_id=order.pk, actor=make_actor(desk.company, "ops"))
    return Order.objects.get(pk=order.pk)


def supplied(desk: Desk, item, quantity: int, days: int) -> None:
    """Goods are ordered, and come in so many days."""
    planner = make_actor(desk.company, "planner")
    supplier = Supplier.objects.create(company=desk.company, code=f"S{item.pk}", name="Mill")
    order_supply(
        supplier_id=supplier.pk,
        warehouse_id=desk.warehouse.pk,
        expected_date=today(desk.company) + timedelta(days=days),
        lines=[SupplyInput(product_id=item.pk, quantity=Decimal(quantity), unit_cost=Decimal(1))],
        actor=planner,
    )


def found_on_the_shelf(desk: Desk, item, quantity: int) -> None:
    receive_stock(
        product_id=item.pk,
        warehouse_id=desk.warehouse.pk,
        quantity=Decimal(quantity),
        actor=make_actor(desk.company, "ops"),
    )


def effects(desk: Desk, order: Order) -> list[tuple[str, Decimal, Decimal, str]]:
    lines = list(order.lines.select_related("product").order_by("position"))
    return [(one.order, one.taken, one.wanted, one.customer_class) for one in effects_on_others(order, lines)]


def test_stock_that_came_in_is_wanted_by_who_waits_for_it(desk: Desk) -> None:
    item = desk.item()
    supplied(desk, item, 50, days=20)
    with clock.stopped_at(clock.now() - timedelta(days=3)):
        first = waiting(desk, item, 50)
    assert Ranking.objects.filter(order=first, is_open=True).exists()
    draft = desk.draft(line(item, 30))
    assert effects(desk, draft) == [], "nothing lies there to be taken"
    found_on_the_shelf(desk, item, 40)
    found = effects(desk, draft)
    assert [(number, wanted) for number, _taken, wanted, _class in found] == [(first.number, Decimal(50))]
    assert found[0][1] == Decimal(30)
    assert found[0][3] == first.customer.customer_class


def test_who_asked_for_the_later_day_loses_nothing(desk: Desk) -> None:
    item = desk.item()
    supplied(desk, item, 50, days=20)
    with clock.stopped_at(clock.now() - timedelta(days=3)):
        waiting(desk, item, 50, requested_date=today(desk.company) + timedelta(days=300))
    found_on_the_shelf(desk, item, 40)
    assert effects(desk, desk.draft(line(item, 30))) == []


def test_nobody_stands_before_it_where_nobody_is_ranked_higher(desk: Desk) -> None:
    item = desk.item()
    supplied(desk, item, 50, days=20)
    order = waiting(desk, item, 50)
    Ranking.objects.filter(order=order).update(sort_key=Decimal(-10_000_000))
    found_on_the_shelf(desk, item, 40)
    assert effects(desk, desk.draft(line(item, 30))) == []


@pytest.mark.slow
def test_the_grid_and_rest_say_whom_a_line_takes_from(desk: Desk, client: Client) -> None:
    item = desk.item()
    supplied(desk, item, 50, days=20)
    with clock.stopped_at(clock.now() - timedelta(days=3)):
        first = waiting(desk, item, 50)
    found_on_the_shelf(desk, item, 40)
    draft = desk.draft(line(item, 30))
    client.force_login(make_user(desk.company, "csr"))
    html = client.get(reverse("entry:edit", args=[draft.pk])).content.decode()
    assert f'data-effect="{first.pk}"' in html
    answer = client.get(f"/api/v1/entry/orders/{draft.pk}/checks/").json()
    assert answer["score"] + sum(answer["lost"].values()) == 100
    assert [(one["order"], one["taken"]) for one in answer["effects"]] == [(first.number, "30.000000")]
    client.force_login(make_user(Desk().company, "csr"))
    assert client.get(f"/api/v1/entry/orders/{draft.pk}/checks/").status_code == 404


def test_an_exposure_is_the_sum_of_its_rows(desk: Desk) -> None:
    item = desk.item(list_price=Decimal(10))
    customer = desk.make_customer(credit_limit=Decimal(1000))
    publish_customer_facts("receivable", "test", {customer.pk: {"open_receivable_base": Decimal(600)}})
    orders = [desk.pending(line(item, number), customer=customer) for number in (3, 7)]
    held = desk.pending(line(item, 90), customer=customer)
    customer.refresh_from_db()
    exposure = exposure_of(customer, without=held.pk, this_order=Decimal(900))
    rows = exposing_orders(customer, without=held.pk)
    assert {row["pk"] for row in rows} == {order.pk for order in orders}
    assert (exposure.receivable, exposure.waiting, exposure.this_order) == (600, 100, 900)
    assert exposure.waiting == sum(row["waiting"] for row in rows)
    assert (exposure.used, exposure.left) == (1600, -600)


def test_a_credit_decision_stands_beside_its_computation_and_hides_it_from_who_sees_no_prices(
    desk: Desk, client: Client
) -> None:
    item = desk.item(list_price=Decimal(10))
    customer = desk.make_customer(credit_limit=Decimal(100))
    order = desk.pending(line(item, 90), customer=customer)
    hold = Hold.objects.get(order=order)
    client.force_login(make_user(desk.company, "credit"))
    html = client.get(reverse("core:resolve-hold", args=[hold.pk])).content.decode()
    assert "Credit limit" in html
    assert "900.00" in html
    client.force_login(make_user(desk.company, "warehouse"))
    html = client.get(reverse("core:resolve-hold", args=[hold.pk])).content.decode()
    assert "900.00" not in html
    assert "Lift hold" not in html

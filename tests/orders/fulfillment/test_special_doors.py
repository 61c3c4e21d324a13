"""The buyer's doors to what is bought for customers: the same rooms on screen and by REST."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orders.core.models import SupplierItem
from orders.entry.services import cancel_order
from planning.models import SupplyLine, SupplyOrder
from planning.services import cancel_supply
from tests.factories import make_company, make_user
from tests.orders.fulfillment.suppliers import Trade, special

pytestmark = pytest.mark.django_db
DOORS = ("screen", "api")


def enter(client: Client, door: str, step: str, thing: int, data: dict[str, Any]) -> int:
    if door == "screen":
        return client.post(reverse(f"planning:{step}", args=[thing]), data).status_code
    part = f"specials/{thing}/order" if step == "order-specials" else f"supply/{thing}/{step.split('-')[0]}"
    return client.post(f"/api/v1/planning/{part}/", data, content_type="application/json").status_code


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.slow
def test_a_buyer_moves_settles_and_orders_again(client: Client, door: str) -> None:
    trade = Trade()
    order = trade.ordered(special(trade.bought_item(), 4))
    supply, done = trade.supply(), 302 if door == "screen" else 200
    day = {"expected_date": (trade.today + timedelta(days=9)).isoformat(), "reason": "the mill is late"}
    settled = {"drop": "1"} if door == "screen" else {"keep": False}
    steps = [("move-supply", supply.pk, day), ("settle-supply", supply.pk, settled), ("order-specials", order.pk, {})]

    client.force_login(make_user(trade.company, "sales"))
    assert [enter(client, door, *step) for step in steps] == [403] * 3
    client.force_login(make_user(make_company(), "planner"))
    assert [enter(client, door, *step) for step in steps] == [404] * 3
    assert SupplyLine.objects.get().expected_date == trade.today + timedelta(days=5)

    client.force_login(make_user(trade.company, "planner"))
    refused = 422 if door == "screen" else 400
    assert enter(client, door, "move-supply", supply.pk, {**day, "reason": ""}) == refused
    assert enter(client, door, *steps[0]) == done
    assert SupplyLine.objects.get().expected_date == trade.today + timedelta(days=9)

    cancel_supply(supply_id=supply.pk, actor=trade.buyer)
    trade.drain()
    assert enter(client, door, *steps[2]) == done
    again = SupplyOrder.objects.latest("id")
    assert again.pk != supply.pk

    cancel_order(order_id=order.pk, reason="changed his mind", actor=trade.ops)
    trade.drain()
    assert enter(client, door, "settle-supply", again.pk, settled) == done
    again.refresh_from_db()
    assert again.state == "cancelled"
    assert enter(client, door, "settle-supply", again.pk, settled) == (422 if door == "screen" else 409)


@pytest.mark.slow
def test_the_list_says_what_is_not_ordered_and_why(client: Client) -> None:
    trade = Trade()
    trade.ordered(special(trade.bought_item(sku="BELL"), 4))
    nobody = trade.bought_item(sku="ODDITY")
    SupplierItem.objects.filter(product=nobody).delete()
    order = trade.ordered(special(nobody, 1))

    client.force_login(make_user(trade.company, "planner"))
    page = client.get(reverse("planning:specials")).content.decode()
    assert trade.supply().number in page
    assert "nobody supplies it" in page
    unordered = client.get("/api/v1/planning/specials/?show=unordered").json()
    assert [row["sku"] for row in unordered["results"]] == ["ODDITY"]
    assert "nobody supplies it" in client.get(reverse("core:order", args=[order.pk])).content.decode()

"""Fifty clerks confirm at once; there are twenty units."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal as D

import pytest
from django.db import connection
from django.db.models import Sum

from omc.lib.errors import DomainError
from orders.core.models import OrderLine
from orders.entry import services as entry
from planning.models import Promise, StockLevel
from tests.journeys.world import draft, make_world

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def fifty_confirms(ship_rule):
    world = make_world(items=1, stock=20, ship_rule=ship_rule)
    orders = [draft(world, [1], customer_po=f"PO-{n}") for n in range(50)]
    for order in orders:
        entry.submit_order(order_id=order.pk, actor=world.actor)

    def confirm(order):
        try:
            return entry.confirm_order(order_id=order.pk, actor=world.actor).state
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(confirm, orders))
    level = StockLevel.objects.get(product=world.products[0])
    allocated = OrderLine.objects.filter(order__company=world.company).aggregate(n=Sum("allocated"))["n"]
    backordered = Promise.objects.filter(company=world.company).aggregate(n=Sum("backordered"))["n"] or D(0)
    assert level.allocated == allocated
    return world, results, allocated, backordered


def test_where_backorders_are_forbidden_twenty_succeed_and_thirty_name_the_short_line():
    world, results, allocated, backordered = fifty_confirms("ship_complete_order")

    refusals = [result for result in results if isinstance(result, DomainError)]
    assert (results.count("confirmed"), len(refusals)) == (20, 30)
    assert (allocated, backordered) == (20, 0)
    for refusal in refusals:
        (line,) = refusal.data["lines"]
        assert refusal.code == "short_stock"
        assert (line["position"], line["sku"]) == (1, world.products[0].sku)
        assert D(str(line["short_by"])) == 1


def test_where_they_are_allowed_all_confirm_and_the_rest_is_backordered():
    _world, results, allocated, backordered = fifty_confirms("back_order")

    assert results.count("confirmed") == 50
    assert (allocated, backordered) == (20, 30)


def test_two_lines_of_one_item_are_checked_as_a_sum():
    from orders.core.inputs import LineInput

    world = make_world(items=1, stock=20, ship_rule="ship_complete_order")
    order = entry.start_order(customer_id=world.customer.pk, actor=world.actor)
    lines = [LineInput(product_id=world.products[0].pk, quantity=D(11)) for _ in range(2)]
    entry.save_draft(order_id=order.pk, lines=lines, actor=world.actor)
    entry.submit_order(order_id=order.pk, actor=world.actor)

    with pytest.raises(DomainError) as refusal:
        entry.confirm_order(order_id=order.pk, actor=world.actor)

    assert refusal.value.code == "short_stock"
    assert StockLevel.objects.get(product=world.products[0]).allocated == 0

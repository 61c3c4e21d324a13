"""Confirming promises what can be had, and names what cannot."""

from collections.abc import Iterator
from datetime import date, time

import pytest

from omc.lib import clock
from omc.lib.actor import system
from orders.core.models import Address, Duty, Event, Order
from planning.models import CarrierService, Promise, StockLevel, TransitTime
from planning.selectors import Enquired, availability, earliest_dates
from planning.selectors.availability import availability_timeline
from planning.services import ShortStock, SupplyInput, order_supply, promise_order
from tests.factories import CustomerFactory, WarehouseFactory
from tests.planning.factories import MONDAY, D, Yard

pytestmark = pytest.mark.django_db
TODAY, NEXT_WEEK = date(2026, 11, 23), date(2026, 12, 1)


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with clock.stopped_at(MONDAY):
        yield


def rows(order: Order) -> list[tuple[object, ...]]:
    return list(
        Promise.objects.filter(order=order)
        .order_by("id")
        .values_list("quantity", "allocated", "backordered", "ship_date", "source")
    )


def test_what_ships_within_the_horizon_is_allocated_and_posted() -> None:
    yard = Yard(BOLT=100)
    order = yard.order([("BOLT", 30)], TODAY)

    result = yard.promise(order)

    line = order.lines.get()
    assert rows(order) == [(30, 30, 0, TODAY, "stock")]
    assert (line.allocated, yard.level("BOLT").allocated) == (30, 30)
    assert result.promise_dates == {line.pk: TODAY}
    assert result.backordered_units == 0


def test_what_ships_later_takes_no_stock_yet_but_cannot_be_promised_twice() -> None:
    yard = Yard(BOLT=100)
    later = yard.order([("BOLT", 70)], NEXT_WEEK)
    yard.promise(later)

    now = yard.order([("BOLT", 50)], TODAY)
    yard.promise(now)

    assert yard.level("BOLT").allocated == 30
    assert rows(later) == [(70, 0, 0, NEXT_WEEK, "stock")]
    assert rows(now) == [(30, 30, 0, TODAY, "stock"), (20, 0, 20, date(2026, 12, 7), "lead_time")]


def test_the_numbers_of_the_specification() -> None:
    """On hand 100, demand 70 today and 60 in six days, supply 50 in five and 40 in ten days: 20 now, 60 from then."""
    yard = Yard(BOLT=100)
    product, warehouse = yard.items["BOLT"], yard.warehouse
    for quantity, day in ((50, date(2026, 11, 28)), (40, date(2026, 12, 3))):
        order_supply(
            supplier_id=yard.supplier().pk,
            warehouse_id=warehouse.pk,
            expected_date=day,
            lines=[SupplyInput(product.pk, D(quantity))],
            actor=yard.planner,
        )
    yard.promise(yard.order([("BOLT", 70)], TODAY))
    Promise.objects.create(
        company=yard.company,
        order=(other := yard.order([("BOLT", 60)])),
        line=other.lines.get(),
        product=product,
        warehouse=warehouse,
        quantity=60,
        ship_date=date(2026, 11, 29),
        source="supply",
        created_at=clock.now(),
    )

    steps = availability_timeline(yard.company, product.pk, warehouse.pk)

    assert [(s.day, s.projected, s.available) for s in steps] == [
        (TODAY, 30, 20),
        (date(2026, 11, 28), 80, 20),
        (date(2026, 11, 29), 20, 20),
        (date(2026, 12, 3), 60, 60),
    ]
    found = availability(yard.company.pk, [product.pk])[product.pk, warehouse.pk]
    assert (found.on_hand, found.allocated, found.free, found.promised, found.available) == (100, 70, 30, 130, 20)
    assert (found.next_supply, found.next_supply_quantity) == (date(2026, 11, 28), 50)
    asked = [Enquired(product.pk, warehouse.pk, D(q)) for q in (15,)]
    assert earliest_dates(yard.company.pk, asked)[0].ship_date == TODAY
    asked = [Enquired(product.pk, warehouse.pk, D(q)) for q in (25,)]
    assert earliest_dates(yard.company.pk, asked)[0].ship_date == date(2026, 12, 3)
    split = yard.order([("BOLT", 50)], TODAY)
    yard.promise(split)
    assert rows(split) == [(20, 20, 0, TODAY, "stock"), (30, 0, 30, date(2026, 12, 3), "supply")]


def test_two_lines_of_one_item_are_checked_as_a_sum() -> None:
    yard = Yard(BOLT=10)
    order = yard.order([("BOLT", 6), ("BOLT", 6)], TODAY, ship_rule="ship_complete_order")

    with pytest.raises(ShortStock) as refusal:
        yard.promise(order)

    assert refusal.value.data["lines"] == [
        {
            "position": 2,
            "sku": "BOLT",
            "wanted": "6",
            "available": "4",
            "short_by": "2",
            "earliest": "2026-12-07",
        }
    ]
    assert not Promise.objects.exists()
    assert yard.level("BOLT").allocated == 0


@pytest.mark.parametrize("rule", ["ship_complete_order", "ship_complete_line", "kit_together"])
def test_a_rule_that_wants_everything_refuses_naming_every_short_line_and_writes_nothing(rule: str) -> None:
    yard = Yard(BOLT=10, NUT=3, CAP=5)
    order = yard.order([("BOLT", 11), ("CAP", 5), ("NUT", 8)], TODAY, ship_rule=rule)

    with pytest.raises(ShortStock, match=r"line 1 \(BOLT\) is short by 1; line 3 \(NUT\) is short by 5") as refusal:
        yard.promise(order)

    assert refusal.value.code == "short_stock"
    assert [(row["position"], row["short_by"]) for row in refusal.value.data["lines"]] == [(1, "1"), (3, "5")]
    assert not Promise.objects.exists()
    assert not StockLevel.objects.filter(allocated__gt=0).exists()
    assert not Event.objects.filter(subject_type="order").exists()


@pytest.mark.parametrize("rule", ["back_order", "cancel_remainder"])
def test_a_rule_that_allows_it_backorders_the_rest_and_opens_a_duty(rule: str) -> None:
    yard = Yard(BOLT=10)
    order = yard.order([("BOLT", 14)], TODAY, ship_rule=rule)

    result = yard.promise(order)

    assert rows(order) == [(10, 10, 0, TODAY, "stock"), (4, 0, 4, date(2026, 12, 7), "lead_time")]
    assert result.backordered_units == 4
    event = Event.objects.get(order=order)
    assert (event.type, event.data) == ("order_backordered", {"units": "4", "ship_date": "2026-12-07"})
    duty = Duty.objects.get(order=order, closed_at=None)
    assert (duty.name, duty.due_at.date()) == ("Get supply", date(2026, 12, 7))


def test_a_complete_order_outside_the_horizon_leaves_as_a_whole() -> None:
    yard = Yard(BOLT=10, NUT=100)
    order = yard.order([("BOLT", 20), ("NUT", 5)], NEXT_WEEK, ship_rule="ship_complete_order")

    yard.promise(order)

    assert {row[3] for row in rows(order)} == {date(2026, 12, 7)}
    assert not Promise.objects.filter(backordered__gt=0).exists()


def test_special_orders_wait_for_the_supplier_and_drop_shipments_take_no_stock_of_ours() -> None:
    yard = Yard(BOLT=10, NUT=10)
    order = yard.order([("BOLT", 4), ("NUT", 4)], TODAY)
    order.lines.filter(position=1).update(supply="special")
    order.lines.filter(position=2).update(supply="drop_ship")

    yard.promise(order)

    due = date(2026, 12, 7)
    assert rows(order) == [(4, 0, 0, due, "special"), (4, 0, 0, due, "drop_ship")]
    nut = (yard.items["NUT"].pk, yard.warehouse.pk)
    assert availability(yard.company.pk, [nut[0]])[nut].promised == 0


def test_lines_without_goods_get_no_promise() -> None:
    yard = Yard(BOLT=10)
    order = yard.order([("BOLT", 4)], TODAY)
    order.lines.update(kind="service")

    assert yard.promise(order).promise_dates == {}
    assert not Promise.objects.exists()


def test_promising_twice_promises_only_what_is_new() -> None:
    yard = Yard(BOLT=10)
    order = yard.order([("BOLT", 4)], TODAY)
    yard.promise(order)

    assert yard.promise(order).moves == []
    assert rows(order) == [(4, 4, 0, TODAY, "stock")]


def test_the_promise_is_the_day_of_arrival() -> None:
    yard = Yard(BOLT=10)
    service = CarrierService.objects.create(company=yard.company, code="GND", name="Ground")
    TransitTime.objects.create(service=service, warehouse=yard.warehouse, country="US", days=3)
    customer = CustomerFactory(company=yard.company)
    place = Address.objects.create(customer=customer, name="Dock", country="US")
    order = yard.order([("BOLT", 4)], date(2026, 12, 11), customer=customer, ship_to=place)

    result = yard.promise(order)

    assert rows(order) == [(4, 0, 0, date(2026, 12, 8), "stock")]
    assert list(result.promise_dates.values()) == [date(2026, 12, 11)]
    hurried = yard.order([("BOLT", 1)], TODAY, customer=customer, ship_to=place)
    assert list(yard.promise(hurried).promise_dates.values()) == [date(2026, 11, 26)]


def test_after_the_cut_off_nothing_leaves_today() -> None:
    yard = Yard(BOLT=10)
    yard.warehouse.cut_off = time(8)
    yard.warehouse.save()

    order = yard.order([("BOLT", 4)])
    yard.promise(order)

    assert rows(order) == [(4, 4, 0, date(2026, 11, 24), "stock")]


def test_each_line_comes_from_its_own_warehouse() -> None:
    yard = Yard(BOLT=10)
    other = WarehouseFactory(company=yard.company, code="EAST")
    yard.receive("BOLT", 7, other)
    order = yard.order([("BOLT", 10), ("BOLT", 7)], TODAY)
    order.lines.filter(position=2).update(warehouse=other)

    yard.promise(order)

    assert (yard.level("BOLT").allocated, yard.level("BOLT", other).allocated) == (10, 7)


@pytest.mark.slow
def test_a_long_order_costs_as_many_queries_as_a_short_one(django_assert_max_num_queries) -> None:
    yard = Yard(**{f"I{n}": 5 for n in range(40)})
    short = yard.order([("I0", 1)], TODAY)
    long = yard.order([(f"I{n}", 6) for n in range(40)], TODAY)
    actor = system("test", yard.company.pk)
    for order, most in ((short, 13), (long, 18)):  # the long one also records that it is back-ordered
        lines = list(order.lines.all())
        order = Order.objects.select_related("company").get(pk=order.pk)
        with django_assert_max_num_queries(most):
            promise_order(order, lines, actor)

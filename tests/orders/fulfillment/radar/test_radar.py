"""The radar: planted histories give the medians and the order of risk that an oracle reckons by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from statistics import NormalDist

import numpy
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omc.lib import clock
from orders.core import numbers
from orders.core.models import Company, Warehouse
from orders.core.services.holds import place_on
from orders.fulfillment.models import Shipment, ShipRisk, StepTime
from orders.fulfillment.radar.rules import POINTS, Outlook, remaining, together
from orders.fulfillment.radar.services import measure_steps, watch_promises
from orders.scheduling.models import PlannedShipment
from tests.factories import OrderFactory, WarehouseFactory, make_actor, make_company, make_user

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)  # work is from 8 to 17, Monday to Friday: 540 minutes a day
DAY = 540


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.fixture
def house(company: Company) -> Warehouse:
    return WarehouseFactory(company=company)


def worked(minutes: float, start: datetime = MONDAY) -> datetime:
    """So many working minutes after a Monday morning at eight, by hand: five days of 540 minutes, then a weekend."""
    days, rest = divmod(minutes, DAY)
    weeks, weekday = divmod(int(days), 5)
    return start + timedelta(weeks=weeks, days=weekday, minutes=rest)


def plan(
    house: Warehouse, *, state: str, due: datetime, slot: datetime | None = None, **fields: object
) -> PlannedShipment:
    order = OrderFactory(company=house.company, confirmed=True)
    return PlannedShipment.objects.create(
        company=house.company,
        number=numbers.next_number(house.company_id, "plan"),
        order=order,
        customer=order.customer,
        warehouse=house,
        state=state,
        slot_date=(slot or due).date(),
        due_date=due.date(),
        created_at=MONDAY,
        **fields,
    )


def shipment(planned: PlannedShipment, state: str, **fields: object) -> Shipment:
    return Shipment.objects.create(
        company=planned.company,
        number=numbers.next_number(planned.company_id, "shipment"),
        planned=planned,
        order=planned.order,
        customer=planned.customer,
        warehouse=planned.warehouse,
        state=state,
        created_at=MONDAY,
        **fields,
    )


def history(house: Warehouse, steps: Sequence[tuple[float, float, float, float]]) -> None:
    """Shipments of the Monday's slot: how long after eight they were released, then picked, packed and gone."""
    for release, pick, pack, ship in steps:
        moments = numpy.cumsum([release, pick, pack, ship])
        released, picked, packed, left = (worked(float(minutes)) for minutes in moments)
        planned = plan(house, state="done", due=MONDAY, released_at=released)
        shipment(planned, "shipped", picked_at=picked, packed_at=packed, shipped_at=left)


PLANTED = [(5.0 * n, 30.0 + 7 * n, 20.0 + n * n, 60.0 + 11 * (n % 5)) for n in range(24)]


def test_each_steps_percentiles_are_those_of_its_working_minutes(company: Company, house: Warehouse) -> None:
    history(house, PLANTED)
    history(WarehouseFactory(company=company), PLANTED[:3])  # too few to speak for themselves
    with clock.stopped_at(MONDAY + timedelta(days=20)):
        assert measure_steps(actor=make_actor(company, "ops")) == 8
        assert measure_steps(actor=make_actor(company, "ops")) == 8
    for place, step in enumerate(("release", "pick", "pack", "ship")):
        own = StepTime.objects.get(warehouse=house, step=step)
        expected = numpy.quantile([row[place] for row in PLANTED], POINTS)
        assert own.samples == 24
        assert own.minutes == pytest.approx(list(expected))
        everywhere = StepTime.objects.get(company=company, warehouse=None, step=step)
        assert everywhere.samples == 27
        assert everywhere.minutes == pytest.approx(
            list(numpy.quantile([row[place] for row in PLANTED + PLANTED[:3]], POINTS))
        )


def oracle(state: str, waited: float, until_slot: float = 0.0) -> tuple[float, float]:
    """Median and 90th percentile of what is left, from the planted minutes themselves."""
    first = {"planned": 0, "released": 1, "picking": 1, "picked": 2, "packed": 3}[state]
    parts = []
    for place in range(first, 4):
        grid = [float(value) for value in numpy.quantile([row[place] for row in PLANTED], POINTS)]
        elapsed = waited if place == first and waited < grid[-1] else 0.0  # longer than any: as if it began now
        done = float(numpy.interp(elapsed, grid, POINTS)) if elapsed else 0.0
        parts.append([float(numpy.interp(done + (1 - done) * share, POINTS, grid)) - elapsed for share in (0.5, 0.9)])
    p50 = until_slot + sum(part[0] for part in parts)
    return p50, p50 + sum((p90 - p50) ** 2 for p50, p90 in parts) ** 0.5


def test_what_stands_is_ranked_by_how_likely_it_leaves_too_late(company: Company, house: Warehouse) -> None:
    history(house, PLANTED)
    actor = make_actor(company, "ops")
    now = MONDAY + timedelta(days=21, hours=4)  # a Monday at noon, 300 working minutes before its end
    morning = now - timedelta(hours=4)
    tomorrow, week = now + timedelta(days=1), now + timedelta(days=7)
    with clock.stopped_at(now):
        measure_steps(actor=actor)
        overdue = plan(house, state="released", due=now - timedelta(days=3), released_at=morning)
        today = plan(house, state="released", due=now, released_at=now - timedelta(minutes=60))
        picked = plan(house, state="done", due=now)
        at_work = shipment(picked, "picked", picked_at=now - timedelta(minutes=100))
        planned = plan(house, state="planned", due=tomorrow)
        later = plan(house, state="planned", due=week, slot=tomorrow)
        packed = plan(house, state="done", due=now)
        shipment(packed, "packed", packed_at=now - timedelta(minutes=30), is_collected=True)  # waits for the customer
        sent = plan(house, state="planned", due=now, supplier_ships=True)  # no work of ours
        found = watch_promises(actor=actor)
    rows = {risk.planned_id: risk for risk in ShipRisk.objects.all()}
    assert {packed.pk, sent.pk}.isdisjoint(rows)
    expected = {
        overdue.pk: (-900.0 - 180, oracle("released", 240)),
        today.pk: (300.0, oracle("released", 60)),
        picked.pk: (300.0, oracle("picked", 100)),
        planned.pk: (300.0 + DAY, oracle("planned", 0, until_slot=300)),
        later.pk: (300.0 + 5 * DAY, oracle("planned", 0, until_slot=300)),
    }
    chances = {}
    for pk, (left, (p50, p90)) in expected.items():
        risk = rows[pk]
        assert (risk.p50_minutes, risk.p90_minutes) == (numpy.ceil(p50 - 1e-9), numpy.ceil(p90 - 1e-9)), pk
        normal = NormalDist(p50, (p90 - p50) / NormalDist().inv_cdf(0.9))
        if left > 0:
            assert risk.left_minutes == round(left)
        chances[pk] = 100 if left <= 0 else min(max(round(100 * (1 - normal.cdf(left))), 1), 99)
        assert risk.late_percent == chances[pk]
    worst_first = list(ShipRisk.objects.order_by("-late_percent", "due_at", "planned_id").values_list("pk", flat=True))
    assert worst_first == sorted(chances, key=lambda pk: (-chances[pk], rows[pk].due_at, pk))
    assert worst_first[0] == overdue.pk
    assert rows[overdue.pk].level == "late"
    assert rows[later.pk].level == "on_track"
    assert rows[picked.pk].shipment_id == at_work.pk
    assert found == sum(risk.level != "on_track" for risk in rows.values())
    assert rows[today.pk].p50_at == now + timedelta(minutes=rows[today.pk].p50_minutes)  # still the same working day


def test_the_one_thing_that_helps_most(company: Company, house: Warehouse) -> None:
    history(house, PLANTED)
    actor = make_actor(company, "ops", "csr")
    now = MONDAY + timedelta(days=21, hours=4)
    with clock.stopped_at(now):
        measure_steps(actor=actor)
        tomorrow = now + timedelta(days=1)
        held = plan(house, state="released", due=tomorrow, released_at=now)
        place_on(held.order, [("compliance", "papers")], actor=actor)
        ready = plan(house, state="released", due=tomorrow, released_at=now)
        waiting = plan(house, state="planned", due=tomorrow, slot=now)
        hopeless = plan(house, state="released", due=now - timedelta(days=3), released_at=now)
        at_work = {state: plan(house, state="done", due=tomorrow) for state in ("picking", "picked", "packed")}
        for state, planned in at_work.items():
            shipment(planned, state, picked_at=now, packed_at=now)
        watch_promises(actor=actor)
        helps = dict(ShipRisk.objects.values_list("planned_id", "help"))
        assert helps == {
            held.pk: "hold", ready.pk: "pick", waiting.pk: "release", hopeless.pk: "call",
            at_work["picking"].pk: "finish", at_work["picked"].pk: "pack", at_work["packed"].pk: "ship",
        }  # fmt: skip
        Shipment.objects.filter(planned=at_work["packed"]).update(state="shipped", shipped_at=now)
        held.order.holds.update(status="resolved")
        watch_promises(actor=actor)
    after = dict(ShipRisk.objects.values_list("planned_id", "help"))
    assert at_work["packed"].pk not in after
    assert after[held.pk] == "pick"


def test_nothing_is_said_before_enough_has_left(company: Company, house: Warehouse, client: Client) -> None:
    plan(house, state="released", due=MONDAY, released_at=MONDAY)
    actor = make_actor(company, "ops")
    assert measure_steps(actor=actor) == 0
    assert watch_promises(actor=actor) == 0
    client.force_login(make_user(company, "ops"))
    assert "Not enough has left yet" in client.get(reverse("fulfillment:radar")).content.decode()


def test_a_look_costs_the_same_for_many(company: Company, house: Warehouse) -> None:
    history(house, PLANTED)
    actor = make_actor(company, "ops")
    counts = []
    with clock.stopped_at(MONDAY + timedelta(days=21)):
        measure_steps(actor=actor)
        for many in (1, 6):
            for _ in range(many):
                plan(house, state="released", due=MONDAY, released_at=MONDAY)
            watch_promises(actor=actor)
            with CaptureQueriesContext(connection) as captured:
                watch_promises(actor=actor)
            counts.append(len(captured))
    assert counts[0] == counts[1]


def test_every_door_shows_it_to_its_own_company_and_worth_only_with_prices(
    company: Company, house: Warehouse, client: Client
) -> None:
    history(house, PLANTED)
    late = plan(house, state="released", due=MONDAY, released_at=MONDAY)
    with clock.stopped_at(MONDAY + timedelta(days=21)):
        measure_steps(actor=make_actor(company, "ops"))
        watch_promises(actor=make_actor(company, "ops"))
    ShipRisk.objects.update(value_base=Decimal("4711.00"))
    client.force_login(make_user(company, "ops"))
    page = client.get(reverse("fulfillment:radar")).content.decode()
    assert late.order.number in page
    assert "4,711.00" in page
    assert "it should have left already" in page
    row = client.get("/api/v1/fulfillment/radar/").json()["results"][0]
    assert (row["order_number"], row["level"], row["late_percent"]) == (late.order.number, "late", 100)
    assert "Will it leave in time?" in client.get(reverse("core:order", args=[late.order_id])).content.decode()
    client.force_login(make_user(company, "csr"))
    assert "Tell the customer of 1 shipment that it will be late" in client.get("/").content.decode()
    ShipRisk.objects.update(help="pick")
    client.force_login(make_user(company, "ops"))
    assert "1 shipment may miss its promise" in client.get("/").content.decode()
    client.force_login(make_user(company, "warehouse"))
    assert "4,711.00" not in client.get(reverse("fulfillment:radar")).content.decode()
    assert "value_base" not in client.get("/api/v1/fulfillment/radar/").json()["results"][0]
    client.force_login(make_user(make_company(), "ops"))
    assert late.order.number not in client.get(reverse("fulfillment:radar")).content.decode()
    assert client.get("/api/v1/fulfillment/radar/").json()["results"] == []


def test_what_lasts_longer_than_anything_measured_is_reckoned_from_now() -> None:
    grid = [float(n) for n in range(21)]
    assert remaining(grid, 100) == remaining(grid, 0) == Outlook(10.0, 18.0)
    assert together([]) == Outlook(0, 0)

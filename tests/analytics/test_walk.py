"""The staple walk: its hops are the log, its waiting the cycle time, and it knows what the customer had been told."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics import drawing
from analytics.selectors.walk import random_order, walk_of, walkable
from omc.accounts.models import User
from omc.lib import clock
from orders.core import eventlog
from orders.core.eventlog import LineChange
from orders.core.events import PromiseChanged
from orders.core.models import Department, Event, Message, Order
from orders.entry.events import OrderConfirmed
from tests.analytics.test_waiting import MONDAY, Desk
from tests.factories import OrderFactory, ProductFactory, make_actor, make_company, make_user
from tests.returns.factories import Shop

pytestmark = pytest.mark.django_db


def tell(desk: Desk, hours: float, template: str, subject: str) -> None:
    with desk.at(hours):
        Message.objects.create(
            company=desk.company,
            key=f"{template}-{hours}",
            template=template,
            recipient="buyer@example.com",
            subject_type="order",
            subject_id=desk.order.pk,
            order=desk.order,
            subject=subject,
            body="…",
            created_at=clock.now(),
        )


def confirm(desk: Desk, hours: float, promise: date) -> None:
    with desk.at(hours):
        event = OrderConfirmed(goods_lines=1, lines=1, net_base=Decimal(10), promise=promise)
        eventlog.record(desk.order, event, actor=desk.actor)


def move_promise(desk: Desk, hours: float, before: date, after: date) -> None:
    with desk.at(hours):
        event = PromiseChanged(before=before, after=after, reason="late truck", days=(after - before).days)
        eventlog.record(desk.order, event, actor=desk.actor)


def walk(desk: Desk, hours: float) -> Any:
    desk.order.refresh_from_db()
    with desk.at(hours):
        return walk_of(desk.order, desk.actor)


def test_the_replayed_walk_is_the_log_and_its_waiting_the_cycle_time() -> None:
    desk = Desk()
    for hours in (0, 3, 26, 27, 50):
        desk.something_happens(hours)
    desk.held("address_check", 51, 53)

    found = walk(desk, 60)

    logged = Event.objects.filter(order=desk.order).order_by("id").values_list("id", "type", "at")
    assert [(step.hop.event_id, step.hop.type, step.hop.at) for step in found.steps[:-1]] == list(logged)
    assert found.steps[-1].is_now
    with connection.cursor() as cursor:
        moments = [desk.company.calendar_id, MONDAY, MONDAY + timedelta(hours=60)]
        cursor.execute("SELECT omc_business_minutes(%s, %s, %s)", moments)
        cycle_time = cursor.fetchone()[0]
    assert sum(step.hop.wait_minutes for step in found.steps) == cycle_time == found.waiting.elapsed
    for step in found.steps:
        assert sum(minutes for _kind, minutes in step.hop.parts) == step.hop.wait_minutes
    whose = found.waiting
    assert whose.unattended + whose.customer + whose.supply == cycle_time
    assert whose.customer == 120


def test_the_drawing_is_to_scale_and_adds_up() -> None:
    desk = Desk()
    for hours in (0, 1, 4, 4):
        desk.something_happens(hours)
    found = walk(desk, 4)

    drawn = drawing.draw_walk([(step.stage, step.hop.parts) for step in found.steps], [n for n, _name in found.lanes])

    lengths = [sum(part.length for part in spot.parts) for spot in drawn.spots]
    assert lengths[2] == pytest.approx(3 * lengths[1])
    assert (lengths[0], lengths[3]) == (0, 0)
    assert drawn.spots[-1].x == pytest.approx(drawing.WALK_WIDTH - drawing.WALK_RIGHT)


def test_each_hop_says_what_the_customer_had_been_told_by_then() -> None:
    desk = Desk()
    confirm(desk, 0, date(2026, 12, 1))
    tell(desk, 1, "order_confirmed", "Your order")
    desk.something_happens(2)
    move_promise(desk, 3, date(2026, 12, 1), date(2026, 12, 9))

    before, told, moved, now = walk(desk, 4).steps

    assert (before.promised, before.promised_told, before.told_so_far) == (date(2026, 12, 1), None, 0)
    assert not before.customer_knows
    assert ([message.subject for message in told.told], told.customer_knows) == (["Your order"], True)
    assert (moved.promised, moved.promised_told, moved.customer_knows) == (
        date(2026, 12, 9), date(2026, 12, 1), False,
    )  # fmt: skip
    assert (now.told, now.last_told.subject, now.told_so_far) == ([], "Your order", 1)


def test_an_invoice_tells_no_delivery_date() -> None:
    desk = Desk()
    confirm(desk, 0, date(2026, 12, 1))
    tell(desk, 1, "invoice", "Your invoice")
    desk.something_happens(2)

    assert [step.customer_knows for step in walk(desk, 3).steps] == [False, False, False]


def test_a_date_that_has_passed_without_the_goods_is_counted() -> None:
    desk = Desk()
    confirm(desk, 0, date(2026, 11, 25))

    assert walk(desk, 24).steps[-1].days_past == 0
    assert walk(desk, 24 * 4).steps[-1].days_past == 2


def test_a_hand_off_is_seen_when_another_department_acts_and_when_it_comes_back() -> None:
    desk = Desk()
    departments = dict(Department.objects.filter(company=desk.company).values_list("code", "id"))
    for hours, code in enumerate(("desk", "ops", "ops", "desk")):
        with desk.at(hours):
            actor = replace(desk.actor, department_id=departments[code])
            eventlog.record(desk.order, PromiseChanged(reason="moved", days=1), actor=actor)

    steps = walk(desk, 4).steps[:4]

    assert [bool(step.handed_from) for step in steps] == [False, True, False, True]
    assert [step.came_back for step in steps] == [False, False, False, True]


def test_changes_of_lines_are_shown_and_prices_only_to_those_who_may() -> None:
    desk = Desk()
    order: Order = OrderFactory(
        company=desk.company, confirmed=True, items=[(ProductFactory(company=desk.company), 1, "10.00")]
    )
    desk.order = order
    line = order.lines.get()
    with desk.at(0):
        eventlog.record(
            order,
            PromiseChanged(reason="changed", days=0),
            actor=desk.actor,
            lines=[LineChange(line.pk, "ordered", 1, 2), LineChange(line.pk, "unit_price", 10, 9)],
        )

    seen = walk(desk, 1).steps[0].changes
    unseen = walk_of(order, make_actor(desk.company, "warehouse")).steps[0].changes

    assert [(change.position, change.field, change.before, change.after) for change in seen] == [
        (line.position, "ordered", "1", "2"), (line.position, "unit_price", "10", "9"),
    ]  # fmt: skip
    assert [change.field for change in unseen] == ["ordered"]


@pytest.mark.slow
def test_every_hop_has_an_address_and_the_page_shows_every_hop(client: Client) -> None:
    shop = Shop()
    order = shop.delivered()
    client.force_login(User.objects.get(pk=shop.desk.user_id))
    steps = walk_of(Order.objects.select_related("company").get(pk=order.pk), shop.desk).steps

    for step in steps:
        answer = client.get(f"/analytics/walk/{order.pk}/{step.number}/")
        page = answer.content.decode()
        assert answer.status_code == 200
        assert f"Hop {step.number} of {len(steps)}" in page
        assert page.count('aria-current="step"') == 2  # in the picture and in the list
    assert client.get(f"/analytics/walk/{order.pk}/{len(steps) + 1}/").status_code == 404
    listed = re.findall(rf'href="/analytics/walk/{order.pk}/(\d+)/"[^>]*><span class="walk-n', page)
    assert [int(number) for number in listed] == [step.number for step in steps]


def test_a_step_by_key_swaps_the_walk_alone(client: Client) -> None:
    shop = Shop()
    order = shop.delivered()
    client.force_login(User.objects.get(pk=shop.desk.user_id))

    part = client.get(f"/analytics/walk/{order.pk}/1/", headers={"HX-Request": "true"}).content.decode()
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

    assert part.lstrip().startswith('<div id="walk"')
    assert "<html" in client.get(f"/analytics/walk/{order.pk}/1/", headers=restored).content.decode()


def test_an_order_is_chosen_by_words_by_customer_or_by_chance(client: Client) -> None:
    desk = Desk()
    desk.something_happens(0)
    other = OrderFactory(company=desk.company, confirmed=True)
    client.force_login(User.objects.get(pk=desk.actor.user_id))

    assert walkable(desk.actor, desk.order.number) == [desk.order]
    assert walkable(desk.actor, "", other.customer_id) == [other]
    assert random_order(desk.actor, 0).pk == desk.order.pk
    assert random_order(desk.actor, 1).pk == other.pk
    assert client.get("/analytics/walk/random/").status_code == 302
    assert desk.order.number in client.get("/analytics/walk/", {"q": desk.order.number}).content.decode()
    assert "No order is called that" in client.get("/analytics/walk/", {"q": "nothing like it"}).content.decode()


def test_another_companys_order_is_not_there(client: Client) -> None:
    desk = Desk()
    desk.something_happens(0)
    stranger = make_actor(make_company(), "exec")
    client.force_login(User.objects.get(pk=stranger.user_id))

    assert client.get(f"/analytics/walk/{desk.order.pk}/").status_code == 404
    assert walkable(stranger, desk.order.number) == []
    assert random_order(stranger, 0.5) is None
    assert client.get("/analytics/walk/random/").url == "/analytics/walk/"
    assert "Orders can be walked once they are submitted" in client.get("/analytics/walk/").content.decode()


@pytest.mark.slow
def test_a_walk_costs_the_same_for_a_short_history_as_for_a_long_one(client: Client) -> None:
    desk = Desk()
    client.force_login(make_user(desk.company, "exec"))
    counts = []
    for round_ in range(2):
        for hours in range(1 + 20 * round_):
            desk.something_happens(hours + round_)
            tell(desk, hours + round_ + 0.5, "invoice", "Your invoice")
        client.get(f"/analytics/walk/{desk.order.pk}/1/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/analytics/walk/{desk.order.pk}/1/").status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_money_in_sentences_is_for_those_who_may_see_it(client: Client) -> None:
    shop = Shop()
    order = shop.delivered()
    client.force_login(make_user(order.company, "warehouse"))

    page = client.get(f"/analytics/walk/{order.pk}/").content.decode()

    assert "137" not in page.replace(str(order.pk), "")

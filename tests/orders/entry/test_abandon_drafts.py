"""Drafts that nobody touches are given up by the clock; the others stay."""

from datetime import timedelta

import pytest

from omc.lib import clock
from omc.lib.actor import system
from omc.lib.errors import PermissionRefused
from orders.core.models import Event, Order
from orders.core.services.companies import change_setting
from orders.entry.services import abandon_drafts, return_to_draft
from orders.entry.tasks import TIMETABLE, abandon_old_drafts
from tests.factories import make_actor
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def state_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).state


def test_only_old_drafts_that_never_had_a_number_are_given_up(desk: Desk) -> None:
    item = desk.item()
    old, pending, back = desk.draft(line(item)), desk.pending(line(item)), desk.pending(line(item))
    return_to_draft(order_id=back.pk, reason="price", actor=desk.csr)
    with clock.stopped_at(clock.now() + timedelta(days=13)):
        fresh = desk.draft(line(item))
        assert abandon_drafts(actor=system("abandon drafts", desk.company.pk)) == 0
    with clock.stopped_at(clock.now() + timedelta(days=15)):
        assert abandon_old_drafts() == 1
    assert [state_of(order) for order in (old, pending, back, fresh)] == ["abandoned", "pending", "draft", "draft"]
    fact = Event.objects.get(order=old)
    assert (fact.type, fact.data["reason"], fact.job) == (
        "order_abandoned",
        "nobody touched it for 14 days",
        "abandon drafts",
    )


def test_the_company_says_how_long_it_waits(desk: Desk) -> None:
    order = desk.draft(line(desk.item()))
    change_setting(key="entry.draft_days", value="2", actor=make_actor(desk.company, "admin"))
    with clock.stopped_at(clock.now() + timedelta(days=3)):
        assert abandon_drafts(actor=desk.lead) == 1
    assert state_of(order) == "abandoned"


def test_another_companys_drafts_are_left_alone_and_a_right_is_needed(desk: Desk) -> None:
    order = desk.draft(line(desk.item()))
    with clock.stopped_at(clock.now() + timedelta(days=30)):
        assert abandon_drafts(actor=system("abandon drafts", Desk().company.pk)) == 0
        with pytest.raises(PermissionRefused):
            abandon_drafts(actor=make_actor(desk.company, "warehouse"))
    assert state_of(order) == "draft"


def test_beat_knows_the_task() -> None:
    from omc.celery import app

    assert all(entry["task"] in app.tasks for entry in TIMETABLE.values())

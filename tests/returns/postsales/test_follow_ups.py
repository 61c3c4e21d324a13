"""Calls that we owe after a delivery or from a case."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from omc.lib import clock
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from orders.core import outbox
from orders.core.models import Duty, Event
from returns.postsales import services
from returns.postsales.models import FollowUp
from returns.postsales.rules import reply_standing
from returns.postsales.services import FollowUpRefused
from tests.factories import make_actor
from tests.returns.factories import Shop

pytestmark = pytest.mark.django_db
THURSDAY = datetime(2026, 11, 19, 15, tzinfo=UTC)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def written() -> tuple[int, ...]:
    return (Event.objects.count(), FollowUp.objects.filter(done_at=None).count(), FollowUp.objects.count())


@pytest.mark.parametrize(
    ("customer_class", "due"), [("A", [date(2026, 11, 24)]), ("B", [date(2026, 11, 24)]), ("C", [])]
)
def test_customers_of_class_a_and_b_are_called_three_working_days_after_delivery(
    shop: Shop, customer_class: str, due: list[date]
) -> None:
    shop.customer.customer_class = customer_class
    shop.customer.save()
    with clock.stopped_at(THURSDAY):
        shop.delivered()

    with clock.stopped_at(THURSDAY + timedelta(days=5)):  # heard of late: it still counts from the delivery
        outbox.drain("postsales.call_after_delivery")

    assert list(FollowUp.objects.values_list("due_on", flat=True)) == due
    assert Duty.objects.filter(name="Follow up", closed_at=None).count() == len(due)


def test_a_delivery_that_is_heard_of_twice_is_followed_up_once(shop: Shop) -> None:
    from returns.postsales.consumers import call_after_delivery

    shop.customer.customer_class = "A"
    shop.customer.save()
    order = shop.delivered()
    event = Event.objects.get(type="order_delivered", order=order)

    call_after_delivery(event)
    call_after_delivery(event)

    assert FollowUp.objects.count() == 1


def plan(shop: Shop, **about: Any) -> FollowUp:
    made: FollowUp = services.plan_follow_up(
        purpose="Ask about the fit", due_on=date(2026, 12, 1), actor=shop.service, **about
    )
    return made


def test_the_duty_of_an_order_stays_until_its_last_follow_up_is_done(shop: Shop) -> None:
    order = shop.delivered()
    first, second = plan(shop, order_id=order.pk), plan(shop, order_id=order.pk)
    services.complete_follow_up(follow_up_id=first.pk, outcome="Fits", actor=shop.service)
    assert Duty.objects.filter(name="Follow up", closed_at=None).exists()
    services.complete_follow_up(follow_up_id=second.pk, outcome="Fits", actor=shop.service)

    assert not Duty.objects.filter(name="Follow up", closed_at=None).exists()
    done = Event.objects.filter(type="follow_up_done").order_by("id")
    assert list(done.values_list("data__left", flat=True)) == [1, 0]


def test_a_follow_up_may_come_from_a_case_without_an_order(shop: Shop) -> None:
    case = services.open_case(subject="Training", customer_id=shop.customer.pk, actor=shop.service)

    follow_up = plan(shop, case_id=case.pk)

    assert (follow_up.case_id, follow_up.order_id, follow_up.customer_id) == (case.pk, None, shop.customer.pk)
    assert Event.objects.get(type="follow_up_planned").subject_type == "case"
    services.complete_follow_up(follow_up_id=follow_up.pk, outcome="Booked", actor=shop.service)
    follow_up.refresh_from_db()
    assert (follow_up.outcome, follow_up.done_at is not None) == ("Booked", True)


def test_what_makes_no_sense_is_refused_and_leaves_no_trace(shop: Shop) -> None:
    order = shop.delivered()
    done = plan(shop, order_id=order.pk)
    services.complete_follow_up(follow_up_id=done.pk, outcome="Fits", actor=shop.service)
    before = written()

    with pytest.raises(InvalidInput, match="to an order or to a case"):
        plan(shop)
    with pytest.raises(NotFound, match="works here"):
        plan(shop, order_id=order.pk, owner_id=-1)
    with pytest.raises(InvalidInput, match="what came of it"):
        services.complete_follow_up(follow_up_id=done.pk, outcome=" ", actor=shop.service)
    with pytest.raises(FollowUpRefused, match="done already"):
        services.complete_follow_up(follow_up_id=done.pk, outcome="Again", actor=shop.service)
    with pytest.raises(NotFound):
        services.complete_follow_up(follow_up_id=0, outcome="x", actor=shop.service)
    with pytest.raises(PermissionRefused):
        services.plan_follow_up(
            purpose="x", due_on=date(2026, 12, 1), order_id=order.pk, actor=make_actor(shop.company, "exec")
        )

    assert written() == before


def test_where_the_first_reply_stands() -> None:
    due, before, after = (datetime(2026, 11, 19, hour, tzinfo=UTC) for hour in (12, 11, 13))

    assert reply_standing(due_at=None, replied_at=None, now=after) == "none"
    assert [reply_standing(due_at=due, replied_at=None, now=now) for now in (before, after)] == ["due", "late"]
    assert [reply_standing(due_at=due, replied_at=at, now=after) for at in (before, after)] == ["kept", "missed"]
    assert reply_standing(due_at=due, replied_at=None, now=after, ended=True) == "none"

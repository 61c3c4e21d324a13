"""Two people at once on a case or a follow-up."""

from datetime import date

import pytest

from orders.core.models import Event
from returns.postsales import services
from tests.returns.claims.test_races import at_once
from tests.returns.factories import Shop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_a_case_is_resolved_and_closed_once() -> None:
    shop = Shop()
    case = services.open_case(subject="Late", customer_id=shop.customer.pk, actor=shop.service)
    services.assign_case(case_id=case.pk, actor=shop.service)

    resolved = at_once(lambda: services.resolve_case(case_id=case.pk, resolution="Done", actor=shop.service))
    closed = at_once(lambda: services.close_case(case_id=case.pk, satisfaction=5, actor=shop.service))
    reopened = at_once(lambda: services.reopen_case(case_id=case.pk, reason="Again", actor=shop.service))

    assert resolved == closed == ["illegal_transition"] * 3 + ["won"]
    assert reopened == ["case_refused"] * 3 + ["won"]
    assert list(Event.objects.filter(subject_type="case").order_by("id").values_list("seq", flat=True)) == [
        1,
        2,
        3,
        4,
        5,
    ]


def test_a_new_case_that_several_people_answer_is_taken_once() -> None:
    shop = Shop()
    case = services.open_case(subject="Late", customer_id=shop.customer.pk, actor=shop.service)

    outcomes = at_once(lambda: services.reply_case(case_id=case.pk, body="Hello", actor=shop.service))

    assert outcomes == ["won"] * 4
    assert Event.objects.filter(type="case_assigned").count() == 1
    assert Event.objects.filter(type="case_replied", data__first=True).count() == 1


def test_a_follow_up_is_done_once() -> None:
    shop = Shop()
    case = services.open_case(subject="Training", customer_id=shop.customer.pk, actor=shop.service)
    owed = services.plan_follow_up(purpose="Call", due_on=date(2026, 12, 1), case_id=case.pk, actor=shop.service)

    outcomes = at_once(lambda: services.complete_follow_up(follow_up_id=owed.pk, outcome="Fits", actor=shop.service))

    assert outcomes == ["follow_up_refused"] * 3 + ["won"]
    assert Event.objects.filter(type="follow_up_done").count() == 1

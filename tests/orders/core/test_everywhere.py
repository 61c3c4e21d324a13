"""What the clock starts in every company: by its own clock, and in spite of what fails in another."""

from datetime import timedelta

import pytest

from omc.lib import clock
from orders.core.services.everywhere import everywhere
from tests.factories import make_company

pytestmark = pytest.mark.django_db


def test_every_company_has_its_turn_by_its_own_clock():
    here, ahead = make_company(), make_company(clock_offset=timedelta(days=3))
    make_company(held_by="simulator")
    past = make_company(is_history=True)
    seen = {}

    def act(*, actor):
        seen[actor.company_id] = (actor.job, clock.now())
        return 2

    assert everywhere("look", act) == 4
    assert set(seen) == {here.pk, ahead.pk}
    assert {job for job, _at in seen.values()} == {"look"}
    assert timedelta(days=2) < seen[ahead.pk][1] - seen[here.pk][1] < timedelta(days=4)
    assert everywhere("look", act, history=True) == 6
    assert past.pk in seen


def test_what_fails_in_one_company_stops_no_other_and_is_not_lost():
    first, second = make_company(), make_company()
    served = []

    def act(*, actor):
        if actor.company_id == first.pk:
            raise RuntimeError("first")
        served.append(actor.company_id)

    with pytest.raises(RuntimeError, match="first"):
        everywhere("look", act)
    assert served == [second.pk]

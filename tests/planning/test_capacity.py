"""Minutes of a warehouse's day."""

from datetime import date

import pytest

from planning.models import CapacityDay
from planning.services import release_capacity, reserve_capacity
from tests.planning.factories import Yard

pytestmark = pytest.mark.django_db
MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 22)


def test_a_day_gives_its_minutes_until_they_are_used_up() -> None:
    yard = Yard()

    assert reserve_capacity(yard.warehouse.pk, MONDAY, 900)
    assert not reserve_capacity(yard.warehouse.pk, MONDAY, 61)
    assert reserve_capacity(yard.warehouse.pk, MONDAY, 60)
    release_capacity(yard.warehouse.pk, MONDAY, 100)
    assert reserve_capacity(yard.warehouse.pk, MONDAY, 100)

    day = CapacityDay.objects.get()
    assert (day.minutes, day.used_minutes) == (960, 960)


def test_overtime_counts_and_a_day_off_has_none() -> None:
    yard = Yard()
    CapacityDay.objects.create(
        company=yard.company, warehouse=yard.warehouse, day=MONDAY, minutes=100, overtime_minutes=20
    )

    assert reserve_capacity(yard.warehouse.pk, MONDAY, 120)
    assert not reserve_capacity(yard.warehouse.pk, SUNDAY, 1)
    assert CapacityDay.objects.get(day=SUNDAY).used_minutes == 0


def test_more_is_never_given_back_than_was_taken() -> None:
    yard = Yard()
    reserve_capacity(yard.warehouse.pk, MONDAY, 10)
    release_capacity(yard.warehouse.pk, MONDAY, 99)

    assert CapacityDay.objects.get().used_minutes == 0

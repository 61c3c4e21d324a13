"""Available-to-promise, with the numbers of SPEC §7."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from planning.rules.availability import available_on, counted_on, earliest, split, timeline

TODAY = date(2026, 11, 23)


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def D(value: object) -> Decimal:  # noqa: N802
    return Decimal(str(value))


STEPS = timeline(TODAY, D(100), [(day(0), D(70)), (day(6), D(60))], [(day(5), D(50)), (day(10), D(40))])


def test_projected_stock_follows_demand_and_supply() -> None:
    projected = [next(s.projected for s in reversed(STEPS) if s.day <= day(n)) for n in range(11)]

    assert projected == [30, 30, 30, 30, 30, 80, 20, 20, 20, 20, 60]


def test_nothing_can_be_promised_that_a_later_promise_needs() -> None:
    assert [available_on(STEPS, day(n)) for n in (0, 4, 5, 9, 10, 99)] == [20, 20, 20, 20, 60, 60]


def test_the_first_day_for_a_quantity() -> None:
    assert [earliest(STEPS, D(q)) for q in (15, 25, 61)] == [day(0), day(10), None]


def test_a_quantity_is_split_over_the_days_it_becomes_available() -> None:
    assert split(STEPS, D(50), TODAY) == [(day(0), 20), (day(10), 30)]
    assert split(STEPS, D(50), day(10)) == [(day(10), 50)]
    assert split(STEPS, D(100), day(3)) == [(day(3), 20), (day(10), 40)]


def test_what_is_overdue_counts_today() -> None:
    steps = timeline(TODAY, D(10), [(day(-3), D(4))], [])

    assert [(s.day, s.demand, s.projected) for s in steps] == [(TODAY, 4, 6)]


def test_overdue_supply_counts_tomorrow_until_the_fence() -> None:
    assert counted_on(day(2), TODAY, fence_days=5, receiving_days=1) == day(3)
    assert counted_on(day(-5), TODAY, fence_days=5) == day(1)
    assert counted_on(day(-6), TODAY, fence_days=5) is None


dated = st.lists(st.tuples(st.integers(-3, 30).map(day), st.decimals(0, 500, places=3)), max_size=12)


@given(usable=st.decimals(0, 1000, places=3), demand=dated, supply=dated, wanted=st.decimals("0.001", 2000, places=3))
def test_taking_what_is_available_never_makes_a_day_worse_than_it_was(usable, demand, supply, wanted) -> None:
    """Promising what ``split`` offers leaves no day short that was not short before, and offers all it can."""
    before = timeline(TODAY, usable, demand, supply)
    parts = split(before, wanted, TODAY)
    after = timeline(TODAY, usable, [*demand, *parts], supply)

    assert all(quantity > 0 for _, quantity in parts)
    assert sum((quantity for _, quantity in parts), D(0)) == min(wanted, before[-1].available)
    floor = {step.day: min(D(0), min(s.projected for s in before if s.day >= step.day)) for step in before}
    for step in after:
        lowest = max((d for d in floor if d <= step.day), default=TODAY)
        assert step.projected >= floor[lowest]

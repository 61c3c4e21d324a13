"""Which promises an order gets."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from planning.rules.promising import Horizon, Part, Position, Want, complete_on, plan, short_of
from planning.rules.workdays import WorkingDays

MONDAY, WEDNESDAY, THURSDAY = date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 26)
NEXT_WEEK, SATURDAY = date(2026, 12, 1), date(2026, 11, 28)
HORIZONS = {1: Horizon(today=MONDAY, first=MONDAY, until=THURSDAY, workdays=WorkingDays())}
ITEM = (7, 1)


def D(value: object) -> Decimal:  # noqa: N802
    return Decimal(str(value))


def want(quantity: object, ship_date: date = MONDAY, line: int = 1, **fields: object) -> Want:
    return Want(line_id=line, key=ITEM, quantity=D(quantity), ship_date=ship_date, lead_time_days=14, **fields)


def promised(wants: list[Want], position: Position) -> list[tuple[object, ...]]:
    parts = plan(wants, {ITEM: position}, HORIZONS)
    return [(p.line_id, p.quantity, p.allocated, p.backordered, p.ship_date, p.source) for p in parts]


def test_inside_the_horizon_what_lies_there_is_allocated() -> None:
    assert promised([want(5)], Position(D(10), D(10))) == [(1, 5, 5, 0, MONDAY, "stock")]


def test_outside_the_horizon_nothing_is_allocated_and_nothing_is_short() -> None:
    assert promised([want(15, NEXT_WEEK)], Position(D(10), D(10))) == [
        (1, 10, 0, 0, NEXT_WEEK, "stock"),
        (1, 5, 0, 0, date(2026, 12, 7), "lead_time"),
    ]


def test_what_is_missing_inside_the_horizon_is_backordered_to_the_next_supply_then_the_lead_time() -> None:
    position = Position(D(10), D(10), supply=[(SATURDAY, D(3))])

    assert promised([want(20)], position) == [
        (1, 10, 10, 0, MONDAY, "stock"),
        (1, 3, 0, 3, date(2026, 11, 30), "supply"),
        (1, 7, 0, 7, date(2026, 12, 7), "lead_time"),
    ]


def test_supply_that_comes_in_time_is_no_backorder() -> None:
    position = Position(D(0), D(0), supply=[(date(2026, 11, 24), D(5))])

    assert promised([want(5, WEDNESDAY)], position) == [(1, 5, 0, 0, WEDNESDAY, "supply")]


def test_two_lines_of_one_item_share_what_is_there() -> None:
    assert promised([want(6), want(6, line=2)], Position(D(10), D(10))) == [
        (1, 6, 6, 0, MONDAY, "stock"),
        (2, 4, 4, 0, MONDAY, "stock"),
        (2, 2, 0, 2, date(2026, 12, 7), "lead_time"),
    ]


def test_a_promise_does_not_eat_what_an_older_one_needs() -> None:
    position = Position(D(10), D(10), demand=[(NEXT_WEEK, D(8))])

    assert promised([want(5)], position) == [
        (1, 2, 2, 0, MONDAY, "stock"),
        (1, 3, 0, 3, date(2026, 12, 7), "lead_time"),
    ]


def test_stock_that_is_allocated_to_a_later_order_is_promised_but_backordered() -> None:
    """Supply covers the later order in time, so the quantity is there; only nobody may take it today."""
    position = Position(D(10), D(0), demand=[(NEXT_WEEK, D(10))], supply=[(WEDNESDAY, D(10))])

    assert promised([want(4)], position) == [(1, 4, 0, 4, MONDAY, "stock")]


def test_a_group_leaves_with_its_latest() -> None:
    position = Position(D(10), D(10), supply=[(SATURDAY, D(50))])

    assert promised([want(4, NEXT_WEEK, group=0), want(20, MONDAY, line=2, group=0)], position) == [
        (1, 4, 0, 0, NEXT_WEEK, "stock"),
        (2, 10, 0, 0, NEXT_WEEK, "stock"),
        (2, 10, 0, 0, NEXT_WEEK, "supply"),
    ]


def test_a_special_order_waits_for_its_supplier() -> None:
    assert promised([want(3, from_stock=False)], Position(D(10), D(10))) == [(1, 3, 0, 0, date(2026, 12, 7), "special")]


def test_nothing_leaves_on_a_day_off_or_before_the_first_day() -> None:
    assert promised([want(1, date(2026, 11, 1))], Position(D(1), D(1)))[0][4] == MONDAY
    assert promised([want(1, SATURDAY)], Position(D(1), D(1)))[0][4] == date(2026, 11, 30)


days = st.sampled_from([MONDAY, WEDNESDAY, THURSDAY, SATURDAY, NEXT_WEEK])
amounts = st.decimals("0.001", 60, places=3)
dated = st.lists(st.tuples(days, amounts), max_size=4)


@given(
    quantities=st.lists(st.tuples(amounts, days, st.sampled_from([None, 0])), min_size=1, max_size=6),
    usable=st.decimals(0, 60, places=3),
    taken=st.decimals(0, 1, places=3),
    demand=dated,
    supply=dated,
)
def test_every_promise_adds_up(quantities, usable, taken, demand, supply) -> None:
    wants = [want(quantity, day, line=index, group=group) for index, (quantity, day, group) in enumerate(quantities)]
    free = (usable * taken).quantize(Decimal("0.001"))
    parts = plan(wants, {ITEM: Position(usable, free, list(demand), list(supply))}, HORIZONS)

    for item in wants:
        assert sum((p.quantity for p in parts if p.line_id == item.line_id), D(0)) == item.quantity
    assert sum((p.allocated for p in parts), D(0)) <= free
    for part in parts:
        assert part.quantity > 0
        assert 0 <= part.allocated <= part.quantity - part.backordered
        assert part.ship_date.isoweekday() < 6
        assert part.ship_date >= MONDAY
    assert set(short_of(parts)) == {p.line_id for p in parts if p.backordered}
    together = {day for line, day in complete_on(parts).items() if wants[line].group == 0}
    assert len(together) <= 1


def test_short_and_complete_are_by_line() -> None:
    parts = [
        Part(1, ITEM, D(2), D(2), D(0), MONDAY, "stock"),
        Part(1, ITEM, D(3), D(0), D(3), NEXT_WEEK, "supply"),
        Part(2, ITEM, D(1), D(1), D(0), MONDAY, "stock"),
    ]

    assert short_of(parts) == {1: 3}
    assert complete_on(parts) == {1: NEXT_WEEK, 2: MONDAY}

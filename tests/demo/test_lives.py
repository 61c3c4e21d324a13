"""The demo's past before it is written: the same every time, and like a distributor's."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from omc.demo.catalog import CUSTOMERS, FREELY, ITEMS, LADDER, buyers, cost_on, items, price_on
from omc.demo.lives import LONGEST_CYCLE, lives_of
from omc.demo.past import Past

FIRST = date(2026, 6, 1)
DAY = date(2026, 3, 17)


def past(days=28):
    start = FIRST - timedelta(days=days + 30)
    until = datetime(2026, 6, 1, 12, tzinfo=UTC)
    return Past(FIRST, start, start + timedelta(days=days), FIRST, until, "America/New_York")


def test_a_day_is_told_the_same_alone_and_again():
    assert repr(lives_of(DAY, FIRST)) == repr(lives_of(DAY, FIRST))
    assert lives_of(DAY, FIRST)[0] != lives_of(DAY + timedelta(days=1), FIRST)[0]


def test_nothing_comes_in_at_weekends():
    assert lives_of(date(2026, 3, 15), FIRST) == ([], [])


def test_there_are_enough_items_and_customers_and_at_least_fifty_are_lost():
    assert (len(items()), len(buyers())) == (ITEMS, CUSTOMERS)
    assert len({item.sku for item in items()}) == ITEMS
    assert len({buyer.code for buyer in buyers()}) == len({buyer.name for buyer in buyers()}) == CUSTOMERS
    assert sum(buyer.is_lost for buyer in buyers()) >= 50
    assert set(Counter(item.shape for item in items())) == {
        "steady",
        "winter",
        "summer",
        "intermittent",
        "new",
        "dying",
    }


@pytest.mark.slow
def test_whoever_is_lost_orders_no_more():
    lost = {buyer.code: buyer.last_day for buyer in buyers() if buyer.is_lost}
    for offset in range(0, 140):
        day = FIRST - timedelta(days=offset)
        for life in lives_of(day, FIRST)[0]:
            assert offset >= lost.get(life.buyer.code, 0)


def test_every_life_goes_forward_and_ends_in_time():
    for day in past().days.values():
        for life in day.lives:
            assert life.entered <= life.submitted <= life.confirmed
            for truck in life.trucks:
                moments = [truck.released, truck.picking, truck.picked, truck.packed, truck.shipped, truck.delivered]
                assert moments == sorted(moments)
                assert life.confirmed <= truck.released
                assert truck.shipped < truck.invoiced
                assert truck.shipped - life.entered < LONGEST_CYCLE + timedelta(days=3)
                assert truck.paid is None or truck.paid > truck.invoiced
            assert sorted(n for truck in life.trucks for n in truck.lines) == (
                [] if life.cancelled else list(range(len(life.lines)))
            )


def test_price_steps_end_at_the_price():
    lives = [life for day in past().days.values() for life in day.lives]
    for life in lives:
        for wanted in life.lines:
            assert wanted.steps[0] == ("list", "base", wanted.list_price)
            assert wanted.steps[-1][2] == wanted.price <= wanted.list_price
    shares = {share for _quantity, share in LADDER}
    assert len(shares) == 3


def test_what_goes_further_than_anybody_may_alone_was_let_stand_before_it_was_confirmed():
    left = 0
    for life in (life for day in past().days.values() for life in day.lives):
        off = [100 * (1 - wanted.net / wanted.system_net) for wanted in life.lines]
        far = [n for n, percent in enumerate(off) if round(percent, 2) > FREELY]
        assert far == ([n for n, _percent in life.leave.lines] if life.leave else [])
        if life.leave:
            left += 1
            assert life.submitted < life.leave.decided < life.confirmed
    assert left > 5


@pytest.mark.slow
def test_a_score_loses_points_for_what_the_checks_find_with_what_was_known_then():
    stretch = past(84)
    stretch.score()
    lives = [life for day in stretch.days.values() for life in day.lives]
    assert {"large_quantity" in life.codes for life in lives if life.hold} == {True}
    assert not [life for life in lives if "large_quantity" in life.codes and not life.hold]
    seen: dict[tuple[int, int], set[object]] = {}
    for life in sorted(lives, key=lambda life: life.submitted):
        known = [seen.get((life.buyer.n, wanted.item.n)) for wanted in life.lines]
        if "price_changed" in life.codes:
            assert any(known)
        for wanted in life.lines if not life.cancelled else ():
            seen.setdefault((life.buyer.n, wanted.item.n), set()).add(wanted.price)
    assert any("price_changed" in life.codes for life in lives)


def test_an_agreement_is_drawn_on_in_its_term_up_to_what_was_agreed_and_each_order_once(monkeypatch):
    for name, value in {"TERMS": (21,), "EVERY": 3, "ASKED": 60, "LEAST_ORDERS": 2}.items():
        monkeypatch.setattr(f"omc.demo.frames.{name}", value)
    stretch = past(70)
    assert stretch.frames
    drawn = [life for frame in stretch.frames for life in frame.draws]
    assert len(drawn) == len({id(life) for life in drawn})
    for frame in stretch.frames:
        lines = [life.lines[life.draw.line] for life in frame.draws]
        assert [life.draw.number for life in frame.draws] == list(range(1, len(lines) + 1))
        assert {(line.item.n, line.price) for line in lines} == {(frame.item.n, frame.price)}
        assert all(frame.valid_from <= life.submitted.date() <= frame.valid_to for life in frame.draws)
        assert sum(line.quantity for line in lines) <= frame.quantity


def test_copper_rose_by_fourteen_per_cent_and_prices_rise_in_january():
    pipe = items()[0]
    before, after = cost_on(pipe, FIRST - timedelta(days=76), FIRST), cost_on(pipe, FIRST - timedelta(days=75), FIRST)
    assert round(after / before, 2) == pipe.cost.__class__("1.14")
    assert price_on(pipe, date(2025, 12, 31), FIRST) < price_on(pipe, date(2026, 1, 1), FIRST) == pipe.price


def test_invoices_are_numbered_without_a_gap_in_the_order_they_were_posted():
    stretch = past()
    counts = {key: count for key, count in stretch.counts().items() if "-" in key}
    stretch.number(dict.fromkeys(counts, 1))
    posted = sorted(
        (truck.invoiced, truck.invoice) for day in stretch.days.values() for life in day.lives for truck in life.trucks
        if truck.invoice
    )  # fmt: skip
    assert [number for _at, number in posted] == [f"INV-2026-{n:06d}" for n in range(1, counts["INV-2026"] + 1)]

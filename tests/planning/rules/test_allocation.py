"""Giving stock to promises, and taking promises back."""

import random
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from planning.rules.allocation import Ask, Open, give


def D(value: object) -> Decimal:  # noqa: N802
    return Decimal(str(value))


def test_what_was_asked_for_in_vain_is_backordered() -> None:
    assert Open(D(10), D(0), D(0)).given(D(10), D(4)) == Open(D(10), D(4), D(6))


def test_a_backorder_that_is_served_is_none_any_more() -> None:
    assert Open(D(10), D(4), D(6)).given(D(6), D(6)) == Open(D(10), D(10), D(0))


def test_a_backorder_that_nobody_asked_for_stays() -> None:
    assert Open(D(10), D(4), D(6)).given(D(2), D(2)) == Open(D(10), D(6), D(4))


def test_nobody_gets_more_than_waits() -> None:
    assert Open(D(10), D(4), D(0)).given(D(99), D(99)) == Open(D(10), D(10), D(0))


def test_stock_is_given_in_the_order_asked() -> None:
    asks = [Ask(pk, "shelf", D(6), Open(D(6), D(0), D(0))) for pk in (3, 1, 2)]
    free = {"shelf": D(10)}

    assert {pk: row.allocated for pk, row in give(asks, free).items()} == {3: 6, 1: 4, 2: 0}
    assert free == {"shelf": 0}


def test_what_a_supplier_ships_needs_no_stock() -> None:
    assert give([Ask(1, None, D(6), Open(D(6), D(0), D(0)))], {})[1].allocated == 6


def test_a_cancelled_part_frees_the_backorder_first_and_stock_last() -> None:
    promise = Open(D(10), D(4), D(3))

    assert promise.without(D(2)) == Open(D(8), D(4), D(1))
    assert promise.without(D(5)) == Open(D(5), D(4), D(0))
    assert promise.without(D(8)) == Open(D(2), D(2), D(0))
    assert promise.without(D(99)) == Open(D(0), D(0), D(0))


amounts = st.decimals(0, 100, places=6)


@given(promise=st.tuples(amounts, amounts, amounts), asked=amounts, free=amounts)
def test_promises_stay_sound(promise, asked, free) -> None:
    allocated, backordered, rest = promise
    before = Open(allocated + backordered + rest, allocated, backordered)
    for after in (before.given(asked, free), before.without(asked), before.shipped(min(asked, allocated))):
        assert after.allocated >= 0
        assert after.backordered >= 0
        assert after.quantity >= after.allocated + after.backordered
    assert before.given(asked, free).allocated - before.allocated <= min(asked, free)


def test_ten_thousand_random_steps_never_give_more_than_there_is() -> None:
    dice = random.Random(20261123)
    promises = {pk: Open(D(dice.randint(1, 30)), D(0), D(0)) for pk in range(40)}
    on_hand = D(300)
    for _step in range(10_000):
        pk = dice.randrange(40)
        allocated = sum((row.allocated for row in promises.values()), D(0))
        match dice.randrange(3):
            case 0:
                asks = [Ask(pk, "shelf", D(dice.randint(1, 40)), promises[pk])]
                promises.update(give(asks, {"shelf": on_hand - allocated}))
            case 1:
                promises[pk] = promises[pk].without(D(dice.randint(0, 5)))
            case _:
                gone = min(promises[pk].allocated, D(dice.randint(0, 5)))
                promises[pk], on_hand = promises[pk].shipped(gone), on_hand - gone
        if promises[pk].quantity == 0:
            promises[pk], on_hand = Open(D(dice.randint(1, 30)), D(0), D(0)), on_hand + dice.randint(0, 30)
        assert sum((row.allocated for row in promises.values()), D(0)) <= on_hand
        assert promises[pk].quantity >= promises[pk].allocated + promises[pk].backordered

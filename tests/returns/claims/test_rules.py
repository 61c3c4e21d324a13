"""How much may come back, and what an inspection means."""

import random
from decimal import Decimal

import pytest

from returns.claims.rules import inspected, likely_stage, returnable, share_of, still_claimed

D = Decimal


@pytest.mark.parametrize(
    ("state", "claimed"),
    [
        ("requested", 5),
        ("authorized", 5),
        ("received", 2),
        ("inspected", 0),
        ("settled", 0),
        ("rejected", 0),
        ("cancelled", 0),
    ],
)
def test_a_return_claims_what_is_still_to_come(state: str, claimed: int) -> None:
    received = D(3) if state in ("received", "inspected", "settled") else D(0)

    assert still_claimed(state, quantity=D(5), received=received, accepted=D(0), disposition="") == claimed


def test_what_the_customer_keeps_is_claimed_for_good() -> None:
    assert still_claimed("closed", quantity=D(5), received=D(0), accepted=D(4), disposition="keep") == 4


def test_no_more_comes_back_than_was_shipped() -> None:
    assert returnable(shipped=D(10), returned=D(3), claimed=D(2)) == 5
    assert returnable(shipped=D(10), returned=D(10), claimed=D(2)) == 0


def test_a_part_of_a_line_is_worth_its_share_to_the_cent() -> None:
    assert share_of(D("10.00"), ordered=D(3), quantity=D(1)) == D("3.33")
    assert share_of(D("10.00"), ordered=D(0), quantity=D(1)) == 0


def test_the_stage_that_could_have_prevented_it_is_known_where_it_was_not_the_customers_choice() -> None:
    assert (likely_stage("damaged"), likely_stage("late"), likely_stage("not_wanted")) == (7, 6, None)


def test_accepted_goods_are_credited_and_the_rest_goes_back() -> None:
    result = inspected(quantity=D(5), received=D(4), accepted=D(3), disposition="restock")

    assert (result.restock, result.scrap, result.send_back, result.credit) == (3, 0, 1, 3)


@pytest.mark.parametrize(
    ("accepted", "disposition", "why"),
    [
        (D(5), "restock", "Only 4 came back"),
        (D(-1), "scrap", "Less than nothing"),
        (D(1), "send_back", "accept 0"),
        (D(1), "keep", "not kept"),
        (D(1), "burn", "no disposition"),
    ],
)
def test_an_inspection_that_does_not_add_up_is_refused(accepted: D, disposition: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        inspected(quantity=D(5), received=D(4), accepted=accepted, disposition=disposition)


def test_whatever_is_decided_all_that_came_goes_somewhere_and_no_more_is_credited_than_asked() -> None:
    chance = random.Random(9)
    for _case in range(2000):
        quantity = D(chance.randint(1, 20))
        received = D(chance.randint(0, int(quantity)))
        accepted = D(chance.randint(0, 22))
        disposition = chance.choice(["restock", "scrap", "keep", "send_back"])
        try:
            result = inspected(quantity=quantity, received=received, accepted=accepted, disposition=disposition)
        except ValueError:
            continue
        assert result.restock + result.scrap + result.send_back == received
        assert 0 <= result.credit <= quantity
        assert min(result.restock, result.scrap, result.send_back) >= 0

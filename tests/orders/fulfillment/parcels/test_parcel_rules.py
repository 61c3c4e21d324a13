"""Check digits and contents that add up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.fulfillment.parcels import rules

D = Decimal


@given(prefix=st.from_regex(r"[0-9]{7,10}", fullmatch=True), serial=st.integers(1, 9_999_999))
def test_every_number_has_18_digits_and_is_told_from_one_with_a_digit_wrong(prefix: str, serial: int) -> None:
    number = rules.sscc(prefix, serial)
    assert len(number) == 18
    assert number[1 : 1 + len(prefix)] == prefix
    assert rules.is_sscc(number)
    for place in range(18):
        wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        assert not rules.is_sscc(wrong)


def test_a_prefix_lasts_for_ten_million_parcels_and_not_one_more() -> None:
    assert rules.sscc("1234567890", 9_999_999).startswith("91234567890999999")
    with pytest.raises(OverflowError):
        rules.sscc("1234567890", 10_000_000)


@pytest.mark.parametrize(
    ("parcels", "problem"),
    [
        ([None], None),
        ([None, None], None),
        ([{1: D(2), 2: D(1)}, {1: D(3)}], None),
        ([{1: D(5), 2: D(1)}, None], "Say of every parcel what lies in it, or of none."),
        ([{1: D(6), 2: D(1)}], "Line 1 A: 6 lie in the parcels, but only 5 were picked."),
        ([{1: D(4), 2: D(1)}], "Line 1 A: 1 lie in no parcel yet."),
        ([{1: D(6), 2: D(1)}, {1: D(-1)}], "Line 1 A: less than nothing."),
        ([{1: D(5), 2: D(1)}, {1: D(0)}], "Parcel 2 is empty."),
        ([{1: D(5), 2: D(1), 9: D(1)}], "A parcel holds something that is not in this shipment."),
    ],
)
def test_what_lies_in_the_parcels_is_what_was_picked(parcels: list[dict[int, D] | None], problem: str | None) -> None:
    found = rules.content_problem({1: D(5), 2: D(1)}, parcels, {1: "1 A", 2: "2 B"})
    assert (found and found[0]) == problem

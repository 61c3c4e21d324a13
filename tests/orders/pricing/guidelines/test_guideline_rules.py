"""Which guideline counts, and what it says."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.pricing.guidelines.rules import MODES, Row, discount_percent, judge, strictest


def row(pk: int, *names: str, mode: str = "approve", discount: Any = None, margin: Any = None) -> Row:
    return Row(
        pk,
        frozenset(names),
        mode,
        None if discount is None else Decimal(discount),
        None if margin is None else Decimal(margin),
    )


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        (["customer"], ["class", "category", "role"]),
        (["class"], ["category", "role"]),
        (["category"], ["role"]),
        (["role"], []),
        (["class", "category"], ["class", "role"]),
        (["customer", "role"], ["customer"]),
    ],
)
def test_the_more_specific_row_counts_even_where_it_allows_more(stronger, weaker):
    generous, strict = row(2, *stronger, discount=30), row(1, *weaker, discount=5, mode="block")
    assert judge([strict, generous], discount=Decimal(20), margin=None) is None
    assert judge([strict, generous], discount=Decimal(31), margin=None).guideline_id == 2


def test_of_two_as_specific_the_stricter_outcome_counts():
    ask_early, refuse_late = row(1, discount=10), row(2, discount=20, mode="block")
    assert judge([ask_early, refuse_late], discount=Decimal(15), margin=None).guideline_id == 1
    assert judge([ask_early, refuse_late], discount=Decimal(25), margin=None).guideline_id == 2
    same = judge([row(4, discount=10), row(3, discount=12)], discount=Decimal(15), margin=None)
    assert same.guideline_id == 3


def test_a_limit_is_broken_only_beyond_it_and_says_which():
    both = row(1, discount=10, margin=20)
    assert judge([both], discount=Decimal("10.00"), margin=Decimal("20.00")) is None
    broken = judge([both], discount=Decimal("10.01"), margin=Decimal("20.00"))
    assert (broken.max_discount_percent, broken.min_margin_percent) == (10, None)
    broken = judge([both], discount=None, margin=Decimal("19.99"))
    assert (broken.max_discount_percent, broken.min_margin_percent) == (None, 20)


def test_what_is_unknown_breaks_nothing():
    assert judge([row(1, discount=0, margin=90, mode="block")], discount=None, margin=None) is None
    assert judge([], discount=Decimal(99), margin=Decimal(-50)) is None


def test_a_discount_counts_from_the_price_in_force_and_never_below_zero():
    assert discount_percent(Decimal(300), Decimal(200)) == Decimal("33.33")
    assert discount_percent(Decimal(100), Decimal(120)) == 0
    assert discount_percent(Decimal(0), Decimal(0)) is None


def test_the_strictest_word_decides_over_all_lines():
    assert strictest(["warn", "block", "approve"]) == "block"
    assert strictest([]) == ""


_PERCENT = st.integers(0, 100).map(Decimal)
_ROWS = st.lists(
    st.builds(
        Row,
        st.integers(1, 9),
        st.frozensets(st.sampled_from(["customer", "class", "category", "role"])),
        st.sampled_from(MODES),
        _PERCENT,
        st.none() | _PERCENT,
    ),
    max_size=6,
    unique_by=lambda found: found.guideline_id,
)


@given(_ROWS, _PERCENT, _PERCENT, _PERCENT)
def test_more_discount_is_never_judged_more_mildly(rows, margin, one, other):
    less, more = sorted((one, other))
    strict = [*("",), *MODES]
    mild = judge(rows, discount=less, margin=margin)
    harsh = judge(rows, discount=more, margin=margin)
    assert strict.index(mild.mode if mild else "") <= strict.index(harsh.mode if harsh else "")
    assert judge(list(reversed(rows)), discount=more, margin=margin) == harsh

"""Points as arithmetic: limits, bounds, shares."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.prioritization import rules
from orders.prioritization.reference import DEFAULT_BODY, DEFAULT_POINTS_PER_DAY
from orders.prioritization.rules import Want, fairness_bound, points_for, read, score, share_out, span

D = Decimal
BOOK = read(DEFAULT_BODY)


def always(rule):
    return True


def test_the_rules_of_the_product_span_0_to_600_points_so_nobody_is_overtaken_after_24_days():
    assert span(BOOK) == (D(0), D(600))
    assert fairness_bound(BOOK, DEFAULT_POINTS_PER_DAY) == D("24.0")


def test_without_points_for_waiting_there_is_no_bound():
    assert fairness_bound(BOOK, D(0)) is None


def test_every_rule_that_gives_points_is_a_part_and_the_parts_sum_to_the_score():
    facts = {"customer_class": "B", "net": D("7200.00"), "promise_slip_days": 2, "notice_days": 1}
    parts = score(BOOK, facts, lambda rule: not rule.when)
    assert [(part.rule, part.points, part.value) for part in parts] == [
        ("customer_class", D(90), "B"),
        ("promise_slip", D(40), "2"),
        ("short_notice", D(100), "1"),
        ("order_value", D(75), "7200"),
    ]


def test_the_limit_of_a_group_is_a_part_of_its_own():
    facts = {"customer_class": "A", "churn_band": "high", "prepaid": True}
    parts = score(BOOK, facts, lambda rule: not rule.when)
    assert [(part.rule, part.group, part.points) for part in parts] == [
        ("customer_class", "customer", D(150)),
        ("at_risk", "customer", D(50)),
        ("prepaid", "customer", D(30)),
        ("", "customer", D(-30)),
    ]


@pytest.mark.parametrize(
    ("value", "points"),
    [(None, 0), (D("999.99"), 0), (D(1000), 30), (D("4999.99"), 30), (D(5000), 75), (D(20000), 150), (D(10**9), 150)],
)
def test_bands_count_from_their_start(value, points):
    rule = next(rule for rule in BOOK.rules if rule.key == "order_value")
    assert points_for(rule.points, value) == points


@pytest.mark.parametrize(("days", "points"), [(-3, 0), (0, 0), (4, 80), (6, 120), (60, 120), (None, 0)])
def test_a_factor_stays_between_its_limits(days, points):
    rule = next(rule for rule in BOOK.rules if rule.key == "promise_slip")
    assert points_for(rule.points, days) == points


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"group": "nowhere"}, "no group"),
        ({"points": {"kind": "formula"}}, "constant, factor, lookup or bands"),
        ({"points": {"kind": "constant", "points": "many"}}, "no number of points"),
        (
            {"points": {"kind": "factor", "field": "net", "factor": "1", "low": "5", "high": "1"}},
            "lowest points exceed",
        ),
        ({"points": {"kind": "bands", "field": "net", "bands": [["5", "1"], ["2", "2"]]}}, "must rise"),
    ],
)
def test_a_rule_that_makes_no_sense_is_named(change, said):
    rule = {"key": "x", "name": "Odd", "group": "g", "points": {"kind": "constant", "points": "1"}} | change
    body = {"groups": [{"key": "g", "name": "G", "low": "0", "high": "10"}], "rules": [rule]}
    with pytest.raises(ValueError, match=said):
        read(body)


def test_a_group_whose_limits_leave_zero_out_is_refused():
    with pytest.raises(ValueError, match="zero must lie between"):
        read({"groups": [{"key": "g", "name": "G", "low": "5", "high": "10"}]})


points = st.decimals(min_value=-500, max_value=500, places=2)


@st.composite
def books(draw):
    groups = [
        {
            "key": f"g{i}",
            "name": f"G{i}",
            "low": str(-draw(st.integers(0, 200))),
            "high": str(draw(st.integers(0, 200))),
        }
        for i in range(draw(st.integers(1, 3)))
    ]
    kinds = st.one_of(
        st.builds(lambda p: {"kind": "constant", "points": str(p)}, points),
        st.builds(
            lambda f, a, b: {
                "kind": "factor", "field": "n", "factor": str(f), "low": str(min(a, b)), "high": str(max(a, b)),
            },
            points, points, points,
        ),
        st.builds(
            lambda a, b: {"kind": "lookup", "field": "w", "table": {"A": str(a)}, "otherwise": str(b)}, points, points
        ),
        st.builds(
            lambda a, b: {"kind": "bands", "field": "n", "bands": [["0", str(a)]], "otherwise": str(b)}, points, points
        ),
    )  # fmt: skip
    drawn = draw(st.lists(kinds, max_size=6))
    rows = [
        {"key": f"r{i}", "group": draw(st.sampled_from(groups))["key"], "points": kind} for i, kind in enumerate(drawn)
    ]
    return read({"groups": groups, "rules": rows})


@given(books(), st.integers(-50, 50) | st.none(), st.sampled_from(["A", "B", None]), st.data())
@pytest.mark.slow
def test_no_order_ever_leaves_the_span_that_the_fairness_bound_counts_with(book, number, letter, data):
    matching = {rule.key: data.draw(st.booleans()) for rule in book.rules}
    total = sum(
        (part.points for part in score(book, {"n": number, "w": letter}, lambda rule: matching[rule.key])), D(0)
    )
    low, high = span(book)
    assert low <= total <= high


units = st.decimals(min_value=0, max_value=50, places=2)


@given(
    st.lists(st.tuples(st.sampled_from("ab"), units, st.sampled_from([None, None, 1, 2])), max_size=12),
    st.fixed_dictionaries({"a": units, "b": units}),
)
def test_shares_never_exceed_what_is_wanted_or_free_and_bundles_go_whole(rows, free):
    rows.sort(key=lambda row: row[2] or 0)
    wants = [Want(pool, quantity, bundle) for pool, quantity, bundle in rows]
    given_out = share_out(wants, free)
    for pool in "ab":
        assert sum((got for want, got in zip(wants, given_out, strict=True) if want.pool == pool), D(0)) <= free[pool]
    assert all(0 <= got <= want.units for want, got in zip(wants, given_out, strict=True))
    for bundle in (1, 2):
        whole = {
            got == want.units
            for want, got in zip(wants, given_out, strict=True)
            if want.bundle == bundle and want.units
        }
        assert len(whole) <= 1


@given(st.lists(units, min_size=1, max_size=8), units)
def test_nobody_gets_anything_while_somebody_before_is_short(wanted, free):
    got = share_out([Want("a", quantity) for quantity in wanted], {"a": free})
    short = [index for index, (want, share) in enumerate(zip(wanted, got, strict=True)) if share < want]
    assert not short or all(share == 0 for share in got[short[0] + 1 :])


def test_a_word_is_written_as_the_database_writes_it():
    assert [rules.word(value) for value in (True, D("12.5000"), D("100"), D(0), 7, "A")] == [
        "true", "12.5", "100", "0", "7", "A",
    ]  # fmt: skip

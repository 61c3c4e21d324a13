"""Each check is one small rule: a table of what it finds, and properties of the score and of effects on others."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.entry.rules.checks import (
    CHECKS,
    FAMILIES,
    Asked,
    Bought,
    Finding,
    Known,
    Other,
    Row,
    contents,
    findings,
    is_odd,
    is_unusual,
    parts,
    score,
)
from orders.entry.rules.effects import Claim, displaced

TODAY = date(2026, 11, 23)
ROW = Row(1, 1, 7, "PIPE", Decimal(10), Decimal("8.00"), None, Decimal(80), Decimal(60), Decimal(95))
ASKED = Asked("PO 12", None, [ROW], frozenset({1}))
KNOWN = Known(TODAY)
TENS = [Bought(Decimal(n), Decimal("8.00"), "SO-1") for n in (10, 9, 11, 10, 12)]
SAME = ((7, Decimal(10)),)


def found(asked: Asked = ASKED, known: Known = KNOWN) -> list[str]:
    return [finding.code for finding in findings(asked, known)]


def asking(**fields: object) -> Asked:
    return replace(ASKED, rows=[replace(ROW, **fields)])


@pytest.mark.parametrize(
    ("asked", "known", "codes"),
    [
        (ASKED, KNOWN, []),
        (replace(ASKED, customer_po=""), KNOWN, []),
        (replace(ASKED, customer_po=" -/ "), replace(KNOWN, po_required=True), ["po_missing"]),
        (ASKED, replace(KNOWN, po_required=True), []),
        (ASKED, replace(KNOWN, others=[Other(3, "SO-3", True, False)]), ["po_used_before"]),
        (ASKED, replace(KNOWN, others=[Other(3, "SO-3", True, True, SAME)]), ["po_duplicate"]),
        (ASKED, replace(KNOWN, others=[Other(3, "SO-3", True, False, SAME)]), ["po_used_before"]),
        (ASKED, replace(KNOWN, others=[Other(3, "SO-3", False, True, SAME)]), ["same_order"]),
        (ASKED, replace(KNOWN, others=[Other(3, "SO-3", False, True, ((7, Decimal(11)),))]), []),
        (
            replace(ASKED, customer_po=""),
            replace(KNOWN, po_required=True, others=[Other(3, "SO-3", False, True, SAME)]),
            ["po_missing", "same_order"],
        ),
        (ASKED, replace(KNOWN, places_before=frozenset({2})), ["ship_to_new"]),
        (ASKED, replace(KNOWN, places_before=frozenset({1, 2})), []),
        (replace(ASKED, requested_date=TODAY), KNOWN, []),
        (replace(ASKED, requested_date=TODAY - timedelta(days=1)), KNOWN, ["date_impossible"]),
        (replace(ASKED, requested_date=date(2036, 1, 1)), KNOWN, ["date_far"]),
        (asking(wanted=TODAY - timedelta(days=1)), KNOWN, ["row_date_impossible"]),
        (asking(wanted=date(2036, 1, 1)), KNOWN, ["row_date_far"]),
        (ASKED, replace(KNOWN, history={7: TENS}), []),
        (asking(quantity=Decimal(15)), replace(KNOWN, history={7: TENS}), ["odd_quantity"]),
        (asking(quantity=Decimal(1)), replace(KNOWN, history={7: TENS}), ["odd_quantity"]),
        (asking(quantity=Decimal(100)), replace(KNOWN, history={7: TENS}), ["large_quantity"]),
        (asking(quantity=Decimal(100)), replace(KNOWN, history={7: TENS[:4]}), []),
        (asking(quantity=Decimal(30)), replace(KNOWN, packs={7: ("box", Decimal(12))}), ["pack_broken"]),
        (asking(quantity=Decimal(24)), replace(KNOWN, packs={7: ("box", Decimal(12))}), []),
        (asking(quantity=Decimal(5)), replace(KNOWN, packs={7: ("box", Decimal(12))}), []),
        (asking(unit_price=Decimal("8.40")), replace(KNOWN, history={7: TENS}), []),
        (asking(unit_price=Decimal("8.41")), replace(KNOWN, history={7: TENS}), ["price_changed"]),
        (asking(unit_price=Decimal("7.59")), replace(KNOWN, history={7: TENS}), ["price_changed"]),
        (asking(unit_price=None), replace(KNOWN, history={7: TENS}), []),
        (asking(net_base=Decimal(62)), replace(KNOWN, margin_floor_percent=Decimal(5)), ["margin_low"]),
        (asking(net_base=Decimal(63)), replace(KNOWN, margin_floor_percent=Decimal(5)), []),
        (asking(net_base=Decimal(1), cost_base=None), replace(KNOWN, margin_floor_percent=Decimal(5)), []),
        (ASKED, replace(KNOWN, credit_limit=Decimal(100), exposure=Decimal(100)), []),
        (ASKED, replace(KNOWN, credit_limit=Decimal(100), exposure=Decimal("100.01")), ["credit_short"]),
        (ASKED, replace(KNOWN, credit_limit=Decimal(0), exposure=Decimal(1)), ["credit_short"]),
        (ASKED, replace(KNOWN, is_overdue=True, overdue_days=31), ["overdue"]),
        (ASKED, replace(KNOWN, rules=[("compliance", "Big: net is over 100")]), ["company_rule"]),
    ],
)
def test_what_each_check_finds(asked: Asked, known: Known, codes: list[str]) -> None:
    assert found(asked, known) == codes


def test_every_check_leads_somewhere_and_all_families_together_cost_a_hundred() -> None:
    assert sum(max(c.points for c in CHECKS.values() if c.family == family) for family in FAMILIES) == 100
    elsewhere = {code for code, check in CHECKS.items() if not check.leads_to}
    assert elsewhere == {"credit_short", "overdue"}, "nobody mends the customer's debts in the order"


def test_a_price_is_compared_with_the_newest_in_the_same_currency() -> None:
    history = [
        Bought(Decimal(1), None, "SO-9"),
        Bought(Decimal(1), Decimal(10), "SO-8"),
        Bought(Decimal(1), Decimal(8)),
    ]
    (finding,) = findings(asking(unit_price=Decimal(8)), replace(KNOWN, history={7: history}))
    assert finding.facts == {"order": "SO-8", "before": "10", "now": "8", "percent": "-20.0"}


def test_a_broken_pack_names_the_whole_ones_beside_it() -> None:
    (finding,) = findings(asking(quantity=Decimal(30)), replace(KNOWN, packs={7: ("box", Decimal(12))}))
    assert (finding.facts["below"], finding.facts["above"], finding.facts["over"]) == ("24", "36", "6")


def test_the_same_lines_in_another_order_are_the_same() -> None:
    one, two = replace(ROW, product_id=1), replace(ROW, product_id=2)
    assert contents([one, two]) == contents([two, one])
    assert contents([replace(ROW, product_id=None)]) == ()


@given(st.lists(st.sampled_from(sorted(CHECKS)), max_size=40))
def test_the_points_lost_and_the_score_make_a_hundred(codes: list[str]) -> None:
    lost = parts([Finding(code) for code in codes])
    assert sum(lost.values()) + score(lost) == 100
    assert 0 <= score(lost) <= 100
    assert set(lost) == {CHECKS[code].family for code in codes}


@given(st.lists(st.sampled_from(sorted(CHECKS)), max_size=20), st.sampled_from(sorted(CHECKS)))
def test_one_more_finding_never_makes_an_order_cleaner(codes: list[str], more: str) -> None:
    before = [Finding(code) for code in codes]
    assert score(parts([*before, Finding(more)])) <= score(parts(before))


quantities = st.decimals(min_value=1, max_value=1000, places=2)


@given(st.lists(quantities, min_size=5, max_size=30), quantities)
def test_an_odd_quantity_is_so_at_every_scale_and_a_large_one_is_odd(history: list[Decimal], quantity: Decimal) -> None:
    assert is_odd(quantity, history) == is_odd(quantity * 8, [value * 8 for value in history])
    if is_unusual(quantity, history):
        assert is_odd(quantity, history)
        assert quantity > 4 * median(history)
    assert not is_odd(median(history), history)


@given(st.lists(quantities, max_size=4), quantities)
def test_fewer_than_five_earlier_lines_say_nothing(history: list[Decimal], quantity: Decimal) -> None:
    assert not is_odd(quantity, history)
    assert not is_unusual(quantity, history)


amounts = st.integers(min_value=0, max_value=500).map(Decimal)
claims = st.lists(st.integers(min_value=1, max_value=200), max_size=6).map(
    lambda wanted: [Claim(number, Decimal(each)) for number, each in enumerate(wanted)]
)


@given(amounts, amounts, claims)
def test_what_is_taken_from_others_is_what_they_would_have_got(
    there: Decimal, taken: Decimal, waiting: list[Claim]
) -> None:
    taken = min(taken, there)
    wanted = sum((claim.wanted for claim in waiting), Decimal(0))
    lost = displaced(there, taken, waiting)
    assert sum((each for _, each in lost), Decimal(0)) == min(wanted, there) - min(wanted, there - taken)
    assert all(0 < each <= claim.wanted for claim, each in lost)
    names = [claim.order_id for claim, _ in lost]
    assert names == sorted(names)
    if there - taken >= wanted:
        assert lost == []


@given(amounts, claims)
def test_the_last_in_the_queue_loses_first(there: Decimal, waiting: list[Claim]) -> None:
    lost = dict(displaced(there, Decimal(1) if there else Decimal(0), waiting))
    served, left = [], there
    for claim in waiting:
        if left > 0:
            served.append(claim)
        left -= claim.wanted
    if left < 0 and served:
        assert list(lost) == served[-1:]
    elif not served:
        assert lost == {}

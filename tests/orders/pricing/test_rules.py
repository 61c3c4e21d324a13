"""Prices, ladders and taxes as pure arithmetic."""

from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omc.lib.money import round_amount
from orders.pricing.rules import (
    Break,
    Rung,
    Tax,
    ladder_problems,
    line_taxes,
    overrides,
    resolve,
    shares_of_discount,
    tax_for,
)

DAY = date(2026, 11, 23)


def brk(number: int, source: str, least: str, price: str, **more: object) -> Break:
    return Break(number, more.pop("list_id", number), f"L{number}", source, Decimal(least), Decimal(price), **more)  # type: ignore[arg-type]


def steps(price: object) -> list[tuple[str, str, str]]:
    return [(step.step, step.source, str(step.amount)) for step in price.steps]  # type: ignore[attr-defined]


def test_a_contract_beats_every_other_source_even_when_it_is_dearer():
    price = resolve(
        [brk(1, "base", "1", "10"), brk(2, "promotion", "1", "7"), brk(3, "contract", "1", "9")], Decimal(5)
    )

    assert price
    assert price.unit_price == 9
    assert price.list_price == 10
    assert steps(price) == [("list", "base", "10"), ("contract", "contract", "-1")]


def test_the_deepest_break_that_the_quantity_reaches_counts_and_shows_as_a_step_of_its_own():
    ladder = [
        brk(1, "base", "1", "10", list_id=1),
        brk(2, "base", "10", "9", list_id=1),
        brk(3, "base", "100", "8", list_id=1),
    ]

    at_99, at_100 = resolve(ladder, Decimal(99)), resolve(ladder, Decimal(100))

    assert at_99
    assert steps(at_99) == [("list", "base", "10"), ("break", "base", "-1")]
    assert at_100
    assert steps(at_100) == [("list", "base", "10"), ("break", "base", "-2")]
    assert at_100.steps[-1].break_id == 3


def test_a_quantity_below_the_first_contract_break_falls_back_to_the_list():
    breaks = [brk(1, "base", "1", "10"), brk(2, "contract", "50", "6")]

    below, at = resolve(breaks, Decimal("49.999999")), resolve(breaks, Decimal(50))

    assert below
    assert steps(below) == [("list", "base", "10")]
    assert at
    assert at.unit_price == 6


def test_below_the_first_tier_of_every_list_above_the_reasons_say_from_when_each_would_count():
    breaks = [
        brk(1, "base", "1", "10"), brk(2, "contract", "50", "6"), brk(3, "contract", "200", "5", list_id=2),
        brk(4, "promotion", "20", "7"), brk(5, "promotion", "5", "9.5", list_id=4), brk(6, "segment", "3", "9"),
    ]  # fmt: skip

    def missed(quantity: str, **more: object) -> list[tuple[str, Decimal]]:
        price = resolve(breaks, Decimal(quantity), **more)
        assert price
        return [(each.source, each.min_quantity) for step in price.steps for each in step.missed]

    assert missed("2") == [("contract", 50), ("promotion", 5), ("segment", 3)]
    assert missed("4") == [("contract", 50), ("promotion", 5)]
    assert missed("19.999999") == [("contract", 50)]
    assert missed("50") == []
    typed = resolve(breaks, Decimal(2), manual=Decimal(1))
    assert typed
    assert [len(step.missed) for step in typed.steps] == [3, 0]
    assert typed.steps[0].row()["missed"][0] == {
        "source": "contract", "list_id": 2, "list_code": "L2", "min_quantity": "50",
    }  # fmt: skip


def test_without_any_list_the_price_of_the_item_is_the_last_resort_and_without_that_there_is_none():
    price = resolve([], Decimal(1), last_resort=Decimal("12.34567"))

    assert price
    assert price.unit_price == Decimal("12.3457")
    assert steps(price) == [("list", "item", "12.3457")]
    assert resolve([], Decimal(1)) is None


def test_within_a_source_the_latest_start_wins_and_then_the_lowest_id():
    early = brk(1, "base", "1", "10", starts=date(2026, 1, 1))
    late = brk(2, "base", "1", "11", starts=date(2026, 6, 1))
    twin = brk(3, "base", "1", "12", starts=date(2026, 6, 1))

    price = resolve([twin, early, late], Decimal(1))

    assert price
    assert price.unit_price == 11


def test_a_typed_price_is_the_last_step_with_its_author_and_day():
    price = resolve([brk(1, "base", "1", "10")], Decimal(1), manual=Decimal("8.5"), author="Pat", on=DAY)

    assert price
    assert price.unit_price == Decimal("8.5000")
    assert price.list_price == 10
    row = price.steps[-1].row()
    assert (row["step"], row["amount"], row["author"], row["on"]) == ("manual", "-1.5000", "Pat", "2026-11-23")
    assert overrides([step.row() for step in price.steps])


def test_typing_the_price_in_force_is_no_override_and_a_price_of_its_own_is_none_either():
    same = resolve([brk(1, "base", "1", "10")], Decimal(1), manual=Decimal("10.0000"))
    alone = resolve([], Decimal(1), manual=Decimal("3"))

    assert same
    assert not overrides([step.row() for step in same.steps])
    assert alone
    assert steps(alone) == [("manual", "manual", "3.0000")]
    assert not overrides([step.row() for step in alone.steps])


prices = st.decimals("0", "500", places=4)
breaks = st.lists(
    st.builds(
        lambda number, source, least, price, list_id: brk(number, source, str(least), str(price), list_id=list_id),
        st.integers(1, 10_000),
        st.sampled_from(["contract", "group_contract", "promotion", "customer", "segment", "base"]),
        st.integers(1, 60),
        prices,
        st.integers(1, 8),
    ),
    max_size=12,
    unique_by=lambda found: found.break_id,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(breaks, st.integers(1, 80), st.none() | prices, st.none() | prices)
def test_the_steps_add_up_to_the_unit_price_exactly(found, quantity, last_resort, manual):
    price = resolve(found, Decimal(quantity), last_resort=last_resort, manual=manual)

    if price is not None:
        assert sum(step.amount for step in price.steps) == price.unit_price
        assert price.steps[-1].price == price.unit_price
    else:
        assert manual is None
        assert last_resort is None
        assert all(each.min_quantity > quantity for each in found)


def test_a_ladder_whose_price_rises_with_the_quantity_is_refused_naming_the_row():
    problems = ladder_problems([Rung(Decimal(1), Decimal("39.99")), Rung(Decimal(100), Decimal(440))])

    assert problems == [(1, "From 100 the price would rise to 440: from 1 it is 39.99.")]


def test_two_rows_may_share_a_quantity_only_on_different_days():
    spring = Rung(Decimal(1), Decimal(10), None, date(2026, 5, 31))
    summer = Rung(Decimal(1), Decimal(11), date(2026, 6, 1), None)
    overlapping = Rung(Decimal(1), Decimal(9), date(2026, 5, 31), date(2026, 5, 31))

    assert ladder_problems([spring, summer]) == []
    assert [row for row, _ in ladder_problems([spring, summer, overlapping])] == [2]


def test_equal_prices_along_a_ladder_are_allowed_but_zero_quantities_and_backward_days_are_not():
    assert ladder_problems([Rung(Decimal(1), Decimal(5)), Rung(Decimal(10), Decimal(5))]) == []
    assert len(ladder_problems([Rung(Decimal(0), Decimal(5))])) == 1
    assert len(ladder_problems([Rung(Decimal(1), Decimal(5), date(2026, 2, 2), date(2026, 2, 1))])) == 1


def tax(number: int, code: str, rate: str, **more: object) -> Tax:
    return Tax(number, code, more.pop("category", "S"), Decimal(rate), **more)  # type: ignore[arg-type]


RULES = [
    tax(1, "NO-TAX", "0", category="Z"),
    tax(2, "DE-19", "19", country="DE"),
    tax(3, "DE-7", "7", country="DE", tax_class="books"),
    tax(4, "DE-HELGOLAND", "0", country="DE", region="Helgoland", category="E"),
    tax(5, "FR-20", "20", country="FR"),
    tax(6, "FR-RC", "0", country="FR", category="AE"),
    tax(7, "DE-16", "16", country="DE", starts=date(2026, 7, 1)),
]


def code(country: str, region: str = "", tax_class: str = "standard", registered: bool = False) -> str:
    found = tax_for(RULES, country=country, region=region, tax_class=tax_class, registered=registered)
    assert found
    return found.code


def test_the_most_specific_place_decides_and_everywhere_else_has_a_rule_too():
    assert code("DE") == "DE-16"  # the latest start
    assert code("DE", region="helgoland") == "DE-HELGOLAND"
    assert code("CH") == "NO-TAX"


def test_an_item_class_without_a_rule_of_its_own_bears_the_standard_rate():
    assert code("DE", tax_class="books") == "DE-7"
    assert code("FR", tax_class="books") == "FR-20"


def test_reverse_charge_is_for_customers_with_a_tax_registration_only():
    assert code("FR", registered=True) == "FR-RC"
    assert code("FR", registered=False) == "FR-20"
    assert code("FR", tax_class="books", registered=True) == "FR-RC"


def test_no_rule_at_all_is_none():
    assert tax_for([], country="DE", region="", tax_class="standard", registered=False) is None


RATES = [("A", Decimal("19")), ("B", Decimal("7.25")), ("C", Decimal("0"))]
amounts = st.decimals("-5000", "5000", places=2)


@given(
    st.lists(
        st.tuples(amounts, st.sampled_from([("A", Decimal("19")), ("B", Decimal("7.25")), ("C", Decimal("0"))])),
        max_size=30,
    )
)
def test_line_taxes_sum_to_the_tax_of_each_rate_over_the_whole_document(rows):
    nets, taxes = [net for net, _ in rows], [each for _, each in rows]

    parts = line_taxes(nets, taxes)

    for group in set(taxes):
        whole = sum((net for net, each in rows if each == group), Decimal(0)) * group[1] / 100
        assert sum(part for part, each in zip(parts, taxes, strict=True) if each == group) == round_amount(whole)
    for (net, (_, rate)), part in zip(rows, parts, strict=True):
        assert abs(part - net * rate / 100) < Decimal("0.015")


@given(st.lists(st.decimals("-500", "5000", places=2), max_size=20))
def test_the_shares_of_a_discount_sum_to_it_and_nothing_else_bears_one(nets):
    discounts = [net < 0 for net in nets]

    shares = shares_of_discount(nets, discounts)

    bearing = [share for net, share in zip(nets, shares, strict=True) if net > 0]
    whole = sum((net for net in nets if net < 0), Decimal(0))
    assert sum(shares) == sum(bearing) == (whole if bearing else 0)


def test_a_thousand_cents_over_three_thirds_go_to_the_largest_remainder():
    nets = [Decimal("33.33"), Decimal("33.33"), Decimal("33.34"), Decimal("-10.00")]

    assert shares_of_discount(nets, [False, False, False, True]) == [
        Decimal("-3.33"),
        Decimal("-3.33"),
        Decimal("-3.34"),
        0,
    ]

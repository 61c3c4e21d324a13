"""The bridge as pure arithmetic: SPEC §14's fixture, both growth variants, and 500 random cases."""

import random
from decimal import Decimal

import pytest

from analytics.rules import EFFECTS, Bridge, Sales, bridge, round_to_total

D = Decimal


def sales(quantity: int | str, price: str, cost: str) -> Sales:
    return Sales(D(quantity), D(quantity) * D(price), D(quantity) * D(cost))


BASE = {"A": sales(100, "10", "6"), "B": sales(50, "20", "15"), "C": sales(20, "8", "5")}
CURRENT = {"A": sales(120, "10.5", "6.3"), "B": sales(40, "20", "16"), "D": sales(10, "30", "18")}


def effects(result: Bridge[str]) -> dict[str, D]:
    return {effect: amount for effect, amount in result.effects.items() if amount}


def test_the_fixture_by_constant_prices() -> None:
    result = bridge(BASE, CURRENT, "constant_price")

    assert effects(result) == {"price": D(60), "cost": D(-76), "mix": D(30), "new": D(120), "lost": D(-60)}
    assert (result.growth, result.change, result.residual) == (D(1), D(74), D(0))


def test_the_fixture_by_units() -> None:
    result = bridge(BASE, CURRENT, "units")

    assert effects(result) == {
        "price": D("60.00"),
        "cost": D("-76.00"),
        "volume": D("43.33"),
        "mix": D("-13.33"),
        "new": D("120.00"),
        "lost": D("-60.00"),
    }
    assert result.growth.quantize(D("0.0001")) == D("1.0667")
    assert (result.change, result.residual) == (D(74), D(0))


def test_volume_and_mix_together_and_all_else_do_not_depend_on_how_growth_is_measured() -> None:
    one, other = bridge(BASE, CURRENT, "constant_price").effects, bridge(BASE, CURRENT, "units").effects

    assert one["volume"] + one["mix"] == other["volume"] + other["mix"]
    assert all(one[effect] == other[effect] for effect in ("price", "cost", "new", "lost"))


@pytest.mark.parametrize("growth_by", ["constant_price", "units"])
def test_the_identity_holds_to_the_cent_on_500_random_cases(growth_by: str) -> None:
    chance = random.Random(20040701)
    for _case in range(500):
        base = {key: _random(chance) for key in range(chance.randint(0, 12))}
        current = {key: _random(chance) for key in range(chance.randint(0, 6), chance.randint(6, 15))}

        result = bridge(base, current, growth_by)

        profit = sum((one.profit for one in current.values()), D(0)) - sum((one.profit for one in base.values()), D(0))
        assert sum(result.effects.values()) == profit == result.change
        assert result.residual == 0
        for effect in EFFECTS:
            of_effect = [driver.amount for driver in result.drivers if driver.effect == effect]
            assert sum(of_effect, D(0)) == result.effects[effect]
            assert all(amount == amount.quantize(D("0.01")) for amount in of_effect)


def _random(chance: random.Random) -> Sales:
    """Mostly sold; sometimes nothing but a credit, given away, or more returned than sold."""
    quantity = D(chance.choice([0, -3, 7, 7])) if chance.random() < 0.2 else D(chance.randint(1, 9999)) / 100
    price = D(0) if chance.random() < 0.1 else D(chance.randint(1, 5000)) / 100
    net = (quantity * price).quantize(D("0.01")) - (D("4.20") if quantity == 0 else D(0))
    return Sales(quantity, net, (quantity * D(chance.randint(1, 4000)) / 100).quantize(D("0.01")))


def test_each_effect_stays_within_a_cent_of_the_textbook_formula() -> None:
    chance = random.Random(7)
    for _case in range(100):
        keys = range(chance.randint(1, 9))
        base = {key: sales(chance.randint(1, 99), f"{chance.randint(1, 50)}.25", "3.10") for key in keys}
        current = {key: sales(chance.randint(1, 99), f"{chance.randint(1, 50)}.75", "3.35") for key in keys}

        found = bridge(base, current, "units").effects

        g = sum(now.quantity for now in current.values()) / sum(was.quantity for was in base.values())
        price = sum((_p(current[k]) - _p(base[k])) * current[k].quantity for k in keys)
        cost = -sum((_c(current[k]) - _c(base[k])) * current[k].quantity for k in keys)
        volume = (g - 1) * sum(base[k].profit for k in keys)
        mix = sum((_p(base[k]) - _c(base[k])) * current[k].quantity for k in keys) - g * sum(
            base[k].profit for k in keys
        )
        for effect, expected in (("price", price), ("cost", cost), ("volume", volume), ("mix", mix)):
            assert abs(found[effect] - expected) < D("0.01")


def _p(one: Sales) -> D:
    return one.net / one.quantity


def _c(one: Sales) -> D:
    return one.cost / one.quantity


def test_free_goods_are_promotional_on_either_side() -> None:
    given = Sales(D(5), D(0), D(30))

    assert effects(bridge({}, {"A": given})) == {"promotional": D(-30)}
    assert effects(bridge({"A": given}, {})) == {"promotional": D(30)}
    assert effects(bridge({"A": sales(5, "10", "6")}, {"A": given})) == {"lost": D(-20), "promotional": D(-30)}


def test_a_month_with_more_returned_than_sold_is_not_compared_but_counted() -> None:
    returned = Sales(D(-2), D(-20), D(-12))

    assert effects(bridge({"A": sales(5, "10", "6")}, {"A": returned})) == {"lost": D(-20), "new": D(-8)}
    assert effects(bridge({"A": returned}, {"A": sales(5, "10", "6")})) == {"lost": D(8), "new": D(20)}


def test_two_empty_months_have_a_bridge_of_nothing() -> None:
    result: Bridge[str] = bridge({}, {})

    assert (result.change, result.residual, effects(result), list(result.drivers)) == (D(0), D(0), {}, [])


def test_rounding_gives_the_missing_cents_to_the_largest_remainders() -> None:
    thirds = [D(1) / 3, D(1) / 3, D(1) / 3]

    assert round_to_total(thirds, D("1.00")) == [D("0.34"), D("0.33"), D("0.33")]
    assert round_to_total([D("-0.005"), D("0.005")], D(0)) == [D("0.00"), D("0.00")]


def test_rounding_refuses_a_total_that_is_not_theirs() -> None:
    with pytest.raises(ValueError, match="do not sum"):
        round_to_total([D("1.00")], D("2.50"))


def test_growth_is_measured_in_one_of_two_ways() -> None:
    with pytest.raises(ValueError, match="constant_price or units"):
        bridge(BASE, CURRENT, "weight")

"""What a parcel costs and which service is proposed, against hand-made cases."""

from datetime import date
from decimal import Decimal

import pytest

from omc.lib.errors import InvalidInput
from orders.fulfillment.carriers.rules import (
    Box,
    NoRate,
    Option,
    Surcharges,
    Zone,
    cheapest_that_keeps,
    parcel_price,
    zone_for,
)
from orders.fulfillment.carriers.selectors import reason_for
from orders.fulfillment.carriers.terms import parse_rates

D = Decimal
ZONE = Zone("East", "US", "0", ((D(1), D("4.90")), (D(5), D("7.25")), (D(30), D("15.00"))))
ADD = Surcharges(fuel_percent=D("12.5"), residential=D("3.10"), oversize_cm=120, oversize=D("20.00"))


@pytest.mark.parametrize(
    ("box", "home", "price"),
    [
        (Box(1, D(1)), False, "5.51"),  # 4.90 + 0.61
        (Box(1, D("1.001")), False, "8.16"),  # 7.25 + 0.91 (0.90625)
        (Box(1, D(1)), True, "8.61"),
        (Box(1, D(1), (D(30), D(30), D(30))), False, "16.88"),  # counts as 5.4 kg: 15.00 + 1.88
        (Box(1, D(4), (D(121), D(5), D(5))), False, "28.16"),  # 7.25 + 0.91 + 20.00
        (Box(1, D(4), (D(120), D(5), D(5))), False, "8.16"),
    ],
)
def test_a_parcel_costs_its_rate_and_what_is_added(box: Box, home: bool, price: str) -> None:
    assert parcel_price(box, ZONE, ADD, residential=home) == D(price)


@pytest.mark.parametrize(
    ("box", "why"),
    [
        (Box(2, None), "Parcel 2 is not weighed."),
        (Box(1, D(31)), "Parcel 1 counts as 31 kg; it takes up to 30 kg."),
    ],
)
def test_what_has_no_rate_says_why(box: Box, why: str) -> None:
    with pytest.raises(NoRate, match=why):
        parcel_price(box, ZONE, ADD, residential=False)


def test_the_longest_beginning_of_the_postal_code_counts() -> None:
    zones = [Zone("US", "US", "", ()), ZONE, Zone("Boston", "US", "022", ()), Zone("DE", "DE", "", ())]
    found = [zone_for(zones, *place) for place in (("US", "02210"), ("US", "06103"), ("US", "94105"), ("DE", "02210"))]
    assert [zone and zone.name for zone in found] == ["Boston", "East", "US", "DE"]
    assert zone_for(zones, "FR", "02210") is None


GROUND = Option(1, "Ground", (D("11.10"),), date(2026, 11, 29))
ECONOMY = Option(2, "Economy", (D("14.20"),), date(2026, 11, 26))
EXPRESS = Option(3, "Express", (D("30.00"),), date(2026, 11, 25))
NOWHERE = Option(4, "Sea", refusal="does not go there")
ALL = [GROUND, ECONOMY, EXPRESS, NOWHERE]


@pytest.mark.parametrize(
    ("promised", "name"),
    [
        (date(2026, 11, 30), "Ground"),
        (date(2026, 11, 27), "Economy"),
        (date(2026, 11, 25), "Express"),
        (date(2026, 11, 20), "Express"),  # none keeps it: the earliest
        (None, "Ground"),
    ],
)
def test_the_cheapest_that_keeps_the_promise_is_proposed(promised: date | None, name: str) -> None:
    best = cheapest_that_keeps(ALL, promised)
    assert best is not None
    assert best.name == name


def test_the_reason_names_what_one_would_ask_about() -> None:
    assert reason_for(ECONOMY, ALL, date(2026, 11, 27)) == (
        "Economy 14.20 arrives Thu 26 Nov, 1 day before the promise;"
        " Ground is 3.10 cheaper and arrives Sun 29 Nov, 2 days late."
    )
    assert reason_for(GROUND, [GROUND, NOWHERE], date(2026, 11, 29)) == (
        "Ground 11.10 arrives Sun 29 Nov, the promised day."
    )


def test_a_service_without_a_day_keeps_no_promise() -> None:
    unknown = Option(5, "Barge", (D(1),), None)
    assert cheapest_that_keeps([unknown, EXPRESS], date(2026, 11, 27)) == EXPRESS
    assert cheapest_that_keeps([unknown, EXPRESS], None) == unknown


@pytest.mark.parametrize("text", ["", "5", "5: x", "0: 3", "1: 5; 1: 6", "1: 5; 2: 4", "nan: 1"])
def test_rates_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_rates(text)

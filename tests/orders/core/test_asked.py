"""Every difference from what was asked is found and said once, in sentences."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.utils import translation

from orders.core.asked import Asked, Given, differences, sentences, told_differences

FIRST, THIRD, FIFTH = date(2026, 12, 1), date(2026, 12, 3), date(2026, 12, 5)
BOLT = Given("Bolt (B)", 1, D(10), "pc", D("2.00"), THIRD)
FREIGHT = Given("Freight", 9, D(1), "pc", D(15), None, dated=False)


def said(asked: list[Asked], given: list[Given], *, language: str = "en") -> list[str]:
    with translation.override(language):
        dated = sum(line.dated for line in given)
        return sentences(differences(asked, given), currency="EUR", lines=dated)


def wish(**changed: object) -> Asked:
    fields: dict[str, object] = {
        "item": "Bolt (B)", "product_id": 1, "quantity": D(10), "unit": "pc", "price": D("2.00"), "day": THIRD,
    }  # fmt: skip
    return Asked(**(fields | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, None),
        ({"day": None, "price": None, "quantity": None}, None),
        ({"price": D("2.004")}, None),
        ({"day": FIRST}, "Bolt (B): you asked for it by 1 December 2026. It will be with you on 3 December 2026."),
        (
            {"day": FIFTH},
            "Bolt (B): you asked for it on 5 December 2026. It will be with you earlier, on 3 December 2026.",
        ),
        ({"quantity": D("12.5")}, "Bolt (B): you asked for 12.5 pc. It is 10 pc."),
        ({"quantity": D(1), "unit": "box"}, "Bolt (B): you asked for 1 box. It is 10 pc."),
        ({"price": D("1.7575")}, "Bolt (B): your price was 1.7575 EUR. Ours is 2.00 EUR."),
        ({"item": "Screw (S)", "product_id": 2}, "Instead of Screw (S) you get Bolt (B)."),
        ({"item": "something blue", "product_id": None}, "Instead of something blue you get Bolt (B)."),
    ],
)
def test_each_way_to_differ_is_said(asked: dict[str, object], sentence: str | None) -> None:
    assert said([wish(**asked)], [BOLT, FREIGHT]) == ([sentence] if sentence else [])


def test_all_differences_of_a_line_are_said() -> None:
    found = said([wish(day=FIRST, quantity=D(8), price=D(1))], [BOLT])
    assert [one.split(": ")[1].split(" ")[0] for one in found] == ["you", "your", "you"]
    assert len(found) == 3


def test_what_cannot_be_supplied_and_what_was_added_is_said() -> None:
    nut = Given("Nut (N)", 3, D(4), "pc", D(1), THIRD)
    assert said([wish(), wish(item="Gold", product_id=7, left_out=True)], [BOLT, nut]) == [
        "Gold: we cannot supply this.",
        "Nut (N): 4 pc was added.",
    ]


def test_lines_are_matched_by_item_whatever_their_order() -> None:
    nut = Given("Nut (N)", 3, D(4), "pc", D(1), THIRD)
    assert said([wish(item="Nut (N)", product_id=3, quantity=D(4), price=D(1)), wish()], [BOLT, nut]) == []


def test_what_moves_together_is_said_once() -> None:
    nut = Given("Nut (N)", 3, D(4), "pc", D(1), THIRD)
    wishes = [wish(day=FIRST), wish(item="Nut (N)", product_id=3, quantity=D(4), price=None, day=FIRST)]
    assert said(wishes, [BOLT, nut, FREIGHT]) == [
        "You asked for everything by 1 December 2026. It will all be with you on 3 December 2026."
    ]


def test_a_day_that_nobody_promised_is_said() -> None:
    undated = Given("Bolt (B)", 1, D(10), "pc", D("2.00"), None)
    assert said([wish()], [undated]) == ["Bolt (B): you asked for it by 3 December 2026. No date is promised yet."]


def test_german_says_it_with_german_days_and_numbers() -> None:
    assert said([wish(day=FIRST, price=D("1234.5"))], [BOLT], language="de") == [
        "Bolt (B): Ihr Preis war 1.234,50 EUR. Unser Preis ist 2,00 EUR.",
        "Bolt (B): Sie wünschten es bis 1. Dezember 2026. Es ist am 3. Dezember 2026 bei Ihnen.",
    ]


def test_where_nothing_differs_it_is_said_only_if_something_was_asked() -> None:
    assert told_differences([], currency="EUR", lines=1, asked=True) == "Everything is as you asked."
    assert told_differences([], currency="EUR", lines=1, asked=False) == ""

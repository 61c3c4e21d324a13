"""What may be picked, and how many kits are complete."""

import random
from decimal import Decimal

from orders.fulfillment.rules import KitPart, ToPick, complete_kits, pick_problems

D = Decimal


def test_problems_are_named_line_by_line() -> None:
    lines = [ToPick(1, "1 A", D(5)), ToPick(2, "2 B", D(5)), ToPick(3, "3 C", D(5))]
    found = pick_problems(lines, {1: D(6), 2: D(4), 3: D(3)}, {3: "damaged"}, "back_order")
    assert [(problem.line_id, problem.code) for problem in found] == [(1, "over_pick"), (2, "reason_missing")]


def test_complete_kits_never_exceed_any_part_and_grow_with_the_parts() -> None:
    chance = random.Random(3)
    for _ in range(2000):
        kits = D(chance.randint(1, 9))
        per_kit = [D(chance.randint(1, 5)) / chance.choice([1, 2, 4]) for _ in range(chance.randint(1, 4))]
        done = [D(chance.randint(0, int(kits * each))) for each in per_kit]
        parts = [KitPart(kits * each, D(0), units) for each, units in zip(per_kit, done, strict=True)]
        complete = complete_kits(kits, D(0), parts)
        assert 0 <= complete <= kits
        assert all(complete * each <= units for each, units in zip(per_kit, done, strict=True))
        assert complete == complete.to_integral_value()
        more = [KitPart(part.ordered, part.cancelled, part.ordered) for part in parts]
        assert complete_kits(kits, D(0), more) == kits


def test_of_half_a_kit_all_parts_make_it_complete() -> None:
    assert complete_kits(D("0.5"), D(0), [KitPart(D(2), D(0), D(2))]) == D("0.5")
    assert complete_kits(D("0.5"), D(0), [KitPart(D(2), D(0), D(1))]) == 0


def test_kits_that_were_cancelled_are_not_complete() -> None:
    assert complete_kits(D(4), D(1), [KitPart(D(8), D(2), D(6))]) == 3
    assert complete_kits(D(4), D(4), [KitPart(D(8), D(8), D(0))]) == 0

"""The pure ledger: ten thousand random lives of a line, each step allowed or refused as a naive model says."""

import random
from decimal import Decimal as D

import pytest

from orders.core.models import LEDGER_COLUMNS
from orders.core.rules import Ledger, LineFacts, facets, line_status


def naive_is_sound(row: dict[str, int], invoice_ahead: bool) -> bool:
    return (
        all(value >= 0 for value in row.values())
        and row["shipped"] <= row["packed"] <= row["picked"] <= row["ordered"] - row["cancelled"]
        and row["allocated"] <= row["ordered"] - row["cancelled"] - row["shipped"]
        and row["delivered"] <= row["shipped"]
        and row["returned"] <= row["shipped"]
        and row["invoiced"] <= row["ordered"]
        and (invoice_ahead or row["invoiced"] <= row["shipped"])
        and row["credited"] <= row["invoiced"]
    )


@pytest.mark.slow
def test_ten_thousand_random_sequences_never_leave_an_unsound_ledger():
    rng = random.Random(20261123)
    refused = posted = 0
    for _ in range(10_000):
        ahead = rng.random() < 0.2
        ledger, model = Ledger(invoice_ahead=ahead), dict.fromkeys(LEDGER_COLUMNS, 0)
        for _ in range(rng.randint(4, 14)):
            column, delta = rng.choice(LEDGER_COLUMNS), rng.randint(-3, 6)
            wanted = model | {column: model[column] + delta}
            try:
                ledger = ledger.post(**{column: D(delta)})
                model, posted = wanted, posted + 1
                assert naive_is_sound(model, ahead)
            except ValueError:
                refused += 1
                assert not naive_is_sound(wanted, ahead)
        assert {name: getattr(ledger, name) for name in LEDGER_COLUMNS} == model
        assert ledger.violations() == []
    assert posted > 15_000
    assert refused > 20_000


def test_a_refusal_names_every_broken_invariant():
    with pytest.raises(ValueError, match=r"shipped exceeds packed; delivered exceeds shipped"):
        Ledger(ordered=D(5), picked=D(5), packed=D(1)).post(shipped=D(2), delivered=D(3))


@pytest.mark.parametrize(
    ("ledger", "word"),
    [
        (Ledger(ordered=D(5)), "open"),
        (Ledger(ordered=D(5), allocated=D(2)), "part_allocated"),
        (Ledger(ordered=D(5), allocated=D(5)), "allocated"),
        (Ledger(ordered=D(5), allocated=D(5), picked=D(1)), "picking"),
        (Ledger(ordered=D(5), picked=D(2), packed=D(2), shipped=D(2)), "part_shipped"),
        (Ledger(ordered=D(5), cancelled=D(3), picked=D(2), packed=D(2), shipped=D(2)), "shipped"),
        (Ledger(ordered=D(2), picked=D(2), packed=D(2), shipped=D(2), delivered=D(2)), "delivered"),
        (Ledger(ordered=D(2), picked=D(2), packed=D(2), shipped=D(2), delivered=D(2), returned=D(2)), "returned"),
        (Ledger(ordered=D(5), cancelled=D(5)), "cancelled"),
    ],
)
def test_a_line_has_one_word_for_where_it_stands(ledger, word):
    assert line_status(ledger) == word


def test_facets_say_what_is_partial():
    half = Ledger(ordered=D(4), picked=D(2), packed=D(2), shipped=D(2), invoiced=D(2), returned=D(1))
    service = Ledger(ordered=D(1), invoiced=D(1), invoice_ahead=True)

    assert facets([LineFacts(half, True, True), LineFacts(service, False, True)]) == {
        "shipping": "part",
        "billing": "part",
        "claims": "part",
    }
    assert facets([]) == {"shipping": "none", "billing": "none", "claims": "none"}


def test_what_was_invoiced_ahead_and_then_cancelled_is_an_exception_until_credited():
    ahead = Ledger(ordered=D(4), invoiced=D(4), cancelled=D(1), invoice_ahead=True)

    assert facets([LineFacts(ahead, False, True)])["billing"] == "exception"
    assert facets([LineFacts(ahead.post(credited=D(1)), False, True)])["billing"] == "done"

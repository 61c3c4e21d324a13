"""The table of the bench says what was measured, and whether it keeps its budget."""

import json

import pytest

from omc.bench import report
from omc.bench.measures import percentile


def row(name="a list", value=80.0, **more):
    return {
        "name": name,
        "value": value,
        "unit": "ms",
        "budget": 100,
        "budget_1m": 150,
        "more_is_better": False,
        "error": "",
        "parts": {},
    } | more


@pytest.mark.parametrize(
    ("given", "size", "ok"),
    [
        (row(value=100), "250k", True),
        (row(value=100.1), "250k", False),
        (row(value=120), "1m", True),
        (row(value=19, budget=20, more_is_better=True), "250k", False),
        (row(value=20, budget=20, more_is_better=True), "250k", True),
        (row(value=None, error="broke"), "250k", False),
        (row(budget=None), "250k", None),
    ],
)
def test_a_value_is_held_against_the_budget_of_its_size(given, size, ok):
    assert report.merged([given], [], size=size)[0]["ok"] is ok


def test_the_small_size_stands_beside_with_the_ratio():
    (merged,) = report.merged([row(value=90)], [row(value=60)], size="250k")
    assert (merged["small"], merged["ratio"]) == (60, 1.5)


def test_a_row_that_only_the_large_size_has_shows_no_ratio():
    (merged,) = report.merged([row()], [], size="250k")
    assert (merged["small"], merged["ratio"]) == (None, None)


def test_the_table_says_missed_and_why_something_failed():
    rows = report.merged([row(value=300), row("broken", None, error="RuntimeError('no')")], [], size="250k")
    lines = report.table(rows, size="250k", small="10k").splitlines()
    assert "MISSED" in lines[1]
    assert "300 ms" in lines[1]
    assert "failed: RuntimeError('no')" in lines[2]


def test_the_file_has_every_row(tmp_path):
    report.write(tmp_path / "bench.json", report.merged([row()], [], size="250k"), size="250k", built={})
    (written,) = json.loads((tmp_path / "bench.json").read_text())["rows"]
    assert (written["name"], written["value"], written["unit"], written["budget"], written["ok"]) == (
        "a list",
        80.0,
        "ms",
        100,
        True,
    )


@pytest.mark.parametrize(("percent", "value"), [(50, 2.0), (95, 4.0), (100, 4.0), (1, 1.0)])
def test_a_percentile_is_a_measured_value(percent, value):
    assert percentile([1.0, 2.0, 3.0, 4.0], percent) == value

"""The order in which the workers of the gate take the files."""

from types import SimpleNamespace
from typing import Any

from tests.longest_first import LONGEST, TESTS, in_order


def item(path: str, name: str, *marks: str) -> Any:
    return SimpleNamespace(
        path=TESTS / path, name=name, get_closest_marker=lambda mark: mark if mark in marks else None
    )


def test_the_longest_files_come_first_and_keep_their_own_order() -> None:
    given = [
        *(item("small.py", "only"), item("many.py", "b"), item("many.py", "a"), item("race.py", "quick")),
        *(item("race.py", "late", "race"), item("demo/test_demo.py", "whole", "demo")),
        item("browser/test_everybody.py", "every", "browser"),
    ]
    assert [one.name for one in in_order(given)] == ["every", "whole", "quick", "late", "b", "a", "only"]


def test_the_longest_files_are_there() -> None:
    assert [path for path in LONGEST if not path.exists()] == []

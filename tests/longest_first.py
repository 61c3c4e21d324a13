"""Workers take the longest files first, so that none sits over the last long one while the others have nothing left.

pytest-xdist by itself begins with the files of most tests, and so ends with the longest: a single test each. The gate turns
that off (``--no-loadscope-reorder``); a run without workers keeps the usual order.
"""

from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LONGEST = [  # a minute and more, seen in the gate; the longest first
    TESTS / "browser" / "test_everybody.py",
    TESTS / "omc" / "history" / "test_online_retail.py",
    TESTS / "journeys" / "test_random_lives.py",
    TESTS / "demo" / "test_demo.py",
]
LONG = ("browser", "demo", "slow", "race")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items[:] = in_order(items)


def in_order(items: list[pytest.Item]) -> list[pytest.Item]:
    """The longest files by name, then those with a long kind of test, then those with many; inside a file nothing moves."""
    size = Counter(item.path for item in items)
    with_long_tests = {item.path for item in items if any(item.get_closest_marker(name) for name in LONG)}

    def place(item: pytest.Item) -> tuple[int, int, str]:
        path = item.path
        if path in LONGEST:
            return LONGEST.index(path), 0, ""
        return len(LONGEST) + (path not in with_long_tests), -size[path], str(path)

    return sorted(items, key=place)

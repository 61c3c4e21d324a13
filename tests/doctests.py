"""Only a file with an example in it is looked through for doctests: the others are neither imported nor searched for it.

What the search also proved, that every module can be imported, is a test of its own: tests/architecture/test_imports.py.
"""

from collections.abc import Generator
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    found = yield
    if any(isinstance(collector, DoctestModule) for collector in found) and b">>>" not in file_path.read_bytes():
        return [collector for collector in found if not isinstance(collector, DoctestModule)]
    return found

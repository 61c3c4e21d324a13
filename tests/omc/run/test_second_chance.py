"""Only a test in a browser gets a second chance, and the run says which ones needed it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from omc.run.places import CHECKOUT
from tests.second_chance import TITLE

FAILS_ONCE = """
import pytest
tried = []

{mark}
def test_at_first_it_fails():
    tried.append(1)
    assert len(tried) == 2, "the page was not there yet"
"""


def run(folder: Path, mark: str) -> tuple[int, str]:
    """Exit code and output of a run over one test that fails once, on a worker as in the gate."""
    (folder / "test_one.py").write_text(FAILS_ONCE.format(mark=mark))
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    browser: one\n    slow: another\n")
    plugins = ("-p", "xdist", "-p", "pytest_rerunfailures", "-p", "tests.second_chance", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "1", "--dist", "loadfile", *plugins, "test_one.py"],
        cwd=folder,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(CHECKOUT), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("mark", ["", "@pytest.mark.slow"])
def test_an_ordinary_test_that_fails_once_fails_the_run(tmp_path: Path, mark: str) -> None:
    code, said = run(tmp_path, mark)
    assert code == 1
    assert TITLE not in said
    assert "1 failed" in said
    assert "rerun" not in said


@pytest.mark.slow
def test_a_browser_test_that_fails_once_passes_and_is_named_last(tmp_path: Path) -> None:
    code, said = run(tmp_path, "@pytest.mark.browser")
    assert code == 0, said
    *_, title, name, total = said.strip().split("\n")
    assert TITLE in title
    assert name == ("test_one.py::test_at_first_it_fails (call): AssertionError: the page was not there yet")
    assert "1 passed, 1 rerun" in total


def test_here_a_browser_test_is_marked_and_no_other(request: pytest.FixtureRequest) -> None:
    """This run's own plugins: whatever of tests/browser is collected beside this test has one chance more."""
    assert request.config.pluginmanager.has_plugin("rerunfailures")
    for item in request.session.items:
        mark = item.get_closest_marker("flaky")
        assert (mark.kwargs if mark else {}) == ({"reruns": 1} if item.get_closest_marker("browser") else {}), item
    assert not request.config.getini("reruns")
    assert request.config.option.reruns is None
    assert request.config.option.force_reruns is None

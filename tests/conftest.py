"""What every test gets: a database of its own, jobs that run at once, a browser when there is one."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.test import TransactionTestCase

from tests import database, doctests, longest_first, second_chance

TESTS = Path(__file__).parent
_PLACEHOLDER = "@127.0.0.1:1/"  # of tests/settings.py
_server = pytest.StashKey[database.ThrowAwayServer]()

# A property does not depend on how busy the machine is. The rest stays as it is here, or in CI.
hypothesis.settings.register_profile(
    "any-machine",
    hypothesis.settings.default,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("any-machine")


def pytest_configure(config: pytest.Config) -> None:
    """Start a throw-away database server, once per run; the workers of pytest-xdist inherit its address."""
    for plugin in (doctests, longest_first, second_chance):
        config.pluginmanager.register(plugin)
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop beside Django's synchronous code
    if _PLACEHOLDER in os.environ["DATABASE_URL"] and not config.option.collectonly:
        config.stash[_server] = database.ThrowAwayServer()
        os.environ["DATABASE_URL"] = config.stash[_server].start()
        database.point_settings_at(os.environ["DATABASE_URL"])


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(_server, None):
        server.stop()


@pytest.hookimpl(tryfirst=True)  # the second chance looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A folder that is about one kind of test marks it."""
    for item in items:
        if (TESTS / "browser") in item.path.parents:
            item.add_marker(pytest.mark.browser)


def pytest_collection_finish() -> None:
    """What is imported by now stays to the end: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, worker_id: str) -> Iterator[None]:
    """A clone of the migrated template, instead of pytest-django's migrations in every process."""
    with django_db_blocker.unblock():
        own = database.prepare("" if worker_id == "master" else worker_id)
    TransactionTestCase._fixture_teardown = lambda self: database.empty_all_tables()  # type: ignore[method-assign]
    yield
    with django_db_blocker.unblock():
        database.discard(own)


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    return getattr(request.config, "workerinput", {}).get("workerid", "master")


@pytest.fixture(autouse=True)
def _database_for_scenarios(request: pytest.FixtureRequest) -> None:
    if isinstance(request.node, pytest.DoctestItem) and request.node.path.suffix == ".md":
        request.getfixturevalue("db")


@pytest.fixture
def queued_jobs() -> Iterator[None]:
    """Jobs wait in a queue, as in real life, instead of running at once."""
    from omc.celery import app

    app.conf.task_always_eager = False
    yield
    app.conf.task_always_eager = True


def _chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium, which looks for nothing outside. Missing: CI fails, elsewhere the test is skipped."""
    path = _chromium()
    if path is None:
        complain = pytest.fail if os.environ.get("CI") else pytest.skip
        complain("No Chromium on this machine (Debian: apt-get install chromium).")
    quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return browser_type_launch_args | {
        "executable_path": path,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-quic", *quiet],
    }

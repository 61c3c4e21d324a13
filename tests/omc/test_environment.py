"""Settings from the environment: what makes sense is taken, anything else names the variable."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from omc.environment import Environment


def env(**variables: str) -> Environment:
    return Environment(variables)


@pytest.mark.parametrize(("text", "meaning"), [("true", True), ("1", True), ("Off", False), ("no", False), ("", True)])
def test_a_yes_or_no_is_read(text: str, meaning: bool) -> None:
    assert env(X=text).boolean("X", True) is meaning


def test_a_number_is_read_within_its_limits() -> None:
    assert env(X="60").whole_number("X", 5, least=60) == 60
    assert env().whole_number("X", 5) == 5


def test_a_database_address_is_taken_apart() -> None:
    found = env(DATABASE_URL="postgresql://me:p%40ss@db.example.com:6432/orders?sslmode=require").database(
        "DATABASE_URL"
    )
    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "orders",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.example.com",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }


def test_what_is_not_set_is_none() -> None:
    assert env(DATABASE_URL="").database("DATABASE_URL") is None
    assert env().redis_url("REDIS_URL") == ""


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (lambda e: e.boolean("X", True), "maybe"),
        (lambda e: e.whole_number("X", 1), "-3"),
        (lambda e: e.whole_number("X", 1), "3.5"),
        (lambda e: e.whole_number("X", 1, most=10), "11"),
        (lambda e: e.choice("X", "a", ("a", "b")), "c"),
        (lambda e: e.hosts("X", ()), "*"),
        (lambda e: e.hosts("X", ()), "https://example.com"),
        (lambda e: e.origins("X"), "example.com"),
        (lambda e: e.origins("X"), "https://example.com/path"),
        (lambda e: e.redis_url("X"), "localhost:6379"),
        (lambda e: e.redis_url("X"), "redis://localhost/orders"),
        (lambda e: e.database("X"), "mysql://localhost/omc"),
        (lambda e: e.database("X"), "postgresql://localhost"),
        (lambda e: e.database("X"), "postgresql://localhost:many/omc"),
        (lambda e: e.required("X", "it is needed"), ""),
    ],
)
def test_nonsense_is_refused_with_the_name_of_the_variable(read, text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^The environment variable X must .+\.$"):
        read(env(X=text))


def test_a_refused_address_is_not_repeated_for_it_may_hold_a_password() -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        env(X="mysql://me:secret@localhost/omc").database("X")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "CACHE_URL"])
@pytest.mark.slow
def test_production_starts_only_with_everything_given(missing: str) -> None:
    from omc.run.gate import PRODUCTION

    answer = _settings({**PRODUCTION, missing: ""})
    assert answer.returncode == 1
    assert f"The environment variable {missing} must be set" in answer.stderr


@pytest.mark.slow
def test_production_refuses_debug() -> None:
    from omc.run.gate import PRODUCTION

    assert "DEBUG must be false" in _settings({**PRODUCTION, "DEBUG": "1"}).stderr
    assert _settings(PRODUCTION).returncode == 0


def _settings(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "import omc.settings"]
    return subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True)

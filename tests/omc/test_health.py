"""/healthz and /readyz: each check by its own word; 503 while one fails."""

import pytest
import redis
from django.db import connection
from django.test import Client

from omc.health import checks, heartbeat


def test_a_live_process_answers_without_touching_anything(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_without_a_broker_it_is_not_ready_and_says_why(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "checks": {
            "database": {"ok": True, "detail": "answers"},
            "migrations": {"ok": True, "detail": "all applied"},
            "broker": {"ok": False, "detail": "no broker is set"},
            "worker": {"ok": False, "detail": "no broker is set"},
        },
    }


def test_a_broker_that_does_not_answer_is_named_without_its_address(settings) -> None:
    settings.BROKER_URL = "redis://:secret@127.0.0.1:1/0"
    for check in (checks.broker, checks.worker):
        assert checks._answer("broker", check) == checks.Result("broker", False, "ConnectionError")


@pytest.mark.django_db
def test_a_missing_migration_is_counted() -> None:
    checks._migrated().clear()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    with pytest.raises(checks.NotReady, match="1 to apply"):
        checks.migrations()


class Store:
    """As much of a Redis client as a heartbeat needs."""

    def __init__(self) -> None:
        self.keys: dict[str, int] = {}

    def set(self, key: str, value: str, ex: int) -> None:
        self.keys[key] = ex

    def delete(self, key: str) -> None:
        self.keys.pop(key, None)

    def scan_iter(self, match: str, count: int) -> list[bytes]:
        return [key.encode() for key in self.keys if key.startswith(match.rstrip("*"))]


def test_a_worker_is_alive_until_it_stops_or_its_key_runs_out() -> None:
    beat = heartbeat.Heartbeat("redis://127.0.0.1:1/0")
    store = Store()
    beat.client = store
    beat.start()
    while not store.keys:
        beat.over.wait(0.01)
    assert list(store.keys.values()) == [heartbeat.GONE_AFTER_SECONDS]
    assert len(heartbeat.live_workers(store)) == 1
    beat.stop()
    assert heartbeat.live_workers(store) == []


def test_a_heartbeat_survives_a_broker_that_is_away() -> None:
    beat = heartbeat.Heartbeat("redis://127.0.0.1:1/0")
    beat.start()
    beat.over.wait(0.2)
    assert beat.is_alive()
    with pytest.raises(redis.ConnectionError):
        beat.client.ping()
    beat.stop()
    beat.join(5)
    assert not beat.is_alive()

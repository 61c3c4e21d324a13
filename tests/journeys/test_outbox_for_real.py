"""A real worker, a real broker, real failures: nothing lost, nothing twice, the rest goes on.

Orders are confirmed here as a web process does it, with wake-ups over the broker; what a worker did is read from the
database. The task that beat starts every few seconds is sent by hand, so that it is seen what it repairs.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from celery import Celery
from django.core.cache import cache
from django.db import connection

import omc.celery
from omc.lib import clock
from omc.lib.registry import registry
from omc.run.guard import Guard, end
from omc.run.places import CHECKOUT
from omc.run.ports import any_port
from omc.run.valkey import BROKER, Valkey
from orders.core import outbox
from orders.core.models import Delivery, Note, Order
from orders.core.services.deliveries import retry
from orders.core.tasks import TIMETABLE
from orders.prioritization.models import Ranking
from orders.scheduling.models import PlannedShipment
from tests.journeys import probe
from tests.journeys.world import World, confirmed, make_world

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PATIENCE_SECONDS = 30.0
Gate = Callable[[], None]


class Plant:
    """A broker, a worker, and a program outside that talks to them. Killed tests leave nothing running."""

    def __init__(self, folder: Path) -> None:
        self.guard = Guard()
        self.log = folder / "log"
        self.broker = Valkey(folder / "broker", any_port(), BROKER)
        self.broker.make()
        process = self._start(self.broker.command())
        self.broker.wait_until_ready(process)
        self.queues: Any = redis.Redis.from_url(self.broker.url)
        self.outside = Celery("outside")  # becomes the current app, as in a web process
        self.outside.config_from_object("django.conf:settings", namespace="CELERY")
        self.outside.conf.update(broker_url=self.broker.url, task_always_eager=False)
        self.worker: subprocess.Popen[bytes] | None = None

    def start_worker(self) -> None:
        """As ``make run`` starts it, with the probe in it; back when it listens."""
        database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
        self.worker = self._start(
            [
                *(sys.executable, "-m", "celery", "--quiet", "--app", "omc", "worker", "--include", probe.__name__),
                *("--queues", "interactive,default,analytics", "--concurrency", "1"),
                *("--loglevel", "warning", "--without-gossip", "--without-mingle"),
            ],
            DJANGO_SETTINGS_MODULE="omc.settings",
            DATABASE_URL=database.geturl(),
            REDIS_URL=self.broker.url,
            CACHE_URL=self.broker.url.removesuffix("0") + "1",
            PYTHONWARNINGS="ignore:You're running the worker with superuser privileges",
        )
        self.wait_for(lambda: bool(self.outside.control.ping(timeout=0.3)), "a worker that answers")

    def kill_worker(self) -> None:
        """SIGKILL for all its processes at once: nothing can be tidied up."""
        assert self.worker
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()
        self.guard.forget(self.worker.pid)
        self.worker = None

    def sweep(self, until: Callable[[], bool], what: str) -> None:
        """Be beat: send its task every second until ``until``."""
        task = TIMETABLE["orders-sweep-outbox"]
        next_at = 0.0

        def swept() -> bool:
            nonlocal next_at
            if time.monotonic() >= next_at:
                self.outside.send_task(task["task"], **task["options"])
                next_at = time.monotonic() + 1
            return until()

        self.wait_for(swept, what)

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"Waited in vain for {what}. The worker says:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        omc.celery.app.set_current()
        self.outside.close()
        self.queues.close()
        for group in self.guard.groups:
            end(group, signal.SIGKILL)
        self.guard.close()

    def _start(self, command: list[str], **environment: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.guard.watch(process.pid, stop=signal.SIGKILL)
        return process


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plant]:
    monkeypatch.setitem(registry.subscribers._items, probe.NAME, probe.SUBSCRIBER)
    outbox.subscribers_of.cache_clear()
    cache.clear()
    plant = Plant(tmp_path)
    yield plant
    plant.stop()
    outbox.subscribers_of.cache_clear()


@pytest.fixture
def gate() -> Iterator[Gate]:
    """Keeps the probe waiting in mid-handler until it is called."""
    open_ = [False]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [probe.GATE])

    def open_gate() -> None:
        open_[0] = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [probe.GATE])

    yield open_gate
    if not open_[0]:
        open_gate()


def somebody_waits_at_the_gate() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND (classid::bigint << 32 | objid::bigint) = %s",
            [probe.GATE],
        )
        return bool(cursor.fetchone()[0])


def confirm(world: World, customer_po: str = "") -> Order:
    """Confirmed more than a second after the last one, so that every wake-up is sent."""
    cache.clear()
    return confirmed(world, [1], customer_po=customer_po)


def effects() -> list[int]:
    """The orders that the probe wrote a note for, each as often as it did."""
    return sorted(Note.objects.filter(subject_type="probe").values_list("subject_id", flat=True))


def waiting(order: Order, subscriber: str = probe.NAME) -> int:
    return Delivery.objects.filter(event__order=order, subscriber=subscriber).count()


def failures() -> int:
    """How often the probe failed with what it is to be handed."""
    return sum(Delivery.objects.filter(subscriber=probe.NAME).values_list("attempts", flat=True))


def nothing_waits() -> bool:
    return not Delivery.objects.exists()


def is_ranked_and_planned_once(order: Order) -> bool:
    """What the system's own consumers do with a confirmed order."""
    return Ranking.objects.filter(order=order).count() == 1 and PlannedShipment.objects.filter(order=order).count() == 1


def test_a_worker_killed_in_mid_handler_loses_nothing_and_does_nothing_twice(plant: Plant, gate: Gate) -> None:
    world = make_world(items=1)
    plant.start_worker()
    before = confirm(world)
    plant.wait_for(nothing_waits, "the first order's consumers")
    hit = confirm(world, probe.WAIT)
    plant.wait_for(somebody_waits_at_the_gate, "the handler")

    plant.kill_worker()
    gate()
    plant.wait_for(lambda: not somebody_waits_at_the_gate(), "the dead worker's connection to end")

    assert effects() == [before.pk]  # half of the handler's work went with its transaction
    assert waiting(hit) == 1
    plant.start_worker()
    assert plant.queues.hlen("unacked") == 1  # the broker gives the lost task out again only after half an hour
    assert waiting(hit) == 1

    plant.sweep(nothing_waits, "the sweep to deliver what was lost")

    assert effects() == sorted([before.pk, hit.pk])
    assert is_ranked_and_planned_once(before)
    assert is_ranked_and_planned_once(hit)


def test_an_emptied_broker_loses_nothing(plant: Plant, gate: Gate) -> None:
    world = make_world(items=1)
    plant.start_worker()
    first = confirm(world, probe.WAIT)
    plant.wait_for(somebody_waits_at_the_gate, "the handler")
    later = [confirm(world) for _ in range(3)]
    assert plant.queues.llen("default") > 0

    plant.queues.flushall()
    gate()
    plant.wait_for(lambda: first.pk in effects(), "the task that was under way")

    assert all(waiting(order, "entry.acknowledge") == 1 for order in later)  # nobody wakes their consumers any more
    plant.sweep(nothing_waits, "the sweep to deliver what the broker forgot")
    assert effects() == sorted(order.pk for order in [first, *later])
    assert all(is_ranked_and_planned_once(order) for order in [first, *later])

    after = confirm(world)  # the same worker, the same connections: wake-ups arrive again
    names = outbox.subscribers_of("order_confirmed")
    plant.wait_for(lambda: not any(waiting(after, name) for name in names), "the next order's consumers")
    assert effects().count(after.pk) == 1


def test_a_handler_that_always_fails_is_parked_and_the_rest_goes_on(plant: Plant) -> None:
    world = make_world(items=1)
    plant.start_worker()
    bad = confirm(world, probe.FAIL)
    good = [confirm(world) for _ in range(2)]
    plant.wait_for(lambda: len(effects()) == 2, "the good orders")
    plant.wait_for(lambda: failures() > 0, "the first failure")
    assert Delivery.objects.get(attempts__gt=0).due_at > clock.wall()

    while (before := failures()) < outbox.MAX_ATTEMPTS:
        Delivery.objects.filter(subscriber=probe.NAME).update(due_at=clock.wall())  # its pause is over
        plant.sweep(lambda seen=before: failures() > seen, f"failure {before + 1}")

    row = Delivery.objects.get()  # everything else has been delivered, this order's other consumers too
    assert (row.subscriber, row.parked, row.attempts) == (probe.NAME, True, outbox.MAX_ATTEMPTS)
    assert row.error == "RuntimeError: no cost record"
    assert effects() == sorted(order.pk for order in good)
    assert all(is_ranked_and_planned_once(order) for order in [bad, *good])

    Order.objects.filter(pk=bad.pk).update(customer_po="")  # whatever made it fail is put right
    retry(delivery_id=row.pk, actor=world.actor)
    plant.sweep(nothing_waits, "the delivery that was parked")
    assert effects() == sorted(order.pk for order in [bad, *good])

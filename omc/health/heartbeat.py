"""Workers say that they live: one key per worker in the broker, which runs out unless it is renewed."""

import os
import socket
import threading
from typing import Any, cast

import redis
from celery import signals
from django.conf import settings

EVERY_SECONDS = 5
GONE_AFTER_SECONDS = 20
_PREFIX = "omc:worker:"


def live_workers(client: redis.Redis) -> list[str]:
    keys = cast("list[bytes]", list(client.scan_iter(match=f"{_PREFIX}*", count=1000)))
    return sorted(key.decode().removeprefix(_PREFIX) for key in keys)


class Heartbeat(threading.Thread):
    """Renews this worker's key until the worker stops. A broker that is away for a while is not an error here."""

    def __init__(self, url: str) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self.client = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        self.key = f"{_PREFIX}{socket.gethostname()}:{os.getpid()}"
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            try:
                self.client.set(self.key, "alive", ex=GONE_AFTER_SECONDS)
            except redis.RedisError:
                pass  # the key runs out meanwhile, and /readyz says so
            self.over.wait(EVERY_SECONDS)

    def stop(self) -> None:
        self.over.set()
        try:
            self.client.delete(self.key)
        except redis.RedisError:
            pass


_current: list[Heartbeat] = []


@signals.worker_ready.connect
def start(**_: Any) -> None:
    if settings.BROKER_URL:
        _current.append(Heartbeat(settings.BROKER_URL))
        _current[-1].start()


@signals.worker_shutting_down.connect
def stop(**_: Any) -> None:
    while _current:
        _current.pop().stop()

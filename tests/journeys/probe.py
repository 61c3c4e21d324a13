"""A consumer for tests that run a real worker; the worker loads it with ``--include tests.journeys.probe``.

It writes one note per confirmed order. What the customer wrote as order number tells it to wait in mid-handler, or to
fail. Importing this installs nothing: only a worker that starts does.
"""

from typing import Any

from celery.signals import worker_init
from django.db import connection

from omc.lib import clock
from omc.lib.registry import Subscriber, registry
from orders.core.models import Event, Note

NAME = "test.probe"
GATE = 0x70726F6265  # an advisory lock: whoever holds it keeps the handler waiting
WAIT, FAIL = "wait in mid-handler", "always fail"


def note(event: Event) -> None:
    """The effect comes first, so that one that is half-done would be seen."""
    assert event.order is not None
    Note.objects.create(
        company_id=event.company_id,
        subject_type="probe",
        subject_id=event.order_id,
        body=event.type,
        created_at=clock.now(),
    )
    if event.order.customer_po == WAIT:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GATE])
    if event.order.customer_po == FAIL:
        raise RuntimeError("no cost record")


SUBSCRIBER = Subscriber(NAME, ("order_confirmed",), note)


@worker_init.connect
def install(**_: Any) -> None:
    registry.subscribers.add(NAME, SUBSCRIBER)

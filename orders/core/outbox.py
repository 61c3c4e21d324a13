"""How later stages and analytics hear of earlier ones. Nobody calls downstream; consumers are handed what waits.

An event's transaction writes one delivery row per subscriber. ``drain`` hands them over: keys in any order, the
deliveries of one key in theirs, each in a transaction of its own that also deletes the row. A handler that fails is
tried again later and after ``MAX_ATTEMPTS`` parked, where an admin sees it; the other keys go on.

Who can look at many keys at once is handed ``TOGETHER`` of them in one transaction.
"""

import hashlib
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from functools import cache

from celery import current_app
from django.core.cache import cache as shared_cache
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from omc.lib import clock
from omc.lib.registry import Subscriber, registry
from orders.core.models import Delivery, Event

HandleMany = Callable[[Sequence[Event]], None]

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 8
TOGETHER = 50  # keys; more would keep people waiting who want one of their orders


@cache
def subscribers_of(event_type: str) -> list[str]:
    """Names of the consumers that want this type of event."""
    return [item.name for item in registry.subscribers if event_type in item.events]


def wake_after_commit(subscribers: Sequence[str]) -> None:
    """Once the transaction is through, let a worker drain these; a lost wake-up is made good by the sweep."""
    if subscribers:
        transaction.on_commit(lambda: _wake(subscribers), robust=True)


def _wake(subscribers: Sequence[str]) -> None:
    if current_app.conf.task_always_eager or clock.stands_still():
        return
    for name in subscribers:
        key = name.replace(" ", "-")
        if shared_cache.add(f"drain:{key}", 1, timeout=1):
            current_app.send_task("orders.core.tasks.drain_subscriber", [name], retry=False)
        elif shared_cache.add(f"drain-again:{key}", 1, timeout=1):
            # A drain is on its way or just ended; one more, a moment later, sees what it may have missed.
            current_app.send_task("orders.core.tasks.drain_subscriber", [name], retry=False, countdown=1)


def drain(subscriber: str, limit: int = 500, *, company_id: int | None = None) -> int:
    """Hand waiting deliveries to one subscriber; returns how many it dealt with.

    Companies held by a simulator are left to it; it names its own ``company_id``.
    """
    consumer = registry.subscribers[subscriber]
    handled = 0
    seen: set[str] = set()
    while handled < limit:
        keys = _due_keys(subscriber, seen, company_id)
        if not keys:
            break
        seen.update(keys)
        if consumer.handle_many:
            handled += _drain_together(consumer, consumer.handle_many, keys)
        else:
            handled += sum(_drain_key(consumer, key, waiting) for key, waiting in keys.items())
    return handled


def drain_all(limit: int = 500, *, company_id: int | None = None) -> int:
    """Drain every subscriber until nothing is due; returns how many deliveries were dealt with."""
    total = 0
    while handled := sum(drain(name, limit, company_id=company_id) for name in _waiting(company_id)):
        total += handled
    return total


def _waiting(company_id: int | None) -> list[str]:
    """Subscribers that something is due for."""
    due = _due(company_id).order_by("subscriber").values_list("subscriber", flat=True).distinct()
    return [name for name in due if registry.subscribers.get(name)]


def _due(company_id: int | None) -> QuerySet[Delivery]:
    whose = Q(company__held_by="") if company_id is None else Q(company_id=company_id)
    return Delivery.objects.filter(whose, parked=False, due_at__lte=clock.wall())


def _due_keys(subscriber: str, seen: set[str], company_id: int | None) -> Counter[str]:
    """Keys that something is due for, the longest waiting first, and how many deliveries that is."""
    rows = _due(company_id).filter(subscriber=subscriber).exclude(key__in=seen).order_by("due_at", "id")
    return Counter(rows.values_list("key", flat=True)[:200])


def _drain_together(consumer: Subscriber, handle: HandleMany, keys: Mapping[str, int]) -> int:
    """What waits of these keys, so many keys to a transaction; where one fails, its keys are taken one by one."""
    names, handled = list(keys), 0
    for start in range(0, len(names), TOGETHER):
        some = names[start : start + TOGETHER]
        try:
            handled += _hand_over(consumer.name, handle, some)
        except Exception:
            logger.info("deliveries_apart", extra={"subscriber": consumer.name, "keys": len(some)}, exc_info=True)
            handled += sum(_drain_key(consumer, key, keys[key]) for key in some)
    return handled


@transaction.atomic
def _hand_over(subscriber: str, handle: HandleMany, keys: Sequence[str]) -> int:
    waiting: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("event", "event__company")
        .filter(subscriber=subscriber, key__in=_try_locks(subscriber, keys), parked=False)
        .order_by("id")
    ):
        waiting[delivery.key].append(delivery)
    due = [waiting[key] for key in keys if key in waiting and waiting[key][0].due_at <= clock.wall()]
    newest: dict[int, list[Event]] = defaultdict(list)
    for deliveries in due:
        newest[deliveries[-1].company_id].append(deliveries[-1].event)
    for events in newest.values():
        with clock.running_ahead(events[0].company.clock_offset):
            handle(events)
    taken = [delivery.pk for deliveries in due for delivery in deliveries]
    Delivery.objects.filter(pk__in=taken).delete()
    return len(taken)


def _drain_key(consumer: Subscriber, key: str, waiting: int) -> int:
    """So many deliveries of one key in order, each in its transaction, until none is due or one fails.

    One that looks again takes all of them in one. What came meanwhile has woken a drain of its own.
    """
    handled = 0
    while handled < waiting:
        first = None
        try:
            with transaction.atomic():
                if not _try_locks(consumer.name, [key]):
                    return handled
                taken = list(
                    Delivery.objects.select_for_update(skip_locked=True, of=("self",))
                    .select_related("event", "event__company")
                    .filter(subscriber=consumer.name, key=key, parked=False)
                    .order_by("id")[: waiting if consumer.looks_again else 1]
                )
                if not taken or taken[0].due_at > clock.wall():
                    return handled
                first = taken[0].pk
                newest = taken[-1].event
                with clock.running_ahead(newest.company.clock_offset):
                    consumer.handle(newest)
                Delivery.objects.filter(pk__in=[delivery.pk for delivery in taken]).delete()
            handled += len(taken)
        except Exception as error:
            logger.exception("delivery_failed", extra={"subscriber": consumer.name, "key": key})
            if first is None:
                raise
            _put_off(first, error)
            return handled
    return handled


def _try_locks(subscriber: str, keys: Collection[str]) -> list[str]:
    """Those keys that nobody else hands to this subscriber now."""
    digests = [hashlib.blake2b(f"{subscriber}\0{key}".encode(), digest_size=8).digest() for key in keys]
    numbers = [int.from_bytes(digest, "big", signed=True) for digest in digests]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM unnest(%s::text[], %s::bigint[]) AS k(key, number) WHERE pg_try_advisory_xact_lock(number)",
            [list(keys), numbers],
        )
        return [key for (key,) in cursor.fetchall()]


def _put_off(delivery_id: int, error: Exception) -> None:
    """Try again after 2, 4, 8 … seconds; park after the last attempt."""
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
        if delivery is None:
            return
        delivery.attempts += 1
        delivery.parked = delivery.attempts >= MAX_ATTEMPTS
        delivery.due_at = clock.wall() + timedelta(seconds=2**delivery.attempts)
        delivery.error = f"{type(error).__name__}: {error}"[:2000]
        delivery.save(update_fields=["attempts", "parked", "due_at", "error"])

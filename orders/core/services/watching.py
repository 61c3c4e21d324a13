"""What watchers are told of what happened: once a minute, beside the work and never inside it."""

from typing import Any

from django.db import connection
from django.db.models import Max

from omc.accounts.models import User
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.events import sentence_of
from omc.lib.service import verb
from orders.core.actors import actor_for
from orders.core.models import Event, Notification, Watch
from orders.core.selectors.documents import Found, document_of
from orders.core.selectors.orders import event_data, visible

BATCH = 2000

# What concerns an order's watchers, beside all that happens to the watched document itself.
ORDER_NEWS = (
    "order_submitted", "order_confirmed", "order_cancelled", "rest_cancelled", "order_backordered", "backorder_filled",
    "hold_placed", "hold_resolved", "hold_rejected", "promise_changed", "shipment_shipped", "shipment_delivered",
    "order_shipped", "order_delivered", "order_closed", "order_reopened", "invoice_posted", "invoice_paid",
    "credit_note_posted", "return_requested", "return_settled", "case_opened", "case_resolved",
)  # fmt: skip

_NEWS = """
SELECT w.id, e.id, e.type, e.data, e.at FROM orders_watch w
JOIN orders_event e ON e.order_id = w.subject_id AND e.company_id = w.company_id AND e.id > w.told_event_id
WHERE w.subject_type = 'order' AND e.type = ANY(%(news)s) AND e.user_id IS DISTINCT FROM w.user_id
UNION ALL
SELECT w.id, e.id, e.type, e.data, e.at FROM orders_watch w
JOIN orders_event e ON e.subject_type = w.subject_type AND e.subject_id = w.subject_id
    AND e.company_id = w.company_id AND e.id > w.told_event_id
WHERE w.subject_type <> 'order' AND e.user_id IS DISTINCT FROM w.user_id
ORDER BY 2 LIMIT %(limit)s
"""


@verb(silent="a notification is its own record")
def tell_watchers() -> int:
    """Tell everybody what is new on what they watch, but not what they did themselves; returns how many were told.

    Money is left out of the sentence for roles that may not see it; who may no longer see the document is not told.
    """
    latest = Event.objects.aggregate(latest=Max("id"))["latest"]
    if latest is None:
        return 0
    Watch.objects.filter(told_event_id=0).update(told_event_id=latest)  # from before telling began
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, {"news": list(ORDER_NEWS), "limit": BATCH})
        rows = cursor.fetchall()
    watches = {
        watch.pk: watch
        for watch in Watch.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(pk__in={row[0] for row in rows})
        .order_by("pk")
    }
    told: dict[int, tuple[Actor, Found] | None] = {pk: _reader(watch) for pk, watch in watches.items()}
    notifications = []
    for watch_id, event_id, kind, data, at in rows:
        watch, reader = watches.get(watch_id), told.get(watch_id)
        if watch is None or event_id <= watch.told_event_id:
            continue
        watch.told_event_id = event_id
        if reader is not None:
            notifications.append(_notification(watch, reader, kind, data, at))
    Watch.objects.bulk_update(watches.values(), ["told_event_id"])
    Notification.objects.bulk_create(notifications)
    return len(notifications)


def _reader(watch: Watch) -> tuple[Actor, Found] | None:
    user: User = watch.user
    try:
        actor = actor_for(user, watch.company_id)
        return actor, document_of(watch.subject_type, watch.subject_id, actor)
    except (LookupError, NotFound):
        return None


def _notification(watch: Watch, reader: tuple[Actor, Found], kind: str, data: Any, at: Any) -> Notification:
    actor, found = reader
    sentence = sentence_of(kind, visible(event_data(data), actor))
    return Notification(
        company_id=watch.company_id,
        user_id=watch.user_id,
        text=f"{found.row}: {sentence}"[:200],
        url=found.url,
        created_at=at,
    )

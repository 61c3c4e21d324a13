"""A few orders of every fate, grown fivefold: run as a process of its own on the database that DATABASE_URL names."""

import json
import re
import sys

import django

CASTS = re.compile(r"::(character varying|text)(\[\])?|[()]")  # one way of saying IN reads back as another


def main() -> dict[str, object]:
    django.setup()
    from django.db import connection

    from omc.bench import books, building
    from orders.core import outbox
    from orders.core.models import Customer, Event, EventLine, Order, Product, SearchEntry
    from orders.entry import services as entry
    from orders.entry.inbox.models import InboxDocument
    from orders.entry.inbox.services import receive_document
    from planning.models import StockLevel
    from tests.journeys.world import all_the_way, confirmed, draft, make_world, planned, shipped

    world = make_world(items=4, stock=500)
    all_the_way(world, [1, 2, 3, 4])
    all_the_way(world, [5, 5, 5, 5])
    confirmed(world, [2, 700])  # more than there is
    shipped(world, planned(world, confirmed(world, [7]))[0])
    draft(world, [1])
    entry.cancel_order(order_id=confirmed(world, [3]).pk, reason="changed their mind", actor=world.actor)
    receive_document(content=b"5 x I-000", filename="order.txt", customer_id=world.customer.pk, actor=world.actor)
    outbox.drain_all()

    def counts() -> dict[str, int]:
        return {
            "orders": Order.objects.count(),
            "events": Event.objects.exclude(subject_type="ruleset").count(),  # rules belong to the house
            "lines of events": EventLine.objects.count(),
            "customers": Customer.objects.count(),
            "items": Product.objects.count(),
        }

    def definitions() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1")
            found = [row[0] for row in cursor.fetchall()]
            cursor.execute(
                "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated"
                " FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1"
            )
            return [CASTS.sub("", definition) for definition in [*found, *(row[0] for row in cursor.fetchall())]]

    before, defined = counts(), definitions()
    last = Order.objects.order_by("-id")[0].pk
    building.grow(before["orders"] * 5)
    after = counts()
    copies = SearchEntry.objects.filter(kind="order", object_id__gt=last).order_by("object_id")
    told = Event.objects.filter(type="shipment_shipped").order_by("id")
    days = list(Order.objects.values_list("created_at", flat=True))
    found = {
        "before": before,
        "after": after,
        "changed definitions": sorted(set(defined) ^ set(definitions())),
        "triggers": _refuses_changes(),
        "disagreements": [item.what for item in books.disagreements()],
        "found": [[entry.title, entry.url == f"/orders/{entry.object_id}/"] for entry in copies],
        "shipments told": [[e.data["shipment_id"] - e.subject_id, e.data["shipment"]] for e in told],
        "digests": list(InboxDocument.objects.order_by("id").values_list("sha256", flat=True)),
        "numbers": list(Order.objects.exclude(number=None).order_by("id").values_list("number", flat=True)),
        "spread days": (max(days) - min(days)).days,
    }
    new = confirmed(world, [1])
    found["new order"] = [new.pk > max(Order.objects.exclude(pk=new.pk).values_list("pk", flat=True)), new.state]
    StockLevel.objects.filter(pk=StockLevel.objects.order_by("-pk")[0].pk).update(on_hand=1)
    found["after a tampering"] = [item.what for item in books.disagreements()]
    return found


def _refuses_changes() -> bool:
    from django.db import DatabaseError, transaction

    from orders.core.models import Event

    try:
        with transaction.atomic():
            Event.objects.order_by("-id")[:1].get().delete()
    except DatabaseError:
        return True
    return False


if __name__ == "__main__":
    sys.stdout.write("\nFOUND " + json.dumps(main()))

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Open duties of one kind as a home weighs them, and with their orders; orders by what few of them have."""

    atomic = False
    dependencies = [("orders", "0019_regions_of_warehouses")]

    operations = [
        AddIndexConcurrently(
            "duty",
            models.Index(
                fields=["company", "stage", "name", "opened_at", "id"],
                condition=Q(closed_at__isnull=True),
                name="duty_open_by_kind",
            ),
        ),
        RemoveIndexConcurrently("duty", "duty_open_by_name"),
        AddIndexConcurrently(
            "duty",
            models.Index(
                fields=["company", "stage", "opened_at", "id"],
                include=["order"],
                condition=Q(closed_at__isnull=True),
                name="duty_open_with_order",
            ),
        ),
        RemoveIndexConcurrently("duty", "duty_open"),
        AddIndexConcurrently("order", models.Index(fields=["company", "channel", "id"], name="order_by_channel")),
        AddIndexConcurrently(
            "order",
            models.Index(fields=["company"], condition=Q(shipping="part"), name="order_shipped_in_part"),
        ),
        AddIndexConcurrently(
            "order",
            models.Index(
                fields=["company", "billing"],
                condition=Q(billing__in=["part", "exception"]),
                name="order_billed_in_part",
            ),
        ),
        AddIndexConcurrently(
            "order",
            models.Index(fields=["company", "claims"], condition=~Q(claims="none"), name="order_with_claims"),
        ),
    ]

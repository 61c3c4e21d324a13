from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What lies in the warehouse the longest, for the home."""

    atomic = False
    dependencies = [("orders_fulfillment", "0002_lists_by_time")]

    operations = [
        AddIndexConcurrently(
            "shipment",
            models.Index(
                fields=["company", "created_at", "id"],
                condition=Q(state="picking") | Q(state="picked") | Q(state="packed"),
                name="shipment_at_warehouse",
            ),
        ),
    ]

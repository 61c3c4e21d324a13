from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """A list's newest rows are those that were made last, whatever their number."""

    atomic = False
    dependencies = [("orders_scheduling", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            "plannedshipment", models.Index(fields=["company", "created_at", "id"], name="planned_shipment_by_time")
        ),
    ]

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """A list's newest rows are those that were made last, whatever their number."""

    atomic = False
    dependencies = [("orders_fulfillment", "0001_initial")]

    operations = [
        AddIndexConcurrently("shipment", models.Index(fields=["company", "created_at", "id"], name="shipment_by_time")),
    ]

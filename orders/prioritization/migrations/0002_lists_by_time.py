from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """A list's newest rows are those that were made last, whatever their number."""

    atomic = False
    dependencies = [("orders_prioritization", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            "allocationrun", models.Index(fields=["company", "created_at", "id"], name="allocation_run_by_time")
        ),
    ]

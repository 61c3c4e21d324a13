from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """What is to leave, by its day and by how late it is, for the home."""

    atomic = False
    dependencies = [("orders_scheduling", "0002_lists_by_time")]

    operations = [
        AddIndexConcurrently(
            "plannedshipment",
            models.Index(
                fields=["company", "slot_date", "id"],
                condition=Q(state="planned") | Q(state="frozen"),
                name="planned_open_by_day",
            ),
        ),
        AddIndexConcurrently(
            "plannedshipment",
            models.Index(
                fields=["company", "due_date", "id"],
                condition=(Q(state="planned") | Q(state="frozen")) & Q(slot_date__gt=F("due_date")),
                name="planned_open_late",
            ),
        ),
    ]

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Messages are listed by when they were written."""

    atomic = False
    dependencies = [("orders", "0004_indexes_for_search")]

    operations = [
        AddIndexConcurrently("message", models.Index(fields=["company", "created_at", "id"], name="message_by_time")),
        RemoveIndexConcurrently("message", "message_newest"),
    ]

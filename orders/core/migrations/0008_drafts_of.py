from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """The drafts that somebody began, for the home."""

    atomic = False
    dependencies = [("orders", "0007_indexes_for_reading")]

    operations = [
        AddIndexConcurrently(
            "order",
            models.Index(
                fields=["company", "created_by", "net_base", "id"], condition=Q(state="draft"), name="order_drafts_of"
            ),
        ),
    ]

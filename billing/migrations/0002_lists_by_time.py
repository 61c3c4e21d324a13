from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """A list's newest rows are those that were made last, whatever their number."""

    atomic = False
    dependencies = [("billing", "0001_initial")]

    operations = [
        AddIndexConcurrently("invoice", models.Index(fields=["company", "created_at", "id"], name="invoice_by_time")),
        AddIndexConcurrently("payment", models.Index(fields=["company", "created_at", "id"], name="payment_by_time")),
    ]

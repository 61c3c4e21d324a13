from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What is due the longest and what lies on account, for the home."""

    atomic = False
    dependencies = [("billing", "0002_lists_by_time")]

    operations = [
        AddIndexConcurrently(
            "invoice",
            models.Index(
                fields=["company", "due_date", "id"],
                condition=Q(kind="invoice", open_amount__gt=0),
                name="invoice_due",
            ),
        ),
        AddIndexConcurrently(
            "payment",
            models.Index(
                fields=["company", "unapplied_amount", "id"],
                condition=Q(unapplied_amount__gt=0),
                name="payment_on_account",
            ),
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models

CHOICES = [
    ("restock", "Back to stock"), ("scrap", "Scrap"), ("supplier", "Back to the supplier"), ("keep", "Customer keeps it"),
    ("send_back", "Send back to the customer"),
]  # fmt: skip


class Migration(migrations.Migration):
    """What a supplier sent to a customer may go back to that supplier; and what came back to us, too."""

    dependencies = [("orders", "0001_squashed_0018"), ("returns_claims", "0001_squashed_0002")]

    operations = [
        migrations.AddField(
            "return",
            "supplier",
            models.ForeignKey(
                "orders.supplier", django.db.models.deletion.PROTECT, null=True, blank=True, related_name="+"
            ),
        ),
        migrations.AlterField(
            "returnline",
            "disposition",
            models.CharField(max_length=10, choices=CHOICES, blank=True, default=""),
        ),
    ]

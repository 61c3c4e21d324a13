from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Accepted quotes that are no order yet, the dearest first: a home shows seven of them."""

    atomic = False
    dependencies = [("orders_pricing", "0014_planned_releases")]

    operations = [
        AddIndexConcurrently(
            "quote",
            models.Index(
                fields=["company", "-net_base", "id"],
                condition=models.Q(state="accepted", order__isnull=True),
                name="quote_to_convert",
            ),
        ),
    ]

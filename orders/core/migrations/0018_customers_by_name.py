from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Customers in the order of their names: the list, and the first few that a common word means."""

    atomic = False
    dependencies = [("orders", "0017_who_taught_names")]

    operations = [
        AddIndexConcurrently("customer", models.Index(fields=["company", "name", "id"], name="customer_by_name")),
    ]

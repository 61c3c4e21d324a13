from django.db import migrations, models


class Migration(migrations.Migration):
    """A supplier is written to in its language."""

    dependencies = [("orders", "0020_indexes_for_homes_and_lists")]

    operations = [
        migrations.AddField("supplier", "language", models.CharField(max_length=10, default="en", db_default="en")),
    ]

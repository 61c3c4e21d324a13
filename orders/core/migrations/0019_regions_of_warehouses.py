from django.db import migrations, models


class Migration(migrations.Migration):
    """A warehouse lies in a region (a state): what is collected there bears the tax of that place."""

    dependencies = [("orders", "0001_squashed_0018")]

    operations = [
        migrations.AddField("warehouse", "region", models.CharField(max_length=80, blank=True, default="", db_default="")),
    ]

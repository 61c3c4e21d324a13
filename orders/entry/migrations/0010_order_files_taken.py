from django.db import migrations
from django.db.models import F


def were_taken(apps, schema_editor):
    """Until now a file was kept only once its orders were made."""
    files = apps.get_model("orders_entry", "OrderFile").objects.filter(taken_at=None, rows=[])
    files.update(taken_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("orders_entry", "0009_order_files")]
    operations = [migrations.RunPython(were_taken, migrations.RunPython.noop)]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders_prioritization", "0002_lists_by_time")]

    operations = [
        migrations.AddField(model_name="ranking", name="basis", field=models.BigIntegerField(null=True)),
    ]

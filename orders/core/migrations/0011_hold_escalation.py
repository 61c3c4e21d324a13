from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0010_master_data")]

    operations = [
        migrations.AddField(
            model_name="hold",
            name="escalated_at",
            field=models.DateTimeField(blank=True, help_text="When it was brought before a lead.", null=True),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(
                condition=models.Q(("escalated_at__isnull", True), ("status", "active")),
                fields=["due_at"],
                name="hold_to_escalate",
            ),
        ),
    ]

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0008_drafts_of"),
        ("orders_entry", "0003_calls"),
    ]

    operations = [
        migrations.CreateModel(
            name="CleanScore",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="clean_score",
                        serialize=False,
                        to="orders.order",
                    ),
                ),
                ("score", models.SmallIntegerField()),
                ("first_score", models.SmallIntegerField()),
                ("parts", models.JSONField(default=dict)),
                (
                    "codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24), default=list, size=None
                    ),
                ),
                ("checked_at", models.DateTimeField()),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.company",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["company", "checked_at"], name="clean_score_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first_score__range", (0, 100)), ("score__range", (0, 100))),
                        name="clean_score_in_range",
                    )
                ],
            },
        ),
    ]

import django.db.models.deletion
import omc.lib.tables
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('demo', '0001_initial'), ('demo', '0002_tale_story')]

    initial = True

    dependencies = [
        ('orders', '0003_saved_views'),
    ]

    operations = [
        omc.lib.tables.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Tale',
                    fields=[
                        ('company', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='orders.company')),
                        ('first_day', models.DateField(help_text='Prices and ages of the story count from this day.')),
                        ('from_day', models.DateField()),
                        ('next_day', models.DateField()),
                        ('to_day', models.DateField(help_text='The first day that is not written any more.')),
                        ('thin_from', models.DateField(help_text='From here on the services have told part of it.')),
                        ('until', models.DateTimeField(help_text='What happens later has not happened yet.')),
                        ('ids', models.JSONField(default=dict)),
                        ('numbers', models.JSONField(default=dict)),
                        ('series', models.JSONField(default=dict)),
                        ('story', models.CharField(default='', help_text='Which version of the program tells this past.', max_length=16)),
                        ('is_filled', models.BooleanField(default=False)),
                        ('is_paused', models.BooleanField(default=False)),
                        ('played_until', models.DateTimeField(help_text='Up to when the living demo was played.')),
                        ('watched_at', models.DateTimeField(blank=True, help_text='When somebody was last seen looking.', null=True)),
                    ],
                ),
            ],
        ),
    ]

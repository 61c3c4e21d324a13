import django.db.models.deletion
import omc.lib.tables
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('orders_prioritization', '0001_initial'), ('orders_prioritization', '0002_lists_by_time'), ('orders_prioritization', '0003_basis_of_a_rank')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('orders', '0001_initial'),
        ('planning', '0001_initial'),
    ]

    operations = [
        omc.lib.tables.CreateModels(
            models=[
                migrations.CreateModel(
                    name='RuleSet',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('event_seq', models.IntegerField(default=0, editable=False)),
                        ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                        ('number', models.IntegerField()),
                        ('name', models.CharField(max_length=80)),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=10)),
                        ('points_per_day', models.DecimalField(decimal_places=4, default=Decimal('25'), max_digits=10)),
                        ('body', models.JSONField(default=dict)),
                        ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField()),
                        ('published_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='rule_set_number_unique'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('company',), name='rule_set_one_published'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'retired'])), name='rule_set_state_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Ranking',
                    fields=[
                        ('order', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='ranking', serialize=False, to='orders.order')),
                        ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.company')),
                        ('rule_set', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders_prioritization.ruleset')),
                        ('points', models.DecimalField(decimal_places=4, max_digits=14)),
                        ('sort_key', models.DecimalField(decimal_places=4, max_digits=20)),
                        ('waiting_since', models.DateTimeField()),
                        ('parts', models.JSONField(default=list)),
                        ('basis', models.BigIntegerField(null=True)),
                        ('is_open', models.BooleanField(default=True)),
                        ('computed_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('is_open', True)), fields=['company', '-sort_key', 'order'], name='ranking_queue')],
                    },
                ),
                migrations.CreateModel(
                    name='AllocationRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('event_seq', models.IntegerField(default=0, editable=False)),
                        ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                        ('state', models.CharField(choices=[('proposed', 'Proposed'), ('applied', 'Applied'), ('discarded', 'Discarded')], default='proposed', max_length=10)),
                        ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField()),
                        ('applied_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', 'created_at', 'id'], name='allocation_run_by_time')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'applied', 'discarded'])), name='allocation_run_state_known')],
                    },
                ),
                migrations.CreateModel(
                    name='AllocationRow',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='orders_prioritization.allocationrun')),
                        ('position', models.IntegerField()),
                        ('promise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='planning.promise')),
                        ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
                        ('wanted', models.DecimalField(decimal_places=6, max_digits=18)),
                        ('before', models.DecimalField(decimal_places=6, max_digits=18)),
                        ('after', models.DecimalField(decimal_places=6, max_digits=18)),
                        ('reason', models.CharField(max_length=160)),
                        ('skipped', models.CharField(blank=True, default='', max_length=160)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('run', 'position'), name='allocation_row_unique')],
                    },
                ),
            ],
        ),
    ]

import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('orders', '0001_initial'),
        ('planning', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AllocationRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_seq', models.IntegerField(default=0, editable=False)),
                ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('applied', 'Applied'), ('discarded', 'Discarded')], default='proposed', max_length=10)),
                ('created_at', models.DateTimeField()),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'applied', 'discarded'])), name='allocation_run_state_known')],
            },
        ),
        migrations.CreateModel(
            name='AllocationRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField()),
                ('wanted', models.DecimalField(decimal_places=6, max_digits=18)),
                ('before', models.DecimalField(decimal_places=6, max_digits=18)),
                ('after', models.DecimalField(decimal_places=6, max_digits=18)),
                ('reason', models.CharField(max_length=160)),
                ('skipped', models.CharField(blank=True, default='', max_length=160)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
                ('promise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='planning.promise')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='orders_prioritization.allocationrun')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'position'), name='allocation_row_unique')],
            },
        ),
        migrations.CreateModel(
            name='RuleSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_seq', models.IntegerField(default=0, editable=False)),
                ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                ('number', models.IntegerField()),
                ('name', models.CharField(max_length=80)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=10)),
                ('points_per_day', models.DecimalField(decimal_places=4, default=Decimal('25'), max_digits=10)),
                ('body', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='rule_set_number_unique'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('company',), name='rule_set_one_published'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'retired'])), name='rule_set_state_known')],
            },
        ),
        migrations.CreateModel(
            name='Ranking',
            fields=[
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='ranking', serialize=False, to='orders.order')),
                ('points', models.DecimalField(decimal_places=4, max_digits=14)),
                ('sort_key', models.DecimalField(decimal_places=4, max_digits=20)),
                ('waiting_since', models.DateTimeField()),
                ('parts', models.JSONField(default=list)),
                ('is_open', models.BooleanField(default=True)),
                ('computed_at', models.DateTimeField()),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.company')),
                ('rule_set', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders_prioritization.ruleset')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_open', True)), fields=['company', '-sort_key', 'order'], name='ranking_queue')],
            },
        ),
    ]

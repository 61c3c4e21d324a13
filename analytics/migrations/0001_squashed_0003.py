import django.db.models.deletion
import django.db.models.expressions
import omc.lib.tables
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('analytics', '0001_initial'), ('analytics', '0002_waits_and_days'), ('analytics', '0003_stage_wait_overdue')]

    initial = True

    dependencies = [
        ('orders', '0002_functions'),
    ]

    operations = [
        omc.lib.tables.CreateModels(
            models=[
                migrations.CreateModel(
                    name='OrderDay',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
                        ('day', models.DateField()),
                        ('bookings', models.SmallIntegerField(default=0)),
                        ('booked_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('goods_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('shipped_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('due_lines', models.IntegerField(default=0)),
                        ('on_time_lines', models.IntegerField(default=0)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', 'day', 'id'], name='order_day_by_day')],
                        'constraints': [models.UniqueConstraint(fields=('order', 'day'), name='order_day_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='CompanyDay',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('day', models.DateField()),
                        ('bookings', models.IntegerField(default=0)),
                        ('booked_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('goods_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('shipped_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('due_lines', models.IntegerField(default=0)),
                        ('on_time_lines', models.IntegerField(default=0)),
                        ('invoices', models.IntegerField(default=0)),
                        ('net_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('invoice_lines', models.IntegerField(default=0)),
                        ('known_lines', models.IntegerField(default=0)),
                        ('known_net_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('known_cost_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('company', 'day'), name='company_day_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='DirtyOrder',
                    fields=[
                        ('order', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='orders.order')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.company')),
                        ('marked_at', models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name='ReadModel',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('name', models.CharField(max_length=30)),
                        ('refreshed_at', models.DateTimeField()),
                        ('built_at', models.DateTimeField(null=True)),
                        ('last_event', models.BigIntegerField(default=0, help_text='The newest event that it has seen.')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('company', 'name'), name='read_model_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='MonthlySales',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.customer')),
                        ('product', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.product')),
                        ('month', models.DateField()),
                        ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                        ('net_base', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('cost_base', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                        ('known_quantity', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('known_net_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('known_cost_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('line_count', models.IntegerField()),
                        ('known_lines', models.IntegerField(default=0)),
                    ],
                    options={
                        'verbose_name_plural': 'monthly sales',
                        'constraints': [models.UniqueConstraint(fields=('company', 'month', 'customer', 'product'), name='monthly_sales_unique', nulls_distinct=False)],
                    },
                ),
                migrations.CreateModel(
                    name='VarianceReport',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('run', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.jobrun')),
                        ('base_month', models.DateField()),
                        ('current_month', models.DateField()),
                        ('growth', models.CharField(choices=[('constant_price', 'Sales at base prices'), ('units', 'Units sold')], default='constant_price', max_length=14)),
                        ('growth_rate', models.DecimalField(decimal_places=6, help_text='1 is no growth.', max_digits=14)),
                        ('base_profit', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('current_profit', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('price', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('cost', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('volume', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('mix', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('new', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('lost', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('promotional', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('residual', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('excluded_net', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('excluded_lines', models.IntegerField(default=0)),
                        ('created_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', '-id'], name='variance_newest')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('residual', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('current_profit'), '-', models.F('base_profit')), '-', models.F('price')), '-', models.F('cost')), '-', models.F('volume')), '-', models.F('mix')), '-', models.F('new')), '-', models.F('lost')), '-', models.F('promotional')))), name='variance_adds_up')],
                    },
                ),
                migrations.CreateModel(
                    name='VarianceDriver',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.customer')),
                        ('product', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.product')),
                        ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drivers', to='analytics.variancereport')),
                        ('effect', models.CharField(choices=[('price', 'Price'), ('cost', 'Cost'), ('volume', 'Volume'), ('mix', 'Mix'), ('new', 'New'), ('lost', 'Lost'), ('promotional', 'Free goods')], max_length=12)),
                        ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('impact', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('base_quantity', models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                        ('base_net', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                        ('base_cost', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                        ('current_quantity', models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                        ('current_net', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                        ('current_cost', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['report', '-impact', 'id'], name='variance_driver_by_impact'), models.Index(fields=['report', 'effect', '-impact', 'id'], name='variance_driver_by_effect')],
                    },
                ),
                migrations.CreateModel(
                    name='VarianceExcluded',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.customer')),
                        ('product', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.product')),
                        ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='excluded', to='analytics.variancereport')),
                        ('month', models.DateField()),
                        ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                        ('net_base', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('line_count', models.IntegerField()),
                    ],
                    options={
                        'verbose_name_plural': 'variance exclusions',
                        'indexes': [models.Index(fields=['report', '-net_base', 'id'], name='variance_excluded_by_value')],
                    },
                ),
                migrations.CreateModel(
                    name='OpenWait',
                    fields=[
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('stage', models.SmallIntegerField()),
                        ('value_base', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('position', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=20)),
                        ('unattended', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=20)),
                        ('customer_minutes', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=20)),
                        ('supply_minutes', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=20)),
                        ('worked', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=20)),
                        ('duty', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='orders.duty')),
                        ('subject_type', models.CharField(max_length=20)),
                        ('subject_id', models.BigIntegerField()),
                        ('order', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
                        ('customer', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.customer')),
                        ('opened_at', models.DateTimeField()),
                        ('due_at', models.DateTimeField(null=True)),
                        ('opened_position', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=20)),
                        ('runs_for', models.CharField(choices=[('us', 'Us'), ('customer', 'The customer'), ('supply', 'Supply')], max_length=8)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', 'stage', 'due_at'], name='open_wait_overdue'), models.Index(fields=['company', 'stage', 'opened_at', 'duty'], name='open_wait_oldest'), models.Index(fields=['company', 'stage', 'value_base', 'duty'], name='open_wait_by_value')],
                    },
                ),
                migrations.CreateModel(
                    name='StageWait',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('stage', models.SmallIntegerField()),
                        ('value_base', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('position', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=20)),
                        ('unattended', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=20)),
                        ('customer_minutes', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=20)),
                        ('supply_minutes', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=20)),
                        ('worked', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=20)),
                        ('documents', models.IntegerField()),
                        ('orders', models.IntegerField()),
                        ('median_opened_position', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=20)),
                        ('value_minutes', models.DecimalField(decimal_places=4, max_digits=30)),
                        ('for_us', models.IntegerField()),
                        ('for_customer', models.IntegerField()),
                        ('for_supply', models.IntegerField()),
                        ('value_for_us', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('oldest_opened_at', models.DateTimeField()),
                        ('overdue', models.IntegerField(default=0)),
                        ('measured_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('company', 'stage'), name='stage_wait_unique')],
                    },
                ),
            ],
        ),
    ]

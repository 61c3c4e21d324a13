import django.db.models.deletion
import django.db.models.expressions
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orders', '0002_functions'),
    ]

    operations = [
        migrations.CreateModel(
            name='DirtyOrder',
            fields=[
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='orders.order')),
                ('marked_at', models.DateTimeField()),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.company')),
            ],
        ),
        migrations.CreateModel(
            name='VarianceReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
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
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.jobrun')),
            ],
            options={
                'indexes': [models.Index(fields=['company', '-id'], name='variance_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('residual', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('current_profit'), '-', models.F('base_profit')), '-', models.F('price')), '-', models.F('cost')), '-', models.F('volume')), '-', models.F('mix')), '-', models.F('new')), '-', models.F('lost')), '-', models.F('promotional')))), name='variance_adds_up')],
            },
        ),
        migrations.CreateModel(
            name='VarianceExcluded',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                ('net_base', models.DecimalField(decimal_places=2, max_digits=18)),
                ('line_count', models.IntegerField()),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.customer')),
                ('product', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.product')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='excluded', to='analytics.variancereport')),
            ],
            options={
                'verbose_name_plural': 'variance exclusions',
                'indexes': [models.Index(fields=['report', '-net_base', 'id'], name='variance_excluded_by_value')],
            },
        ),
        migrations.CreateModel(
            name='VarianceDriver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effect', models.CharField(choices=[('price', 'Price'), ('cost', 'Cost'), ('volume', 'Volume'), ('mix', 'Mix'), ('new', 'New'), ('lost', 'Lost'), ('promotional', 'Free goods')], max_length=12)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
                ('impact', models.DecimalField(decimal_places=2, max_digits=18)),
                ('base_quantity', models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ('base_net', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ('base_cost', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ('current_quantity', models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ('current_net', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ('current_cost', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.customer')),
                ('product', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.product')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drivers', to='analytics.variancereport')),
            ],
            options={
                'indexes': [models.Index(fields=['report', '-impact', 'id'], name='variance_driver_by_impact'), models.Index(fields=['report', 'effect', '-impact', 'id'], name='variance_driver_by_effect')],
            },
        ),
        migrations.CreateModel(
            name='MonthlySales',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                ('net_base', models.DecimalField(decimal_places=2, max_digits=18)),
                ('cost_base', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ('known_quantity', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                ('known_net_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                ('known_cost_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                ('line_count', models.IntegerField()),
                ('known_lines', models.IntegerField(default=0)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.customer')),
                ('product', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.product')),
            ],
            options={
                'verbose_name_plural': 'monthly sales',
                'constraints': [models.UniqueConstraint(fields=('company', 'month', 'customer', 'product'), name='monthly_sales_unique', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='ReadModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=30)),
                ('refreshed_at', models.DateTimeField()),
                ('built_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('company', 'name'), name='read_model_unique')],
            },
        ),
    ]

import datetime
import django.db.models.deletion
import django.db.models.expressions
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('orders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CarrierService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=80)),
                ('cut_off', models.TimeField(default=datetime.time(16, 0))),
                ('is_active', models.BooleanField(default=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('company', 'code'), name='carrier_service_unique')],
            },
        ),
        migrations.CreateModel(
            name='Forecast',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bucket', models.CharField(default='month', max_length=5)),
                ('first_bucket', models.DateField()),
                ('model', models.CharField(max_length=30)),
                ('values', models.JSONField(default=list)),
                ('history', models.JSONField(default=list)),
                ('wape', models.DecimalField(decimal_places=6, max_digits=12, null=True)),
                ('bias', models.DecimalField(decimal_places=6, max_digits=12, null=True)),
                ('naive_wape', models.DecimalField(decimal_places=6, max_digits=12, null=True)),
                ('zero_share', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=7)),
                ('scores', models.JSONField(default=dict)),
                ('is_current', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='forecasts', to='orders.product')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.jobrun')),
            ],
            options={
                'indexes': [models.Index(fields=['company', 'is_current', 'id'], name='forecast_current')],
                'constraints': [models.UniqueConstraint(fields=('run', 'product'), name='forecast_unique'), models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('product',), name='forecast_one_current')],
            },
        ),
        migrations.CreateModel(
            name='StockLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on_hand', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                ('allocated', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                ('unavailable', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                ('reorder_point', models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True)),
                ('reorder_quantity', models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='levels', to='orders.product')),
                ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('product', 'warehouse'), name='stock_level_unique'), models.CheckConstraint(condition=models.Q(('allocated__gte', 0), ('unavailable__gte', 0)), name='stock_level_not_negative'), models.CheckConstraint(condition=models.Q(('on_hand__gte', django.db.models.expressions.CombinedExpression(models.F('allocated'), '+', models.F('unavailable')))), name='stock_level_covers_allocated')],
            },
        ),
        migrations.CreateModel(
            name='StockMovement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('opening', 'Opening stock'), ('receipt', 'Receipt'), ('ship', 'Shipped'), ('return', 'Returned'), ('adjust', 'Adjusted'), ('scrap', 'Scrapped'), ('transfer', 'Transferred')], max_length=10)),
                ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                ('unit_cost', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                ('at', models.DateTimeField()),
                ('reference', models.CharField(blank=True, default='', max_length=60)),
                ('reason', models.CharField(blank=True, default='', max_length=120)),
                ('origin', models.CharField(choices=[('live', 'Made here'), ('import', 'Imported history')], default='live', max_length=8)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                ('order_line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='orders.orderline')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='orders.product')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('warehouse', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
            ],
            options={
                'indexes': [models.Index(fields=['product', 'warehouse', 'id'], name='movement_by_level'), models.Index(fields=['company', '-id'], name='movement_newest')],
            },
        ),
        migrations.CreateModel(
            name='StockUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bin', models.CharField(blank=True, default='', max_length=20)),
                ('lot', models.CharField(blank=True, default='', max_length=40)),
                ('serial', models.CharField(blank=True, default='', max_length=60)),
                ('status', models.CharField(choices=[('available', 'Available'), ('quality', 'In quality control'), ('damaged', 'Damaged'), ('returned', 'Returned, not inspected')], default='available', max_length=10)),
                ('quantity', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                ('level', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='units', to='planning.stocklevel')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('level', 'bin', 'lot', 'serial', 'status'), name='stock_unit_unique'), models.CheckConstraint(condition=models.Q(('quantity__gte', 0)), name='stock_unit_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='SupplyLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                ('received', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                ('unit_cost', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                ('expected_date', models.DateField()),
                ('order_line', models.ForeignKey(blank=True, help_text='Special order for.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.orderline')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supply_lines', to='orders.product')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0), ('received__gte', 0)), name='supply_line_positive')],
            },
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                ('allocated', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                ('backordered', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                ('ship_date', models.DateField()),
                ('source', models.CharField(choices=[('stock', 'On hand'), ('supply', 'Dated supply'), ('lead_time', 'Item lead time'), ('drop_ship', 'The supplier ships it')], max_length=10)),
                ('is_open', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='orders.orderline')),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='orders.order')),
                ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.product')),
                ('warehouse', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
                ('supply_line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='planning.supplyline')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_open', True)), fields=['product', 'warehouse', 'ship_date'], name='promise_open_demand'), models.Index(fields=['order'], name='promise_by_order'), models.Index(condition=models.Q(('backordered__gt', 0)), fields=['company', 'ship_date'], name='promise_backordered')],
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gte', 0), ('allocated__gte', 0), ('backordered__gte', 0)), name='promise_not_negative'), models.CheckConstraint(condition=models.Q(('quantity__gte', django.db.models.expressions.CombinedExpression(models.F('allocated'), '+', models.F('backordered')))), name='promise_allocated_within'), models.CheckConstraint(condition=models.Q(('is_open', True), models.Q(('allocated', 0), ('backordered', 0), ('quantity', 0)), _connector='OR'), name='promise_closed_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='SupplyOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_seq', models.IntegerField(default=0, editable=False)),
                ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                ('number', models.CharField(max_length=20)),
                ('state', models.CharField(choices=[('ordered', 'Ordered'), ('part_received', 'Part received'), ('received', 'Received'), ('cancelled', 'Cancelled')], default='ordered', max_length=14)),
                ('expected_date', models.DateField()),
                ('net_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                ('created_at', models.DateTimeField()),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='orders.supplier')),
                ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
            ],
            options={
                'indexes': [models.Index(fields=['company', 'state', '-id'], name='supply_by_state')],
                'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='supply_number_unique'), models.CheckConstraint(condition=models.Q(('state__in', ['ordered', 'part_received', 'received', 'cancelled'])), name='supply_state_known')],
            },
        ),
        migrations.AddField(
            model_name='supplyline',
            name='supply',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='planning.supplyorder'),
        ),
        migrations.CreateModel(
            name='TransitTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(max_length=2)),
                ('days', models.IntegerField()),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transits', to='planning.carrierservice')),
                ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.warehouse')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('service', 'warehouse', 'country'), name='transit_time_unique')],
            },
        ),
        migrations.CreateModel(
            name='CapacityDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('minutes', models.IntegerField()),
                ('overtime_minutes', models.IntegerField(default=0)),
                ('used_minutes', models.IntegerField(default=0)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('warehouse', 'day'), name='capacity_day_unique'), models.CheckConstraint(condition=models.Q(('used_minutes__gte', 0), ('used_minutes__lte', django.db.models.expressions.CombinedExpression(models.F('minutes'), '+', models.F('overtime_minutes')))), name='capacity_day_within')],
            },
        ),
    ]

import datetime
import django.db.models.deletion
import django.db.models.expressions
import omc.lib.tables
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('planning', '0001_initial'), ('planning', '0002_lists_by_time'), ('planning', '0003_special_orders')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('orders', '0011_hold_escalation'),
    ]

    operations = [
        omc.lib.tables.CreateModels(
            models=[
                migrations.CreateModel(
                    name='StockLevel',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='levels', to='orders.product')),
                        ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
                        ('on_hand', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('allocated', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('unavailable', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('reserved', models.DecimalField(db_default=Decimal('0'), decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('reorder_point', models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True)),
                        ('reorder_quantity', models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('product', 'warehouse'), name='stock_level_unique'), models.CheckConstraint(condition=models.Q(('allocated__gte', 0), ('unavailable__gte', 0), ('reserved__gte', 0)), name='stock_level_not_negative'), models.CheckConstraint(condition=models.Q(('on_hand__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('allocated'), '+', models.F('unavailable')), '+', models.F('reserved')))), name='stock_level_covers_allocated')],
                    },
                ),
                migrations.CreateModel(
                    name='StockUnit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('level', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='units', to='planning.stocklevel')),
                        ('bin', models.CharField(blank=True, default='', max_length=20)),
                        ('lot', models.CharField(blank=True, default='', max_length=40)),
                        ('serial', models.CharField(blank=True, default='', max_length=60)),
                        ('status', models.CharField(choices=[('available', 'Available'), ('quality', 'In quality control'), ('damaged', 'Damaged'), ('returned', 'Returned, not inspected')], default='available', max_length=10)),
                        ('quantity', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('level', 'bin', 'lot', 'serial', 'status'), name='stock_unit_unique'), models.CheckConstraint(condition=models.Q(('quantity__gte', 0)), name='stock_unit_not_negative')],
                    },
                ),
                migrations.CreateModel(
                    name='StockMovement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='orders.product')),
                        ('warehouse', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
                        ('kind', models.CharField(choices=[('opening', 'Opening stock'), ('receipt', 'Receipt'), ('ship', 'Shipped'), ('return', 'Returned'), ('adjust', 'Adjusted'), ('scrap', 'Scrapped'), ('transfer', 'Transferred')], max_length=10)),
                        ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                        ('unit_cost', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                        ('at', models.DateTimeField()),
                        ('order_line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='orders.orderline')),
                        ('reference', models.CharField(blank=True, default='', max_length=60)),
                        ('reason', models.CharField(blank=True, default='', max_length=120)),
                        ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('origin', models.CharField(choices=[('live', 'Made here'), ('import', 'Imported history')], default='live', max_length=8)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['product', 'warehouse', 'id'], name='movement_by_level'), models.Index(fields=['company', '-id'], name='movement_newest')],
                    },
                ),
                migrations.CreateModel(
                    name='Promise',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='orders.order')),
                        ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='orders.orderline')),
                        ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.product')),
                        ('warehouse', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
                        ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                        ('allocated', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('backordered', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('ship_date', models.DateField()),
                        ('source', models.CharField(choices=[('stock', 'On hand'), ('supply', 'Dated supply'), ('lead_time', 'Item lead time'), ('special', 'Ordered for it'), ('drop_ship', 'The supplier ships it')], max_length=10)),
                        ('supply_line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='planning.supplyline')),
                        ('is_open', models.BooleanField(default=True)),
                        ('created_at', models.DateTimeField()),
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
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('event_seq', models.IntegerField(default=0, editable=False)),
                        ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                        ('number', models.CharField(max_length=20)),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='orders.supplier')),
                        ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
                        ('ship_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.address')),
                        ('state', models.CharField(choices=[('ordered', 'Ordered'), ('part_received', 'Part received'), ('received', 'Received'), ('cancelled', 'Cancelled')], default='ordered', max_length=14)),
                        ('expected_date', models.DateField()),
                        ('net_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('created_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', 'created_at', 'id'], name='supply_by_time'), models.Index(fields=['company', 'state', '-id'], name='supply_by_state')],
                        'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='supply_number_unique'), models.CheckConstraint(condition=models.Q(('state__in', ['ordered', 'part_received', 'received', 'cancelled'])), name='supply_state_known')],
                    },
                ),
                migrations.CreateModel(
                    name='SupplyLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('supply', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='planning.supplyorder')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supply_lines', to='orders.product')),
                        ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                        ('received', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('reserved', models.DecimalField(db_default=Decimal('0'), decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('unwanted', models.DecimalField(db_default=Decimal('0'), decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('unit_cost', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                        ('expected_date', models.DateField()),
                        ('order_line', models.ForeignKey(blank=True, help_text='Special order for.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.orderline')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('unwanted__gt', 0)), fields=['supply'], name='supply_line_unwanted')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gte', 0), ('received__gte', 0)), name='supply_line_positive'), models.CheckConstraint(condition=models.Q(('reserved__gte', 0), ('reserved__lte', models.F('received')), ('unwanted__gte', 0), ('unwanted__lte', models.F('quantity'))), name='supply_line_for_one_order')],
                    },
                ),
                migrations.CreateModel(
                    name='Forecast',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.jobrun')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='forecasts', to='orders.product')),
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
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', 'is_current', 'id'], name='forecast_current')],
                        'constraints': [models.UniqueConstraint(fields=('run', 'product'), name='forecast_unique'), models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('product',), name='forecast_one_current')],
                    },
                ),
                migrations.CreateModel(
                    name='CapacityDay',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
                        ('day', models.DateField()),
                        ('minutes', models.IntegerField()),
                        ('overtime_minutes', models.IntegerField(default=0)),
                        ('used_minutes', models.IntegerField(default=0)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('warehouse', 'day'), name='capacity_day_unique'), models.CheckConstraint(condition=models.Q(('used_minutes__gte', 0), ('used_minutes__lte', django.db.models.expressions.CombinedExpression(models.F('minutes'), '+', models.F('overtime_minutes')))), name='capacity_day_within')],
                    },
                ),
                migrations.CreateModel(
                    name='CarrierService',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('code', models.CharField(max_length=20)),
                        ('name', models.CharField(max_length=80)),
                        ('cut_off', models.TimeField(default=datetime.time(16, 0))),
                        ('is_active', models.BooleanField(default=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('company', 'code'), name='carrier_service_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='TransitTime',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transits', to='planning.carrierservice')),
                        ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.warehouse')),
                        ('country', models.CharField(max_length=2)),
                        ('days', models.IntegerField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('service', 'warehouse', 'country'), name='transit_time_unique')],
                    },
                ),
            ],
        ),
    ]

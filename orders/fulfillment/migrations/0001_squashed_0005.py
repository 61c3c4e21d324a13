import django.db.models.deletion
import omc.lib.tables
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('orders_fulfillment', '0001_initial'), ('orders_fulfillment', '0002_lists_by_time'), ('orders_fulfillment', '0003_at_the_warehouse'), ('orders_fulfillment', '0004_supplier_shipments'), ('orders_fulfillment', '0005_collected')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('orders', '0002_functions'),
        ('orders_scheduling', '0001_initial'),
        ('planning', '0003_special_orders'),
    ]

    operations = [
        omc.lib.tables.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Shipment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('event_seq', models.IntegerField(default=0, editable=False)),
                        ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                        ('number', models.CharField(max_length=20)),
                        ('planned', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='orders_scheduling.plannedshipment')),
                        ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='orders.order')),
                        ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.customer')),
                        ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
                        ('ship_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.address')),
                        ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='planning.carrierservice')),
                        ('supply', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='planning.supplyorder')),
                        ('is_collected', models.BooleanField(db_default=False, default=False)),
                        ('state', models.CharField(choices=[('picking', 'Picking'), ('picked', 'Picked'), ('packed', 'Packed'), ('shipped', 'Shipped'), ('delivered', 'Delivered'), ('cancelled', 'Cancelled')], default='picking', max_length=10)),
                        ('tracking_number', models.CharField(blank=True, default='', max_length=60)),
                        ('picker', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField()),
                        ('picked_at', models.DateTimeField(blank=True, null=True)),
                        ('packed_at', models.DateTimeField(blank=True, null=True)),
                        ('shipped_at', models.DateTimeField(blank=True, null=True)),
                        ('delivered_at', models.DateTimeField(blank=True, null=True)),
                        ('received_by', models.CharField(blank=True, default='', max_length=80)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', 'created_at', 'id'], name='shipment_by_time'), models.Index(fields=['company', 'state', '-id'], name='shipment_by_state'), models.Index(condition=models.Q(('state', 'picking'), ('state', 'picked'), ('state', 'packed'), _connector='OR'), fields=['company', 'created_at', 'id'], name='shipment_at_warehouse')],
                        'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='shipment_number_unique'), models.CheckConstraint(condition=models.Q(('state__in', ['picking', 'picked', 'packed', 'shipped', 'delivered', 'cancelled'])), name='shipment_state_known')],
                    },
                ),
                migrations.CreateModel(
                    name='ShipmentLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('shipment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders_fulfillment.shipment')),
                        ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipment_lines', to='orders.orderline')),
                        ('promise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='planning.promise')),
                        ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                        ('picked', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('packed', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('shipped', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('short_reason', models.CharField(blank=True, default='', max_length=20)),
                        ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='planning.stockunit')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('shipment', 'promise'), name='shipment_line_unique'), models.CheckConstraint(condition=models.Q(('picked__gte', 0), ('picked__lte', models.F('quantity')), ('packed__gte', 0), ('packed__lte', models.F('picked')), ('shipped__gte', 0), ('shipped__lte', models.F('packed'))), name='shipment_line_quantities')],
                    },
                ),
                migrations.CreateModel(
                    name='Parcel',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('shipment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parcels', to='orders_fulfillment.shipment')),
                        ('position', models.SmallIntegerField()),
                        ('weight_kg', models.DecimalField(blank=True, decimal_places=3, max_digits=12, null=True)),
                        ('tracking_number', models.CharField(blank=True, default='', max_length=60)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('shipment', 'position'), name='parcel_unique')],
                    },
                ),
            ],
        ),
    ]

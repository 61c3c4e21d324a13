import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('orders', '0002_functions'),
        ('orders_scheduling', '0001_initial'),
        ('planning', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Shipment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_seq', models.IntegerField(default=0, editable=False)),
                ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                ('number', models.CharField(max_length=20)),
                ('state', models.CharField(choices=[('picking', 'Picking'), ('picked', 'Picked'), ('packed', 'Packed'), ('shipped', 'Shipped'), ('delivered', 'Delivered'), ('cancelled', 'Cancelled')], default='picking', max_length=10)),
                ('tracking_number', models.CharField(blank=True, default='', max_length=60)),
                ('created_at', models.DateTimeField()),
                ('picked_at', models.DateTimeField(blank=True, null=True)),
                ('packed_at', models.DateTimeField(blank=True, null=True)),
                ('shipped_at', models.DateTimeField(blank=True, null=True)),
                ('delivered_at', models.DateTimeField(blank=True, null=True)),
                ('received_by', models.CharField(blank=True, default='', max_length=80)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.customer')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='orders.order')),
                ('picker', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('planned', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='orders_scheduling.plannedshipment')),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='planning.carrierservice')),
                ('ship_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.address')),
                ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
            ],
            options={
                'indexes': [models.Index(fields=['company', 'state', '-id'], name='shipment_by_state')],
                'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='shipment_number_unique'), models.CheckConstraint(condition=models.Q(('state__in', ['picking', 'picked', 'packed', 'shipped', 'delivered', 'cancelled'])), name='shipment_state_known')],
            },
        ),
        migrations.CreateModel(
            name='Parcel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.SmallIntegerField()),
                ('weight_kg', models.DecimalField(blank=True, decimal_places=3, max_digits=12, null=True)),
                ('tracking_number', models.CharField(blank=True, default='', max_length=60)),
                ('shipment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parcels', to='orders_fulfillment.shipment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('shipment', 'position'), name='parcel_unique')],
            },
        ),
        migrations.CreateModel(
            name='ShipmentLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                ('picked', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                ('packed', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                ('shipped', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                ('short_reason', models.CharField(blank=True, default='', max_length=20)),
                ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipment_lines', to='orders.orderline')),
                ('promise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='planning.promise')),
                ('shipment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders_fulfillment.shipment')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='planning.stockunit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('shipment', 'promise'), name='shipment_line_unique'), models.CheckConstraint(condition=models.Q(('picked__gte', 0), ('picked__lte', models.F('quantity')), ('packed__gte', 0), ('packed__lte', models.F('picked')), ('shipped__gte', 0), ('shipped__lte', models.F('packed'))), name='shipment_line_quantities')],
            },
        ),
    ]

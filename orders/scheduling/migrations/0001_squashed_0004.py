import django.db.models.deletion
import omc.lib.tables
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('orders_scheduling', '0001_initial'), ('orders_scheduling', '0002_lists_by_time'), ('orders_scheduling', '0003_open_plans'), ('orders_scheduling', '0004_supplier_ships')]

    initial = True

    dependencies = [
        ('orders', '0001_initial'),
        ('planning', '0001_initial'),
    ]

    operations = [
        omc.lib.tables.CreateModels(
            models=[
                migrations.CreateModel(
                    name='PlannedShipment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('event_seq', models.IntegerField(default=0, editable=False)),
                        ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                        ('number', models.CharField(max_length=20)),
                        ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='planned_shipments', to='orders.order')),
                        ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.customer')),
                        ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
                        ('ship_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.address')),
                        ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='planning.carrierservice')),
                        ('state', models.CharField(choices=[('planned', 'Planned'), ('frozen', 'Frozen'), ('released', 'Released'), ('done', 'Taken over by a shipment'), ('cancelled', 'Cancelled')], default='planned', max_length=10)),
                        ('slot_date', models.DateField()),
                        ('due_date', models.DateField(help_text='Ship date the promise asks for.')),
                        ('work_minutes', models.IntegerField(default=0)),
                        ('late_reason', models.CharField(blank=True, default='', max_length=20)),
                        ('supplier_ships', models.BooleanField(db_default=False, default=False)),
                        ('is_pinned', models.BooleanField(default=False)),
                        ('created_at', models.DateTimeField()),
                        ('released_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', 'created_at', 'id'], name='planned_shipment_by_time'), models.Index(fields=['company', 'state', 'slot_date', 'id'], name='planned_shipment_board'), models.Index(condition=models.Q(('state', 'planned'), ('state', 'frozen'), _connector='OR'), fields=['company', 'slot_date', 'id'], name='planned_open_by_day'), models.Index(condition=models.Q(models.Q(('state', 'planned'), ('state', 'frozen'), _connector='OR'), ('slot_date__gt', models.F('due_date'))), fields=['company', 'due_date', 'id'], name='planned_open_late')],
                        'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='planned_shipment_number_unique'), models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'frozen', 'released', 'done', 'cancelled'])), name='planned_shipment_state_known')],
                    },
                ),
                migrations.CreateModel(
                    name='PlannedLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('planned', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders_scheduling.plannedshipment')),
                        ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='planned_lines', to='orders.orderline')),
                        ('promise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='planned_lines', to='planning.promise')),
                        ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('planned', 'promise'), name='planned_line_unique'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='planned_line_positive')],
                    },
                ),
            ],
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orders', '0001_initial'),
        ('planning', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlannedShipment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_seq', models.IntegerField(default=0, editable=False)),
                ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                ('number', models.CharField(max_length=20)),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('frozen', 'Frozen'), ('released', 'Released'), ('done', 'Taken over by a shipment'), ('cancelled', 'Cancelled')], default='planned', max_length=10)),
                ('slot_date', models.DateField()),
                ('due_date', models.DateField(help_text='Ship date the promise asks for.')),
                ('work_minutes', models.IntegerField(default=0)),
                ('late_reason', models.CharField(blank=True, default='', max_length=20)),
                ('is_pinned', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.customer')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='planned_shipments', to='orders.order')),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='planning.carrierservice')),
                ('ship_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.address')),
                ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
            ],
            options={
                'indexes': [models.Index(fields=['company', 'state', 'slot_date', 'id'], name='planned_shipment_board')],
                'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='planned_shipment_number_unique'), models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'frozen', 'released', 'done', 'cancelled'])), name='planned_shipment_state_known')],
            },
        ),
        migrations.CreateModel(
            name='PlannedLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='planned_lines', to='orders.orderline')),
                ('promise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='planned_lines', to='planning.promise')),
                ('planned', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders_scheduling.plannedshipment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('planned', 'promise'), name='planned_line_unique'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='planned_line_positive')],
            },
        ),
    ]

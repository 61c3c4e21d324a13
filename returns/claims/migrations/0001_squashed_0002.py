import django.db.models.deletion
import omc.lib.tables
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('returns_claims', '0001_initial'), ('returns_claims', '0002_lists_by_time')]

    initial = True

    dependencies = [
        ('billing', '0001_initial'),
        ('orders', '0002_functions'),
    ]

    operations = [
        omc.lib.tables.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Return',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('event_seq', models.IntegerField(default=0, editable=False)),
                        ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                        ('number', models.CharField(max_length=40)),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='orders.customer')),
                        ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='orders.order')),
                        ('warehouse', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
                        ('state', models.CharField(choices=[('requested', 'Requested'), ('authorized', 'Authorized'), ('rejected', 'Rejected'), ('received', 'Received'), ('inspected', 'Inspected'), ('settled', 'Settled'), ('closed', 'Closed'), ('cancelled', 'Cancelled')], default='requested', max_length=10)),
                        ('origin', models.CharField(choices=[('live', 'Made here'), ('import', 'Imported history')], default='live', max_length=8)),
                        ('currency', models.CharField(max_length=3)),
                        ('net_amount', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('net_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('note', models.CharField(blank=True, default='', max_length=300)),
                        ('credit_note', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='billing.invoice')),
                        ('created_at', models.DateTimeField()),
                        ('received_at', models.DateTimeField(blank=True, null=True)),
                        ('settled_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', 'created_at', 'id'], name='return_by_time'), models.Index(fields=['company', 'state', '-id'], name='return_by_state')],
                        'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='return_number_unique'), models.CheckConstraint(condition=models.Q(('state__in', ['requested', 'authorized', 'rejected', 'received', 'inspected', 'settled', 'closed', 'cancelled'])), name='return_state_known')],
                    },
                ),
                migrations.CreateModel(
                    name='ReturnLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.IntegerField()),
                        ('kind', models.CharField(choices=[('goods', 'Goods'), ('service', 'Service'), ('charge', 'Charge'), ('kit', 'Kit'), ('component', 'Component'), ('text', 'Text')], default='goods', max_length=10)),
                        ('product', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.product')),
                        ('description', models.CharField(blank=True, max_length=200)),
                        ('unit', models.CharField(default='pc', max_length=10)),
                        ('unit_factor', models.DecimalField(decimal_places=6, default=Decimal('1'), max_digits=18)),
                        ('typed_quantity', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('list_price', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                        ('unit_price', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=18)),
                        ('net_amount', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('net_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('unit_cost', models.DecimalField(blank=True, decimal_places=4, help_text='In company currency; empty is unknown.', max_digits=18, null=True)),
                        ('cost_base', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                        ('tax_code', models.CharField(blank=True, max_length=20)),
                        ('tax_rate', models.DecimalField(decimal_places=4, default=Decimal('0'), help_text='Percent.', max_digits=7)),
                        ('tax_amount', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('price_steps', models.JSONField(blank=True, default=list)),
                        ('return_order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='returns_claims.return')),
                        ('order_line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='return_lines', to='orders.orderline')),
                        ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                        ('received', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('accepted', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('reason', models.CharField(choices=[('damaged', 'Damaged'), ('wrong_item', 'Wrong item'), ('wrong_quantity', 'Wrong quantity'), ('defective', 'Defective'), ('late', 'Too late'), ('not_wanted', 'No longer wanted'), ('ordered_wrong', 'Ordered by mistake'), ('unknown', 'Not in this data')], default='unknown', max_length=16)),
                        ('caused_by_stage', models.SmallIntegerField(blank=True, null=True)),
                        ('disposition', models.CharField(blank=True, choices=[('restock', 'Back to stock'), ('scrap', 'Scrap'), ('keep', 'Customer keeps it'), ('send_back', 'Send back to the customer')], default='', max_length=10)),
                        ('unmatched_reason', models.CharField(blank=True, default='', max_length=60)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('return_order', 'position'), name='return_line_unique'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0), ('received__gte', 0), ('received__lte', models.F('quantity')), ('accepted__gte', 0)), name='return_line_quantities'), models.CheckConstraint(condition=models.Q(('accepted__lte', models.F('received')), models.Q(('accepted__lte', models.F('quantity')), ('disposition', 'keep'), ('received', 0)), _connector='OR'), name='return_line_accepted_within')],
                    },
                ),
            ],
        ),
    ]

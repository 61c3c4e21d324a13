import django.db.models.deletion
import omc.lib.tables
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('billing', '0001_initial'), ('billing', '0002_lists_by_time'), ('billing', '0003_what_is_open')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('orders', '0002_functions'),
        ('orders_fulfillment', '0001_initial'),
    ]

    operations = [
        omc.lib.tables.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Invoice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('event_seq', models.IntegerField(default=0, editable=False)),
                        ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                        ('number', models.CharField(blank=True, max_length=40, null=True)),
                        ('kind', models.CharField(choices=[('invoice', 'Invoice'), ('credit_note', 'Credit note'), ('adjustment', 'Adjustment')], default='invoice', max_length=12)),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='orders.customer')),
                        ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='orders.order')),
                        ('shipment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='orders_fulfillment.shipment')),
                        ('original', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='billing.invoice')),
                        ('bill_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.address')),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('posted', 'Posted'), ('part_paid', 'Part paid'), ('paid', 'Paid'), ('void', 'Void')], default='draft', max_length=10)),
                        ('origin', models.CharField(choices=[('live', 'Made here'), ('import', 'Imported history')], default='live', max_length=8)),
                        ('customer_po', models.CharField(blank=True, max_length=60)),
                        ('currency', models.CharField(max_length=3)),
                        ('currency_rate', models.DecimalField(decimal_places=8, default=Decimal('1'), max_digits=18)),
                        ('net_amount', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('tax_amount', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('total_amount', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('open_amount', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('net_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('total_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('reason', models.CharField(blank=True, default='', max_length=160)),
                        ('invoice_date', models.DateField(blank=True, null=True)),
                        ('due_date', models.DateField(blank=True, null=True)),
                        ('posted_at', models.DateTimeField(blank=True, null=True)),
                        ('paid_at', models.DateTimeField(blank=True, null=True)),
                        ('posted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', 'created_at', 'id'], name='invoice_by_time'), models.Index(fields=['company', 'state', '-id'], name='invoice_by_state'), models.Index(condition=models.Q(('open_amount__gt', 0)), fields=['customer', 'due_date'], name='invoice_open'), models.Index(fields=['company', 'invoice_date', 'id'], name='invoice_by_date'), models.Index(condition=models.Q(('kind', 'invoice'), ('open_amount__gt', 0)), fields=['company', 'due_date', 'id'], name='invoice_due')],
                        'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='invoice_number_unique'), models.UniqueConstraint(condition=models.Q(('kind', 'invoice'), models.Q(('state', 'void'), _negated=True)), fields=('shipment',), name='invoice_one_per_shipment'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'posted', 'part_paid', 'paid', 'void'])), name='invoice_state_known'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'void']), ('number__isnull', False), _connector='OR'), name='invoice_numbered'), models.CheckConstraint(condition=models.Q(('open_amount__gte', 0)), name='invoice_open_not_negative')],
                    },
                ),
                migrations.CreateModel(
                    name='InvoiceLine',
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
                        ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='billing.invoice')),
                        ('order_line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invoice_lines', to='orders.orderline')),
                        ('corrects', models.ForeignKey(blank=True, help_text='The line that is credited.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credits', to='billing.invoiceline')),
                        ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['product', 'invoice'], name='invoice_line_by_product')],
                        'constraints': [models.UniqueConstraint(fields=('invoice', 'position'), name='invoice_line_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='Payment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('event_seq', models.IntegerField(default=0, editable=False)),
                        ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                        ('number', models.CharField(max_length=20)),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='orders.customer')),
                        ('state', models.CharField(choices=[('open', 'Not fully applied'), ('applied', 'Applied')], default='open', max_length=8)),
                        ('currency', models.CharField(max_length=3)),
                        ('currency_rate', models.DecimalField(decimal_places=8, default=Decimal('1'), max_digits=18)),
                        ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('unapplied_amount', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('received_on', models.DateField()),
                        ('method', models.CharField(default='transfer', max_length=20)),
                        ('reference', models.CharField(blank=True, default='', max_length=80)),
                        ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', 'created_at', 'id'], name='payment_by_time'), models.Index(condition=models.Q(('unapplied_amount__gt', 0)), fields=['company', 'unapplied_amount', 'id'], name='payment_on_account')],
                        'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='payment_number_unique'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payment_positive'), models.CheckConstraint(condition=models.Q(('unapplied_amount__gte', 0), ('unapplied_amount__lte', models.F('amount'))), name='payment_unapplied_within'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'applied'])), name='payment_state_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Application',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='billing.payment')),
                        ('credit_note', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applied_to', to='billing.invoice')),
                        ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='billing.invoice')),
                        ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='application_positive'), models.CheckConstraint(condition=models.Q(models.Q(('credit_note__isnull', True), ('payment__isnull', False)), models.Q(('credit_note__isnull', False), ('payment__isnull', True)), _connector='OR'), name='application_from_one')],
                    },
                ),
                migrations.CreateModel(
                    name='Posting',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('document_type', models.CharField(max_length=20)),
                        ('document_id', models.BigIntegerField()),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.customer')),
                        ('account', models.CharField(choices=[('receivable', 'Accounts receivable'), ('revenue', 'Revenue'), ('tax', 'Tax payable'), ('cash', 'Cash'), ('on_account', 'Customer deposits'), ('exchange', 'Exchange and rounding differences'), ('write_off', 'Write-offs')], max_length=12)),
                        ('debit', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('credit', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('day', models.DateField()),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['document_type', 'document_id'], name='posting_by_document'), models.Index(fields=['company', 'account', 'day'], name='posting_by_account')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('credit', 0), ('debit__gt', 0)), models.Q(('credit__gt', 0), ('debit', 0)), _connector='OR'), name='posting_one_side')],
                    },
                ),
            ],
        ),
    ]

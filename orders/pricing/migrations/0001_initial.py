import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('orders', '0002_functions'),
        ('orders_generation', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PriceList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=30)),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('contract', 'Customer contract'), ('group_contract', 'Group contract'), ('promotion', 'Promotion'), ('customer', 'Customer price list'), ('segment', 'Segment price list'), ('base', 'Base price list')], default='base', max_length=16)),
                ('price_group', models.CharField(blank=True, max_length=20)),
                ('customer_class', models.CharField(blank=True, max_length=1)),
                ('currency', models.CharField(default='USD', max_length=3)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='price_lists', to='orders.customer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('company', 'code'), name='price_list_code_unique'), models.CheckConstraint(condition=models.Q(('kind__in', ['contract', 'group_contract', 'promotion', 'customer', 'segment', 'base'])), name='price_list_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['contract', 'customer']), _negated=True), ('customer__isnull', False), _connector='OR'), name='price_list_has_customer'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'group_contract'), _negated=True), models.Q(('price_group', ''), _negated=True), _connector='OR'), name='price_list_has_group'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'segment'), _negated=True), models.Q(('price_group', ''), _negated=True), models.Q(('customer_class', ''), _negated=True), _connector='OR'), name='price_list_has_segment')],
            },
        ),
        migrations.CreateModel(
            name='PriceBreak',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('min_quantity', models.DecimalField(decimal_places=6, default=Decimal('1'), max_digits=18)),
                ('unit_price', models.DecimalField(decimal_places=4, max_digits=18)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.product')),
                ('replaced_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('price_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='breaks', to='orders_pricing.pricelist')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('replaced_at__isnull', True)), fields=['product', 'price_list'], name='price_break_lookup')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at__isnull', True)), fields=('price_list', 'product', 'min_quantity', 'valid_from'), name='price_break_unique', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('min_quantity__gt', 0), ('unit_price__gte', 0)), name='price_break_positive')],
            },
        ),
        migrations.CreateModel(
            name='Quote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_seq', models.IntegerField(default=0, editable=False)),
                ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                ('number', models.CharField(max_length=20)),
                ('revision', models.SmallIntegerField(default=1)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('sent', 'Sent'), ('accepted', 'Accepted'), ('converted', 'Converted'), ('rejected', 'Rejected'), ('expired', 'Expired'), ('superseded', 'Superseded')], default='draft', max_length=10)),
                ('currency', models.CharField(max_length=3)),
                ('currency_rate', models.DecimalField(decimal_places=8, default=Decimal('1'), max_digits=18)),
                ('requested_date', models.DateField(blank=True, null=True)),
                ('valid_until', models.DateField()),
                ('net_amount', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                ('tax_amount', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                ('total_amount', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                ('net_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                ('cost_base', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                ('reject_reason', models.CharField(blank=True, choices=[('price', 'Price'), ('lead_time', 'Lead time'), ('availability', 'Availability'), ('terms', 'Terms'), ('competitor', 'A competitor'), ('no_decision', 'No decision'), ('duplicate', 'Duplicate')], default='', max_length=20)),
                ('customer_note', models.TextField(blank=True)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='orders.contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quotes', to='orders.customer')),
                ('enquiry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='quotes', to='orders_generation.enquiry')),
                ('order', models.ForeignKey(blank=True, help_text='Made from it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='quotes', to='orders.order')),
                ('ship_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.address')),
                ('written_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['company', '-id'], name='quote_newest'), models.Index(fields=['company', 'state', '-id'], name='quote_by_state'), models.Index(condition=models.Q(('state', 'sent')), fields=['company', 'valid_until'], name='quote_to_expire')],
                'constraints': [models.UniqueConstraint(fields=('company', 'number', 'revision'), name='quote_number_unique'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'sent', 'accepted', 'converted', 'rejected', 'expired', 'superseded'])), name='quote_state_known')],
            },
        ),
        migrations.CreateModel(
            name='QuoteLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField()),
                ('kind', models.CharField(choices=[('goods', 'Goods'), ('service', 'Service'), ('charge', 'Charge'), ('kit', 'Kit'), ('component', 'Component'), ('text', 'Text')], default='goods', max_length=10)),
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
                ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                ('promised_date', models.DateField(blank=True, null=True)),
                ('product', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.product')),
                ('quote', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders_pricing.quote')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('quote', 'position'), name='quote_line_unique'), models.CheckConstraint(condition=models.Q(('quantity__gte', 0)), name='quote_line_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='TaxRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=60)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('region', models.CharField(blank=True, max_length=80)),
                ('tax_class', models.CharField(default='standard', max_length=20)),
                ('category', models.CharField(choices=[('S', 'Standard rate'), ('Z', 'Zero rated'), ('E', 'Exempt'), ('AE', 'Reverse charge')], default='S', max_length=2)),
                ('rate', models.DecimalField(decimal_places=4, max_digits=7)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('is_active', models.BooleanField(default=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('company', 'country', 'region', 'tax_class', 'category', 'valid_from'), name='tax_rule_unique', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('category__in', ['S', 'Z', 'E', 'AE'])), name='tax_rule_category_known'), models.CheckConstraint(condition=models.Q(('category', 'S'), ('rate', 0), _connector='OR'), name='tax_rule_rate_fits_category'), models.CheckConstraint(condition=models.Q(('rate__gte', 0)), name='tax_rule_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='ExchangeRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('day', models.DateField()),
                ('rate', models.DecimalField(decimal_places=8, max_digits=18)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('company', 'currency', 'day'), name='exchange_rate_unique'), models.CheckConstraint(condition=models.Q(('rate__gt', 0)), name='exchange_rate_positive')],
            },
        ),
    ]

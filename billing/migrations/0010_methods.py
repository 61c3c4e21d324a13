import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """How customers and orders are billed, and deposits."""

    dependencies = [
        ('billing', '0009_preflight'),
        ('orders', '0021_languages_of_suppliers'),
    ]

    operations = [
        migrations.AddField(
            model_name='invoice',
            name='is_deposit',
            field=models.BooleanField(db_default=False, default=False, help_text='Billed before anything left.'),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='deducts',
            field=models.ForeignKey(blank=True, help_text="The deposit's line that is taken off.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deductions', to='billing.invoiceline'),
        ),
        migrations.AlterField(
            model_name='posting',
            name='account',
            field=models.CharField(choices=[('receivable', 'Accounts receivable'), ('revenue', 'Revenue'), ('tax', 'Tax payable'), ('cash', 'Cash'), ('on_account', 'Customer deposits'), ('deposits', 'Deposits billed ahead'), ('exchange', 'Exchange and rounding differences'), ('write_off', 'Write-offs')], max_length=12),
        ),
        migrations.CreateModel(
            name='BillingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(blank=True, choices=[('on_shipment', 'When it has left'), ('on_order', 'When it is confirmed'), ('on_delivery', 'When it has arrived'), ('consolidated', 'Together, once a period')], max_length=12)),
                ('every', models.CharField(blank=True, choices=[('week', 'Every week, on Monday'), ('half_month', 'On the 1st and 16th'), ('month', 'On the 1st of the month')], max_length=10)),
                ('by_purchase_order', models.BooleanField(blank=True, null=True)),
                ('freight', models.CharField(blank=True, choices=[('first', 'All with the first invoice'), ('by_value', 'With each invoice, by value')], max_length=10)),
                ('deposit_percent', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)])),
                ('deposit_rule', models.CharField(blank=True, choices=[('pro_rata', 'With each invoice, its share'), ('first', 'With the first invoices, as far as it goes')], max_length=10)),
                ('deposit_holds', models.BooleanField(blank=True, null=True)),
                ('instalments', models.JSONField(blank=True, default=list)),
                ('updated_at', models.DateTimeField()),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                ('customer', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='billing_rule', to='orders.customer')),
                ('order', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='billing_rule', to='orders.order')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('customer__isnull', False), ('order__isnull', True)), models.Q(('customer__isnull', True), ('order__isnull', False)), _connector='OR'), name='billing_rule_of_one'), models.CheckConstraint(condition=models.Q(('deposit_percent__isnull', True), models.Q(('deposit_percent__gte', 0), ('deposit_percent__lte', 100)), _connector='OR'), name='billing_rule_deposit_percent')],
            },
        ),
    ]

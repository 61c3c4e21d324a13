import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):
    """When which part of an invoice is due, and what paying early saves."""

    dependencies = [
        ('billing', '0001_squashed_0003'),
    ]

    operations = [
        migrations.AddField(
            model_name='invoice',
            name='discount_amount',
            field=models.DecimalField(db_default=Decimal('0'), decimal_places=2, default=Decimal('0'), help_text="What paying by the discount's last day saves.", max_digits=18),
        ),
        migrations.AddField(
            model_name='invoice',
            name='discount_until',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='due_date',
            field=models.DateField(blank=True, help_text='The last day, where it is due in parts.', null=True),
        ),
        migrations.CreateModel(
            name='InvoiceDue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.SmallIntegerField()),
                ('due_date', models.DateField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
                ('open_amount', models.DecimalField(decimal_places=2, max_digits=18)),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dues', to='billing.invoice')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('open_amount__gt', 0)), fields=['due_date', 'invoice'], name='invoice_due_by_day')],
                'constraints': [models.UniqueConstraint(fields=('invoice', 'position'), name='invoice_due_unique'), models.CheckConstraint(condition=models.Q(('open_amount__gte', 0), ('open_amount__lte', models.F('amount'))), name='invoice_due_open_within')],
            },
        ),
    ]

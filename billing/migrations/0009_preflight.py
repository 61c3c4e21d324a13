import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the pre-flight found in an invoice, and the two states in which one waits for a person."""

    dependencies = [
        ('billing', '0008_document_ways'),
        ('orders', '0021_languages_of_suppliers'),
        ('orders_fulfillment', '0001_squashed_0005'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='InvoiceFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=30)),
                ('severity', models.CharField(choices=[('warn', 'Warns'), ('block', 'Stops the invoice')], max_length=5)),
                ('position', models.IntegerField(blank=True, null=True)),
                ('expected', models.CharField(blank=True, max_length=120)),
                ('found', models.CharField(blank=True, max_length=120)),
                ('at', models.DateTimeField()),
                ('cleared_at', models.DateTimeField(blank=True, null=True)),
                ('cleared_because', models.CharField(blank=True, max_length=160)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='invoice',
            name='invoice_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='invoice',
            name='invoice_numbered',
        ),
        migrations.AddField(
            model_name='invoice',
            name='preflight',
            field=models.CharField(blank=True, db_default='', default='', help_text='How it came through its pre-flight.', max_length=10),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('preflight_ok', 'Ready to post'), ('preflight_failed', 'Stopped before posting'), ('posted', 'Posted'), ('part_paid', 'Part paid'), ('paid', 'Paid'), ('void', 'Void')], default='draft', max_length=20),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'preflight_ok', 'preflight_failed', 'posted', 'part_paid', 'paid', 'void'])), name='invoice_state_known'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'preflight_ok', 'preflight_failed', 'void']), ('number__isnull', False), _connector='OR'), name='invoice_numbered'),
        ),
        migrations.AddField(
            model_name='invoicefinding',
            name='cleared_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invoicefinding',
            name='invoice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='billing.invoice'),
        ),
        migrations.AddConstraint(
            model_name='invoicefinding',
            constraint=models.CheckConstraint(condition=models.Q(('severity__in', ['warn', 'block'])), name='invoice_finding_severity_known'),
        ),
        migrations.AddConstraint(
            model_name='invoicefinding',
            constraint=models.CheckConstraint(condition=models.Q(('cleared_at__isnull', True), models.Q(('cleared_because', ''), _negated=True), _connector='OR'), name='invoice_finding_cleared_says_why'),
        ),
    ]

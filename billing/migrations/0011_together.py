import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Shipments that one invoice bills together."""

    dependencies = [
        ('billing', '0010_methods'),
        ('orders_fulfillment', '0006_parcels'),
    ]

    operations = [
        migrations.CreateModel(
            name='BilledShipment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='billed_shipments', to='billing.invoice')),
                ('shipment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='billed_together', to='orders_fulfillment.shipment')),
            ],
        ),
    ]

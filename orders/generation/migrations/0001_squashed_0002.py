import django.db.models.deletion
import omc.lib.tables
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('orders_generation', '0001_initial'), ('orders_generation', '0002_lists_by_time')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('orders', '0001_initial'),
    ]

    operations = [
        omc.lib.tables.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Enquiry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('event_seq', models.IntegerField(default=0, editable=False)),
                        ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                        ('number', models.CharField(max_length=20)),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enquiries', to='orders.customer')),
                        ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='orders.contact')),
                        ('channel', models.CharField(choices=[('desk', 'Order desk'), ('phone', 'Phone'), ('email', 'E-mail'), ('web', 'Web'), ('edi', 'EDI'), ('api', 'API'), ('import', 'Import')], default='phone', max_length=10)),
                        ('state', models.CharField(choices=[('received', 'Received'), ('working', 'Being worked on'), ('quoted', 'Quoted'), ('ordered', 'Ordered'), ('closed', 'Closed')], default='received', max_length=10)),
                        ('subject', models.CharField(max_length=160)),
                        ('body', models.TextField(blank=True)),
                        ('requested_date', models.DateField(blank=True, null=True)),
                        ('value_base', models.DecimalField(blank=True, decimal_places=2, help_text='Estimated worth, company currency.', max_digits=18, null=True)),
                        ('probability_percent', models.SmallIntegerField(default=50)),
                        ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enquiries', to='orders.order')),
                        ('close_reason', models.CharField(blank=True, default='', max_length=120)),
                        ('taken_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name_plural': 'enquiries',
                        'indexes': [models.Index(fields=['company', 'created_at', 'id'], name='enquiry_by_time'), models.Index(fields=['company', 'state', '-id'], name='enquiry_by_state')],
                        'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='enquiry_number_unique'), models.CheckConstraint(condition=models.Q(('state__in', ['received', 'working', 'quoted', 'ordered', 'closed'])), name='enquiry_state_known'), models.CheckConstraint(condition=models.Q(('probability_percent__range', (0, 100))), name='enquiry_probability_percent')],
                    },
                ),
                migrations.CreateModel(
                    name='EnquiryLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('enquiry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders_generation.enquiry')),
                        ('position', models.IntegerField()),
                        ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.product')),
                        ('text', models.CharField(blank=True, max_length=200)),
                        ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('enquiry', 'position'), name='enquiry_line_unique'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='enquiry_line_positive')],
                    },
                ),
            ],
        ),
    ]

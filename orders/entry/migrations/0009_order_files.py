
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0011_hold_escalation'),
        ('orders_entry', '0008_substitutes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ColumnMap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('heads_sha', models.CharField(max_length=64)),
                ('columns', models.JSONField()),
                ('learned_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='FileOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_row', models.IntegerField(help_text='In the file, its heading being row 1.')),
                ('trouble', models.CharField(blank=True, default='', max_length=300)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='orderfile',
            name='order_file_unique',
        ),
        migrations.AddField(
            model_name='orderfile',
            name='again',
            field=models.BooleanField(default=False, help_text='Taken although the same content was taken before.'),
        ),
        migrations.AddField(
            model_name='orderfile',
            name='columns',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='orderfile',
            name='customer',
            field=models.ForeignKey(blank=True, help_text='Whose orders they are where no column says it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.customer'),
        ),
        migrations.AddField(
            model_name='orderfile',
            name='has_heads',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='orderfile',
            name='heads',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='orderfile',
            name='outcome',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='orderfile',
            name='outcome_of',
            field=models.CharField(blank=True, default='', max_length=16),
        ),
        migrations.AddField(
            model_name='orderfile',
            name='rows',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='orderfile',
            name='submit',
            field=models.BooleanField(default=False, help_text='Hand the orders in, not only write drafts.'),
        ),
        migrations.AddField(
            model_name='orderfile',
            name='taken_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='orderfile',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='orderfile',
            index=models.Index(fields=['company', '-id'], name='order_file_newest'),
        ),
        migrations.AddConstraint(
            model_name='orderfile',
            constraint=models.UniqueConstraint(condition=models.Q(('again', False), ('taken_at__isnull', False)), fields=('company', 'sha256'), name='order_file_taken_once'),
        ),
        migrations.AddField(
            model_name='columnmap',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company'),
        ),
        migrations.AddField(
            model_name='columnmap',
            name='customer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.customer'),
        ),
        migrations.AddField(
            model_name='columnmap',
            name='learned_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='fileorder',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='made', to='orders_entry.orderfile'),
        ),
        migrations.AddField(
            model_name='fileorder',
            name='order',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='file_order', to='orders.order'),
        ),
        migrations.AddConstraint(
            model_name='columnmap',
            constraint=models.UniqueConstraint(fields=('company', 'customer', 'heads_sha'), name='column_map_unique', nulls_distinct=False),
        ),
    ]

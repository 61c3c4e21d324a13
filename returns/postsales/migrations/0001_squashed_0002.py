import django.db.models.deletion
import omc.lib.tables
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('returns_postsales', '0001_initial'), ('returns_postsales', '0002_lists_by_time')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('orders', '0002_functions'),
        ('returns_claims', '0001_initial'),
    ]

    operations = [
        omc.lib.tables.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Case',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('event_seq', models.IntegerField(default=0, editable=False)),
                        ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                        ('number', models.CharField(max_length=20)),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='orders.customer')),
                        ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='orders.contact')),
                        ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='orders.order')),
                        ('return_order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='returns_claims.return')),
                        ('kind', models.CharField(choices=[('question', 'Question'), ('problem', 'Problem'), ('complaint', 'Complaint'), ('training', 'Training'), ('warranty', 'Warranty'), ('feedback', 'Feedback')], default='question', max_length=10)),
                        ('state', models.CharField(choices=[('new', 'New'), ('assigned', 'Assigned'), ('waiting_customer', 'Waiting for the customer'), ('waiting_internal', 'Waiting for a colleague'), ('resolved', 'Resolved'), ('closed', 'Closed')], default='new', max_length=16)),
                        ('subject', models.CharField(max_length=160)),
                        ('body', models.TextField(blank=True)),
                        ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('resolution', models.TextField(blank=True)),
                        ('satisfaction', models.SmallIntegerField(blank=True, help_text='1 to 5, said by the customer.', null=True)),
                        ('reply_due_at', models.DateTimeField(blank=True, null=True)),
                        ('first_reply_at', models.DateTimeField(blank=True, null=True)),
                        ('created_at', models.DateTimeField()),
                        ('resolved_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', 'created_at', 'id'], name='case_by_time'), models.Index(fields=['company', 'state', '-id'], name='case_by_state')],
                        'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='case_number_unique'), models.CheckConstraint(condition=models.Q(('state__in', ['new', 'assigned', 'waiting_customer', 'waiting_internal', 'resolved', 'closed'])), name='case_state_known'), models.CheckConstraint(condition=models.Q(('satisfaction__isnull', True), ('satisfaction__range', (1, 5)), _connector='OR'), name='case_satisfaction_range')],
                    },
                ),
                migrations.CreateModel(
                    name='CaseMessage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='returns_postsales.case')),
                        ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('to_customer', models.BooleanField(default=False)),
                        ('by_customer', models.BooleanField(default=False)),
                        ('body', models.TextField()),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('by_customer', True), ('to_customer', True), _negated=True), name='case_message_one_direction')],
                    },
                ),
                migrations.CreateModel(
                    name='FollowUp',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='orders.customer')),
                        ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='orders.order')),
                        ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='returns_postsales.case')),
                        ('purpose', models.CharField(max_length=160)),
                        ('due_on', models.DateField()),
                        ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('done_at', models.DateTimeField(blank=True, null=True)),
                        ('outcome', models.CharField(blank=True, default='', max_length=300)),
                        ('created_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['company', 'due_on'], name='follow_up_open')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('order__isnull', False), ('case__isnull', False), _connector='OR'), name='follow_up_about_something')],
                    },
                ),
            ],
        ),
    ]

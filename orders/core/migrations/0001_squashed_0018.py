import datetime
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.text
import omc.lib.tables
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


# The chain's one definition: writer, bench cloner and checker all call it.
EVENT_HASH = r"""
CREATE FUNCTION omc_event_hash(previous text, subject_type text, subject_id bigint, seq integer, company_id bigint,
    order_id bigint, stage smallint, type text, version smallint, from_state text, to_state text, user_id bigint,
    contact_id bigint, job text, department_id bigint, channel text, at timestamptz, data jsonb, touch_seconds integer,
    rule_version integer, request_id text, lines_digest text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT encode(sha256(convert_to(previous || jsonb_build_array(subject_type, subject_id, seq, company_id, order_id,
        stage, type, version, from_state, to_state, user_id, contact_id, job, department_id, channel,
        (extract(epoch FROM at) * 1000000)::bigint, data::text, touch_seconds, rule_version, request_id,
        lines_digest)::text, 'UTF8')), 'hex')
$$;
CREATE FUNCTION omc_lines_digest(lines jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN lines IS NULL OR lines = '[]'::jsonb THEN ''
        ELSE encode(sha256(convert_to(lines::text, 'UTF8')), 'hex') END
$$;
"""

APPEND_ONLY = r"""
CREATE FUNCTION omc_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON orders_event
    FOR EACH ROW EXECUTE FUNCTION omc_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON orders_eventline
    FOR EACH ROW EXECUTE FUNCTION omc_append_only();
"""

# Working minutes between two moments are the difference of their positions: two look-ups, never a loop.
BUSINESS_TIME = r"""
CREATE FUNCTION omc_business_position(calendar bigint, moment timestamptz) RETURNS numeric
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT minutes_before + extract(epoch FROM least(moment, closes_at) - opens_at) / 60
    FROM orders_calendarspan WHERE calendar_id = calendar AND opens_at <= moment
    ORDER BY opens_at DESC LIMIT 1
$$;
CREATE FUNCTION omc_business_minutes(calendar bigint, since timestamptz, until timestamptz) RETURNS numeric
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN since IS NOT NULL AND until IS NOT NULL THEN
        COALESCE(omc_business_position(calendar, until), 0) - COALESCE(omc_business_position(calendar, since), 0) END
$$;
CREATE FUNCTION omc_business_add(calendar bigint, moment timestamptz, minutes integer) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH target AS MATERIALIZED (SELECT omc_business_position(calendar, moment) + minutes AS minute)
    SELECT CASE WHEN minutes_before + extract(epoch FROM closes_at - opens_at) / 60 >= minute
        THEN opens_at + make_interval(secs => (minute - minutes_before)::double precision * 60) END
    FROM orders_calendarspan, target
    WHERE calendar_id = calendar AND minutes_before < minute
    ORDER BY minutes_before DESC LIMIT 1
$$;
"""


class Migration(migrations.Migration):

    replaces = [('orders', '0001_initial'), ('orders', '0002_functions'), ('orders', '0003_saved_views'), ('orders', '0004_indexes_for_search'), ('orders', '0005_messages_by_time'), ('orders', '0006_beginnings_of_titles'), ('orders', '0007_indexes_for_reading'), ('orders', '0008_drafts_of'), ('orders', '0009_customer_messages'), ('orders', '0010_master_data'), ('orders', '0011_hold_escalation'), ('orders', '0012_kinds_of_hold'), ('orders', '0013_customer_links'), ('orders', '0014_departments_out_of_use'), ('orders', '0015_delivery_way'), ('orders', '0016_messages_to_fetch'), ('orders', '0017_who_taught_names'), ('orders', '0018_customers_by_name')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(),
        omc.lib.tables.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Company',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('name', models.CharField(max_length=120)),
                        ('street', models.CharField(blank=True, max_length=120)),
                        ('postal_code', models.CharField(blank=True, max_length=20)),
                        ('city', models.CharField(blank=True, max_length=80)),
                        ('country', models.CharField(default='US', max_length=2)),
                        ('tax_id', models.CharField(blank=True, max_length=40)),
                        ('bank_name', models.CharField(blank=True, max_length=80)),
                        ('bank_account', models.CharField(blank=True, max_length=60)),
                        ('email', models.EmailField(blank=True, max_length=254)),
                        ('phone', models.CharField(blank=True, max_length=40)),
                        ('currency', models.CharField(default='USD', max_length=3)),
                        ('time_zone', models.CharField(default='UTC', max_length=60)),
                        ('clock_offset', models.DurationField(default=datetime.timedelta(0), help_text='How far its clock is ahead.')),
                        ('held_by', models.CharField(blank=True, help_text='The simulator that leases this company.', max_length=60)),
                        ('held_until', models.DateTimeField(blank=True, null=True)),
                        ('is_demo', models.BooleanField(default=False)),
                        ('is_history', models.BooleanField(default=False, help_text='Imported; shown as of its last event.')),
                        ('calendar', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.calendar')),
                    ],
                    options={
                        'verbose_name_plural': 'companies',
                    },
                ),
                migrations.CreateModel(
                    name='Department',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('code', models.CharField(max_length=20)),
                        ('name', models.CharField(max_length=60)),
                        ('lead', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('stages', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), blank=True, default=list, size=None)),
                        ('calendar', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.calendar')),
                        ('is_active', models.BooleanField(db_default=True, default=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('company', 'code'), name='department_code_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='Membership',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                        ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='orders.department')),
                        ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                        ('is_default', models.BooleanField(default=False)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('user', 'company'), name='membership_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='Calendar',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('code', models.CharField(max_length=20)),
                        ('name', models.CharField(max_length=60)),
                        ('time_zone', models.CharField(default='UTC', max_length=60)),
                        ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), default=list, help_text='ISO weekdays worked, 1 = Monday.', size=None)),
                        ('opens', models.TimeField(default=datetime.time(8, 0))),
                        ('closes', models.TimeField(default=datetime.time(17, 0))),
                        ('holidays', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, default=list, size=None)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('company', 'code'), name='calendar_code_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='CalendarSpan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spans', to='orders.calendar')),
                        ('day', models.DateField()),
                        ('opens_at', models.DateTimeField()),
                        ('closes_at', models.DateTimeField()),
                        ('minutes_before', models.IntegerField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['calendar', 'minutes_before'], name='calendar_span_minutes'), models.Index(fields=['calendar', 'day'], name='calendar_span_day')],
                        'constraints': [models.UniqueConstraint(fields=('calendar', 'opens_at'), name='calendar_span_unique'), models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='calendar_span_forward')],
                    },
                ),
                migrations.CreateModel(
                    name='Warehouse',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('code', models.CharField(max_length=20)),
                        ('name', models.CharField(max_length=80)),
                        ('street', models.CharField(blank=True, max_length=120)),
                        ('postal_code', models.CharField(blank=True, max_length=20)),
                        ('city', models.CharField(blank=True, max_length=80)),
                        ('country', models.CharField(default='US', max_length=2)),
                        ('calendar', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.calendar')),
                        ('cut_off', models.TimeField(default=datetime.time(15, 0))),
                        ('is_default', models.BooleanField(default=False)),
                        ('is_active', models.BooleanField(db_default=True, default=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('company', 'code'), name='warehouse_code_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='Supplier',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('code', models.CharField(max_length=20)),
                        ('name', models.CharField(max_length=120)),
                        ('email', models.EmailField(blank=True, max_length=254)),
                        ('currency', models.CharField(default='USD', max_length=3)),
                        ('lead_time_days', models.IntegerField(default=14)),
                        ('on_time_percent', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                        ('is_active', models.BooleanField(db_default=True, default=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('company', 'code'), name='supplier_code_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='SupplierItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='orders.supplier')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supplier_items', to='orders.product')),
                        ('supplier_sku', models.CharField(blank=True, max_length=60)),
                        ('unit_price', models.DecimalField(decimal_places=4, max_digits=18)),
                        ('order_multiple', models.DecimalField(decimal_places=6, default=1, max_digits=18)),
                        ('minimum_quantity', models.DecimalField(decimal_places=6, default=1, max_digits=18)),
                        ('lead_time_days', models.IntegerField(blank=True, null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('supplier', 'product'), name='supplier_item_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='Setting',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('key', models.CharField(max_length=60)),
                        ('value', models.JSONField()),
                        ('effective_from', models.DateTimeField()),
                        ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('changed_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', 'key', '-effective_from'], name='setting_lookup')],
                    },
                ),
                migrations.CreateModel(
                    name='NumberCounter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('series', models.CharField(max_length=20)),
                        ('year', models.SmallIntegerField()),
                        ('last', models.BigIntegerField(default=0)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('company', 'series', 'year'), name='number_counter_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='Duty',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('subject_type', models.CharField(max_length=20)),
                        ('subject_id', models.BigIntegerField()),
                        ('stage', models.SmallIntegerField()),
                        ('name', models.CharField(max_length=60)),
                        ('order', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='duties', to='orders.order')),
                        ('customer', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.customer')),
                        ('queue', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='orders.department')),
                        ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='duties', to=settings.AUTH_USER_MODEL)),
                        ('value_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('waits_for_customer', models.BooleanField(default=False)),
                        ('opened_at', models.DateTimeField()),
                        ('due_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('close_reason', models.CharField(blank=True, default='', max_length=40)),
                    ],
                    options={
                        'verbose_name_plural': 'duties',
                        'indexes': [models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['company', 'stage', 'opened_at', 'id'], name='duty_open'), models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['company', 'opened_at', 'id'], name='duty_open_by_age'), models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['company', 'due_at', 'id'], name='duty_open_by_due'), models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['company', 'value_base', 'id'], name='duty_open_by_value'), models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['company', 'stage', 'name', 'due_at'], name='duty_open_by_name'), models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['order', 'stage'], name='duty_open_by_order'), models.Index(fields=['order', 'opened_at'], name='duty_by_order'), models.Index(fields=['company', 'stage', 'closed_at'], name='duty_closed')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('subject_type', 'subject_id', 'stage'), name='one_open_duty_per_subject_and_stage')],
                    },
                ),
                migrations.CreateModel(
                    name='HoldType',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('code', models.CharField(max_length=30)),
                        ('name', models.CharField(max_length=60)),
                        ('scope', models.CharField(choices=[('customer', 'Customer'), ('order', 'Order'), ('line', 'Line')], default='order', max_length=8)),
                        ('cause', models.CharField(choices=[('customer', 'The customer'), ('us', 'Us'), ('supply', 'Supply')], default='us', max_length=8)),
                        ('blocks', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), default=list, size=None)),
                        ('is_credit', models.BooleanField(default=False)),
                        ('keeps_stock', models.BooleanField(default=True)),
                        ('resolve_permission', models.CharField(default='orders.resolve_hold', max_length=40)),
                        ('rule_key', models.CharField(blank=True, help_text='The published condition that places it at submit.', max_length=40)),
                        ('on_change', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('quantity', 'A quantity'), ('unit_price', 'A price'), ('requested_date', 'A requested date'), ('ship_to_id', 'An address'), ('added', 'A line is added')], max_length=20), blank=True, default=list, size=None)),
                        ('after', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='orders.holdtype')),
                        ('sla_minutes', models.IntegerField(default=480)),
                        ('is_active', models.BooleanField(default=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('company', 'code'), name='hold_type_code_unique'), models.CheckConstraint(condition=models.Q(('on_change__contained_by', ['quantity', 'unit_price', 'requested_date', 'ship_to_id', 'added'])), name='hold_type_on_change_known'), models.CheckConstraint(condition=models.Q(('scope', 'order'), models.Q(('after', None), ('on_change', [])), _connector='OR'), name='only_order_holds_place_themselves'), models.CheckConstraint(condition=models.Q(('after', models.F('id')), _negated=True), name='hold_type_not_after_itself'), models.CheckConstraint(condition=models.Q(('cause__in', ['customer', 'us', 'supply'])), name='hold_type_cause_known'), models.CheckConstraint(condition=models.Q(('is_credit', False), models.Q(('blocks__contains', ['invoice']), _negated=True), _connector='OR'), name='credit_hold_never_blocks_invoicing')],
                    },
                ),
                migrations.CreateModel(
                    name='Hold',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('hold_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='orders.holdtype')),
                        ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='orders.customer')),
                        ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='orders.order')),
                        ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='orders.orderline')),
                        ('status', models.CharField(choices=[('active', 'Active'), ('resolved', 'Resolved'), ('rejected', 'Rejected')], default='active', max_length=8)),
                        ('reason', models.CharField(max_length=300)),
                        ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('placed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('placed_at', models.DateTimeField()),
                        ('due_at', models.DateTimeField(blank=True, null=True)),
                        ('escalated_at', models.DateTimeField(blank=True, help_text='When it was brought before a lead.', null=True)),
                        ('resolved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('resolved_at', models.DateTimeField(blank=True, null=True)),
                        ('resolution', models.CharField(blank=True, default='', max_length=300)),
                        ('hops', models.SmallIntegerField(db_default=0, default=0, help_text='How many holds before it placed one another.')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('status', 'resolved'), _negated=True), fields=['order'], name='hold_open_by_order'), models.Index(condition=models.Q(('status', 'resolved'), _negated=True), fields=['customer'], name='hold_open_by_customer'), models.Index(condition=models.Q(('status', 'resolved'), _negated=True), fields=['company', '-placed_at'], name='hold_open'), models.Index(condition=models.Q(('escalated_at__isnull', True), ('status', 'active')), fields=['due_at'], name='hold_to_escalate')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('customer__isnull', False), ('line__isnull', True), ('order__isnull', True)), models.Q(('customer__isnull', True), ('order__isnull', False)), _connector='OR'), name='hold_on_one_thing')],
                    },
                ),
                migrations.CreateModel(
                    name='RuleVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('key', models.CharField(max_length=40)),
                        ('name', models.CharField(max_length=80)),
                        ('number', models.IntegerField()),
                        ('status', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=10)),
                        ('tree', models.JSONField(default=dict)),
                        ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField()),
                        ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('published_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('company', 'key', 'number'), name='rule_version_unique'), models.UniqueConstraint(condition=models.Q(('status', 'published')), fields=('company', 'key'), name='one_published_rule_version'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'published', 'retired'])), name='rule_version_status_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Event',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('subject_type', models.CharField(max_length=20)),
                        ('subject_id', models.BigIntegerField()),
                        ('seq', models.IntegerField()),
                        ('order', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='orders.order')),
                        ('stage', models.SmallIntegerField()),
                        ('type', models.CharField(max_length=40)),
                        ('version', models.SmallIntegerField(default=1)),
                        ('from_state', models.CharField(blank=True, default='', max_length=20)),
                        ('to_state', models.CharField(blank=True, default='', max_length=20)),
                        ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('contact_id', models.BigIntegerField(null=True)),
                        ('job', models.CharField(blank=True, default='', max_length=60)),
                        ('department', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.department')),
                        ('channel', models.CharField(max_length=12)),
                        ('at', models.DateTimeField()),
                        ('data', models.JSONField(default=dict)),
                        ('touch_seconds', models.IntegerField(default=0)),
                        ('rule_version', models.IntegerField(null=True)),
                        ('request_id', models.CharField(blank=True, default='', max_length=64)),
                        ('lines_digest', models.CharField(blank=True, default='', max_length=64)),
                        ('hash', models.CharField(max_length=64)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('order__isnull', False)), fields=['order', 'id'], name='event_by_order'), models.Index(fields=['company', 'type', 'at'], name='event_by_type'), models.Index(fields=['company', 'at'], name='event_by_time')],
                        'constraints': [models.UniqueConstraint(fields=('subject_type', 'subject_id', 'seq'), name='event_seq_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='EventLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='orders.event')),
                        ('ordinal', models.IntegerField()),
                        ('line_id', models.BigIntegerField()),
                        ('field', models.CharField(max_length=20)),
                        ('before', models.CharField(blank=True, default='', max_length=40)),
                        ('after', models.CharField(blank=True, default='', max_length=40)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('event', 'ordinal'), name='event_line_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='Delivery',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='orders.event')),
                        ('subscriber', models.CharField(max_length=60)),
                        ('key', models.CharField(help_text='Deliveries of one key are handled in order.', max_length=40)),
                        ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.company')),
                        ('due_at', models.DateTimeField()),
                        ('attempts', models.SmallIntegerField(default=0)),
                        ('parked', models.BooleanField(default=False)),
                        ('error', models.TextField(blank=True, default='')),
                    ],
                    options={
                        'verbose_name_plural': 'deliveries',
                        'indexes': [models.Index(condition=models.Q(('parked', False)), fields=['subscriber', 'due_at'], name='delivery_due'), models.Index(fields=['subscriber', 'key', 'id'], name='delivery_by_key')],
                        'constraints': [models.UniqueConstraint(fields=('event', 'subscriber'), name='delivery_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='TouchTime',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('subject_type', models.CharField(max_length=20)),
                        ('subject_id', models.BigIntegerField()),
                        ('stage', models.SmallIntegerField()),
                        ('day', models.DateField()),
                        ('seconds', models.IntegerField(default=0)),
                        ('open_seconds', models.IntegerField(default=0)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('user', 'subject_type', 'subject_id', 'stage', 'day'), name='touch_time_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='CustomerFacts',
                    fields=[
                        ('customer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='facts', serialize=False, to='orders.customer')),
                        ('open_receivable_base', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                        ('overdue_base', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                        ('overdue_days', models.IntegerField(null=True)),
                        ('average_days_late', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                        ('open_disputes', models.IntegerField(null=True)),
                        ('receivable_at', models.DateTimeField(null=True)),
                        ('receivable_source', models.CharField(blank=True, default='', max_length=40)),
                        ('margin_class', models.CharField(blank=True, default='', max_length=1)),
                        ('churn_band', models.CharField(blank=True, default='', max_length=10)),
                        ('analytics_at', models.DateTimeField(null=True)),
                        ('analytics_source', models.CharField(blank=True, default='', max_length=40)),
                        ('open_claims', models.IntegerField(null=True)),
                        ('claims_at', models.DateTimeField(null=True)),
                        ('claims_source', models.CharField(blank=True, default='', max_length=40)),
                    ],
                    options={
                        'verbose_name_plural': 'customer facts',
                    },
                ),
                migrations.CreateModel(
                    name='OrderFacts',
                    fields=[
                        ('order', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='facts', serialize=False, to='orders.order')),
                        ('rank_score', models.DecimalField(decimal_places=4, max_digits=14, null=True)),
                        ('rank_at', models.DateTimeField(null=True)),
                        ('rank_source', models.CharField(blank=True, default='', max_length=40)),
                        ('slot_date', models.DateField(null=True)),
                        ('is_frozen', models.BooleanField(null=True)),
                        ('eta_date', models.DateField(null=True)),
                        ('times_displaced', models.IntegerField(null=True)),
                        ('schedule_at', models.DateTimeField(null=True)),
                        ('schedule_source', models.CharField(blank=True, default='', max_length=40)),
                        ('cost_to_serve_base', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                        ('analytics_at', models.DateTimeField(null=True)),
                        ('analytics_source', models.CharField(blank=True, default='', max_length=40)),
                    ],
                    options={
                        'verbose_name_plural': 'order facts',
                    },
                ),
                migrations.CreateModel(
                    name='LaneFacts',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.company')),
                        ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.warehouse')),
                        ('service', models.CharField(max_length=40)),
                        ('country', models.CharField(max_length=2)),
                        ('transit_days_p50', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                        ('transit_days_p90', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                        ('pick_minutes_standard', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                        ('measured_at', models.DateTimeField(null=True)),
                        ('measured_source', models.CharField(blank=True, default='', max_length=40)),
                    ],
                    options={
                        'verbose_name_plural': 'lane facts',
                        'constraints': [models.UniqueConstraint(fields=('warehouse', 'service', 'country'), name='lane_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='CustomerLink',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('page', models.CharField(max_length=40)),
                        ('subject_id', models.BigIntegerField()),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.customer')),
                        ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.contact')),
                        ('expires_at', models.DateTimeField()),
                        ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField()),
                        ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('page', 'subject_id'), name='one_link_per_customer_page')],
                    },
                ),
                migrations.CreateModel(
                    name='SavedView',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('list_key', models.CharField(max_length=40)),
                        ('name', models.CharField(max_length=60)),
                        ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
                        ('sharing', models.CharField(choices=[('private', 'Only me'), ('department', 'My department'), ('company', 'The company')], default='private', max_length=10)),
                        ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.department')),
                        ('query', models.CharField(blank=True, max_length=1000)),
                        ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                        ('changed_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', 'list_key', 'name'], name='saved_view_by_list')],
                        'constraints': [models.UniqueConstraint(fields=('company', 'list_key', 'owner', 'name'), name='saved_view_name_unique'), models.CheckConstraint(condition=models.Q(('sharing__in', ['private', 'department', 'company'])), name='saved_view_sharing_known'), models.CheckConstraint(condition=models.Q(models.Q(('sharing', 'department'), _negated=True), ('department__isnull', False), _connector='OR'), name='saved_view_department_named')],
                    },
                ),
                migrations.CreateModel(
                    name='ListChoice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('list_key', models.CharField(max_length=40)),
                        ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                        ('compact', models.BooleanField(default=False)),
                        ('default_view', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='orders.savedview')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('company', 'user', 'list_key'), name='list_choice_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='MessageWording',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('kind', models.CharField(max_length=60)),
                        ('language', models.CharField(max_length=10)),
                        ('number', models.IntegerField()),
                        ('subject', models.CharField(max_length=200)),
                        ('body', models.TextField()),
                        ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('written_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('company', 'kind', 'language', 'number'), name='message_wording_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='MessageChoice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='message_choices', to='orders.contact')),
                        ('kind', models.CharField(max_length=60)),
                        ('wish', models.CharField(choices=[('email', 'By e-mail'), ('none', 'Not at all')], max_length=5)),
                        ('chosen_at', models.DateTimeField()),
                        ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('contact', 'kind'), name='message_choice_unique'), models.CheckConstraint(condition=models.Q(('wish__in', ['email', 'none'])), name='message_choice_known')],
                    },
                ),
                migrations.CreateModel(
                    name='PaymentTerms',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('code', models.CharField(max_length=20)),
                        ('name', models.CharField(max_length=80)),
                        ('net_days', models.IntegerField(default=30)),
                        ('discount_percent', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=5)),
                        ('discount_days', models.IntegerField(default=0)),
                        ('prepaid', models.BooleanField(default=False)),
                    ],
                    options={
                        'verbose_name_plural': 'payment terms',
                        'constraints': [models.UniqueConstraint(fields=('company', 'code'), name='terms_code_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='Customer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('code', models.CharField(max_length=30)),
                        ('name', models.CharField(max_length=160)),
                        ('customer_class', models.CharField(choices=[('A', 'A'), ('B', 'B'), ('C', 'C'), ('D', 'D')], default='C', max_length=1)),
                        ('price_group', models.CharField(blank=True, max_length=20)),
                        ('currency', models.CharField(default='USD', max_length=3)),
                        ('language', models.CharField(default='en', max_length=10)),
                        ('tax_registration', models.CharField(blank=True, max_length=40)),
                        ('tax_exempt', models.BooleanField(default=False)),
                        ('credit_limit', models.DecimalField(blank=True, decimal_places=2, help_text='Company currency; empty is no limit.', max_digits=18, null=True)),
                        ('terms', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.paymentterms')),
                        ('ship_rule', models.CharField(choices=[('back_order', 'Ship what is there, back-order the rest'), ('ship_complete_order', 'Ship the order complete'), ('ship_complete_line', 'Ship lines complete'), ('cancel_remainder', 'Ship what is there, cancel the rest'), ('kit_together', 'Keep kits together')], default='back_order', max_length=20)),
                        ('default_warehouse', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
                        ('po_required', models.BooleanField(default=False)),
                        ('is_cash', models.BooleanField(default=False, help_text='Stands for sales without a named customer.')),
                        ('is_active', models.BooleanField(default=True)),
                        ('salesperson', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('csr', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('wanted_lead_time_days', models.IntegerField(blank=True, null=True)),
                        ('wanted_accuracy_percent', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                        ('delivery_window', models.CharField(blank=True, max_length=80)),
                        ('label_instructions', models.CharField(blank=True, max_length=200)),
                        ('created_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('code'), 'text_pattern_ops'), name='customer_code_prefix'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), 'gin_trgm_ops'), name='customer_name_trigram'), models.Index(fields=['company', 'name', 'id'], name='customer_by_name')],
                        'constraints': [models.UniqueConstraint(fields=('company', 'code'), name='customer_code_unique'), models.CheckConstraint(condition=models.Q(('ship_rule__in', ['back_order', 'ship_complete_order', 'ship_complete_line', 'cancel_remainder', 'kit_together'])), name='customer_ship_rule_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Contact',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='orders.customer')),
                        ('name', models.CharField(max_length=120)),
                        ('email', models.EmailField(blank=True, max_length=254)),
                        ('phone', models.CharField(blank=True, max_length=40)),
                        ('role', models.CharField(blank=True, max_length=60)),
                        ('is_primary', models.BooleanField(default=False)),
                        ('is_active', models.BooleanField(db_default=True, default=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='Address',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='orders.customer')),
                        ('use', models.CharField(choices=[('ship', 'Ship to'), ('bill', 'Bill to'), ('both', 'Ship and bill to')], default='both', max_length=4)),
                        ('name', models.CharField(max_length=120)),
                        ('street', models.CharField(blank=True, max_length=160)),
                        ('postal_code', models.CharField(blank=True, max_length=20)),
                        ('city', models.CharField(blank=True, max_length=80)),
                        ('region', models.CharField(blank=True, max_length=80)),
                        ('country', models.CharField(default='US', max_length=2)),
                        ('is_default', models.BooleanField(default=False)),
                        ('is_active', models.BooleanField(default=True)),
                    ],
                    options={
                        'verbose_name_plural': 'addresses',
                    },
                ),
                migrations.CreateModel(
                    name='Order',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('event_seq', models.IntegerField(default=0, editable=False)),
                        ('event_hash', models.CharField(default='', editable=False, max_length=64)),
                        ('number', models.CharField(blank=True, help_text='Given at submit.', max_length=40, null=True)),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='orders.customer')),
                        ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='orders.contact')),
                        ('bill_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.address')),
                        ('ship_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.address')),
                        ('warehouse', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
                        ('terms', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.paymentterms')),
                        ('customer_po', models.CharField(blank=True, max_length=60)),
                        ('channel', models.CharField(choices=[('desk', 'Order desk'), ('phone', 'Phone'), ('email', 'E-mail'), ('web', 'Web'), ('edi', 'EDI'), ('api', 'API'), ('import', 'Import')], default='desk', max_length=10)),
                        ('origin', models.CharField(choices=[('live', 'Made here'), ('import', 'Imported history')], default='live', max_length=8)),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('pending', 'Pending'), ('confirmed', 'Confirmed'), ('released', 'Released'), ('in_fulfillment', 'In fulfillment'), ('shipped', 'Shipped'), ('delivered', 'Delivered'), ('closed', 'Closed'), ('cancelled', 'Cancelled'), ('abandoned', 'Abandoned')], default='draft', max_length=16)),
                        ('shipping', models.CharField(choices=[('none', 'Nothing yet'), ('part', 'In part'), ('done', 'All'), ('exception', 'Exception')], default='none', max_length=10)),
                        ('billing', models.CharField(choices=[('none', 'Nothing yet'), ('part', 'In part'), ('done', 'All'), ('exception', 'Exception')], default='none', max_length=10)),
                        ('claims', models.CharField(choices=[('none', 'Nothing yet'), ('part', 'In part'), ('done', 'All'), ('exception', 'Exception')], default='none', max_length=10)),
                        ('stage', models.SmallIntegerField(blank=True, null=True)),
                        ('version', models.IntegerField(default=1, help_text='Counts commercial changes only.')),
                        ('currency', models.CharField(default='USD', max_length=3)),
                        ('currency_rate', models.DecimalField(decimal_places=8, default=Decimal('1'), max_digits=18)),
                        ('ship_rule', models.CharField(choices=[('back_order', 'Ship what is there, back-order the rest'), ('ship_complete_order', 'Ship the order complete'), ('ship_complete_line', 'Ship lines complete'), ('cancel_remainder', 'Ship what is there, cancel the rest'), ('kit_together', 'Keep kits together')], default='back_order', max_length=20)),
                        ('ship_rule_origin', models.CharField(choices=[('customer', "The customer's default"), ('order', 'Chosen on this order'), ('company', "The company's default")], default='customer', max_length=10)),
                        ('delivery', models.CharField(choices=[('ship', 'Shipped to the customer'), ('collect', 'The customer collects it')], db_default='ship', default='ship', max_length=7)),
                        ('requested_date', models.DateField(blank=True, null=True)),
                        ('original_promise', models.DateField(blank=True, null=True)),
                        ('current_promise', models.DateField(blank=True, null=True)),
                        ('net_amount', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('tax_amount', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('total_amount', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('net_base', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18)),
                        ('cost_base', models.DecimalField(blank=True, decimal_places=2, help_text="Empty when any line's cost is unknown.", max_digits=18, null=True)),
                        ('line_count', models.IntegerField(default=0)),
                        ('notes', models.TextField(blank=True, help_text='Printed for the customer.')),
                        ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField()),
                        ('updated_at', models.DateTimeField()),
                        ('submitted_at', models.DateTimeField(blank=True, null=True)),
                        ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', '-id'], name='order_newest'), models.Index(fields=['company', 'created_at', 'id'], name='order_by_created'), models.Index(fields=['company', 'state', 'created_at', 'id'], name='order_state_by_created'), models.Index(fields=['company', 'state', 'current_promise', 'id'], name='order_state_by_promise'), models.Index(fields=['company', 'state', 'submitted_at', 'id'], name='order_state_by_submitted'), models.Index(condition=models.Q(('stage__isnull', False)), fields=['company', 'stage', '-id'], name='order_by_stage'), models.Index(fields=['company', 'customer', 'created_at', 'id'], name='order_of_customer'), models.Index(fields=['company', 'current_promise', 'id'], name='order_by_promise'), models.Index(fields=['company', 'total_amount', 'id'], name='order_by_total'), models.Index(fields=['company', 'submitted_at', 'id'], name='order_by_submitted'), models.Index(fields=['customer', 'customer_po'], name='order_by_po'), models.Index(condition=models.Q(models.Q(('shipping', 'none'), _negated=True), models.Q(('billing', 'done'), _negated=True)), fields=['company', 'id'], name='order_to_bill'), models.Index(condition=models.Q(('state', 'draft')), fields=['company', 'created_by', 'net_base', 'id'], name='order_drafts_of'), models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('number'), 'text_pattern_ops'), name='order_number_prefix'), models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('customer_po'), 'text_pattern_ops'), name='order_po_prefix')],
                        'constraints': [models.UniqueConstraint(fields=('company', 'number'), name='order_number_unique'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'pending', 'confirmed', 'released', 'in_fulfillment', 'shipped', 'delivered', 'closed', 'cancelled', 'abandoned'])), name='order_state_known'), models.CheckConstraint(condition=models.Q(('ship_rule__in', ['back_order', 'ship_complete_order', 'ship_complete_line', 'cancel_remainder', 'kit_together'])), name='order_ship_rule_known'), models.CheckConstraint(condition=models.Q(('delivery__in', ['ship', 'collect'])), name='order_delivery_known'), models.CheckConstraint(condition=models.Q(('shipping__in', ['none', 'part', 'done', 'exception'])), name='order_shipping_known'), models.CheckConstraint(condition=models.Q(('billing__in', ['none', 'part', 'done', 'exception'])), name='order_billing_known'), models.CheckConstraint(condition=models.Q(('claims__in', ['none', 'part', 'done', 'exception'])), name='order_claims_known'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'abandoned']), ('number__isnull', False), _connector='OR'), name='order_numbered'), models.CheckConstraint(condition=models.Q(('currency_rate__gt', 0)), name='order_rate_positive')],
                    },
                ),
                migrations.CreateModel(
                    name='OrderLine',
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
                        ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.order')),
                        ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='components', to='orders.orderline')),
                        ('supply', models.CharField(choices=[('stock', 'From stock'), ('special', 'Special order'), ('drop_ship', 'Drop ship')], default='stock', max_length=10)),
                        ('ship_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.address')),
                        ('warehouse', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.warehouse')),
                        ('requested_date', models.DateField(blank=True, null=True)),
                        ('original_promise', models.DateField(blank=True, null=True)),
                        ('current_promise', models.DateField(blank=True, null=True)),
                        ('expected_date', models.DateField(blank=True, null=True)),
                        ('invoice_ahead', models.BooleanField(default=False, help_text='Invoiced without shipping first.')),
                        ('note', models.CharField(blank=True, max_length=200)),
                        ('ordered', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('cancelled', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('allocated', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('picked', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('packed', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('shipped', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('delivered', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('invoiced', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('returned', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                        ('credited', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=18)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['product', 'order'], name='line_by_product')],
                        'constraints': [models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('order', 'position'), name='line_position_unique'), models.CheckConstraint(condition=models.Q(('kind__in', ['goods', 'service', 'charge', 'kit', 'component', 'text'])), name='line_kind_known'), models.CheckConstraint(condition=models.Q(('supply__in', ['stock', 'special', 'drop_ship'])), name='line_supply_known'), models.CheckConstraint(condition=models.Q(('unit_factor__gt', 0)), name='line_factor_positive'), models.CheckConstraint(condition=models.Q(('allocated__gte', 0), ('cancelled__gte', 0), ('credited__gte', 0), ('delivered__gte', 0), ('invoiced__gte', 0), ('ordered__gte', 0), ('packed__gte', 0), ('picked__gte', 0), ('returned__gte', 0), ('shipped__gte', 0)), name='ledger_not_negative'), models.CheckConstraint(condition=models.Q(('picked__lte', django.db.models.expressions.CombinedExpression(models.F('ordered'), '-', models.F('cancelled')))), name='ledger_picked_within_ordered'), models.CheckConstraint(condition=models.Q(('packed__lte', models.F('picked'))), name='ledger_packed_within_picked'), models.CheckConstraint(condition=models.Q(('shipped__lte', models.F('packed'))), name='ledger_shipped_within_packed'), models.CheckConstraint(condition=models.Q(('delivered__lte', models.F('shipped'))), name='ledger_delivered_within_shipped'), models.CheckConstraint(condition=models.Q(('returned__lte', models.F('shipped'))), name='ledger_returned_within_shipped'), models.CheckConstraint(condition=models.Q(('allocated__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('ordered'), '-', models.F('cancelled')), '-', models.F('shipped')))), name='ledger_allocated_within_open'), models.CheckConstraint(condition=models.Q(('invoice_ahead', True), ('invoiced__lte', models.F('shipped')), _connector='OR'), name='ledger_invoiced_within_shipped'), models.CheckConstraint(condition=models.Q(('invoiced__lte', models.F('ordered'))), name='ledger_invoiced_within_ordered'), models.CheckConstraint(condition=models.Q(('credited__lte', models.F('invoiced'))), name='ledger_credited_within_invoiced')],
                    },
                ),
                migrations.CreateModel(
                    name='Category',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('code', models.CharField(max_length=20)),
                        ('name', models.CharField(max_length=80)),
                    ],
                    options={
                        'verbose_name_plural': 'categories',
                        'constraints': [models.UniqueConstraint(fields=('company', 'code'), name='category_code_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='Product',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('sku', models.CharField(max_length=60)),
                        ('name', models.CharField(max_length=200)),
                        ('kind', models.CharField(choices=[('goods', 'Goods'), ('service', 'Service'), ('charge', 'Charge'), ('kit', 'Kit'), ('component', 'Component'), ('text', 'Text')], default='goods', max_length=10)),
                        ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='products', to='orders.category')),
                        ('stock_unit', models.CharField(default='pc', max_length=10)),
                        ('barcode', models.CharField(blank=True, max_length=40)),
                        ('weight_kg', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                        ('length_mm', models.IntegerField(blank=True, null=True)),
                        ('width_mm', models.IntegerField(blank=True, null=True)),
                        ('height_mm', models.IntegerField(blank=True, null=True)),
                        ('lead_time_days', models.IntegerField(default=14)),
                        ('list_price', models.DecimalField(blank=True, decimal_places=4, help_text='Company currency, the price of last resort.', max_digits=18, null=True)),
                        ('standard_cost', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                        ('average_cost', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                        ('last_cost', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                        ('replacement_cost', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                        ('tax_class', models.CharField(default='standard', max_length=20)),
                        ('tracks_lots', models.BooleanField(default=False)),
                        ('tracks_serials', models.BooleanField(default=False)),
                        ('is_active', models.BooleanField(default=True)),
                        ('created_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', 'sku'], name='product_sku_prefix', opclasses=['int8_ops', 'varchar_pattern_ops']), models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('sku'), 'text_pattern_ops'), name='product_sku_any_case'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), 'gin_trgm_ops'), name='product_name_trigram'), models.Index(condition=models.Q(('barcode', ''), _negated=True), fields=['barcode'], name='product_by_barcode')],
                        'constraints': [models.UniqueConstraint(fields=('company', 'sku'), name='product_sku_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='ProductUnit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='units', to='orders.product')),
                        ('unit', models.CharField(max_length=10)),
                        ('factor', models.DecimalField(decimal_places=6, max_digits=18)),
                        ('barcode', models.CharField(blank=True, max_length=40)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('product', 'unit'), name='product_unit_unique'), models.CheckConstraint(condition=models.Q(('factor__gt', 0)), name='product_unit_factor_positive')],
                    },
                ),
                migrations.CreateModel(
                    name='ProductAlias',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='orders.product')),
                        ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.customer')),
                        ('alias', models.CharField(max_length=80)),
                        ('learned_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('learned_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'verbose_name_plural': 'product aliases',
                        'constraints': [models.UniqueConstraint(fields=('company', 'customer', 'alias'), name='product_alias_unique', nulls_distinct=False)],
                    },
                ),
                migrations.CreateModel(
                    name='KitComponent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='components', to='orders.product')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.product')),
                        ('quantity', models.DecimalField(decimal_places=6, max_digits=18)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('kit', 'product'), name='kit_component_unique'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='kit_component_positive')],
                    },
                ),
                migrations.CreateModel(
                    name='ProductCost',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cost_history', to='orders.product')),
                        ('kind', models.CharField(choices=[('standard', 'Standard'), ('average', 'Moving average'), ('last', 'Last'), ('replacement', 'Replacement')], max_length=12)),
                        ('before', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ('after', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ('at', models.DateTimeField()),
                        ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('reason', models.CharField(blank=True, max_length=120)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['product', '-at'], name='product_cost_lookup')],
                    },
                ),
                migrations.CreateModel(
                    name='JobRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('kind', models.CharField(max_length=40)),
                        ('status', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='queued', max_length=10)),
                        ('inputs', models.JSONField(default=dict)),
                        ('code_version', models.CharField(blank=True, default='', max_length=40)),
                        ('done', models.IntegerField(default=0)),
                        ('total', models.IntegerField(default=0)),
                        ('step', models.CharField(blank=True, default='', max_length=120)),
                        ('result', models.JSONField(default=dict)),
                        ('error', models.TextField(blank=True, default='')),
                        ('cancel_requested', models.BooleanField(default=False)),
                        ('lease_until', models.DateTimeField(blank=True, null=True)),
                        ('attempts', models.SmallIntegerField(default=0)),
                        ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('rerun_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.jobrun')),
                        ('created_at', models.DateTimeField()),
                        ('started_at', models.DateTimeField(blank=True, null=True)),
                        ('finished_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', '-id'], name='job_run_newest'), models.Index(condition=models.Q(('status', 'running')), fields=['lease_until'], name='job_run_leases')],
                    },
                ),
                migrations.CreateModel(
                    name='Message',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('key', models.CharField(help_text='Unique: the same message is never written twice.', max_length=120)),
                        ('template', models.CharField(max_length=60)),
                        ('language', models.CharField(default='en', max_length=10)),
                        ('recipient', models.CharField(max_length=200)),
                        ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='orders.contact')),
                        ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='orders.customer')),
                        ('subject_type', models.CharField(max_length=20)),
                        ('subject_id', models.BigIntegerField()),
                        ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='orders.order')),
                        ('subject', models.CharField(max_length=200)),
                        ('body', models.TextField()),
                        ('status', models.CharField(choices=[('queued', 'Queued'), ('sent', 'Sent'), ('failed', 'Failed'), ('not_sent', 'Not sent: chosen so'), ('to_fetch', 'To be downloaded')], default='queued', max_length=8)),
                        ('error', models.TextField(blank=True, default='')),
                        ('attempts', models.SmallIntegerField(db_default=0, default=0)),
                        ('retry_at', models.DateTimeField(blank=True, null=True)),
                        ('again_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sent_again', to='orders.message')),
                        ('sent_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('told', models.JSONField(blank=True, null=True)),
                        ('created_at', models.DateTimeField()),
                        ('sent_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['company', 'created_at', 'id'], name='message_by_time'), models.Index(fields=['subject_type', 'subject_id'], name='message_by_subject'), models.Index(condition=models.Q(('status', 'queued'), models.Q(('retry_at__isnull', False), ('status', 'failed')), _connector='OR'), fields=['id'], name='message_to_send')],
                        'constraints': [models.UniqueConstraint(fields=('company', 'key'), name='message_key_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='Attachment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('subject_type', models.CharField(max_length=20)),
                        ('subject_id', models.BigIntegerField()),
                        ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='orders.message')),
                        ('file', models.FileField(upload_to='private/%Y/%m/')),
                        ('filename', models.CharField(max_length=160)),
                        ('content_type', models.CharField(max_length=100)),
                        ('size_bytes', models.IntegerField()),
                        ('sha256', models.CharField(max_length=64)),
                        ('uploaded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='attachment_by_subject')],
                    },
                ),
                migrations.CreateModel(
                    name='Note',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('subject_type', models.CharField(max_length=20)),
                        ('subject_id', models.BigIntegerField()),
                        ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='written_notes', to='orders.order')),
                        ('body', models.TextField()),
                        ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField()),
                        ('mentions', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['subject_type', 'subject_id', '-id'], name='note_by_subject')],
                    },
                ),
                migrations.CreateModel(
                    name='Watch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('subject_type', models.CharField(max_length=20)),
                        ('subject_id', models.BigIntegerField()),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watches', to=settings.AUTH_USER_MODEL)),
                        ('told_event_id', models.BigIntegerField(default=0, help_text='The last event that the watcher was told of.')),
                    ],
                    options={
                        'verbose_name_plural': 'watches',
                        'constraints': [models.UniqueConstraint(fields=('subject_type', 'subject_id', 'user'), name='watch_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='Notification',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                        ('text', models.CharField(max_length=200)),
                        ('url', models.CharField(max_length=200)),
                        ('created_at', models.DateTimeField()),
                        ('read_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user', '-id'], name='notification_unread')],
                    },
                ),
                migrations.CreateModel(
                    name='Change',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('table', models.CharField(max_length=40)),
                        ('row_id', models.BigIntegerField()),
                        ('before', models.JSONField(default=dict)),
                        ('after', models.JSONField(default=dict)),
                        ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('job', models.CharField(blank=True, default='', max_length=60)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['table', 'row_id', '-id'], name='change_by_row')],
                    },
                ),
                migrations.CreateModel(
                    name='MasterFile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('kind', models.CharField(max_length=20)),
                        ('sha256', models.CharField(max_length=64)),
                        ('filename', models.CharField(max_length=160)),
                        ('heads', models.JSONField(default=list)),
                        ('rows', models.JSONField(default=list, help_text="Each row's cells by column, as text.")),
                        ('created_at', models.DateTimeField()),
                        ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('taken_at', models.DateTimeField(blank=True, null=True)),
                        ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='orders.jobrun')),
                        ('entered', models.IntegerField(default=0)),
                        ('changed', models.IntegerField(default=0)),
                        ('same', models.IntegerField(default=0)),
                        ('refused', models.IntegerField(default=0)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('company', 'kind', 'sha256'), name='master_file_once')],
                    },
                ),
                migrations.CreateModel(
                    name='SearchEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('kind', models.CharField(max_length=20)),
                        ('object_id', models.BigIntegerField()),
                        ('title', models.CharField(max_length=200)),
                        ('text', models.TextField(help_text='Lower case: every word it should be found by.')),
                        ('url', models.CharField(max_length=200)),
                        ('permission', models.CharField(blank=True, default='', max_length=40)),
                        ('weight', models.SmallIntegerField(default=0)),
                    ],
                    options={
                        'verbose_name_plural': 'search entries',
                        'indexes': [django.contrib.postgres.indexes.GinIndex(condition=models.Q(('weight__gt', 0)), fields=['text'], name='search_party_trigram', opclasses=['gin_trgm_ops']), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('weight', 0)), fields=['text'], name='search_document_trigram', opclasses=['gin_trgm_ops']), models.Index(models.F('company'), django.db.models.functions.comparison.Collate(django.db.models.functions.text.Upper('title'), 'C'), name='search_by_title')],
                        'constraints': [models.UniqueConstraint(fields=('company', 'kind', 'object_id'), name='search_entry_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='IdempotencyKey',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.company')),
                        ('key', models.CharField(max_length=80)),
                        ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('fingerprint', models.CharField(max_length=64)),
                        ('status', models.SmallIntegerField(null=True)),
                        ('body', models.JSONField(null=True)),
                        ('created_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('company', 'user', 'key'), name='idempotency_key_unique', nulls_distinct=False)],
                    },
                ),
            ],
        ),
        migrations.RunSQL(
            EVENT_HASH,
            "DROP FUNCTION omc_event_hash(text, text, bigint, integer, bigint, bigint, smallint, text, smallint, text,"
            " text, bigint, bigint, text, bigint, text, timestamptz, jsonb, integer, integer, text, text);"
            "DROP FUNCTION omc_lines_digest(jsonb)",
        ),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER append_only ON orders_event; DROP TRIGGER append_only ON orders_eventline;"
            "DROP FUNCTION omc_append_only()",
        ),
        migrations.RunSQL(
            BUSINESS_TIME,
            "DROP FUNCTION omc_business_add(bigint, timestamptz, integer);"
            "DROP FUNCTION omc_business_minutes(bigint, timestamptz, timestamptz);"
            "DROP FUNCTION omc_business_position(bigint, timestamptz)",
        ),
    ]

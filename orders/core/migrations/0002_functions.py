from django.db import migrations

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
    dependencies = [("orders", "0001_initial")]

    operations = [
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

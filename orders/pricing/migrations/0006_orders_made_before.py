"""Quotes that were made into orders before: all of each line went into the one order."""

from django.db import migrations

_MADE = """
UPDATE orders_pricing_quoteline l SET converted = l.quantity
FROM orders_pricing_quote q WHERE q.id = l.quote_id AND q.state = 'converted' AND l.kind NOT IN ('text', 'component');
INSERT INTO orders_pricing_quoteconversion (line_id, order_id, quantity, at)
SELECT l.id, q.order_id, l.quantity, COALESCE(q.decided_at, q.created_at)
FROM orders_pricing_quoteline l JOIN orders_pricing_quote q ON q.id = l.quote_id
WHERE q.state = 'converted' AND q.order_id IS NOT NULL AND l.kind NOT IN ('text', 'component');
UPDATE orders_pricing_quote SET conversion = 'done' WHERE state = 'converted';
"""


class Migration(migrations.Migration):
    dependencies = [("orders_pricing", "0005_answered_quotes")]

    operations = [migrations.RunSQL(_MADE, migrations.RunSQL.noop)]

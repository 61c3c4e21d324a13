"""From staged rows to documents, set by set. Every statement only adds what is missing, so it may be run again.

``{t}`` is the staging table. Statements with a ``batch`` write its few thousand documents, whole, in one transaction.
"""

from typing import Final

# Master data ---------------------------------------------------------------------------------------------------------

CUSTOMERS: Final = """
INSERT INTO orders_customer (company_id, code, name, customer_class, price_group, currency, language, tax_registration,
    tax_exempt, ship_rule, po_required, is_cash, is_active, delivery_window, label_instructions, created_at)
SELECT %(company)s, s.customer_code,
    CASE WHEN s.customer_code = %(cash)s THEN %(cash_name)s
         ELSE left(COALESCE(NULLIF(max(s.customer_name), ''), 'Customer ' || s.customer_code), 160) END,
    'C', '', %(currency)s, 'en', '', false, 'back_order', false, s.customer_code = %(cash)s, true, '', '', min(s.at)
FROM {t} s WHERE s.kind IN ('sale', 'return', 'adjustment') GROUP BY s.customer_code ORDER BY s.customer_code
ON CONFLICT (company_id, code) DO NOTHING
"""

# One per customer and country; the most frequent one is the default.
ADDRESSES: Final = """
INSERT INTO orders_address (customer_id, use, name, street, postal_code, city, region, country, is_default, is_active)
SELECT c.id, 'both', left(c.name, 120), '', '', '', s.country,
    COALESCE(m.code, CASE WHEN s.country ~ '^[A-Za-z]{{2}}$' THEN upper(s.country) ELSE 'ZZ' END),
    row_number() OVER (PARTITION BY c.id ORDER BY count(*) DESC, s.country) = 1
        AND NOT EXISTS (SELECT 1 FROM orders_address a WHERE a.customer_id = c.id AND a.is_default), true
FROM {t} s
JOIN orders_customer c ON c.company_id = %(company)s AND c.code = s.customer_code
LEFT JOIN unnest(%(country_names)s::text[], %(country_codes)s::text[]) AS m(name, code) ON m.name = s.country
WHERE s.kind IN ('sale', 'return') AND s.country <> ''
    AND NOT EXISTS (SELECT 1 FROM orders_address a WHERE a.customer_id = c.id AND a.region = s.country)
GROUP BY c.id, c.name, s.country, m.code ORDER BY c.id, s.country
"""

# An item has many descriptions in such files; its most frequent one is its name. Remarks on stock are none.
PRODUCTS: Final = """
INSERT INTO orders_product (company_id, sku, name, kind, stock_unit, barcode, lead_time_days, tax_class, tracks_lots,
    tracks_serials, is_active, created_at)
SELECT %(company)s, s.sku, left(COALESCE(mode() WITHIN GROUP (ORDER BY s.description)
        FILTER (WHERE s.description <> '' AND s.kind <> 'stock'), s.sku), 200),
    CASE WHEN bool_or(s.is_service) THEN 'charge' ELSE 'goods' END, 'pc', '', 14, 'standard', false, false, true,
    min(s.at)
FROM {t} s WHERE s.kind <> 'refused' GROUP BY s.sku ORDER BY s.sku
ON CONFLICT (company_id, sku) DO NOTHING
"""

# Orders --------------------------------------------------------------------------------------------------------------

ORDERS: Final = """
INSERT INTO orders_order (company_id, event_seq, event_hash, number, customer_id, ship_to_id, bill_to_id, warehouse_id,
    customer_po, channel, origin, state, shipping, billing, claims, version, currency, currency_rate, ship_rule,
    ship_rule_origin, net_amount, tax_amount, total_amount, net_base, line_count, notes, created_at, updated_at,
    submitted_at, confirmed_at, closed_at)
SELECT %(company)s, 0, '', s.document, c.id, a.id, a.id, %(warehouse)s, '', 'import', 'import', 'closed',
    CASE WHEN bool_or(NOT s.is_service) THEN 'done' ELSE 'none' END, 'done', 'none', 1, %(currency)s, 1, 'back_order',
    'company', sum(s.net), 0, sum(s.net), sum(s.net), count(*), '', s.at, s.at, s.at, s.at, s.at
FROM {t} s
JOIN orders_customer c ON c.company_id = %(company)s AND c.code = s.customer_code
LEFT JOIN orders_address a ON a.customer_id = c.id AND a.region = s.country
WHERE s.kind = 'sale' AND s.batch = %(batch)s
GROUP BY s.document, s.at, c.id, a.id ORDER BY s.at, s.document
ON CONFLICT (company_id, number) DO NOTHING
"""

# What is a charge was never shipped: it is invoiced ahead.
ORDER_LINES: Final = """
INSERT INTO orders_orderline (order_id, position, kind, product_id, description, unit, unit_factor, typed_quantity,
    unit_price, net_amount, net_base, tax_code, tax_rate, tax_amount, price_steps, supply, warehouse_id, invoice_ahead,
    note, ordered, cancelled, allocated, picked, packed, shipped, delivered, invoiced, returned, credited)
SELECT o.id, s.position, CASE WHEN s.is_service THEN 'charge' ELSE 'goods' END, p.id,
    left(COALESCE(NULLIF(s.description, ''), p.name), 200), 'pc', 1, s.quantity, s.unit_price, s.net, s.net,
    '', 0, 0, '[]', 'stock', %(warehouse)s, s.is_service, '', s.quantity, 0, 0, g.shipped, g.shipped, g.shipped,
    g.shipped, s.quantity, 0, 0
FROM {t} s
CROSS JOIN LATERAL (SELECT CASE WHEN s.is_service THEN 0 ELSE s.quantity END AS shipped) g
JOIN orders_order o ON o.company_id = %(company)s AND o.number = s.document AND o.origin = 'import'
JOIN orders_product p ON p.company_id = %(company)s AND p.sku = s.sku
WHERE s.kind = 'sale' AND s.batch = %(batch)s
    AND NOT EXISTS (SELECT 1 FROM orders_orderline l WHERE l.order_id = o.id AND l.position = s.position)
ORDER BY o.id, s.position
"""

# Invoices, credit notes, adjustments ---------------------------------------------------------------------------------

_INVOICES: Final = """
INSERT INTO billing_invoice (company_id, event_seq, event_hash, number, kind, customer_id, order_id, original_id,
    bill_to_id, state, origin, customer_po, currency, currency_rate, net_amount, tax_amount, total_amount, open_amount,
    net_base, total_base, reason, invoice_date, posted_at, created_at)
SELECT %(company)s, 0, '', d.document, '{kind}', d.customer_id, d.order_id, original.id, o.bill_to_id, 'posted',
    'import', '', %(currency)s, 1, d.net, 0, d.net, 0, d.net, d.net, '', (d.at AT TIME ZONE %(zone)s)::date, d.at, d.at
FROM (
    SELECT s.document, s.at, c.id AS customer_id, sum(s.net) AS net, {order} AS order_id
    FROM {{t}} s
    JOIN orders_customer c ON c.company_id = %(company)s AND c.code = s.customer_code
    {joins}
    WHERE s.kind = '{rows}' AND s.batch = %(batch)s
    GROUP BY s.document, s.at, c.id
) d
LEFT JOIN orders_order o ON o.id = d.order_id
LEFT JOIN billing_invoice original ON original.order_id = d.order_id AND original.kind = 'invoice'
    AND original.origin = 'import' AND '{kind}' = 'credit_note'
ORDER BY d.at, d.document
ON CONFLICT (company_id, number) DO NOTHING
"""

_INVOICE_LINES: Final = """
INSERT INTO billing_invoiceline (invoice_id, position, kind, product_id, description, unit, unit_factor, typed_quantity,
    unit_price, net_amount, net_base, tax_code, tax_rate, tax_amount, price_steps, order_line_id, corrects_id, quantity)
SELECT i.id, s.position, CASE WHEN s.is_service THEN 'charge' ELSE 'goods' END, p.id,
    left(COALESCE(NULLIF(s.description, ''), p.name), 200), 'pc', 1, s.quantity, s.unit_price, s.net,
    s.net, '', 0, 0, '[]', {line}, {corrects}, s.quantity
FROM {{t}} s
JOIN billing_invoice i ON i.company_id = %(company)s AND i.number = s.document AND i.origin = 'import'
JOIN orders_product p ON p.company_id = %(company)s AND p.sku = s.sku
{joins}
WHERE s.kind = '{rows}' AND s.batch = %(batch)s
ORDER BY i.id, s.position
ON CONFLICT (invoice_id, position) DO NOTHING
"""

_OF_ORDER: Final = "JOIN orders_order o ON o.company_id = %(company)s AND o.number = s.document AND o.origin = 'import'"
INVOICES: Final = _INVOICES.format(rows="sale", kind="invoice", order="min(o.id)", joins=_OF_ORDER)
INVOICE_LINES: Final = _INVOICE_LINES.format(
    rows="sale",
    line="l.id",
    corrects="NULL::bigint",
    joins=f"{_OF_ORDER} JOIN orders_orderline l ON l.order_id = o.id AND l.position = s.position",
)

# A credit note belongs to an order when all of its lines do.
_ONE_ORDER: Final = "CASE WHEN count(l.id) = count(*) AND count(DISTINCT l.order_id) = 1 THEN min(l.order_id) END"
_OF_LINE: Final = "LEFT JOIN orders_orderline l ON l.id = s.order_line_id"
CREDIT_NOTES: Final = _INVOICES.format(rows="return", kind="credit_note", order=_ONE_ORDER, joins=_OF_LINE)
CREDIT_NOTE_LINES: Final = _INVOICE_LINES.format(
    rows="return",
    line="s.order_line_id",
    corrects="b.id",
    joins="""LEFT JOIN LATERAL (
    SELECT il.id FROM billing_invoiceline il JOIN billing_invoice ii ON ii.id = il.invoice_id
    WHERE il.order_line_id = s.order_line_id AND ii.kind = 'invoice' LIMIT 1) b ON true""",
)
ADJUSTMENTS: Final = _INVOICES.format(rows="adjustment", kind="adjustment", order="NULL::bigint", joins="")
ADJUSTMENT_LINES: Final = _INVOICE_LINES.format(
    rows="adjustment", line="NULL::bigint", corrects="NULL::bigint", joins=""
)

# Returns -------------------------------------------------------------------------------------------------------------

RETURNS: Final = f"""
INSERT INTO returns_claims_return (company_id, event_seq, event_hash, number, customer_id, order_id, warehouse_id, state,
    origin, currency, net_amount, net_base, note, credit_note_id, created_at, received_at, settled_at)
SELECT %(company)s, 0, '', s.document, c.id, {_ONE_ORDER}, %(warehouse)s, 'closed', 'import',
    %(currency)s, sum(s.net), sum(s.net), '', i.id, s.at, s.at, s.at
FROM {{t}} s
JOIN orders_customer c ON c.company_id = %(company)s AND c.code = s.customer_code
JOIN billing_invoice i ON i.company_id = %(company)s AND i.number = s.document AND i.origin = 'import'
{_OF_LINE}
WHERE s.kind = 'return' AND s.batch = %(batch)s
GROUP BY s.document, s.at, c.id, i.id ORDER BY s.at, s.document
ON CONFLICT (company_id, number) DO NOTHING
"""

# Answers the order line of each added one, for the ledger.
RETURN_LINES: Final = """
WITH added AS (
    INSERT INTO returns_claims_returnline (return_order_id, position, kind, product_id, description, unit, unit_factor,
        typed_quantity, unit_price, net_amount, net_base, tax_code, tax_rate, tax_amount, price_steps, order_line_id,
        quantity, received, accepted, reason, disposition, unmatched_reason)
    SELECT r.id, s.position, CASE WHEN s.is_service THEN 'charge' ELSE 'goods' END, p.id,
        left(COALESCE(NULLIF(s.description, ''), p.name), 200), 'pc', 1, s.quantity, s.unit_price, s.net,
        s.net, '', 0, 0, '[]', s.order_line_id, s.quantity, s.quantity, s.quantity, 'unknown', '', s.unmatched
    FROM {t} s
    JOIN returns_claims_return r ON r.company_id = %(company)s AND r.number = s.document AND r.origin = 'import'
    JOIN orders_product p ON p.company_id = %(company)s AND p.sku = s.sku
    WHERE s.kind = 'return' AND s.batch = %(batch)s
    ORDER BY r.id, s.position
    ON CONFLICT (return_order_id, position) DO NOTHING
    RETURNING order_line_id, quantity
)
SELECT l.id, l.order_id, added.quantity FROM added LEFT JOIN orders_orderline l ON l.id = added.order_line_id
"""

# Stock ---------------------------------------------------------------------------------------------------------------

STOCK_ADJUSTMENTS: Final = """
INSERT INTO planning_stockmovement (company_id, product_id, warehouse_id, kind, quantity, at, reference, reason, origin)
SELECT %(company)s, p.id, %(warehouse)s, 'adjust', s.quantity, s.at, s.document || '/' || s.position,
    left(s.description, 120), 'import'
FROM {t} s JOIN orders_product p ON p.company_id = %(company)s AND p.sku = s.sku
WHERE s.kind = 'stock' AND NOT EXISTS (
    SELECT 1 FROM planning_stockmovement m WHERE m.company_id = %(company)s AND m.product_id = p.id
        AND m.origin = 'import' AND m.kind = 'adjust' AND m.reference = s.document || '/' || s.position)
ORDER BY s.at, s.row_no
"""

# An item opens with what its adjustments take away, no more: how much there was is not in this data. Later files may
# bring more adjustments; the one opening movement then grows with them.
OPENINGS: Final = """
WITH needed AS (
    SELECT p.id, COALESCE(-sum(m.quantity), 0) AS quantity
    FROM orders_product p
    LEFT JOIN planning_stockmovement m ON m.product_id = p.id AND m.kind = 'adjust' AND m.origin = 'import'
    WHERE p.company_id = %(company)s AND p.kind = 'goods' GROUP BY p.id
), grown AS (
    UPDATE planning_stockmovement o SET quantity = needed.quantity FROM needed
    WHERE o.product_id = needed.id AND o.kind = 'opening' AND o.origin = 'import' AND o.quantity <> needed.quantity
)
INSERT INTO planning_stockmovement (company_id, product_id, warehouse_id, kind, quantity, at, reference, reason, origin)
SELECT %(company)s, id, %(warehouse)s, 'opening', quantity, %(first)s, 'opening',
    'What its adjustments need; stock itself is not in this data', 'import'
FROM needed WHERE NOT EXISTS (
    SELECT 1 FROM planning_stockmovement o
    WHERE o.product_id = needed.id AND o.kind = 'opening' AND o.origin = 'import')
ORDER BY id
"""

LEVELS: Final = """
INSERT INTO planning_stocklevel AS level (company_id, product_id, warehouse_id, on_hand, allocated, unavailable)
SELECT %(company)s, m.product_id, m.warehouse_id, sum(m.quantity), 0, 0 FROM planning_stockmovement m
WHERE m.company_id = %(company)s GROUP BY m.product_id, m.warehouse_id ORDER BY m.product_id
ON CONFLICT (product_id, warehouse_id) DO UPDATE SET on_hand = excluded.on_hand WHERE level.on_hand <> excluded.on_hand
"""

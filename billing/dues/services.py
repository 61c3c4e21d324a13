"""Building blocks: an invoice's due parts are written with its posting, and follow what is paid or credited."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import connection

from billing.dues.rules import open_parts
from billing.models import Invoice, InvoiceDue
from omc.lib.kept import Kept
from omc.lib.writing import insert

# The words of ``rules.open_parts``: what is settled fills the earliest parts first. A test holds the two together.
_FOLLOW = Kept("""
UPDATE billing_invoicedue d SET open_amount = d.amount - LEAST(GREATEST(s.settled - s.before, 0), d.amount)
FROM (
    SELECT p.id, i.total_amount - i.open_amount AS settled,
        sum(p.amount) OVER (PARTITION BY p.invoice_id ORDER BY p.position) - p.amount AS before
    FROM billing_invoicedue p JOIN billing_invoice i ON i.id = p.invoice_id WHERE i.id = ANY(%(invoices)s::bigint[])
) s
WHERE d.id = s.id
""")


def write_dues(invoice: Invoice, parts: Sequence[tuple[date, Decimal]]) -> None:
    """Write what is due on which day of an invoice that is being posted. One statement."""
    still_open = open_parts([amount for _, amount in parts], invoice.open_amount)
    insert(
        InvoiceDue(invoice_id=invoice.pk, position=position, due_date=day, amount=amount, open_amount=open_amount)
        for position, ((day, amount), open_amount) in enumerate(zip(parts, still_open, strict=True), start=1)
    )


def follow_dues(invoice_ids: Sequence[int]) -> None:
    """Bring the parts of these invoices up to what is open of them now. Whoever changes an open amount calls this."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, {"invoices": list(invoice_ids)})

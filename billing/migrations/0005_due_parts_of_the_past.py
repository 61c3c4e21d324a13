from django.db import migrations


class Migration(migrations.Migration):
    """What was posted before is due in one part."""

    dependencies = [("billing", "0004_due_parts")]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO billing_invoicedue (invoice_id, position, due_date, amount, open_amount)
            SELECT id, 1, due_date, total_amount, open_amount FROM billing_invoice
            WHERE kind = 'invoice' AND state NOT IN ('draft', 'void') AND due_date IS NOT NULL
            """,
            migrations.RunSQL.noop,
        ),
    ]

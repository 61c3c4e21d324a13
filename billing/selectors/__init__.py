"""Stage 8 reads."""

from billing.selectors.invoices import (
    invoice_lines,
    invoice_page,
    invoices_list,
    invoices_of_order,
    open_invoices_of,
    payments_list,
    shipments_to_invoice,
)
from billing.selectors.receivables import Ageing, ageing, owed_by

__all__ = [
    "Ageing",
    "ageing",
    "invoice_lines",
    "invoice_page",
    "invoices_list",
    "invoices_of_order",
    "open_invoices_of",
    "owed_by",
    "payments_list",
    "shipments_to_invoice",
]

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
from billing.selectors.receivables import (
    Ageing,
    CashWeek,
    ageing,
    cash_forecast,
    customers_owing,
    expected_on,
    on_account,
    owed_by,
    owed_by_age,
)

__all__ = [
    "Ageing",
    "CashWeek",
    "ageing",
    "cash_forecast",
    "customers_owing",
    "expected_on",
    "invoice_lines",
    "invoice_page",
    "invoices_list",
    "invoices_of_order",
    "on_account",
    "open_invoices_of",
    "owed_by",
    "owed_by_age",
    "payments_list",
    "shipments_to_invoice",
]

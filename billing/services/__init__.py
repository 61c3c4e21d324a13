"""Stage 8 writes: invoices, credit notes and payments."""

from billing.services.credit_amount import credit_amount
from billing.services.credit_lines import CreditRefused, credit_lines
from billing.services.invoice_order import invoice_order
from billing.services.invoice_shipment import AlreadyInvoiced, NotShipped, draft_invoice, invoice_shipment
from billing.services.invoice_shipped import invoice_shipments, invoice_shipped
from billing.services.posting import NothingToInvoice
from billing.services.receivable import lock_customer, refresh_receivables
from billing.services.record_payment import PaymentRefused, apply_payment, record_payment
from billing.services.send_invoice import send_invoice
from billing.services.void_invoice import void_invoice

__all__ = [
    "AlreadyInvoiced",
    "CreditRefused",
    "NotShipped",
    "NothingToInvoice",
    "PaymentRefused",
    "apply_payment",
    "credit_amount",
    "credit_lines",
    "draft_invoice",
    "invoice_order",
    "invoice_shipment",
    "invoice_shipments",
    "invoice_shipped",
    "lock_customer",
    "record_payment",
    "refresh_receivables",
    "send_invoice",
    "void_invoice",
]

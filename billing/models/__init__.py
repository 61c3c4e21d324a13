"""Stage 8: invoices, credit notes, payments and the double-entry rows behind them."""

from billing.models.books import Account, Posting
from billing.models.disputes import Dispute, DisputeReason, DisputeState
from billing.models.documents import DocumentForm, DocumentWay
from billing.models.dues import InvoiceDue
from billing.models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceState
from billing.models.payments import Application, Payment, PaymentState
from billing.models.promises import PaymentPromise, PromiseState

__all__ = [
    "Account",
    "Application",
    "Dispute",
    "DisputeReason",
    "DisputeState",
    "DocumentForm",
    "DocumentWay",
    "Invoice",
    "InvoiceDue",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceState",
    "Payment",
    "PaymentPromise",
    "PaymentState",
    "Posting",
    "PromiseState",
]

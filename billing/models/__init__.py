"""Stage 8: invoices, credit notes, payments and the double-entry rows behind them."""

from billing.models.books import Account, Posting
from billing.models.disputes import Dispute, DisputeReason, DisputeState
from billing.models.documents import DocumentForm, DocumentWay
from billing.models.dues import InvoiceDue
from billing.models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceState
from billing.models.methods import BillingRule, DepositRule, Every, FreightRule, Method
from billing.models.payments import Application, Payment, PaymentState
from billing.models.preflight import InvoiceFinding, Severity
from billing.models.promises import PaymentPromise, PromiseState
from billing.models.together import BilledShipment
from billing.models.write_offs import WriteOff, WriteOffState

__all__ = [
    "Account",
    "Application",
    "BilledShipment",
    "BillingRule",
    "DepositRule",
    "Dispute",
    "DisputeReason",
    "DisputeState",
    "DocumentForm",
    "DocumentWay",
    "Every",
    "FreightRule",
    "Invoice",
    "InvoiceDue",
    "InvoiceFinding",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceState",
    "Method",
    "Payment",
    "PaymentPromise",
    "PaymentState",
    "Posting",
    "PromiseState",
    "Severity",
    "WriteOff",
    "WriteOffState",
]

"""What a customer receives of an invoice or credit note: paper, and the forms that programs read."""

from billing.documents.facts import bill_to_of, tax_breakdown
from billing.documents.paper import invoice_pdf

__all__ = ["bill_to_of", "invoice_pdf", "tax_breakdown"]

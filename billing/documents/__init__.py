"""What a customer receives of an invoice or credit note: paper, and the forms that programs read."""

from billing.documents.electronic import ElectronicRefused, facturx_pdf, ubl_xml
from billing.documents.facts import bill_to_of, tax_breakdown
from billing.documents.paper import invoice_pdf

__all__ = ["ElectronicRefused", "bill_to_of", "facturx_pdf", "invoice_pdf", "tax_breakdown", "ubl_xml"]

"""What goes with the mail of a document: in the customer's form, or as plain paper where that cannot be written."""

from billing.documents.electronic import ElectronicRefused, facturx_pdf, ubl_xml
from billing.documents.paper import invoice_pdf
from billing.documents.selectors import way_of
from billing.models import DocumentForm, Invoice


def paper_for(invoice: Invoice) -> tuple[str, bytes]:
    """The PDF, with the data inside for who wants it so."""
    name = f"{invoice.number}.pdf"
    if way_of(invoice.customer).form == DocumentForm.FACTURX:
        try:
            return name, facturx_pdf(invoice)
        except ElectronicRefused:
            pass  # paper always goes; what is lacking stands on the document's page
    return name, invoice_pdf(invoice)


def beside(invoice: Invoice) -> list[tuple[str, bytes, str]]:
    """The XML beside the PDF, for who wants it so."""
    if way_of(invoice.customer).form != DocumentForm.UBL:
        return []
    try:
        return [(f"{invoice.number}.xml", ubl_xml(invoice), "application/xml")]
    except ElectronicRefused:
        return []

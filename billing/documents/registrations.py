"""What documents add to the lists that core iterates."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.documents.electronic import facturx_pdf, ubl_xml
from billing.documents.paper import invoice_pdf
from billing.documents.selectors import way_of
from billing.models import Invoice
from billing.selectors import invoice_page
from omc.lib.actor import Actor
from omc.lib.registry import BulkPrint, Panel, registry
from orders.core.models import Customer

SEE = "billing.view_invoice"


def register() -> None:
    """Called once, when Django is ready."""
    for printer in (
        BulkPrint("invoices", "invoice", _("Print"), SEE, _paper),
        BulkPrint("invoice-ubl", "invoice", _("UBL (ZIP)"), SEE, _ubl, name=_named("xml")),
        BulkPrint("invoice-factur-x", "invoice", _("Factur-X (ZIP)"), SEE, _factur_x, name=_named("pdf")),
    ):
        registry.prints.add(printer.key, printer)
    registry.panels.add(
        "customer document way",
        Panel(
            key="document-way",
            subject="customer",
            title=_("How they get invoices"),
            template="billing/document_way_panel.html",
            context=_panel,
            permission="billing.post_invoice",
            order=82,
        ),
    )


def _paper(pk: int, actor: Actor) -> bytes:
    return invoice_pdf(invoice_page(pk, actor))


def _ubl(pk: int, actor: Actor) -> bytes:
    return ubl_xml(invoice_page(pk, actor))


def _factur_x(pk: int, actor: Actor) -> bytes:
    return facturx_pdf(invoice_page(pk, actor))


def _named(suffix: str) -> Any:
    def name(pk: int) -> str:
        return f"{Invoice.objects.values_list('number', flat=True).get(pk=pk)}.{suffix}"

    return name


def _panel(customer: Customer, actor: Actor) -> dict[str, Any]:
    return {"way": way_of(customer), "url": reverse("billing:document_way", args=[customer.pk])}

"""Doors of documents: paper, the forms that programs read, and how a customer wants them."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from billing import selectors
from billing.documents.electronic import ElectronicRefused, facturx_pdf, missing_of, ubl_xml
from billing.documents.facts import Facts
from billing.documents.forms import DocumentWayForm
from billing.documents.paper import invoice_pdf
from billing.documents.selectors import customer_of, way_of
from billing.documents.services import choose_document_way
from billing.models import Invoice
from orders.core import screens
from orders.core.access import allow


@require_GET
@allow("billing.view_invoice")
def pdf(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """The document as the customer receives it."""
    found = selectors.invoice_page(invoice_id, request.actor)
    headers = {"Content-Disposition": f'inline; filename="{found.number or "draft"}.pdf"'}
    return HttpResponse(invoice_pdf(found), content_type="application/pdf", headers=headers)


@require_GET
@allow("billing.view_invoice")
def ubl(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """The document as UBL, or what it lacks for that."""
    return _electronic(request, invoice_id, ubl_xml, "xml", "application/xml")


@require_GET
@allow("billing.view_invoice")
def factur_x(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """The document as Factur-X, or what it lacks for that."""
    return _electronic(request, invoice_id, facturx_pdf, "pdf", "application/pdf")


def _electronic(
    request: HttpRequest, invoice_id: int, write: Callable[[Invoice], bytes], suffix: str, media_type: str
) -> HttpResponse:
    found = selectors.invoice_page(invoice_id, request.actor)
    try:
        content = write(found)
    except ElectronicRefused as refusal:
        context = {"invoice": found, "lacking": missing_of(Facts(found)), "refusal": refusal}
        return render(request, "billing/lacking.html", context, status=422)
    headers = {"Content-Disposition": f'attachment; filename="{found.number}.{suffix}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)


@require_http_methods(["GET", "POST"])
@allow("billing.post_invoice")
def document_way(request: HttpRequest, customer_id: int) -> HttpResponse:
    """In which form a customer gets documents; chosen here."""
    customer = customer_of(customer_id, request.actor)
    form = DocumentWayForm(request.POST or None, way=way_of(customer))
    keep = partial(choose_document_way, customer_id=customer_id, actor=request.actor)
    if request.method == "POST" and screens.attempt(form, keep) is not None:
        messages.success(request, _("Saved. The next document goes out so."))
        return redirect("core:customer", customer_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "billing/document_way.html", {"form": form, "customer": customer}, status=status)

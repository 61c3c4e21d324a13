"""Buttons of the pre-flight on an invoice's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from billing import forms, selectors
from billing.preflight import services
from billing.preflight.forms import PurchaseOrderForm
from billing.views.invoices import invoice_page
from orders.core import screens
from orders.core.access import allow


@require_POST
@allow("billing.post_invoice")
def check(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Look the invoice over without posting it."""
    return screens.perform(
        request,
        lambda: services.check_invoice(invoice_id=invoice_id, actor=request.actor),
        back_to=reverse("billing:invoice", args=[invoice_id]),
    )


@require_POST
@allow("billing.override_preflight")
def clear(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Answer for posting it in spite of what was found."""
    form = forms.ReasonForm(request.POST)
    found = selectors.invoice_page(invoice_id, request.actor)
    done = screens.attempt(
        form, lambda **data: services.clear_invoice(invoice_id=invoice_id, actor=request.actor, **data)
    )
    return redirect("billing:invoice", invoice_id) if done else invoice_page(request, found, clear=form, status=422)


@require_POST
@allow("billing.post_invoice")
def purchase_order(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Write the customer's order number on a waiting invoice."""
    form = PurchaseOrderForm(request.POST)
    found = selectors.invoice_page(invoice_id, request.actor)
    done = screens.attempt(
        form, lambda **data: services.name_purchase_order(invoice_id=invoice_id, actor=request.actor, **data)
    )
    return redirect("billing:invoice", invoice_id) if done else invoice_page(request, found, po=form, status=422)

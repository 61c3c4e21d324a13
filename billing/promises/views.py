"""Screens of promises to pay."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from billing.promises import forms, services
from billing.promises.selectors import promises_list, word_of
from billing.selectors import invoice_page
from omc.lib.errors import NotFound
from orders.core import screens
from orders.core.access import allow
from orders.core.views.lists import show_list


@require_GET
@allow("billing.view_invoice")
def promises(request: HttpRequest) -> HttpResponse:
    """What customers said they would pay, the next day first."""
    empty = {
        "title": _("Nobody has promised anything"),
        "hint": _("A promise is written down on an invoice, by us or by the customer on the invoice's page."),
        "url": reverse("billing:invoices"),
        "action": _("See the invoices"),
    }
    return show_list(request, "payment-promises", "billing/promises/list.html", empty=empty)


@require_http_methods(["GET", "POST"])
@allow("billing.record_promise")
def promise(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Write down by when a customer pays an invoice."""
    invoice = invoice_page(invoice_id, request.actor)
    form = forms.PromiseForm(request.POST or None)
    if request.method == "POST":
        given = screens.attempt(
            form, lambda **said: services.promise_payment(invoice_id=invoice_id, actor=request.actor, **said)
        )
        if given:
            return redirect("billing:invoice", invoice_id)
    context = {"form": form, "invoice": invoice, "word": word_of(invoice.customer_id)}
    status = 422 if request.method == "POST" else 200
    return render(request, "billing/promises/promise.html", context, status=status)


@require_GET
@allow("billing.view_invoice")
def promised(request: HttpRequest, promise_id: int) -> HttpResponse:
    """A promise is read on its invoice."""
    found = promises_list(request.actor, {}).filter(pk=promise_id).first()
    if found is None:
        raise NotFound(f"There is no promise {promise_id}.", promise_id=promise_id)
    return redirect("billing:invoice", found.invoice_id)

"""The customer's page of an invoice. Each deed goes through the verb that we use, and is done once."""

from functools import partial
from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from billing.answers import forms
from billing.answers.selectors import bill_of
from billing.disputes.services import raise_dispute
from billing.documents import invoice_pdf
from billing.models import Invoice
from billing.promises.services import promise_payment
from orders.core.links.refusals import for_customers
from orders.core.links.selectors import Opened
from orders.core.screens import attempt


def show(request: HttpRequest, opened: Opened, invoice: Invoice) -> HttpResponse:
    """The invoice as it stands, and what the customer may do."""
    return _page(request, opened, invoice)


def pdf(request: HttpRequest, opened: Opened, invoice: Invoice) -> HttpResponse:
    """The invoice on paper."""
    response = HttpResponse(invoice_pdf(invoice), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{invoice.number}.pdf"'
    return response


def dispute(request: HttpRequest, opened: Opened, invoice: Invoice) -> HttpResponse:
    """The customer says that something is not right; said twice, it is said once."""
    form = forms.DisputeForm(request.POST, lines=bill_of(invoice)["lines"])
    run = partial(for_customers(raise_dispute), invoice_id=invoice.pk, actor=opened.actor)
    raised = attempt(form, lambda **said: run(**said))
    return redirect(f"{opened.path()}#disputes") if raised else _page(request, opened, invoice, dispute_form=form)


def promise(request: HttpRequest, opened: Opened, invoice: Invoice) -> HttpResponse:
    """The customer says by when they pay."""
    form = forms.PromiseForm(request.POST)
    run = partial(for_customers(promise_payment), invoice_id=invoice.pk, actor=opened.actor)
    given = attempt(form, lambda **said: run(**said))
    return redirect(f"{opened.path()}#promise") if given else _page(request, opened, invoice, promise_form=form)


def _page(request: HttpRequest, opened: Opened, invoice: Invoice, **refused: django_forms.Form) -> HttpResponse:
    who = {"name": opened.contact.name} if opened.contact else {}
    bill = bill_of(invoice)
    context: dict[str, Any] = {
        "house": opened.company,
        "opened": opened,
        "bill": bill,
        "dispute_form": forms.DisputeForm(initial=who, lines=bill["lines"]),
        "promise_form": forms.PromiseForm(initial=who),
        "paths": {door: opened.path(door) for door in ("dispute", "promise", "pdf")},
    }
    return render(request, "billing/answers/page.html", context | refused, status=422 if refused else 200)

"""Screens of payments and of what customers owe."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing import forms, selectors, services
from billing.lists.receivables import AGES
from billing.models import Payment, PaymentState, Posting
from omc.lib import clock
from omc.lib.errors import NotFound
from orders.core import screens
from orders.core.access import allow
from orders.core.models import Customer
from orders.core.selectors.companies import as_of
from orders.core.selectors.paging import keyset
from orders.core.views.lists import show_list
from orders.generation.selectors import history_of


@require_GET
@allow("billing.view_invoice")
def payments(request: HttpRequest) -> HttpResponse:
    """Payments, the newest first."""
    empty = {
        "title": _("No payments yet"),
        "hint": _("Write down what a customer paid; the oldest invoices are settled first."),
        "url": reverse("billing:choose_payer"),
        "action": _("Record payment"),
    }
    return show_list(request, "payments", "billing/payments.html", empty=empty)


@require_GET
@allow("billing.view_invoice")
def payment(request: HttpRequest, payment_id: int) -> HttpResponse:
    """One payment and what it settled."""
    found = (
        Payment.objects.select_related("customer", "recorded_by")
        .filter(pk=payment_id, company_id=request.actor.company_id)
        .first()
    )
    if found is None:
        raise NotFound(f"There is no payment {payment_id}.")
    return render(
        request,
        "billing/payment.html",
        {
            "payment": found,
            "settled": found.applications.select_related("invoice").order_by("id"),
            "postings": Posting.objects.filter(document_type="payment", document_id=found.pk).order_by("id"),
            "may_apply": found.unapplied_amount > 0 and request.actor.can("billing.record_payment"),
            "may_reverse": found.state != PaymentState.REVERSED
            and not found.refunded_amount
            and request.actor.can("billing.record_payment"),
            "history": history_of(found),
        },
    )


@require_POST
@allow("billing.record_payment")
def apply_payment(request: HttpRequest, payment_id: int) -> HttpResponse:
    """Settle the oldest invoices with what lies on account."""
    return screens.perform(
        request,
        lambda: services.apply_payment(payment_id=payment_id, actor=request.actor),
        back_to=reverse("billing:payment", args=[payment_id]),
    )


@require_GET
@allow("billing.record_payment")
def choose_payer(request: HttpRequest) -> HttpResponse:
    """Whose money came in?"""
    form = forms.CustomerFilterForm(request.GET)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    rows = Customer.objects.filter(company_id=request.actor.company_id).select_related("facts")
    if text:
        rows = rows.filter(Q(code__istartswith=text) | Q(name__icontains=text))
    else:
        rows = rows.filter(facts__open_receivable_base__gt=0)
    template = "billing/choose_payer.html"
    return render(
        request,
        f"{template}#rows" if request.htmx else template,
        {"page": keyset(rows, request.GET, order=("name", "id")), "filters": form, "filtered": bool(text)},
    )


@require_http_methods(["GET", "POST"])
@allow("billing.record_payment")
def record_payment(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Write down what a customer paid."""
    customer = Customer.objects.filter(pk=customer_id, company_id=request.actor.company_id).first()
    if customer is None:
        raise NotFound(f"There is no customer {customer_id}.")
    found = selectors.open_invoices_of(customer_id, request.actor)
    invoices = [item for item in found if item.currency == customer.currency]
    form = forms.PaymentForm(
        request.POST or None,
        invoices=invoices[:50],
        initial={"received_on": clock.today(request.company.time_zone), "reference": request.GET.get("reference", "")},
    )
    if request.method == "POST":
        recorded = screens.attempt(
            form,
            lambda amount, received_on, method, reference, **_: services.record_payment(
                customer_id=customer_id,
                amount=amount,
                received_on=received_on,
                method=method,
                reference=reference,
                apply=form.apply(),
                actor=request.actor,
            ),
        )
        if recorded:
            return redirect("billing:payment", recorded.pk)
    return render(
        request,
        "billing/record_payment.html",
        {"form": form, "customer": customer, "invoices": invoices},
        status=422 if request.method == "POST" else 200,
    )


@require_GET
@allow("billing.view_invoice")
def receivables(request: HttpRequest) -> HttpResponse:
    """What customers owe, by days past due."""
    today = as_of(request.company)
    empty = {
        "title": _("Nobody owes anything"),
        "hint": _("Open invoices appear here until they are paid."),
        "url": reverse("billing:to_invoice"),
        "action": _("See what is to be invoiced"),
    }
    owed = selectors.owed_by_age(request.actor, today)
    ages = [(label, owed[key]) for key, label in AGES]
    template = "billing/receivables.html"
    weeks = selectors.cash_forecast(request.actor, today)
    return show_list(
        request, "receivables", template, empty=empty, today=today, ages=ages, total=owed["total"], weeks=weeks
    )

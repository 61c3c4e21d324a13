"""Screens of corrections: write off, agree to it, take a payment back, pay back what lies on account."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms as django_forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.corrections import forms, services
from billing.models import Payment, PaymentState, WriteOff
from billing.selectors import invoice_page
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from orders.core import screens
from orders.core.access import allow

PERMISSION = "billing.record_payment"


@require_http_methods(["GET", "POST"])
@allow(PERMISSION)
def write_off(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Give up what is open of an invoice, or a part of it."""
    invoice = invoice_page(invoice_id, request.actor)
    form = forms.WriteOffForm(request.POST or None)
    run: Callable[..., Any] = partial(services.write_off, invoice_id=invoice_id, actor=request.actor)
    if request.method == "POST" and screens.attempt(form, lambda **said: run(**said)):
        return redirect("billing:invoice", invoice_id)
    context = {"form": form, "invoice": invoice, "limit": services.limit_of(request.actor)}
    status = 422 if request.method == "POST" else 200
    return render(request, "billing/corrections/write_off.html", context, status=status)


@require_POST
@allow(PERMISSION)
def decide_write_off(request: HttpRequest, write_off_id: int) -> HttpResponse:
    """Agree to a colleague's write-off, or refuse it."""
    found = _write_offs(request.actor).filter(pk=write_off_id).first()
    if found is None:
        raise NotFound(f"There is no write-off {write_off_id}.", write_off_id=write_off_id)
    agree = request.POST.get("agree") == "yes"
    return screens.perform(
        request,
        lambda: services.decide_write_off(write_off_id=write_off_id, agree=agree, actor=request.actor),
        back_to=reverse("billing:invoice", args=[found.invoice_id]),
    )


@require_GET
@allow("billing.view_invoice")
def show_write_off(request: HttpRequest, write_off_id: int) -> HttpResponse:
    """A write-off is read on its invoice."""
    found = _write_offs(request.actor).filter(pk=write_off_id).first()
    if found is None:
        raise NotFound(f"There is no write-off {write_off_id}.", write_off_id=write_off_id)
    return redirect("billing:invoice", found.invoice_id)


@require_http_methods(["GET", "POST"])
@allow(PERMISSION)
def reverse_payment(request: HttpRequest, payment_id: int) -> HttpResponse:
    """Take a payment back; what it settled is open again."""
    return _correct(request, payment_id, forms.ReverseForm, services.reverse_payment, "reverse")


@require_http_methods(["GET", "POST"])
@allow(PERMISSION)
def refund_payment(request: HttpRequest, payment_id: int) -> HttpResponse:
    """Pay back what of a payment lies on account."""
    return _correct(request, payment_id, forms.RefundForm, services.refund_payment, "refund")


def _correct(
    request: HttpRequest, payment_id: int, kind: type[django_forms.Form], run: Callable[..., Any], what: str
) -> HttpResponse:
    rows = Payment.objects.filter(company_id=request.actor.company_id).select_related("customer")
    payment = rows.filter(pk=payment_id).first()
    if payment is None:
        raise NotFound(f"There is no payment {payment_id}.", payment_id=payment_id)
    form = kind(request.POST or None)
    if request.method == "POST" and screens.attempt(
        form, lambda **said: run(payment_id=payment_id, actor=request.actor, **said)
    ):
        return redirect("billing:payment", payment_id)
    settled = payment.applications.filter(reversed_at=None).select_related("invoice").order_by("id")
    context = {
        "form": form,
        "payment": payment,
        "settled": settled,
        "what": what,
        "is_reversed": payment.state == PaymentState.REVERSED,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "billing/corrections/payment.html", context, status=status)


def _write_offs(actor: Actor) -> QuerySet[WriteOff]:
    return WriteOff.objects.filter(company_id=actor.company_id)

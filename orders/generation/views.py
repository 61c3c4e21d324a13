"""Screens of enquiries."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib import clock
from orders.core import screens
from orders.core.access import allow
from orders.core.models import Customer, Product
from orders.core.views.lists import show_list
from orders.core.views.orders import offered
from orders.generation import forms, selectors, services
from orders.generation.models import Enquiry, EnquiryState
from orders.generation.services import EnquiryInput

SUGGESTIONS = 12


@require_GET
@allow("generation.view_enquiry")
def enquiries(request: HttpRequest) -> HttpResponse:
    """Enquiries by filter, the newest first."""
    empty = {
        "hint": _("Write down the next question a customer asks, so that nobody forgets to answer it."),
        "url": reverse("generation:record"),
        "action": _("Record an enquiry"),
    }
    return show_list(request, "enquiries", "orders/generation/enquiries.html", empty=empty)


@require_http_methods(["GET", "POST"])
@allow("generation.record_enquiry")
def record(request: HttpRequest) -> HttpResponse:
    """Write down what a customer asks for."""
    company_id = request.actor.company_id
    data = forms.with_more_rows(request.POST) if "more" in request.POST else request.POST or None
    form = forms.EnquiryForm(data, company_id=company_id, initial={"customer": _asked_customer(request)})
    lines = forms.EnquiryLines(data, prefix="lines", form_kwargs={"company_id": company_id})
    if request.method == "POST" and "more" not in request.POST and all([form.is_valid(), lines.is_valid()]):
        enquiry = screens.attempt(form, lambda **header: _record(request, header, lines))
        if enquiry is not None:
            return redirect("generation:enquiry", enquiry.pk)
    refused = request.method == "POST" and "more" not in request.POST
    return render(
        request, "orders/generation/record.html", {"form": form, "lines": lines}, status=422 if refused else 200
    )


def _record(request: HttpRequest, header: dict[str, Any], lines: Any) -> Enquiry:
    inputs = [
        EnquiryInput(
            product_id=row["sku"].pk if row["sku"] else None,
            text=row["text"],
            quantity=row["quantity"],
        )
        for row in (form.cleaned_data for form in lines.filled())
    ]
    customer = header.pop("customer")
    return services.record_enquiry(customer_id=customer.pk, lines=inputs, actor=request.actor, **header)


@require_GET
@allow("generation.view_enquiry")
def enquiry(request: HttpRequest, enquiry_id: int) -> HttpResponse:
    """Everything about one enquiry."""
    return _page(request, selectors.enquiry_of(request.actor, enquiry_id), forms.CloseForm())


def _page(request: HttpRequest, found: Enquiry, form: forms.CloseForm, status: int = 200) -> HttpResponse:
    actor = request.actor
    may_work = actor.can("generation.record_enquiry")
    return render(
        request,
        "orders/generation/enquiry.html",
        {
            "enquiry": found,
            "lines": found.lines.all(),
            "history": selectors.history_of(found, with_customer=[EnquiryState.QUOTED]),
            "until": clock.now() if found.state in selectors.OPEN else None,
            "actions": offered("enquiry", found, actor),
            "may_take": may_work and found.state == EnquiryState.RECEIVED,
            "may_close": may_work and found.state in selectors.OPEN,
            "may_see_price": actor.can("orders.view_price"),
            "close_form": form,
        },
        status=status,
    )


@require_POST
@allow("generation.record_enquiry")
def take(request: HttpRequest, enquiry_id: int) -> HttpResponse:
    """Take an enquiry on."""
    return screens.perform(
        request,
        lambda: services.take_enquiry(enquiry_id=enquiry_id, actor=request.actor),
        back_to=reverse("generation:enquiry", args=[enquiry_id]),
    )


@require_POST
@allow("generation.record_enquiry")
def close(request: HttpRequest, enquiry_id: int) -> HttpResponse:
    """Close an enquiry, saying why."""
    form = forms.CloseForm(request.POST)
    done = screens.attempt(
        form, lambda **data: services.close_enquiry(enquiry_id=enquiry_id, actor=request.actor, **data)
    )
    if done is None:
        return _page(request, selectors.enquiry_of(request.actor, enquiry_id), form, status=422)
    messages.success(request, _("Enquiry %(number)s is closed.") % {"number": done.number})
    return redirect("generation:enquiry", enquiry_id)


@require_GET
@allow("member")
def customer_options(request: HttpRequest) -> HttpResponse:
    """Customers whose code or name begins like what is typed, for the suggestions under a text box."""
    text = _typed(request)
    rows = Customer.objects.filter(company_id=request.actor.company_id, is_active=True)
    found = rows.filter(Q(code__istartswith=text) | Q(name__icontains=text)) if text else rows.none()
    options = [(row.code, row.name) for row in found.order_by("code")[:SUGGESTIONS]]
    return render(request, "orders/generation/options.html", {"options": options})


@require_GET
@allow("member")
def item_options(request: HttpRequest) -> HttpResponse:
    """Items whose number or name begins like what is typed, for the suggestions under a text box."""
    text = _typed(request)
    rows = Product.objects.filter(company_id=request.actor.company_id, is_active=True)
    found = rows.filter(Q(sku__istartswith=text) | Q(name__icontains=text)) if text else rows.none()
    options = [(row.sku, row.name) for row in found.order_by("sku")[:SUGGESTIONS]]
    return render(request, "orders/generation/options.html", {"options": options})


def _typed(request: HttpRequest) -> str:
    """The text box sends itself under its own name."""
    return next((str(value).strip() for value in request.GET.values()), "")


def _asked_customer(request: HttpRequest) -> str:
    asked = request.GET.get("customer", "")
    if not asked.isdigit():
        return ""
    rows = Customer.objects.filter(pk=asked, company_id=request.actor.company_id)
    return rows.values_list("code", flat=True).first() or ""

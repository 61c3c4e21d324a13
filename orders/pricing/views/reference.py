"""Screens of taxes, exchange rates, price look-up, and why a line has its price."""

from datetime import date
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib import clock
from omc.lib.errors import InvalidInput, NotFound
from orders.core import screens
from orders.core.access import allow
from orders.core.inputs import LineInput
from orders.core.models import Customer, OrderLine
from orders.core.selectors.paging import keyset
from orders.pricing import forms, selectors, services
from orders.pricing.selectors import price_lists as lists


@require_GET
@allow("orders.view_price")
def explain(request: HttpRequest, line_id: int) -> HttpResponse:
    """Why an order line has its price: a page, or its fragment."""
    line = (
        OrderLine.objects.filter(pk=line_id, order__company_id=request.actor.company_id)
        .select_related("product", "order")
        .first()
    )
    if line is None:
        raise NotFound(f"There is no order line {line_id}.")
    template = "orders/pricing/explain.html"
    return render(
        request,
        f"{template}#why" if request.htmx else template,
        {
            "why": selectors.explain(line, request.actor),
            "order": line.order,
            "currency": line.order.currency,
        },
    )


@require_GET
@allow("orders.view_price")
def look_up(request: HttpRequest) -> HttpResponse:
    """What an item costs a customer at a quantity on a day, and why."""
    asked = bool(request.GET.get("sku"))
    form = forms.LookUpForm(request.GET if asked else None, company_id=request.actor.company_id)
    found = screens.attempt(form, lambda **question: _find(request, **question)) if asked else None
    context = {
        "form": form,
        "found": found,
        "steps": selectors.read_steps([step.row() for step in found.price.steps]) if found and found.price else [],
        "customer": form.cleaned_data["customer"] if found else None,
        "asked": asked,
    }
    return render(request, "orders/pricing/look_up.html", context, status=422 if asked and found is None else 200)


def _find(
    request: HttpRequest, *, customer: Customer | None, sku: str, quantity: Decimal, on: date | None
) -> selectors.Found:
    company = request.company
    try:
        return selectors.look_up(
            company=company,
            customer=customer,
            line=LineInput(sku=sku, quantity=quantity),
            on=on or clock.today(company.time_zone),
        )
    except selectors.InvalidLines as refusal:
        problem = refusal.problems[0]
        raise InvalidInput(str(problem["message"]), field=str(problem["field"])) from refusal


@require_GET
@allow("orders.view_price")
def taxes(request: HttpRequest) -> HttpResponse:
    """Tax rules by place."""
    context = {
        "rules": lists.tax_rules(request.actor),
        "may_edit": request.actor.can("pricing.edit_price_list"),
    }
    return render(request, "orders/pricing/taxes.html", context)


@require_http_methods(["GET", "POST"])
@allow("pricing.edit_price_list")
def edit_tax(request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
    """Add a tax rule, or change one."""
    rule = lists.tax_rule_of(request.actor, rule_id) if rule_id else None
    initial = {name: getattr(rule, name) for name in forms.TaxRuleForm.base_fields} if rule else None
    form = forms.TaxRuleForm(request.POST or None, initial=initial)
    if request.method == "POST":
        saved = screens.attempt(
            form, lambda **data: services.save_tax_rule(rule_id=rule_id, actor=request.actor, **data)
        )
        if saved is not None:
            return redirect("pricing:taxes")
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/pricing/tax_form.html", {"form": form, "rule": rule}, status=status)


@require_GET
@allow("orders.view_price")
def rates(request: HttpRequest) -> HttpResponse:
    """Exchange rates, the latest first."""
    return _rates(request, forms.RateForm(initial={"day": clock.today(request.company.time_zone)}))


@require_POST
@allow("pricing.edit_price_list")
def set_rate(request: HttpRequest) -> HttpResponse:
    """Enter an exchange rate."""
    form = forms.RateForm(request.POST)
    saved = screens.attempt(form, lambda **data: services.set_rate(actor=request.actor, **data))
    return _rates(request, form, status=422) if saved is None else redirect("pricing:rates")


def _rates(request: HttpRequest, form: forms.RateForm, status: int = 200) -> HttpResponse:
    context = {
        "page": keyset(lists.exchange_rates(request.actor), request.GET, order=("-day", "currency", "id")),
        "form": form,
        "may_edit": request.actor.can("pricing.edit_price_list"),
    }
    return render(request, "orders/pricing/rates.html", context, status=status)

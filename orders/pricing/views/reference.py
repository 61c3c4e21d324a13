"""Screens of taxes, exchange rates, price look-up, and why a line has its price."""

from datetime import date
from decimal import Decimal
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib import clock
from omc.lib.errors import InvalidInput, NotFound
from orders.core import screens
from orders.core.access import allow
from orders.core.inputs import LineInput
from orders.core.models import Customer, OrderLine, OrderState
from orders.core.views.lists import show_list
from orders.pricing import forms, selectors, services
from orders.pricing.questions.lists import ask_url
from orders.pricing.selectors import price_lists as lists

_OF_ORDER: Final = ("order__customer", "order__company", "order__ship_to")


@require_GET
@allow("orders.view_price")
def explain(request: HttpRequest, line_id: int) -> HttpResponse:
    """Why an order line has its price: a page, or its fragment."""
    line = (
        OrderLine.objects.filter(pk=line_id, order__company_id=request.actor.company_id)
        .select_related("product", *_OF_ORDER)
        .first()
    )
    if line is None:
        raise NotFound(f"There is no order line {line_id}.")
    return _why(request, line)


@require_GET
@allow("orders.view_price")
def explain_row(request: HttpRequest, order_id: int) -> HttpResponse:
    """Why a row of a draft has its price; ``row`` counts from 1 (the first), without the parts of kits."""
    number = request.GET.get("row", "1")
    lines = OrderLine.objects.filter(order_id=order_id, order__company_id=request.actor.company_id, parent=None)
    at = int(number) - 1 if number.isdecimal() else -1
    line = lines.select_related("product", *_OF_ORDER).order_by("position")[at : at + 1].first() if at >= 0 else None
    if line is None and request.htmx:
        return render(request, "orders/pricing/explain.html#why", {"why": None})
    if line is None:
        raise NotFound("This line is not saved yet.")
    return _why(request, line)


def _why(request: HttpRequest, line: OrderLine) -> HttpResponse:
    template = "orders/pricing/explain.html"
    return render(
        request,
        f"{template}#why" if request.htmx else template,
        {
            "why": selectors.explain(line, request.actor, selectors.discount_on(line)),
            "tax": selectors.explain_tax(line),
            "order": line.order,
            "currency": line.order.currency,
            "ask_url": ask_url(order_line=line.pk) if _may_ask(request, line) else "",
        },
    )


def _may_ask(request: HttpRequest, line: OrderLine) -> bool:
    return request.actor.can("pricing.write_quote") and line.order.state == OrderState.DRAFT and bool(line.product_id)


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
    request: HttpRequest, *, customer: Customer | None, sku: str, quantity: Decimal, unit: str, on: date | None
) -> selectors.Found:
    company = request.company
    try:
        return selectors.look_up(
            company=company,
            customer=customer,
            line=LineInput(sku=sku, quantity=quantity, unit=unit),
            on=on or clock.today(company.time_zone),
        )
    except selectors.InvalidLines as refusal:
        problem = refusal.problems[0]
        raise InvalidInput(str(problem["message"]), field=str(problem["field"])) from refusal


@require_GET
@allow("orders.view_price")
def taxes(request: HttpRequest) -> HttpResponse:
    """Tax rules by place."""
    empty = {"hint": _("Nothing can be priced without a rule for everywhere else.")}
    may_edit = request.actor.can("pricing.edit_price_list")
    return show_list(request, "taxes", "orders/pricing/taxes.html", empty=empty, may_edit=may_edit)


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
    empty = {"hint": _("Quotes and orders in another currency need a rate first.")}
    may_edit = request.actor.can("pricing.edit_price_list")
    template = "orders/pricing/rates.html"
    return show_list(request, "rates", template, status=status, empty=empty, form=form, may_edit=may_edit)

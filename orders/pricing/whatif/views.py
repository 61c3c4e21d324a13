"""Screens of what-ifs: try a rule, see what last year's lines say, and draft the version."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib.errors import DomainError
from orders.core import screens
from orders.core.access import allow
from orders.core.selectors.companies import today
from orders.core.views.lists import show_list
from orders.pricing.selectors.price_lists import price_list_of
from orders.pricing.whatif import forms, selectors, services
from orders.pricing.whatif.models import By, WhatIf
from orders.pricing.whatif.services.clearing import kept_until

MAY = "pricing.edit_price_list"
LIST = "orders/pricing/whatif/list.html"


@require_GET
@allow(MAY)
def what_ifs(request: HttpRequest) -> HttpResponse:
    """What was tried, the newest first."""
    empty = {
        "hint": _("Open a price list and choose “What if…”: last year’s lines say what a change would do."),
        "url": reverse("pricing:price-lists"),
        "action": _("Price lists"),
    }
    return show_list(request, "what-ifs", empty=empty)


@require_http_methods(["GET", "POST"])
@allow(MAY)
def new_what_if(request: HttpRequest, list_id: int) -> HttpResponse:
    """Try a rule on a list; no price changes."""
    found = price_list_of(request.actor, list_id)
    initial = {"valid_from": today(request.company) + timedelta(days=1)}
    form = forms.RuleForm(request.POST or None, company_id=found.company_id, initial=initial)
    if request.method == "POST":
        write = partial(services.write_what_if, list_id=list_id, actor=request.actor)
        made = screens.attempt(form, lambda **data: write(rule=form.rule))
        if made is not None:
            return redirect("pricing:what-if", made.pk)
    status = 422 if request.method == "POST" else 200
    context = {"price_list": found, "form": form}
    return render(request, "orders/pricing/whatif/new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@allow(MAY)
def what_if(request: HttpRequest, what_if_id: int) -> HttpResponse:
    """What the rule would do; a POST tries another one."""
    found = selectors.what_if_of(request.actor, what_if_id)
    if request.method == "GET":
        return _page(request, found)
    form = forms.RuleForm(request.POST, company_id=found.company_id)
    change = partial(services.change_what_if, what_if_id=what_if_id, actor=request.actor)
    if screens.attempt(form, lambda **data: change(rule=form.rule)) is not None:
        return redirect("pricing:what-if", what_if_id)
    return _page(request, found, form=form)


def _page(
    request: HttpRequest, found: WhatIf, form: forms.RuleForm | None = None, refusal: DomainError | None = None
) -> HttpResponse:
    waits = found.computed_at is None
    context: dict[str, Any] = {
        "what_if": found,
        "price_list": found.price_list,
        "words": selectors.words_of(found),
        "waits": waits,
        "kept_until": kept_until(found),
        "form": form or forms.RuleForm(company_id=found.company_id, initial=forms.as_typed(found)),
        "form_fits": forms.fits(found),
        "refusal": refusal,
        "may_see_cost": request.actor.can("orders.view_cost"),
    }
    if not waits:
        context |= {
            "result": selectors.result_of(found),
            "customers": selectors.most_moved(found, By.CUSTOMER),
            "items": selectors.most_moved(found, By.ITEM),
        }
    return render(request, "orders/pricing/whatif/what_if.html", context, status=422 if form or refusal else 200)


@require_POST
@allow(MAY)
def draft(request: HttpRequest, what_if_id: int) -> HttpResponse:
    """Draft the version; it is read and published as a price file."""
    try:
        file = services.draft_what_if(what_if_id=what_if_id, actor=request.actor)
    except DomainError as refusal:
        return _page(request, selectors.what_if_of(request.actor, what_if_id), refusal=refusal)
    return redirect("pricing:price-file", file.pk)


@require_POST
@allow(MAY)
def drop(request: HttpRequest, what_if_id: int) -> HttpResponse:
    """Throw it away."""
    try:
        services.drop_what_if(what_if_id=what_if_id, actor=request.actor)
    except services.WhatIfBusy as refusal:
        return screens.refused(request, refusal, back_to=reverse("pricing:what-if", args=[what_if_id]))
    messages.success(request, _("Thrown away. No price changed."))
    return redirect("pricing:what-ifs")


@require_GET
@allow(MAY)
def customers(request: HttpRequest) -> HttpResponse:
    """Every customer of a what-if."""
    return show_list(request, "what-if-customers", LIST)


@require_GET
@allow(MAY)
def items(request: HttpRequest) -> HttpResponse:
    """Every item of a what-if."""
    return show_list(request, "what-if-items", LIST)


@require_GET
@allow(MAY)
def lines(request: HttpRequest) -> HttpResponse:
    """Every line of a what-if."""
    return show_list(request, "what-if-lines", LIST)

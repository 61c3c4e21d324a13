"""Screens of blanket agreements."""

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib import clock
from omc.lib.actor import require
from omc.lib.errors import DomainError
from omc.lib.money import plain
from orders.core import screens
from orders.core.access import allow
from orders.core.selectors.companies import as_of
from orders.core.selectors.paging import capped_count, keyset
from orders.core.views.lists import show_list
from orders.generation.forms import with_more_rows
from orders.generation.selectors import history_of
from orders.pricing.agreements import forms, services
from orders.pricing.agreements.models import Agreement, AgreementState
from orders.pricing.agreements.selectors import agreements as selectors
from orders.pricing.agreements.selectors import plan
from orders.pricing.agreements.services.planning import PLAN
from orders.pricing.agreements.services.writing import DECIDE, WRITE

PLAN_SHOWN = 40
PAGE = "orders/pricing/agreements/agreement.html"
EDIT = "orders/pricing/agreements/edit.html"


@require_GET
@allow("orders.view_price")
def agreements(request: HttpRequest) -> HttpResponse:
    """Agreements by filter."""
    empty: dict[str, Any] = {"hint": _("An agreement fixes a quantity and a price until a day; orders draw on it.")}
    if request.actor.can(WRITE):
        empty |= {"url": reverse("pricing:new-agreement"), "action": _("New agreement")}
    return show_list(request, "agreements", "orders/pricing/agreements/list.html", empty=empty)


@require_GET
@allow("orders.view_price")
def agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """All about one agreement."""
    return _page(request, agreement_id)


def _page(request: HttpRequest, agreement_id: int, status: int = 200, **refused: Any) -> HttpResponse:
    actor = request.actor
    found = selectors.agreement_of(actor, agreement_id)
    today = as_of(found.company)
    draws = selectors.draws_of(found)
    in_force, draft = found.state == AgreementState.ACTIVE, found.state == AgreementState.DRAFT
    context = {
        "agreement": found,
        "items": selectors.items_of(found, today),
        "pace": selectors.pace_on(found, today) if in_force else None,
        "left_amount": selectors.left_amount(found),
        **_burn_down(found, today),
        "days_left": (found.valid_to - today).days if in_force else None,
        "page": keyset(draws, request.GET, order=("-number", "line_id")),
        "count_text": capped_count(draws),
        **_plan(found, today),
        "may_plan": (in_force or draft) and actor.can(PLAN),
        "revisions": found.revisions.select_related("author").order_by("-number"),
        "history": history_of(found),
        "until": clock.now() if draft else None,
        "may_change": (in_force and actor.can(DECIDE)) or (draft and actor.can(WRITE)),
        "may_activate": draft and actor.can(DECIDE),
        "close_form": forms.CloseAgreementForm(),
    }
    template = f"{PAGE}#draws" if request.htmx and not refused else PAGE
    return render(request, template, context | refused, status=status)


def _plan(found: Agreement, today: date) -> dict[str, Any]:
    """The plan of an agreement, what is open above; at most so many rows as one looks through."""
    rows = plan.plan_of(found).annotate(
        is_open=Case(When(state__in=plan.STILL_OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    )
    shown = list(rows.order_by("is_open", "day", "id")[: PLAN_SHOWN + 1])
    return {
        "plan": shown[:PLAN_SHOWN],
        "plan_more": len(shown) > PLAN_SHOWN,
        "rooms": plan.room_of(found).values() if shown else [],
        "today": today,
    }


def _burn_down(found: Agreement, today: date) -> dict[str, Any]:
    burn = selectors.burn_down_of(found, today)
    if burn is None:
        return {"burn": None}
    series = [{"name": _("Left"), "values": burn.left}, {"name": _("Planned"), "values": burn.planned}]
    return {"burn": burn, "burn_series": series, "burn_labels": [date_format(day, "j M Y") for day in burn.days]}


@require_http_methods(["GET", "POST"])
@allow("pricing.write_agreement")
def new_agreement(request: HttpRequest) -> HttpResponse:
    """Write an agreement."""
    asked = request.GET.get("customer", "")
    customer = selectors.customer_code(request.actor, int(asked)) if asked.isdigit() else ""
    form = forms.AgreementForm(
        request.POST or None, company_id=request.actor.company_id, is_new=True, initial={"customer": customer}
    )
    rows = forms.AgreedRows(request.POST or None, prefix="lines")
    return _edit(request, form, rows, None)


@require_http_methods(["GET", "POST"])
@allow("pricing.write_agreement")
def edit_agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Write other terms: of a draft, or the next revision of one in force."""
    found = selectors.agreement_of(request.actor, agreement_id)
    if found.state == AgreementState.ACTIVE:
        require(request.actor, DECIDE)
    form = forms.AgreementForm(
        request.POST or None,
        company_id=request.actor.company_id,
        in_force=found.state == AgreementState.ACTIVE,
        initial={name: getattr(found, name) for name in ("valid_from", "valid_to", "customer_po", "owner_id", "note")},
    )
    items = found.items.select_related("product").order_by("product__sku")
    initial = [
        {"sku": item.product.sku, "quantity": plain(item.quantity), "unit_price": plain(item.unit_price)}
        for item in items
    ]
    rows = forms.AgreedRows(request.POST or None, prefix="lines", initial=None if request.POST else initial)
    return _edit(request, form, rows, found)


def _edit(request: HttpRequest, form: Any, rows: Any, found: Agreement | None) -> HttpResponse:
    status = 200
    if request.method == "POST" and "more" in request.POST:
        rows = forms.AgreedRows(with_more_rows(request.POST), prefix="lines")
    elif request.method == "POST":
        if form.is_valid() and rows.is_valid():
            saved = _save(request, form, rows, found)
            if saved is not None:
                return redirect("pricing:agreement", saved.pk)
        status = 422
    context = {"form": form, "lines": rows, "agreement": found, "version": request.POST.get("version")}
    if found is not None and not context["version"]:
        context["version"] = found.event_seq
    return render(request, EDIT, context, status=status)


def _save(request: HttpRequest, form: Any, rows: Any, found: Agreement | None) -> Agreement | None:
    filled = list(rows.filled())
    data = dict(form.cleaned_data)
    run: Any
    if found is None:
        run = partial(services.write_agreement, customer_id=data.pop("customer").pk)
    else:
        version = request.POST.get("version", "")
        run = partial(
            services.change_agreement, agreement_id=found.pk, version=int(version) if version.isdigit() else None
        )
    try:
        saved: Agreement = run(items=[row.typed for row in filled], actor=request.actor, **data)
    except DomainError as refusal:
        _put_at_field(refusal, form, filled)
        return None
    return saved


def _put_at_field(refusal: DomainError, form: Any, filled: list[Any]) -> None:
    """The sentence at the row and field that it is about, else above the form."""
    named: Any = refusal.data.get("lines") or []
    for problem in named:
        if problem["position"]:
            filled[problem["position"] - 1].add_error(problem["field"], problem["message"])
        else:
            form.add_error(None, problem["message"])
    if not named:
        field = "customer" if refusal.field == "customer_id" else refusal.field
        form.add_error(field if field in form.fields else None, refusal.message)


@require_POST
@allow("pricing.edit_price_list")
def activate(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Put a draft in force."""
    run = partial(services.activate_agreement, agreement_id=agreement_id, actor=request.actor)
    return screens.perform(request, run, back_to=reverse("pricing:agreement", args=[agreement_id]))


@require_POST
@allow("pricing.write_agreement")
def close(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """End an agreement before its day, or give a draft up."""
    form = forms.CloseAgreementForm(request.POST)
    run = partial(services.close_agreement, agreement_id=agreement_id, actor=request.actor)
    if screens.attempt(form, run) is None:
        return _page(request, agreement_id, status=422, close_form=form)
    messages.success(request, _("The agreement is closed. Orders that drew on it keep their prices."))
    return redirect("pricing:agreement", agreement_id)

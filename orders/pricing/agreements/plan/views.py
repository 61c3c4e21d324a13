"""Screens of planned releases."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib import clock
from omc.lib.errors import DomainError
from orders.core import screens
from orders.core.access import allow
from orders.core.models import ProductUnit
from orders.core.selectors.companies import as_of, setting
from orders.core.views.lists import show_list
from orders.core.views.orders import offered
from orders.generation.forms import with_more_rows
from orders.generation.selectors import history_of
from orders.pricing.agreements import services
from orders.pricing.agreements.plan import forms
from orders.pricing.agreements.selectors import plan
from orders.pricing.agreements.selectors.agreements import agreement_of
from orders.pricing.agreements.services.planning import PLAN

PAGE = "orders/pricing/agreements/planned_release.html"
EDIT = "orders/pricing/agreements/plan.html"


@require_GET
@allow("orders.view_price")
def planned_releases(request: HttpRequest) -> HttpResponse:
    """What customers are to take of their agreements, by day."""
    empty = {"hint": _("A release is planned on the page of an agreement.")}
    return show_list(request, "planned-releases", "orders/pricing/agreements/planned_list.html", empty=empty)


@require_http_methods(["GET", "POST"])
@allow(PLAN)
def plan_releases(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Add releases to the plan of an agreement."""
    found = agreement_of(request.actor, agreement_id)
    rows, status = forms.PlannedRows(request.POST or None, prefix="lines"), 200
    errors: list[str] = []
    if request.method == "POST" and "more" in request.POST:
        rows = forms.PlannedRows(with_more_rows(request.POST), prefix="lines")
    elif request.method == "POST":
        if rows.is_valid() and _plan(request, rows, agreement_id, errors):
            return redirect("pricing:agreement", agreement_id)
        status = 422
    rooms = plan.room_of(found)
    units = ProductUnit.objects.filter(product__in=[room.item.product_id for room in rooms.values()])
    context = {
        "agreement": found,
        "lines": rows,
        "errors": errors,
        "rooms": rooms.values(),
        "units": sorted(set(units.values_list("unit", flat=True))),
        "lead_days": setting(found.company_id, plan.LEAD_DAYS),
    }
    return render(request, EDIT, context, status=status)


def _plan(request: HttpRequest, rows: Any, agreement_id: int, errors: list[str]) -> bool:
    """Whether they are planned; what was refused stands at the row and field that it is about."""
    filled = list(rows.filled())
    try:
        services.plan_releases(agreement_id=agreement_id, rows=[row.typed for row in filled], actor=request.actor)
    except DomainError as refusal:
        named: Any = refusal.data.get("lines") or []
        for problem in named:
            field = problem["field"] if problem["field"] in filled[problem["position"] - 1].fields else None
            filled[problem["position"] - 1].add_error(field, problem["message"])
        if not named:
            errors.append(refusal.message)
        return False
    return True


@require_GET
@allow("orders.view_price")
def planned_release(request: HttpRequest, release_id: int) -> HttpResponse:
    """One planned release: what is wanted when, what is left, and what came of it."""
    return _page(request, release_id)


def _page(request: HttpRequest, release_id: int, status: int = 200, **refused: Any) -> HttpResponse:
    actor = request.actor
    found = plan.planned_of(actor, release_id)
    lines = plan.planned_lines(found)
    rooms = plan.room_of(found.agreement, without=found.pk)
    is_open = found.state in plan.STILL_OPEN
    context = {
        "release": found,
        "agreement": found.agreement,
        "lines": [(line, rooms[line.item_id]) for line in lines],
        "is_late": is_open and found.day < as_of(found.company),
        "is_short": is_open and any(line.quantity > rooms[line.item_id].left for line in lines),
        "actions": offered("plannedrelease", found, actor),
        "history": history_of(found),
        "until": clock.now() if is_open else None,
        "may_plan": is_open and actor.can(PLAN),
        "move_form": forms.MoveReleaseForm(lines=lines, initial={"day": found.day, "version": found.event_seq}),
        "skip_form": forms.SkipReleaseForm(),
    }
    return render(request, PAGE, context | refused, status=status)


@require_POST
@allow(PLAN)
def move(request: HttpRequest, release_id: int) -> HttpResponse:
    """Another day or other quantities, with a reason."""
    lines = plan.planned_lines(plan.planned_of(request.actor, release_id))
    form = forms.MoveReleaseForm(request.POST, lines=lines)
    run = partial(services.move_release, release_id=release_id, actor=request.actor)
    if screens.attempt(form, lambda **_data: run(**form.change())) is None:
        return _page(request, release_id, status=422, move_form=form)
    messages.success(request, _("The plan is changed."))
    return redirect("pricing:planned-release", release_id)


@require_POST
@allow(PLAN)
def skip(request: HttpRequest, release_id: int) -> HttpResponse:
    """Nothing is ordered of it."""
    form = forms.SkipReleaseForm(request.POST)
    run = partial(services.skip_release, release_id=release_id, actor=request.actor)
    if screens.attempt(form, run) is None:
        return _page(request, release_id, status=422, skip_form=form)
    messages.success(request, _("It is skipped; what was planned can be planned for another day."))
    return redirect("pricing:planned-release", release_id)

"""Screens of stage 6: the board, planned shipments, capacity."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orders.core import screens
from orders.core.access import allow
from orders.core.master.selectors import lacking
from orders.core.views.lists import show_list
from orders.scheduling import forms, selectors, services
from orders.scheduling.models import PlannedShipment, PlanState

PAGE = "orders/scheduling/shipment.html"


@require_GET
@allow("scheduling.view_plan")
def board(request: HttpRequest) -> HttpResponse:
    """Days against warehouses: how full each day is, and what leaves."""
    form = forms.BoardForm(request.GET, company_id=request.actor.company_id)
    asked = form.cleaned_data if form.is_valid() else {}
    found = selectors.board(request.actor, asked.get("first"), asked.get("warehouse_id"))
    form.data = {**form.data.dict(), "first": asked.get("first") or found.days[0].isoformat()}
    context = {"board": found, "form": form, "lacking": lacking(request.actor, "warehouse")} | _may(request)
    return render(request, "orders/scheduling/board.html", context)


@require_GET
@allow("scheduling.view_plan")
def shipments(request: HttpRequest) -> HttpResponse:
    """Planned shipments by filter, the earliest day first."""
    empty = {
        "title": _("Nothing is planned"),
        "hint": _("Shipments appear here once confirmed orders are ranked."),
    }
    return show_list(request, "planned-shipments", "orders/scheduling/shipments.html", empty=empty, **_may(request))


@require_POST
@allow("scheduling.release_shipment")
def release_due(request: HttpRequest) -> HttpResponse:
    """Release all that are due; each refusal is named."""
    found = services.release_due(actor=request.actor.at("bulk"))
    refused = [item for item in found if item.refusal]
    context = {"released": len(found) - len(refused), "refused": refused, "total": len(found)}
    status = 422 if refused and not context["released"] else 200
    return render(request, "orders/scheduling/released.html", context, status=status)


@require_GET
@allow("scheduling.view_plan")
def shipment(request: HttpRequest, planned_id: int) -> HttpResponse:
    """Everything about one planned shipment."""
    return _page(request, planned_id)


def _page(request: HttpRequest, planned_id: int, *, status: int = 200, **filled: Any) -> HttpResponse:
    planned = selectors.planned_page(planned_id, request.actor)
    version = {"version": planned.event_seq}
    context = {
        "planned": planned,
        "lines": selectors.planned_lines(planned),
        "history": selectors.history_of(planned),
        "late_word": selectors.late_word(planned),
        "waits": planned.state in (PlanState.PLANNED, PlanState.FROZEN),
        "move_form": forms.MoveForm(initial=version | {"slot_date": planned.slot_date}),
        "cancel_form": forms.CancelForm(initial=version),
        "recall_form": forms.ReasonForm(initial=version),
        **_may(request),
    }
    return render(request, PAGE, context | filled, status=status)


def _may(request: HttpRequest) -> dict[str, bool]:
    actor = request.actor
    return {
        "may_plan": actor.can("scheduling.plan_shipment"),
        "may_release": actor.can("scheduling.release_shipment"),
        "may_recall": actor.can("scheduling.recall_shipment"),
        "may_manage": actor.can("scheduling.manage_capacity"),
    }


def _press(request: HttpRequest, planned_id: int, act: Callable[..., PlannedShipment]) -> HttpResponse:
    """A button of the page: run the verb on the version that was seen."""
    form = forms.VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    back = reverse("scheduling:shipment", args=[planned_id])
    if request.POST.get("next") == "order":
        back = reverse("core:order", args=[selectors.planned_page(planned_id, request.actor).order_id])
    return screens.perform(
        request, lambda: act(planned_id=planned_id, actor=request.actor, version=version), back_to=back
    )


def _fill(
    request: HttpRequest, planned_id: int, form: Any, name: str, act: Callable[..., PlannedShipment]
) -> HttpResponse:
    """A form of the page: run the verb, or show the page again with the reason at the field."""
    done = screens.attempt(form, lambda **data: act(planned_id=planned_id, actor=request.actor, **data))
    if done is None:
        return _page(request, planned_id, status=422, **{name: form})
    return redirect("scheduling:shipment", planned_id)


@require_POST
@allow("scheduling.release_shipment")
def release(request: HttpRequest, planned_id: int) -> HttpResponse:
    """Tell the warehouse to send it."""
    return _press(request, planned_id, services.release_shipment)


@require_POST
@allow("scheduling.plan_shipment")
def freeze(request: HttpRequest, planned_id: int) -> HttpResponse:
    """Keep it on its day."""
    return _press(request, planned_id, services.freeze_shipment)


@require_POST
@allow("scheduling.plan_shipment")
def unfreeze(request: HttpRequest, planned_id: int) -> HttpResponse:
    """Let it be moved again."""
    return _press(request, planned_id, services.unfreeze_shipment)


@require_POST
@allow("scheduling.plan_shipment")
def move(request: HttpRequest, planned_id: int) -> HttpResponse:
    """Give it another day."""
    return _fill(request, planned_id, forms.MoveForm(request.POST), "move_form", services.move_shipment)


@require_POST
@allow("scheduling.recall_shipment")
def recall(request: HttpRequest, planned_id: int) -> HttpResponse:
    """Take it back from the warehouse."""
    return _fill(request, planned_id, forms.ReasonForm(request.POST), "recall_form", services.recall_shipment)


@require_POST
@allow("scheduling.plan_shipment")
def cancel(request: HttpRequest, planned_id: int) -> HttpResponse:
    """Take it off the board."""
    return _fill(request, planned_id, forms.CancelForm(request.POST), "cancel_form", services.cancel_plan)


@require_POST
@allow("scheduling.plan_shipment")
def plan_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Put what an order's promises want on the board."""
    return screens.perform(
        request,
        lambda: services.plan_order(order_id=order_id, actor=request.actor),
        back_to=reverse("core:order", args=[order_id]),
    )


@require_http_methods(["GET", "POST"])
@allow("scheduling.view_plan")
def capacity(request: HttpRequest) -> HttpResponse:
    """How many minutes each warehouse has on which day; change them for a span of days."""
    form = forms.CapacityForm(request.POST or None, company_id=request.actor.company_id)
    if request.method == "POST":
        days = screens.attempt(form, lambda **data: services.set_capacity(actor=request.actor, **data))
        if days is not None:
            messages.success(request, _("%(count)d working days are set.") % {"count": len(days)})
            return redirect("scheduling:capacity")
    empty = {
        "title": _("No day was set yet"),
        "hint": _("Days appear here once something is planned on them, or once you set them."),
    }
    status = 422 if request.method == "POST" else 200
    return show_list(
        request,
        "capacity",
        "orders/scheduling/capacity.html",
        status=status,
        empty=empty,
        form=form,
        lacking=lacking(request.actor, "warehouse"),
        **_may(request),
    )

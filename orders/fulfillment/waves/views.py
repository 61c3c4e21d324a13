"""Screens of waves: all of them, a new one, and one of them."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orders.core import screens
from orders.core.access import allow
from orders.core.views.lists import show_list
from orders.fulfillment import services
from orders.fulfillment.models import WaveState
from orders.fulfillment.waves import forms, selectors
from orders.fulfillment.waves.documents import wave_list_pdf
from orders.generation.selectors import history_of
from planning.selectors.workdays import default_warehouse_id


@require_GET
@allow("fulfillment.view_shipment")
def waves(request: HttpRequest) -> HttpResponse:
    """All waves, the newest first."""
    empty: dict[str, Any] = {"hint": _("A wave is several shipments that are picked on one walk.")}
    if request.actor.can("fulfillment.pick"):
        empty |= {"url": reverse("fulfillment:new-wave"), "action": _("Make a wave")}
    return show_list(request, "waves", "orders/fulfillment/waves/waves.html", empty=empty)


@require_http_methods(["GET", "POST"])
@allow("fulfillment.pick")
def new_wave(request: HttpRequest) -> HttpResponse:
    """Choose what is picked on the next walk."""
    actor = request.actor
    start = {"warehouse": default_warehouse_id(actor.company_id)}
    form = forms.NewWaveForm(request.POST or None, company_id=actor.company_id, initial=start)
    if request.method == "POST":
        wave = screens.attempt(form, lambda **_: services.make_wave(chosen=form.chosen(), actor=actor))
        if wave is not None:
            messages.success(request, _("%(wave)s waits for a picker.") % {"wave": wave})
            return redirect("fulfillment:wave", wave.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/fulfillment/waves/new_wave.html", {"form": form}, status=status)


@require_GET
@allow("fulfillment.view_shipment")
def wave(request: HttpRequest, wave_id: int) -> HttpResponse:
    """One wave: its shipments by tote, and what happened."""
    return _page(request, wave_id)


@require_POST
@allow("fulfillment.unpick")
def cancel(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Put back what of it is not picked yet."""
    form = forms.CancelWaveForm(request.POST)
    run = partial(services.cancel_wave, wave_id=wave_id, actor=request.actor)
    if screens.attempt(form, run) is None:
        return _page(request, wave_id, form, status=422)
    return redirect("fulfillment:wave", wave_id)


@require_GET
@allow("fulfillment.view_shipment")
def wave_list(request: HttpRequest, wave_id: int) -> HttpResponse:
    """The pick list of the whole walk, to print."""
    content = wave_list_pdf(selectors.wave_of(request.actor, wave_id))
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": "inline"})


def _page(request: HttpRequest, wave_id: int, cancel: Any = None, status: int = 200) -> HttpResponse:
    found = selectors.wave_of(request.actor, wave_id)
    going = found.state in (WaveState.OPEN, WaveState.PICKING)
    context = {
        "wave": found,
        "shipments": list(selectors.shipments_of(found)),
        "may_pick": going and request.actor.can("fulfillment.pick"),
        "cancel_form": cancel or forms.CancelWaveForm(),
        "may_cancel": going and request.actor.can("fulfillment.unpick"),
        "going": going,
        "history": history_of(found, at_work=(WaveState.PICKING,)),
    }
    return render(request, "orders/fulfillment/waves/wave.html", context, status=status)

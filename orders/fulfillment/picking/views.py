"""The screen of a phone or hand-held scanner: one thing to take at a time, with or without scripts."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from omc.lib.errors import DomainError
from orders.core import screens
from orders.core.access import allow
from orders.core.services.bulk import one_by_one
from orders.fulfillment import services
from orders.fulfillment.models import Shipment, ShipmentState
from orders.fulfillment.picking import forms
from orders.fulfillment.picking.path import Task, tasks_of
from orders.fulfillment.selectors import shipment_page
from orders.fulfillment.waves.selectors import shipments_of, wave_of

PAGE = "orders/fulfillment/scan.html"


@require_GET
@allow("fulfillment.pick")
def scan_shipment(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Pick one shipment, scan by scan."""
    return _page(request, shipment_page(shipment_id, request.actor), None)


@require_GET
@allow("fulfillment.pick")
def scan_wave(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Pick a wave, scan by scan, each thing into its tote."""
    return _page(request, wave_of(request.actor, wave_id), None)


@require_POST
@allow("fulfillment.pick")
def take_of_shipment(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """One take of a shipment, from a form or a scan that was kept until the line was back."""
    return _take(request, shipment_page(shipment_id, request.actor))


@require_POST
@allow("fulfillment.pick")
def take_of_wave(request: HttpRequest, wave_id: int) -> HttpResponse:
    """One take of a wave."""
    return _take(request, wave_of(request.actor, wave_id))


@require_POST
@allow("fulfillment.pick")
def finish_shipment(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """All of a shipment is scanned."""
    found = shipment_page(shipment_id, request.actor)
    return _finish(request, [found], back_to=reverse("fulfillment:scan-shipment", args=[shipment_id]))


@require_POST
@allow("fulfillment.pick")
def finish_wave(request: HttpRequest, wave_id: int) -> HttpResponse:
    """All of a wave is scanned: each of its shipments is picked."""
    found = [row for row in shipments_of(wave_of(request.actor, wave_id)) if row.state == ShipmentState.PICKING]
    return _finish(request, found, back_to=reverse("fulfillment:scan-wave", args=[wave_id]))


@require_POST
@allow("fulfillment.pick")
def short_of_shipment(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Less of a line lies there than should."""
    return _short(request, shipment_page(shipment_id, request.actor))


@require_POST
@allow("fulfillment.pick")
def short_of_wave(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Less of a line of a wave lies there than should."""
    return _short(request, wave_of(request.actor, wave_id))


def _short(request: HttpRequest, subject: Any) -> HttpResponse:
    form = forms.ShortForm(request.POST)
    line = screens.attempt(form, partial(services.report_short, actor=request.actor))
    if line is None:
        return _page(request, subject, None, short=form, status=422)
    if line.short_reason:
        messages.warning(request, _("Short: it ends with what was taken, and the place is to be counted."))
    else:
        messages.success(request, _("The place is to be counted. More of it lies elsewhere: go on there."))
    return redirect(request.path.removesuffix("short/") + "scan/")


def _finish(request: HttpRequest, shipments: Sequence[Shipment], *, back_to: str) -> HttpResponse:
    names = {shipment.pk: str(shipment) for shipment in shipments}
    outcome = one_by_one(list(names), lambda pk: services.finish_picking(shipment_id=pk, actor=request.actor))
    for pk, refusal in outcome:
        if refusal:
            messages.error(request, f"{names[pk]}: {refusal}")
    if done := [names[pk] for pk, refusal in outcome if not refusal]:
        messages.success(request, _("Picked: %(shipments)s") % {"shipments": ", ".join(done)})
    return redirect(back_to)


def _take(request: HttpRequest, subject: Any) -> HttpResponse:
    form = forms.TakeForm(request.POST)
    refusals: list[DomainError] = []

    def run(**data: Any) -> Any:
        try:
            return services.take_item(actor=request.actor, **data)
        except DomainError as refusal:
            refusals.append(refusal)
            raise

    take = screens.attempt(form, run)
    if "application/json" in request.headers.get("Accept", ""):
        said = refusals[0].message if refusals else "" if take else _("This scan is not whole.")
        answer = {"tasks": [task.row() for task in _tasks(subject)], "said": said}
        return JsonResponse(answer, status=200 if take else 422)
    if take is None:
        return _page(request, subject, form, status=422)
    messages.success(request, _("Right: taken."))
    return redirect(request.path.removesuffix("take/") + "scan/")


def _shipments(subject: Any) -> list[Shipment]:
    return [subject] if isinstance(subject, Shipment) else list(shipments_of(subject))


def _tasks(subject: Any) -> list[Task]:
    return tasks_of(_shipments(subject))


def _at(tasks: Sequence[Task]) -> dict[str, Any]:
    return {"line_id": tasks[0].line_id, "bin": tasks[0].bin} if tasks else {}


def _page(request: HttpRequest, subject: Any, form: Any, *, short: Any = None, status: int = 200) -> HttpResponse:
    shipments, kind = _shipments(subject), "shipment" if isinstance(subject, Shipment) else "wave"
    tasks = tasks_of(shipments)
    if form is None and tasks:
        start = {"line_id": tasks[0].line_id, "lot": tasks[0].lot, "quantity": tasks[0].row()["quantity"]}
        form = forms.TakeForm(initial=start)
    context = {
        "subject": subject,
        "kind": kind,
        "back": reverse(f"fulfillment:{kind}", args=[subject.pk]),
        "take_url": reverse(f"fulfillment:take-{kind}", args=[subject.pk]),
        "short_url": reverse(f"fulfillment:short-{kind}", args=[subject.pk]),
        "short_form": short or forms.ShortForm(initial=_at(tasks)),
        "finish_url": reverse(f"fulfillment:finish-{kind}", args=[subject.pk]),
        "picking": [shipment for shipment in shipments if shipment.state == ShipmentState.PICKING],
        "tasks": tasks,
        "task": tasks[0] if tasks else None,
        "rows": json.dumps([task.row() for task in tasks]),
        "form": form,
    }
    return render(request, PAGE, context, status=status)

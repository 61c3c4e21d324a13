"""Screens of stage 9: the list of returns, one return with its steps, and the request for one."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib import clock
from omc.lib.actor import Actor
from orders.core import screens
from orders.core.access import allow
from orders.core.eventlog import stages
from orders.core.selectors.orders import order_of
from orders.core.views.lists import show_list
from returns.claims import forms, selectors, services
from returns.claims.models import Return, ReturnLine, ReturnState

PAGE = "returns/claims/return.html"


@require_GET
@allow("claims.view_return")
def returns(request: HttpRequest) -> HttpResponse:
    """Returns by state and text; everything that was asked stays in the address."""
    empty = {
        "hint": _("Open a shipped order and choose “Request a return”; it appears here."),
        "url": reverse("core:orders"),
        "action": _("Go to the orders"),
    }
    return show_list(request, "returns", empty=empty)


@require_http_methods(["GET", "POST"])
@allow("claims.request_return")
def request_return(request: HttpRequest, order_id: int) -> HttpResponse:
    """Ask for goods of an order to come back."""
    order = order_of(request.actor, order_id)
    form = forms.RequestForm(request.POST or None, rows=selectors.returnable_lines(order))
    if request.method == "POST":
        made = screens.attempt(
            form, lambda **data: services.request_return(order_id=order_id, actor=request.actor, **data)
        )
        if made is not None:
            return redirect("claims:return", made.pk)
    context = {"form": form, "order": order, "shows_money": request.actor.can("orders.view_price")}
    return render(request, "returns/claims/request.html", context, status=422 if request.method == "POST" else 200)


@require_GET
@allow("claims.view_return")
def return_page(request: HttpRequest, return_id: int) -> HttpResponse:
    """Everything about one return, with the step that is next."""
    return render(request, PAGE, _context(request, selectors.one_return(return_id, request.actor)))


@require_POST
@allow("claims.authorize_return")
def authorize(request: HttpRequest, return_id: int) -> HttpResponse:
    return _step(request, return_id, "authorize", services.authorize_return)


@require_POST
@allow("claims.authorize_return")
def reject(request: HttpRequest, return_id: int) -> HttpResponse:
    return _step(request, return_id, "reject", services.reject_return)


@require_POST
@allow("claims.receive_return")
def receive(request: HttpRequest, return_id: int) -> HttpResponse:
    return _step(request, return_id, "receive", services.receive_return)


@require_POST
@allow("claims.inspect_return")
def inspect(request: HttpRequest, return_id: int) -> HttpResponse:
    return _step(request, return_id, "inspect", services.inspect_return)


@require_POST
@allow("claims.request_return")
def cancel(request: HttpRequest, return_id: int) -> HttpResponse:
    return _step(request, return_id, "cancel", services.cancel_return)


@require_POST
@allow("claims.settle_return")
def settle(request: HttpRequest, return_id: int) -> HttpResponse:
    """Credit what was accepted."""
    return _button(request, return_id, services.settle_return)


@require_POST
@allow("claims.settle_return")
def close(request: HttpRequest, return_id: int) -> HttpResponse:
    return _button(request, return_id, services.close_return)


def _button(request: HttpRequest, return_id: int, service: Callable[..., Any]) -> HttpResponse:
    back = reverse("claims:return", args=[return_id])
    return screens.perform(request, lambda: service(return_id=return_id, actor=request.actor), back_to=back)


def _step(request: HttpRequest, return_id: int, step: str, service: Callable[..., Any]) -> HttpResponse:
    """Run the step's form through its service; a refusal shows the page again with the reason at its field."""
    document = selectors.one_return(return_id, request.actor)
    form = _form(step, document, selectors.lines_of(document), request.actor, request.POST)
    done = screens.attempt(form, lambda **data: service(return_id=return_id, actor=request.actor, **data))
    if done is not None:
        return redirect("claims:return", return_id)
    return render(request, PAGE, _context(request, document, {step: form}), status=422)


STEPS = {
    "authorize": ((ReturnState.REQUESTED,), "claims.authorize_return"),
    "reject": ((ReturnState.REQUESTED,), "claims.authorize_return"),
    "receive": ((ReturnState.AUTHORIZED, ReturnState.RECEIVED), "claims.receive_return"),
    "inspect": ((ReturnState.AUTHORIZED, ReturnState.RECEIVED), "claims.inspect_return"),
    "settle": ((ReturnState.INSPECTED,), "claims.settle_return"),
    "close": ((ReturnState.SETTLED,), "claims.settle_return"),
    "cancel": ((ReturnState.REQUESTED, ReturnState.AUTHORIZED), "claims.request_return"),
}


# What the steps ask that need a reason.
WHY = {"reject": _("Why it is rejected"), "cancel": _("Why it is given up")}


def _form(
    step: str, document: Return, lines: Sequence[ReturnLine], actor: Actor, data: Any = None
) -> django_forms.Form:
    if step == "authorize":
        return forms.AuthorizeForm(data, actor=actor, document=document)
    if step == "receive":
        return forms.ReceiveForm(data, lines=lines)
    if step == "inspect":
        return forms.InspectForm(data, lines=lines, at_supplier=document.supplier_id is not None)
    return forms.ReasonForm(data, label=WHY[step])


def _words(form: django_forms.Form) -> list[str]:
    """Why a step was refused, for a page that does not offer it any more."""
    return [str(word) for words in form.errors.values() for word in words]


def _context(
    request: HttpRequest, document: Return, refused: dict[str, django_forms.Form] | None = None
) -> dict[str, Any]:
    actor, lines = request.actor, selectors.lines_of(document)
    offered = {
        step
        for step, (states, permission) in STEPS.items()
        if document.state in states and document.order_id and actor.can(permission)
    }
    if not any(line.received < line.quantity for line in lines):
        offered.discard("receive")
    names = {stage.number: f"{stage.number} · {stage.name}" for stage in stages()}
    built = {step: _form(step, document, lines, actor) for step in offered - {"settle", "close"}}
    return {
        "document": document,
        "lines": [(line, names.get(line.caused_by_stage or 0, "–")) for line in lines],
        "forms": built | (refused or {}),
        "offered": offered,
        "not_offered": [word for step, form in (refused or {}).items() if step not in offered for word in _words(form)],
        "events": selectors.history_of(document),
        "is_open": document.state not in selectors.ENDED,
        "now": clock.now(),
        "shows_money": actor.can("orders.view_price"),
        "shows_cost": actor.can("orders.view_cost"),
    }

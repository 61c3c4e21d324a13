"""Kinds of hold, entered and changed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from omc.lib.errors import NotFound
from orders.core.access import allow
from orders.core.forms import HoldTypeForm
from orders.core.master.forms import attempt
from orders.core.master.selectors import version_of
from orders.core.models import HoldType
from orders.core.services.hold_types import change_hold_type, enter_hold_type


@require_http_methods(["GET", "POST"])
@allow("orders.manage_rules")
def enter(request: HttpRequest) -> HttpResponse:
    """A new kind of hold."""
    actor = request.actor
    form = HoldTypeForm(request.POST or None, company_id=actor.company_id)
    if request.method == "POST" and None is not attempt(
        form, lambda data: enter_hold_type(code=data["code"], values=data, actor=actor)
    ):
        return redirect("core:rules")
    return _form(request, form, None)


@require_http_methods(["GET", "POST"])
@allow("orders.manage_rules")
def change(request: HttpRequest, code: str) -> HttpResponse:
    """What a kind of hold stops, who lifts it, when it places itself."""
    actor = request.actor
    kind = HoldType.objects.select_related("after").filter(company_id=actor.company_id, code=code).first()
    if kind is None:
        raise NotFound(f"There is no hold type {code}.")
    form = HoldTypeForm(request.POST or None, kind=kind, company_id=actor.company_id)
    seen = request.POST.get("version", "")
    if request.method == "POST" and None is not attempt(
        form,
        lambda data: change_hold_type(
            code=code, values=data, actor=actor, version=int(seen) if seen.isdigit() else None
        ),
    ):
        return redirect("core:rules")
    return _form(request, form, kind)


def _form(request: HttpRequest, form: HoldTypeForm, kind: HoldType | None) -> HttpResponse:
    # What was seen stays what was seen: after somebody else's change, saving once more is refused once more.
    version = request.POST.get("version") or (version_of(kind) if kind else "")
    context = {"form": form, "kind": kind, "version": version}
    return render(request, "orders/core/hold_type.html", context, status=422 if request.method == "POST" else 200)

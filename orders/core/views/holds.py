"""Holds: the list of all that stand, and settling one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from omc.lib.errors import NotFound
from orders.core import forms, screens
from orders.core.access import allow
from orders.core.models import Hold
from orders.core.services import holds as services
from orders.core.views.lists import show_list


@require_GET
@allow("orders.view_order")
def holds(request: HttpRequest) -> HttpResponse:
    """Every unresolved hold of the company, the oldest first."""
    empty = {
        "title": _("Nothing is on hold"),
        "hint": _("Holds are placed from an order's page, or by rules when an order is submitted."),
    }
    return show_list(request, "holds", "orders/core/holds.html", empty=empty)


@require_http_methods(["GET", "POST"])
@allow("orders.view_order")
def settle(request: HttpRequest, hold_id: int, outcome: str) -> HttpResponse:
    """Lift a hold, or reject what is held, saying how the matter was settled."""
    hold = (
        Hold.objects.select_related("hold_type", "order", "customer")
        .filter(pk=hold_id, company_id=request.actor.company_id)
        .first()
    )
    if hold is None:
        raise NotFound(f"There is no hold {hold_id}.")
    verb = services.resolve_hold if outcome == "resolve" else services.reject_hold
    form = forms.ResolveForm(request.POST or None)
    if request.method == "POST" and None is not screens.attempt(
        form, lambda **data: verb(hold_id=hold_id, actor=request.actor, **data)
    ):
        return redirect("core:order", hold.order_id) if hold.order_id else redirect("core:holds")
    context = {"form": form, "hold": hold, "outcome": outcome}
    return render(request, "orders/core/resolve.html", context, status=422 if request.method == "POST" else 200)

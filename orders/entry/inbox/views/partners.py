"""Screens of the programs that customers write by: which numbers their answers have reached, and where those go."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from orders.core import screens
from orders.core.access import allow
from orders.core.views.lists import show_list
from orders.entry.inbox import services
from orders.entry.inbox.forms import PartnerForm
from orders.entry.inbox.models import EdiPartner


@require_GET
@allow("entry.import_orders")
def partners(request: HttpRequest) -> HttpResponse:
    """Every program that was answered, with the last number of its answers."""
    empty = {"hint": _("A partner appears here with the first answer to one of its files.")}
    return show_list(request, "edi-partners", empty=empty)


@require_http_methods(["GET", "POST"])
@allow("entry.import_orders")
def partner(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Where the answers to one program go."""
    row = get_object_or_404(EdiPartner, pk=partner_id, company_id=request.actor.company_id)
    form = PartnerForm(request.POST or None, initial={"answers_to": row.answers_to})
    if request.method == "POST":
        done = screens.attempt(
            form, lambda **data: services.save_partner(partner_id=partner_id, actor=request.actor, **data)
        )
        if done is not None:
            return redirect("entry:partners")
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/entry/inbox/partner.html", {"partner": row, "form": form}, status=status)

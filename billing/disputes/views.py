"""Screens of disputes: the list, one of them, raising one, and the money that is stuck by stage."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.disputes import forms, selectors, services
from billing.disputes.lists import stage_text
from billing.models import Dispute, DisputeState
from billing.selectors import invoice_lines, invoice_page
from orders.core import screens
from orders.core.access import allow
from orders.core.views.lists import show_list
from orders.generation.selectors import history_of


@require_GET
@allow("billing.view_invoice")
def disputes(request: HttpRequest) -> HttpResponse:
    """What customers do not want to pay, the most urgent first."""
    empty = {
        "title": _("Nothing is disputed"),
        "hint": _("A dispute is raised on an invoice, by us or by the customer on the invoice's page."),
        "url": reverse("billing:invoices"),
        "action": _("See the invoices"),
    }
    return show_list(request, "disputes", "billing/disputes/list.html", empty=empty)


@require_GET
@allow("billing.view_invoice")
def stuck(request: HttpRequest) -> HttpResponse:
    """Money that is stuck, by the stage that caused it."""
    rows = selectors.stuck_by_stage(request.actor)
    context = {
        "rows": rows,
        "open_base": sum(row.open_base for row in rows),
        "open_disputes": sum(row.open_disputes for row in rows),
        "credited_base": sum(row.credited_base for row in rows),
        "raised": sum(row.raised for row in rows),
    }
    return render(request, "billing/disputes/stuck.html", context)


@require_http_methods(["GET", "POST"])
@allow("billing.raise_dispute")
def raise_dispute(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Write down what a customer does not want to pay of an invoice."""
    invoice = invoice_page(invoice_id, request.actor)
    lines = [line for line in invoice_lines(invoice) if line.net_amount + line.tax_amount > 0]
    form = forms.RaiseForm(request.POST or None, invoice=invoice, lines=lines)
    if request.method == "POST":
        raised = screens.attempt(
            form, lambda **said: services.raise_dispute(invoice_id=invoice_id, actor=request.actor, **said)
        )
        if raised:
            return redirect("billing:dispute", raised.pk)
    context = {"form": form, "invoice": invoice, "free": invoice.open_amount - selectors.disputed_amount(invoice_id)}
    return render(request, "billing/disputes/raise.html", context, status=422 if request.method == "POST" else 200)


@require_GET
@allow("billing.view_invoice")
def dispute(request: HttpRequest, dispute_id: int) -> HttpResponse:
    """One dispute: what is disputed, who caused it, how it ended."""
    return _page(request, selectors.dispute_page(dispute_id, request.actor))


@require_POST
@allow("billing.raise_dispute")
def route(request: HttpRequest, dispute_id: int) -> HttpResponse:
    """Say which stage caused it, and whose it is."""
    found = selectors.dispute_page(dispute_id, request.actor)
    form = forms.RouteForm(request.POST, company_id=request.actor.company_id)
    done = screens.attempt(
        form, lambda **said: services.route_dispute(dispute_id=dispute_id, actor=request.actor, **said)
    )
    return redirect("billing:dispute", dispute_id) if done else _page(request, found, route_form=form)


@require_POST
@allow("billing.credit")
def decide(request: HttpRequest, dispute_id: int) -> HttpResponse:
    """Credit it, in part, or let the invoice stand."""
    found = selectors.dispute_page(dispute_id, request.actor)
    form = forms.DecideForm(request.POST)
    done = screens.attempt(
        form, lambda **said: services.decide_dispute(dispute_id=dispute_id, actor=request.actor, **said)
    )
    return redirect("billing:dispute", dispute_id) if done else _page(request, found, decide_form=form)


def _page(
    request: HttpRequest,
    found: Dispute,
    *,
    route_form: forms.RouteForm | None = None,
    decide_form: forms.DecideForm | None = None,
) -> HttpResponse:
    is_open = found.state == DisputeState.OPEN
    now = {"stage": found.stage, "owner_id": found.owner_id}
    context = {
        "dispute": found,
        "stage_text": stage_text(found),
        "may_route": is_open and request.actor.can("billing.raise_dispute"),
        "may_decide": is_open and request.actor.can("billing.credit"),
        "route_form": route_form or forms.RouteForm(initial=now, company_id=request.actor.company_id),
        "decide_form": decide_form or forms.DecideForm(),
        "history": history_of(found, with_customer=[]),
    }
    status = 422 if route_form or decide_form else 200
    return render(request, "billing/disputes/dispute.html", context, status=status)

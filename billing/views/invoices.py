"""Screens of invoices: what is to be invoiced, all invoices, one of them."""

from datetime import timedelta
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from billing import forms, selectors, services
from billing.disputes.selectors import disputed_amount, disputes_of
from billing.documents import bill_to_of, tax_breakdown
from billing.models import Invoice, InvoiceKind, InvoiceState, Posting, WriteOff, WriteOffState
from billing.preflight.forms import PurchaseOrderForm
from billing.preflight.history import predicted_dispute
from billing.preflight.keeping import WAITING
from billing.preflight.selectors import findings_of, first_pass_yield
from billing.promises.selectors import promises_of
from omc.lib.errors import DomainError
from orders.core import screens
from orders.core.access import allow
from orders.core.links.selectors import link_panel
from orders.core.master.countries import name_of
from orders.core.models import Message
from orders.core.selectors.companies import as_of
from orders.core.services.jobs import start_job
from orders.core.views.lists import show_list
from orders.generation.selectors import history_of


@require_GET
@allow("billing.view_invoice")
def to_invoice(request: HttpRequest) -> HttpResponse:
    """What has left and is not invoiced yet, the oldest first."""
    empty = {
        "title": _("Everything that left is invoiced"),
        "hint": _("Shipments appear here when they leave the warehouse."),
        "url": reverse("billing:invoices"),
        "action": _("See the invoices"),
    }
    may_post = request.actor.can("billing.post_invoice")
    first_pass = first_pass_yield(request.actor, as_of(request.company) - timedelta(days=90))
    return show_list(
        request, "to-invoice", "billing/to_invoice.html", empty=empty, may_post=may_post, first_pass=first_pass
    )


@require_POST
@allow("billing.post_invoice")
def invoice_all(request: HttpRequest) -> HttpResponse:
    """Invoice everything on the list by a job, and watch it."""
    try:
        run = start_job(kind="invoice_shipped", inputs={}, actor=request.actor)
    except DomainError as refusal:
        if job_id := refusal.data.get("job_id"):
            return redirect("core:job", job_id)
        return screens.refused(request, refusal, back_to=reverse("billing:to_invoice"))
    return redirect("core:job", run.pk)


@require_POST
@allow("billing.post_invoice")
def invoice_shipment(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Post the invoice of one shipment, and show it."""
    return _to_invoice(request, lambda: services.invoice_shipment(shipment_id=shipment_id, actor=request.actor))


@require_POST
@allow("billing.post_invoice")
def draft_invoice(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Prepare the invoice of one shipment, and show it."""
    return _to_invoice(request, lambda: services.draft_invoice(shipment_id=shipment_id, actor=request.actor))


@require_POST
@allow("billing.post_invoice")
def invoice_order(request: HttpRequest, order_id: int) -> HttpResponseBase:
    """Invoice what an order has to be invoiced now: the shipment that waits longest, else the order itself."""
    waiting = selectors.shipments_to_invoice(request.actor).filter(order_id=order_id).order_by("id").first()
    if waiting is not None:
        return invoice_shipment(request, waiting.pk)
    back = reverse("core:order", args=[order_id])
    return _to_invoice(request, lambda: services.invoice_order(order_id=order_id, actor=request.actor), back_to=back)


def _to_invoice(request: HttpRequest, run: Any, *, back_to: str = "") -> HttpResponse:
    try:
        invoice = run()
    except DomainError as refusal:
        return screens.refused(request, refusal, back_to=back_to or reverse("billing:to_invoice"))
    return redirect("billing:invoice", invoice.pk)


@require_GET
@allow("billing.view_invoice")
def invoices(request: HttpRequest) -> HttpResponse:
    """Invoices and credit notes by filter, the newest first."""
    empty = {
        "title": _("No invoices yet"),
        "hint": _("An invoice is made from what has shipped."),
        "url": reverse("billing:to_invoice"),
        "action": _("See what is to be invoiced"),
    }
    return show_list(request, "invoices", "billing/invoices.html", empty=empty)


@require_GET
@allow("billing.view_invoice")
def invoice(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Everything about one invoice or credit note."""
    return invoice_page(request, selectors.invoice_page(invoice_id, request.actor))


@require_POST
@allow("billing.post_invoice")
def void(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Throw a draft away."""
    form = forms.ReasonForm(request.POST)
    found = selectors.invoice_page(invoice_id, request.actor)
    done = screens.attempt(
        form, lambda **data: services.void_invoice(invoice_id=invoice_id, actor=request.actor, **data)
    )
    return redirect("billing:to_invoice") if done else invoice_page(request, found, void=form, status=422)


def invoice_page(request: HttpRequest, found: Invoice, status: int = 200, **refused: Form) -> HttpResponse:
    """The page of one invoice; ``refused`` are the forms that were handed in and not taken: void, clear, po."""
    actor = request.actor
    waits = found.state in WAITING
    findings = findings_of(found)
    bill_to = bill_to_of(found)
    disputed = disputed_amount(found.pk)
    return render(
        request,
        "billing/invoice.html",
        {
            "invoice": found,
            "bill_to": bill_to,
            "country": name_of(bill_to.country) if bill_to else "",
            "lines": _lines(found, may_see_cost=actor.can("orders.view_cost")),
            "may_see_cost": actor.can("orders.view_cost"),
            "taxes": tax_breakdown(found),
            "settled": found.applications.select_related("payment", "credit_note", "write_off").order_by("id"),
            "write_off": WriteOff.objects.filter(invoice=found, state=WriteOffState.REQUESTED)
            .select_related("requested_by")
            .first(),
            "settles": found.applied_to.select_related("invoice").order_by("id"),
            "corrections": found.corrections.order_by("id"),
            "postings": Posting.objects.filter(document_type="invoice", document_id=found.pk).order_by("id"),
            "sent": Message.objects.filter(subject_type="invoice", subject_id=found.pk).order_by("id"),
            "expected_on": selectors.expected_on(found, as_of(request.company)),
            "customer_link": link_panel("invoice", found.pk, actor) if found.number else None,
            "promises": promises_of(found.pk),
            "may_promise": found.kind == InvoiceKind.INVOICE
            and found.open_amount > 0
            and not waits
            and actor.can("billing.record_promise"),
            "disputes": disputes_of(found.pk),
            "disputed_amount": disputed,
            "may_dispute": found.kind == InvoiceKind.INVOICE
            and found.open_amount > disputed
            and not waits
            and actor.can("billing.raise_dispute"),
            "overdue_days": _overdue_days(request, found),
            "dues": list(found.dues.order_by("position")),
            "findings": findings,
            "predicted": predicted_dispute(found.customer_id) if waits else None,
            "may_post": waits and found.shipment_id and actor.can("billing.post_invoice"),
            "may_check": found.state == InvoiceState.DRAFT and found.shipment_id and actor.can("billing.post_invoice"),
            "may_clear": found.state == InvoiceState.PREFLIGHT_FAILED
            and actor.can("billing.override_preflight")
            and all(item.clearable for item in findings if item.stops),
            "clear_form": refused.get("clear") or forms.ReasonForm(auto_id="clear_%s"),
            "po_form": refused.get("po") or PurchaseOrderForm(),
            "may_name_po": waits
            and actor.can("billing.post_invoice")
            and any(item.row.code == "po_missing" for item in findings)
            and not found.customer_po,
            "may_void": waits and actor.can("billing.post_invoice"),
            "may_pay": found.kind == InvoiceKind.INVOICE
            and found.open_amount > 0
            and actor.can("billing.record_payment"),
            "void_form": refused.get("void") or forms.ReasonForm(),
            "history": history_of(found, with_customer=[InvoiceState.POSTED, InvoiceState.PART_PAID]),
        },
        status=status,
    )


def _lines(found: Invoice, *, may_see_cost: bool) -> list[dict[str, Any]]:
    """The page gets a margin only where the reader may see costs."""
    return [
        {"line": line} | ({"margin": line.margin_base} if may_see_cost else {})
        for line in selectors.invoice_lines(found)
    ]


def _overdue_days(request: HttpRequest, found: Invoice) -> int:
    if found.kind != InvoiceKind.INVOICE or not found.open_amount or found.due_date is None:
        return 0
    return max((as_of(request.company) - found.due_date).days, 0)

"""The lists of invoices and payments, what is printed of them, and where people may write about one."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from billing.disputes.selectors import disputed_amounts
from billing.forms import InvoiceFilterForm
from billing.models import Invoice, InvoiceKind, Payment
from billing.selectors import invoices_list, payments_list
from billing.services import posting
from billing.services.record_payment import findable as payment_findable
from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.registry import Document, registry
from omc.lib.templatetags import ui
from orders.core.lists.forms import about_customer, flag
from orders.core.models import Company
from orders.core.selectors.companies import as_of
from orders.core.services.search import Findable

SEE = "billing.view_invoice"


class PaymentFilterForm(forms.Form):
    open = flag(_("With money on account"))


def _invoice_form(data: Any, actor: Actor) -> forms.Form:
    return about_customer(InvoiceFilterForm(data), actor)


def _payment_form(data: Any, actor: Actor) -> forms.Form:
    return about_customer(PaymentFilterForm(data), actor)


def _invoices(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Invoice]:
    asked = {name: value for name, value in filters.items() if name not in ("overdue", "customer")}
    day = as_of(Company.objects.get(pk=actor.company_id)) if filters.get("overdue") else None
    customer = filters.get("customer")
    return invoices_list(actor, **asked, overdue_on=day, customer_id=customer.pk if customer else None)


def _payments(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Payment]:
    customer = filters.get("customer")
    return payments_list(actor, open_only=bool(filters.get("open")), customer_id=customer.pk if customer else None)


def _number(invoice: Any) -> Any:
    if invoice.kind == InvoiceKind.INVOICE:
        return ""
    kind = invoice.get_kind_display()
    return f"{kind} · {invoice.original}" if invoice.original else kind


def _flags(invoice: Any, look: Look) -> list[tuple[Any, str, str]]:
    """What is the matter with it beside its state: overdue, disputed."""
    is_owed = invoice.kind == InvoiceKind.INVOICE and invoice.open_amount and invoice.due_date
    late = [(_("overdue"), "risk", "clock-alert")] if is_owed and invoice.due_date < look.today else []
    return late + ([(_("disputed"), "risk", "message-circle-warning")] if invoice.disputed else [])


def _beside_disputes(rows: list[Any], look: Look) -> None:
    found = disputed_amounts([row.pk for row in rows])
    for row in rows:
        row.disputed = found.get(row.pk)


def _due(invoice: Any, look: Look) -> SafeString:
    if invoice.kind != InvoiceKind.INVOICE:
        return format_html("–")
    return ui.when(invoice.due_date, missing=str(_("not posted")))


INVOICES = ListView(
    key="invoices",
    name=_("Invoices"),
    unit=_("invoices"),
    one=_("invoice"),
    permission=SEE,
    url="billing:invoices",
    subject="invoice",
    rows=_invoices,
    form=_invoice_form,
    prepare=_beside_disputes,
    columns=(
        lists.link("number", _("Number"), "billing:invoice", sub=_number),
        lists.text("kind", _("Kind"), "get_kind_display", shown=False),
        lists.state("state", _("State"), chips=_flags),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.link("order", _("Order"), "core:order", "order", to="order_id"),
        lists.text("customer_po", _("PO"), "customer_po", shown=False),
        lists.day("date", _("Date"), "invoice_date", missing=_("not posted")),
        Column("due", _("Due"), lambda invoice, look: invoice.due_date, _due),
        lists.money("net", _("Net"), "net_amount", "currency", permission=SEE, shown=False),
        lists.money("tax", _("Tax"), "tax_amount", "currency", permission=SEE, shown=False),
        lists.money("total", _("Total"), "total_amount", "currency", permission=SEE),
        lists.money("open", _("Open"), "open_amount", "currency", permission=SEE),
        lists.money("disputed", _("Disputed"), "disputed", "currency", permission=SEE, shown=False),
        lists.moment("paid", _("Paid"), "paid_at", missing=_("not yet"), shown=False),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-created_at", "-id"), "number"),
        "oldest": Sort(_("Oldest first"), ("created_at", "id"), "number"),
    },
)

PAYMENTS = ListView(
    key="payments",
    name=_("Payments"),
    unit=_("payments"),
    one=_("payment"),
    permission=SEE,
    url="billing:payments",
    subject="payment",
    rows=_payments,
    form=_payment_form,
    columns=(
        lists.link("payment", _("Payment"), "billing:payment"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.day("received", _("Came in"), "received_on"),
        lists.text("method", _("How"), "method", shown=False),
        lists.text("reference", _("Reference"), "reference", css="clip"),
        lists.money("amount", _("Amount"), "amount", "currency", permission=SEE),
        lists.money("on_account", _("On account"), "unapplied_amount", "currency", permission=SEE),
        lists.moment("recorded", _("Recorded"), "created_at", shown=False),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-created_at", "-id"), "payment"),
        "oldest": Sort(_("Oldest first"), ("created_at", "id"), "payment"),
    },
)


def _invoices_found(company_id: int) -> Iterator[Findable]:
    rows = Invoice.objects.filter(company_id=company_id, number__isnull=False).select_related("order", "customer")
    return (
        posting.findable(row, row.customer.name, (row.order.number or "") if row.order else "")
        for row in rows.iterator(2000)
    )


def _payments_found(company_id: int) -> Iterator[Findable]:
    rows = Payment.objects.filter(company_id=company_id).select_related("customer")
    return (payment_findable(row) for row in rows.iterator(2000))


def register() -> None:
    for declared in (INVOICES, PAYMENTS):
        registry.lists.add(declared.key, declared)
    for document in (
        Document("invoice", _("Invoice"), "billing.Invoice", SEE, "billing:invoice", "order"),
        Document("payment", _("Payment"), "billing.Payment", SEE, "billing:payment"),
    ):
        registry.documents.add(document.key, document)
    registry.search.add("invoice", _invoices_found)
    registry.search.add("payment", _payments_found)

"""The list of what has left and is not billed yet."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from billing.selectors import shipments_to_invoice
from billing.services import draft_invoice, invoice_shipments
from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.money import round_amount
from omc.lib.registry import BulkAction, registry
from orders.core.lists.forms import about_customer, search
from orders.core.services.bulk import one_by_one
from orders.fulfillment.forms import QueueFilterForm
from orders.fulfillment.models import Shipment


class ToInvoiceFilterForm(QueueFilterForm):
    text = search(_("Shipment, order or customer"))
    field_order = ("text", "warehouse")


def _form(data: Any, actor: Actor) -> forms.Form:
    return about_customer(ToInvoiceFilterForm(data, company_id=actor.company_id), actor)


def _rows(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Shipment]:
    rows = shipments_to_invoice(actor)
    text = str(filters.get("text") or "").strip()
    if text:
        rows = rows.filter(
            Q(number__istartswith=text) | Q(order__number__istartswith=text) | Q(customer__name__icontains=text)
        )
    if filters.get("warehouse"):
        rows = rows.filter(warehouse=filters["warehouse"])
    return rows.filter(customer=filters["customer"]) if filters.get("customer") else rows


def _shipment(shipment: Any, look: Look) -> SafeString:
    if not look.actor.can("fulfillment.view_shipment"):
        return format_html("{}", shipment)
    return format_html('<a href="{}">{}</a>', reverse("fulfillment:shipment", args=[shipment.pk]), shipment)


def _goods(shipment: Any) -> Decimal | None:
    return None if shipment.goods_value is None else round_amount(shipment.goods_value)


def _invoice(shipment: Any, look: Look) -> SafeString:
    if not look.actor.can("billing.post_invoice"):
        return SafeString("")
    return format_html(
        '<button class="button small" type="submit" formaction="{}" aria-label="{}">{}</button> '
        '<button class="button small quiet" type="submit" formaction="{}" aria-label="{}">{}</button>',
        reverse("billing:invoice_shipment", args=[shipment.pk]),
        _now("Invoice %(shipment)s") % {"shipment": shipment},
        _now("Invoice"),
        reverse("billing:draft_invoice", args=[shipment.pk]),
        _now("Draft the invoice of %(shipment)s") % {"shipment": shipment},
        _now("Draft"),
    )


TO_INVOICE = ListView(
    key="to-invoice",
    name=_("To invoice"),
    unit=_("shipments"),
    one=_("shipment"),
    permission="billing.view_invoice",
    url="billing:to_invoice",
    subject="toinvoice",
    rows=_rows,
    form=_form,
    columns=(
        Column("shipment", _("Shipment"), lambda shipment, look: str(shipment), _shipment),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.link("order", _("Order"), "core:order", "order", to="order_id"),
        lists.text("warehouse", _("Warehouse"), "warehouse", shown=False),
        lists.moment("left", _("Left"), "shipped_at"),
        lists.money("goods", _("Goods, net"), _goods, "order.currency", permission="billing.view_invoice"),
        lists.buttons("invoice", _invoice),
    ),
    sorts={
        "oldest": Sort(_("Oldest first"), ("shipped_at", "id"), "left", Q(shipped_at__isnull=False)),
        "newest": Sort(_("Newest first"), ("-shipped_at", "-id"), "left", Q(shipped_at__isnull=False)),
    },
)


def _draft(ids: list[int], actor: Actor) -> list[tuple[int, str | None]]:
    return one_by_one(ids, lambda pk: draft_invoice(shipment_id=pk, actor=actor))


def register() -> None:
    registry.lists.add(TO_INVOICE.key, TO_INVOICE)
    registry.pages.add("toinvoice", "fulfillment:shipment")
    for action in (
        BulkAction(
            "to-invoice.post", "toinvoice", _("Invoice"), "billing.post_invoice", invoice_shipments, icon="receipt"
        ),
        BulkAction("to-invoice.draft", "toinvoice", _("Draft the invoices"), "billing.post_invoice", _draft),
    ):
        registry.bulk_actions.add(action.key, action)

"""The list of shipments, and where people may write about one."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import ListView, Sort
from omc.lib.registry import Document, registry
from orders.core.lists.forms import about_customer
from orders.core.services.search import Findable
from orders.fulfillment.forms import ShipmentFilterForm
from orders.fulfillment.models import Shipment
from orders.fulfillment.selectors import shipments_list
from orders.fulfillment.services.start_picking import findable


def _form(data: Any, actor: Actor) -> Form:
    return about_customer(ShipmentFilterForm(data, company_id=actor.company_id), actor)


def _rows(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Shipment]:
    warehouse = filters.get("warehouse")
    rows = shipments_list(
        actor,
        state=filters.get("state") or "",
        text=filters.get("text") or "",
        warehouse_id=warehouse.pk if warehouse else None,
    )
    return rows.filter(customer=filters["customer"]) if filters.get("customer") else rows


SHIPMENTS = ListView(
    key="shipments",
    name=_("Shipments"),
    unit=_("shipments"),
    one=_("shipment"),
    permission="fulfillment.view_shipment",
    url="fulfillment:shipments",
    subject="shipment",
    rows=_rows,
    form=_form,
    columns=(
        lists.link("shipment", _("Shipment"), "fulfillment:shipment"),
        lists.state("state", _("State")),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.link("order", _("Order"), "core:order", "order", to="order_id"),
        lists.text("warehouse", _("Warehouse"), "warehouse"),
        lists.text("ship_to", _("Ship to"), "ship_to", shown=False, css="clip"),
        lists.text("tracking", _("Tracking"), "tracking_number"),
        lists.moment("picked", _("Picked"), "picked_at", missing=_("not yet"), shown=False),
        lists.moment("shipped", _("Shipped"), "shipped_at", missing=_("not yet")),
        lists.moment("delivered", _("Delivered"), "delivered_at", missing=_("not yet")),
        lists.text("received_by", _("Received by"), "received_by", shown=False),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-id",), "shipment"),
        "oldest": Sort(_("Oldest first"), ("id",), "shipment"),
    },
)


def _findables(company_id: int) -> Iterator[Findable]:
    rows = Shipment.objects.filter(company_id=company_id).select_related("order", "order__customer")
    return (findable(row) for row in rows.iterator(2000))


def register() -> None:
    registry.lists.add(SHIPMENTS.key, SHIPMENTS)
    registry.documents.add(
        "shipment",
        Document(
            "shipment",
            _("Shipment"),
            "orders_fulfillment.Shipment",
            "fulfillment.view_shipment",
            "fulfillment:shipment",
            "order",
        ),
    )
    registry.search.add("shipment", _findables)

"""The lists of what is to pick and of shipments, what is printed of them, and where people may write about one."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.registry import BulkAction, BulkPrint, Document, registry
from omc.lib.templatetags import ui
from orders.core.lists.forms import about_customer
from orders.core.services.bulk import one_by_one
from orders.core.services.search import Findable
from orders.fulfillment import documents
from orders.fulfillment.forms import QueueFilterForm, ShipmentFilterForm
from orders.fulfillment.models import Shipment
from orders.fulfillment.selectors import pick_queue, shipment_page, shipments_list
from orders.fulfillment.services import start_picking
from orders.fulfillment.services.start_picking import findable
from orders.scheduling.models import PlannedShipment


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


def _collected(shipment: Any, look: Look) -> list[tuple[Any, str, str]]:
    return [(_("customer collects"), "", "store")] if shipment.is_collected else []


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
        lists.state("state", _("State"), chips=_collected),
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
        "newest": Sort(_("Newest first"), ("-created_at", "-id"), "shipment"),
        "oldest": Sort(_("Oldest first"), ("created_at", "id"), "shipment"),
    },
)


def _queue_form(data: Any, actor: Actor) -> Form:
    return about_customer(QueueFilterForm(data, company_id=actor.company_id), actor)


def _queue(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[PlannedShipment]:
    warehouse = filters.get("warehouse")
    rows = pick_queue(actor, warehouse_id=warehouse.pk if warehouse else None)
    return rows.filter(customer=filters["customer"]) if filters.get("customer") else rows


def _planned(planned: Any, look: Look) -> SafeString:
    if not look.actor.can("scheduling.view_plan"):
        return format_html("{}", planned)
    return format_html('<a href="{}">{}</a>', reverse("scheduling:shipment", args=[planned.pk]), planned)


def _pick(planned: Any, look: Look) -> SafeString:
    if not look.actor.can("fulfillment.pick"):
        return SafeString("")
    return format_html(
        '<button class="button small" type="submit" formaction="{}" aria-label="{}">{}{}</button>',
        reverse("fulfillment:start", args=[planned.pk]),
        _now("Pick %(planned)s") % {"planned": planned},
        ui.icon("play"),
        _now("Pick"),
    )


TO_PICK = ListView(
    key="to-pick",
    name=_("To pick"),
    unit=_("to pick"),
    permission="fulfillment.view_shipment",
    url="fulfillment:queue",
    subject="topick",
    rows=_queue,
    form=_queue_form,
    columns=(
        Column("planned", _("Planned shipment"), lambda planned, look: str(planned), _planned),
        lists.buttons("pick", _pick),
        lists.day("day", _("Day"), "slot_date"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.quantity("lines", _("Lines"), "line_count"),
        lists.quantity("units", _("Units"), "units"),
        lists.link("order", _("Order"), "core:order", "order", to="order_id"),
        lists.text("warehouse", _("Warehouse"), "warehouse"),
        lists.text("ship_to", _("Ship to"), "ship_to", shown=False, css="clip"),
        lists.text("service", _("Service"), "service", shown=False),
        lists.moment("released", _("Released"), "released_at", term="release"),
    ),
    sorts={
        "day": Sort(_("Earliest day"), ("slot_date", "id"), "day"),
        "latest": Sort(_("Latest day"), ("-slot_date", "-id"), "day"),
    },
)


def _start(ids: list[int], actor: Actor) -> list[tuple[int, str | None]]:
    return one_by_one(ids, lambda pk: start_picking(planned_id=pk, actor=actor))


def _pick_list(pk: int, actor: Actor) -> bytes:
    return documents.pick_list_pdf(shipment_page(pk, actor))


def _packing_slip(pk: int, actor: Actor) -> bytes:
    return documents.packing_slip_pdf(shipment_page(pk, actor))


def _carton_labels(pk: int, actor: Actor) -> bytes:
    return documents.carton_labels_pdf(shipment_page(pk, actor))


def _delivery_note(pk: int, actor: Actor) -> bytes:
    return documents.delivery_note_pdf(shipment_page(pk, actor))


def _findables(company_id: int) -> Iterator[Findable]:
    rows = Shipment.objects.filter(company_id=company_id).select_related("order", "order__customer")
    return (findable(row) for row in rows.iterator(2000))


def register() -> None:
    for declared in (TO_PICK, SHIPMENTS):
        registry.lists.add(declared.key, declared)
    registry.pages.add("topick", "scheduling:shipment")
    registry.bulk_actions.add(
        "to-pick.start",
        BulkAction("to-pick.start", "topick", _("Start picking"), "fulfillment.pick", _start, icon="play"),
    )
    for printer in (
        BulkPrint("pick-lists", "shipment", _("Print pick lists"), "fulfillment.view_shipment", _pick_list),
        BulkPrint("packing-slips", "shipment", _("Print packing slips"), "fulfillment.view_shipment", _packing_slip),
        BulkPrint("carton-labels", "shipment", _("Print carton labels"), "fulfillment.view_shipment", _carton_labels),
        BulkPrint("delivery-notes", "shipment", _("Print delivery notes"), "fulfillment.view_shipment", _delivery_note),
    ):
        registry.prints.add(printer.key, printer)
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

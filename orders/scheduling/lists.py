"""The lists of planned shipments and of capacity, and where people may write about a planned shipment."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.registry import Document, registry
from omc.lib.templatetags import ui
from orders.core.lists.forms import about_customer
from orders.core.services.search import Findable
from orders.scheduling.forms import CapacityFilterForm, PlannedFilterForm
from orders.scheduling.models import PlannedShipment, PlanState
from orders.scheduling.rules import load_meaning, load_percent
from orders.scheduling.selectors import capacity_days, late_word, planned_list
from orders.scheduling.services.plans import findable
from planning.models import CapacityDay


def _form(data: Any, actor: Actor) -> Form:
    return about_customer(PlannedFilterForm(data, company_id=actor.company_id), actor)


def _rows(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[PlannedShipment]:
    asked = {name: value for name, value in filters.items() if name != "customer"}
    # What is over is shown when it is asked for: by state, or by a name that is looked for.
    asked["state"] = asked.get("state") or ("all" if asked.get("text") else "open")
    rows = planned_list(actor, **asked)
    return rows.filter(customer=filters["customer"]) if filters.get("customer") else rows


def _waits(plan: Any) -> bool:
    return plan.state in (PlanState.PLANNED, PlanState.FROZEN)


def _may_go(plan: Any) -> bool:
    return _waits(plan) and not plan.supplier_ships


def _chips(plan: Any, look: Look) -> list[tuple[Any, str, str]]:
    held = [(plan.hold_name, "risk", "circle-pause")] if plan.hold_name and _waits(plan) else []
    return [*held, *([(_("sent by the supplier"), "", "truck")] if plan.supplier_ships else [])]


def _day(plan: Any, look: Look) -> SafeString:
    shown, late = ui.when(plan.slot_date), late_word(plan)
    return format_html("{} {}", shown, ui.chip(late, "risk", "clock-alert")) if late else shown


PLANNED = ListView(
    key="planned-shipments",
    name=_("Planned shipments"),
    unit=_("planned shipments"),
    one=_("planned shipment"),
    permission="scheduling.view_plan",
    url="scheduling:shipments",
    subject="plannedshipment",
    rows=_rows,
    form=_form,
    bulk_when=_may_go,
    columns=(
        lists.link("shipment", _("Shipment"), "scheduling:shipment"),
        lists.link("order", _("Order"), "core:order", "order", to="order_id"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.state("state", _("State"), chips=_chips),
        Column("day", _("Day"), lambda plan, look: plan.slot_date, _day),
        lists.day("asked_for", _("Asked for"), "due_date"),
        lists.text("warehouse", _("Warehouse"), "warehouse"),
        lists.text("ship_to", _("Ship to"), "ship_to", shown=False, css="clip"),
        lists.quantity("lines", _("Lines"), "line_count"),
        lists.quantity("units", _("Units"), "units"),
        lists.quantity("work", _("Work"), "work_minutes", _("min")),
        lists.moment("released", _("Released"), "released_at", missing=_("not yet"), shown=False),
    ),
    sorts={
        "day": Sort(_("Earliest day"), ("slot_date", "id"), "day"),
        "latest": Sort(_("Latest day"), ("-slot_date", "-id"), "day"),
        "asked": Sort(_("Asked for first"), ("due_date", "id"), "asked_for"),
        "newest": Sort(_("Planned last"), ("-created_at", "-id"), "shipment"),
    },
)


def _capacity_form(data: Any, actor: Actor) -> Form:
    return CapacityFilterForm(data, company_id=actor.company_id)


def _capacity(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[CapacityDay]:
    warehouse = filters.get("warehouse")
    rows: QuerySet[CapacityDay] = capacity_days(actor, warehouse.pk if warehouse else None)
    return rows


def _load(row: Any, look: Look) -> SafeString:
    percent = load_percent(row.used_minutes, row.minutes)
    if percent is None:
        return SafeString("–")
    meaning = load_meaning(percent)
    shown = ui.percent(percent, 0)
    return ui.chip(shown, meaning) if meaning else shown


CAPACITY = ListView(
    key="capacity",
    name=_("Capacity"),
    unit=_("days"),
    one=_("day"),
    permission="scheduling.view_plan",
    url="scheduling:capacity",
    rows=_capacity,
    form=_capacity_form,
    columns=(
        Column("day", _("Day"), lambda row, look: row.day, lambda row, look: date_format(row.day, "D j M Y")),
        lists.text("warehouse", _("Warehouse"), "warehouse"),
        lists.quantity("minutes", _("Capacity"), "minutes", _("min")),
        lists.quantity("overtime", _("Overtime"), "overtime_minutes", _("min")),
        lists.quantity("used", _("Planned"), "used_minutes", _("min")),
        Column(
            "load",
            _("Load"),
            lambda row, look: load_percent(row.used_minutes, row.minutes),
            _load,
            lambda row, look: "%",
            figure=True,
        ),
    ),
    sorts={
        "day": Sort(_("Earliest day"), ("day", "id"), "day"),
        "latest": Sort(_("Latest day"), ("-day", "-id"), "day"),
        "fullest": Sort(_("Most planned"), ("-used_minutes", "-id"), "used"),
    },
)


def _findables(company_id: int) -> Iterator[Findable]:
    rows = PlannedShipment.objects.filter(company_id=company_id).select_related("order", "order__customer")
    return (findable(row, row.order) for row in rows.iterator(2000))


def register() -> None:
    for declared in (PLANNED, CAPACITY):
        registry.lists.add(declared.key, declared)
    registry.documents.add(
        "plannedshipment",
        Document(
            "plannedshipment",
            _("Planned shipment"),
            "orders_scheduling.PlannedShipment",
            "scheduling.view_plan",
            "scheduling:shipment",
            "order",
        ),
    )
    registry.search.add("plannedshipment", _findables)

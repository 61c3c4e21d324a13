"""What stage 6 tells the registries."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import BulkAction, Command, DutyRule, Panel, SettingType, Stage, Subscriber, registry
from orders.scheduling import consumers, lists
from orders.scheduling.models import PlannedShipment, PlanState
from orders.scheduling.selectors.companies import RELEASES_ITSELF
from orders.scheduling.selectors.plans import order_panel
from orders.scheduling.services import plan_orders, release_due
from orders.scheduling.services.plans import BASE, PER_LINE, PER_UNIT
from orders.scheduling.services.release_shipment import DAYS_AHEAD


def register() -> None:
    lists.register()
    registry.pages.add("plannedshipment", "scheduling:shipment")
    registry.offer(
        Command(_("Planned shipments"), "scheduling:shipments", "calendar", _("release")),
        Command(_("Capacity"), "scheduling:capacity", "gauge", _("minutes per day overtime")),
    )
    registry.stages.add(
        "scheduling",
        Stage(
            number=6,
            key="scheduling",
            name=_("Scheduling"),
            url="scheduling:board",
            permission="scheduling.view_plan",
            duty=_("Release to warehouse"),
        ),
    )
    # An un-picked shipment is released again by give_back, so there is nothing left for stage 6 to release.
    registry.duties.add(
        "release to warehouse",
        DutyRule(
            stage=6,
            name="Release to warehouse",
            opens={
                "order_confirmed": _some_of_it_ours,
                "shipment_recalled": None,
                "shipment_picked": _more_than_none("short_units"),
                "order_changed": _more_than_none("our_units"),
            },
            closes={
                "shipment_released": _none("unreleased_units"),
                "plan_sent": _none("unreleased_units"),
                "order_cancelled": None,
                "rest_cancelled": _none("unreleased_units"),
                "order_changed": _none("unreleased_units"),
            },
            due_minutes=960,
        ),
    )
    registry.subscribers.add(
        "scheduling.plan",
        Subscriber(
            "scheduling.plan",
            consumers.PLANNING_EVENTS,
            consumers.plan_again,
            looks_again=True,
            handle_many=consumers.plan_many_again,
        ),
    )
    registry.panels.add(
        "schedule",
        Panel(
            key="schedule",
            subject="order",
            title=_("Planned shipments"),
            template="orders/scheduling/panel.html",
            context=order_panel,
            permission="scheduling.view_plan",
            order=30,
        ),
    )
    registry.bulk_actions.add(
        "release-planned",
        BulkAction(
            key="release-planned",
            subject="plannedshipment",
            label=_("Release to warehouse"),
            permission="scheduling.release_shipment",
            run=release_many,
        ),
    )
    registry.bulk_actions.add(
        "plan-orders",
        BulkAction(
            key="plan-orders",
            subject="order",
            label=_("Plan shipments"),
            permission="scheduling.plan_shipment",
            run=plan_many,
        ),
    )
    registry.bulk_actions.add(
        "release-orders",
        BulkAction(
            key="release-orders",
            subject="order",
            label=_("Release planned shipments"),
            permission="scheduling.release_shipment",
            run=release_orders,
        ),
    )
    for setting in _settings():
        registry.settings.add(setting.key, setting)


def plan_many(ids: list[int], actor: Actor) -> list[tuple[int, str | None]]:
    """Bring the plans of these orders in line with their promises; each with its refusal or None."""
    return [
        (one.order_id, one.refusal.message if one.refusal else None) for one in plan_orders(order_ids=ids, actor=actor)
    ]


def release_many(ids: list[int], actor: Actor) -> list[tuple[int, str | None]]:
    """Release these planned shipments; each with its refusal or None."""
    found = release_due(actor=actor, planned_ids=ids)
    return [(item.planned.pk, item.refusal.message if item.refusal else None) for item in found]


def release_orders(ids: list[int], actor: Actor) -> list[tuple[int, str | None]]:
    """Release every planned shipment of these orders; an order without one says so."""
    rows = PlannedShipment.objects.filter(
        company_id=actor.company_id, order_id__in=ids, state__in=[PlanState.PLANNED, PlanState.FROZEN]
    )
    found = release_due(actor=actor, planned_ids=list(rows.order_by("pk").values_list("pk", flat=True)))
    refusals: dict[int, str | None] = dict.fromkeys(ids, str(_("Nothing of it is planned and waits for release.")))
    for item in found:
        refusals[item.order.pk] = item.refusal.message if item.refusal else None
    for item in found:
        if item.refusal:
            refusals[item.order.pk] = item.refusal.message
    return list(refusals.items())


def _settings() -> list[SettingType]:
    help_text = _("Work on a shipment = base + lines × minutes per line + units × minutes per unit.")
    return [
        SettingType(BASE, _("Warehouse minutes per shipment (base)"), "3", _minutes, 6, help_text),
        SettingType(PER_LINE, _("Warehouse minutes per line"), "2", _minutes, 6, help_text),
        SettingType(PER_UNIT, _("Warehouse minutes per unit"), "0.05", _minutes, 6, help_text),
        SettingType(
            DAYS_AHEAD,
            _("Release shipments this many working days before their day"),
            0,
            _days,
            6,
            _("0 releases a shipment on its day."),
        ),
        SettingType(
            RELEASES_ITSELF,
            _("Release due shipments without a hand"),
            False,
            _yes_or_no,
            6,
            _("Every quarter of an hour what is due goes to the warehouse: yes or no."),
        ),
    ]


def _minutes(text: str) -> str:
    minutes = Decimal(text)
    if not 0 <= minutes <= 480:
        raise ValueError("between 0 and 480 minutes")
    return str(minutes)


def _days(text: str) -> int:
    days = int(text)
    if not 0 <= days <= 30:
        raise ValueError("between 0 and 30 working days")
    return days


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise ValueError("yes or no")
    return text.lower() == "yes"


def _some_of_it_ours(data: dict[str, Any]) -> bool:
    """What a supplier sends to the customer is never released: until he sent it, it waits as *Get supply*."""
    return Decimal(str(data["goods_lines"])) > Decimal(str(data.get("supplier_lines", 0)))


def _more_than_none(key: str) -> Callable[[dict[str, Any]], bool]:
    return lambda data: Decimal(str(data[key])) > 0


def _none(key: str) -> Callable[[dict[str, Any]], bool]:
    return lambda data: Decimal(str(data[key])) == 0

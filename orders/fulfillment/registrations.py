"""What fulfillment tells core of itself: stage, duty, and what it shows on the order's page and list."""

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from omc.lib.registry import Action, BulkAction, Command, DutyRule, Panel, Stage, Subscriber, registry
from orders.core.models import Order, OrderState
from orders.fulfillment import consumers, events, lists, machines, messages, selectors, services  # noqa: F401  declares events and graph
from orders.fulfillment.carriers import registrations as carriers
from orders.fulfillment.checking.registrations import SETTINGS as CHECK_SETTINGS
from orders.fulfillment.parcels.registrations import SETTINGS as PARCEL_SETTINGS
from orders.fulfillment.radar import registrations as radar
from orders.fulfillment.tracking import registrations as tracking
from orders.fulfillment.waves import registrations as waves


def register() -> None:
    lists.register()
    waves.register()
    registry.pages.add("shipment", "fulfillment:shipment")
    registry.offer(
        Command(_("Shipments"), "fulfillment:shipments", "truck", _("tracking delivery parcels")),
    )
    registry.stages.add(
        "fulfillment",
        Stage(
            number=7,
            key="fulfillment",
            name=_("Fulfillment"),
            url="fulfillment:queue",
            permission="fulfillment.view_shipment",
            duty="Pick, pack and ship",
        ),
    )
    registry.duties.add(
        "Pick, pack and ship",
        DutyRule(
            stage=7,
            name="Pick, pack and ship",
            opens={"shipment_released": None},
            closes={
                "shipment_shipped": _none("left_to_ship"),
                "shipment_recalled": _none("released_left"),
                "order_cancelled": None,
            },
        ),
    )
    messages.register()
    carriers.register()
    tracking.register()
    radar.register()
    for setting in (*PARCEL_SETTINGS, *CHECK_SETTINGS):
        registry.settings.add(setting.key, setting)
    registry.subscribers.add("fulfillment.tell", Subscriber("fulfillment.tell", tuple(consumers.TOLD), consumers.tell))
    registry.subscribers.add(
        "fulfillment.tell_csr", Subscriber("fulfillment.tell_csr", ("shipment_picked",), consumers.tell_csr)
    )
    registry.bulk_actions.add(
        "start_picking",
        BulkAction("start_picking", "order", _("Start picking"), "fulfillment.pick", _start_picking),
    )
    registry.panels.add(
        "order shipments",
        Panel(
            key="shipments",
            subject="order",
            title=_("Shipments"),
            template="orders/fulfillment/order_panel.html",
            context=_order_panel,
            permission="fulfillment.view_shipment",
            order=70,
        ),
    )
    registry.actions.add(
        "supplier shipment",
        Action(
            key="supplier_shipment",
            subject="supplyorder",
            label=_("Confirm what was sent"),
            permission="fulfillment.confirm_supplier_shipment",
            url=lambda supply: reverse("fulfillment:supplier-shipment", args=[supply.pk]),
            when=selectors.may_confirm,
            primary=True,
        ),
    )
    registry.actions.add(
        "pick order",
        Action(
            key="pick_order",
            subject="order",
            label=_("Pick and ship"),
            permission="fulfillment.pick",
            url=lambda order: reverse("fulfillment:order", args=[order.pk]),
            when=_in_the_warehouse,
            primary=True,
        ),
    )


def _none(key: str) -> Any:
    return lambda data: Decimal(data.get(key, "1")) == 0


def _in_the_warehouse(order: Order) -> bool:
    return order.state in (OrderState.RELEASED, OrderState.IN_FULFILLMENT)


def _order_panel(order: Order, actor: Actor) -> dict[str, Any] | None:
    shipments = selectors.shipments_of_order(order)
    waiting = selectors.pick_queue_of_order(order)
    return {"shipments": shipments, "waiting": waiting, "actor": actor} if shipments or waiting else None


def _start_picking(order_ids: list[int], actor: Actor) -> list[tuple[int, str | None]]:
    """Start on all that the warehouse has of each order; a row's refusal is that of its first shipment."""
    waiting: dict[int, list[int]] = {order_id: [] for order_id in order_ids}
    rows = selectors.pick_queue(actor).filter(order_id__in=order_ids).order_by("slot_date", "id")
    for planned_id, order_id in rows.values_list("pk", "order_id"):
        waiting[order_id].append(planned_id)
    outcome: list[tuple[int, str | None]] = []
    for order_id, plans in waiting.items():
        refusal = None if plans else str(_("Nothing of it is released to the warehouse."))
        for planned_id in plans:
            try:
                services.start_picking(planned_id=planned_id, actor=actor)
            except DomainError as error:
                refusal = refusal or error.message
        outcome.append((order_id, refusal))
    return outcome

"""What the radar adds to the lists that core iterates."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from omc.lib.actor import Actor
from omc.lib.registry import Command, HomeTask, Panel, Todo, registry
from orders.core.models import Order
from orders.core.selectors.home import todo_of_group
from orders.fulfillment.models import Help
from orders.fulfillment.radar import lists
from orders.fulfillment.radar.selectors import endangered, risks_of_order
from orders.fulfillment.radar.wording import chance_said, help_said, may_help, where

OURS = (Help.HOLD, Help.RELEASE, Help.PICK, Help.FINISH, Help.PACK, Help.SHIP)


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    registry.offer(
        Command(_("Promises at risk"), "fulfillment:radar", "radar", _("late radar warning promise on time"))
    )
    registry.home_tasks.add("fulfillment.radar", HomeTask("fulfillment.radar", ("fulfillment.ship",), _save))
    registry.home_tasks.add("fulfillment.tell", HomeTask("fulfillment.tell", ("orders.tell_customer",), _tell))
    registry.panels.add(
        "order radar",
        Panel(
            key="radar",
            subject="order",
            title=_("Will it leave in time?"),
            template="orders/fulfillment/radar_panel.html",
            context=_order_panel,
            permission="fulfillment.view_shipment",
            order=65,
        ),
    )


def _save(actor: Actor) -> list[Todo]:
    """Shipments that may miss their promise and can still be helped here."""
    found = endangered(actor, OURS)
    if not found["n"]:
        return []
    return [
        todo_of_group(
            found,
            what=ngettext_lazy("%(n)s shipment may miss its promise", "%(n)s shipments may miss their promise", "n"),
            button=_("Look"),
            url=reverse("fulfillment:radar"),
            stage=7,
            due=found["due"],
            why=_("measured by how long each step takes here"),
        )
    ]


def _tell(actor: Actor) -> list[Todo]:
    """Shipments that no hurry here saves: the customer should hear of it before the day."""
    found = endangered(actor, (Help.CALL,))
    if not found["n"]:
        return []
    return [
        todo_of_group(
            found,
            what=ngettext_lazy(
                "Tell the customer of %(n)s shipment that it will be late",
                "Tell the customers of %(n)s shipments that they will be late",
                "n",
            ),
            button=_("Look"),
            url=f"{reverse('fulfillment:radar')}?help={Help.CALL}",
            stage=7,
            due=found["due"],
            why=_("what is left to do takes longer than what is left of the time"),
        )
    ]


def _order_panel(order: Order, actor: Actor) -> dict[str, Any] | None:
    risks = risks_of_order(order)
    if not risks:
        return None
    return {
        "risks": [
            {
                "risk": risk,
                "chance": chance_said(risk),
                "help": help_said(risk) if risk.level != "on_track" else "",
                "url": where(risk) if may_help(risk, actor) else "",
            }
            for risk in risks
        ]
    }

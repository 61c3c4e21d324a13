"""What change orders add to the lists that core iterates."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Action, Panel, SettingType, Subscriber, registry
from orders.core.models import Order
from orders.entry.changes import consumers, events, letters, machines  # noqa: F401  declares events and graph
from orders.entry.changes.rules import CHANGEABLE
from orders.entry.changes.selectors import standing_changes
from orders.entry.changes.services.locking import OPEN_MINUTES


def register() -> None:
    """Called once, when Django is ready."""
    letters.register()
    registry.pages.add("changeset", "entry:change")
    registry.settings.add(
        OPEN_MINUTES,
        SettingType(
            OPEN_MINUTES,
            _("Minutes until a change order without a hand runs out"),
            30,
            _minutes,
            stage=4,
            help=_("A whole number from 5 to 1440. The order is not released meanwhile."),
        ),
    )
    registry.subscribers.add("entry.tell_change", Subscriber("entry.tell_change", ("order_changed",), consumers.tell))
    registry.actions.add(
        "entry.change",
        Action(
            key="entry.change",
            subject="order",
            label=_("Change order"),
            permission="entry.write_order",
            url=lambda order: reverse("entry:change-open", args=[order.pk]),
            when=lambda order: order.state in CHANGEABLE,
            method="post",
        ),
    )
    registry.panels.add(
        "order changes",
        Panel(
            key="changes",
            subject="order",
            title=_("Being changed"),
            template="orders/entry/changes/panel.html",
            context=_of_order,
            permission="orders.view_order",
            order=12,
        ),
    )


def _of_order(order: Order, actor: Actor) -> dict[str, Any] | None:
    rows = standing_changes(order) if order.state in CHANGEABLE else []
    return {"changes": rows, "actor": actor} if rows else None


def _minutes(text: str) -> int:
    minutes = int(text)
    if not 5 <= minutes <= 1440:
        raise ValueError("a whole number from 5 to 1440")
    return minutes

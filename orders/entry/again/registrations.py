"""What templates add to the lists that core iterates."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Command, Panel, registry
from orders.core.models import Customer
from orders.entry.again import lists
from orders.entry.again.selectors import templates_of


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    registry.offer(Command(_("Order templates"), "entry:templates", "layout-list", _("again repeat usual lines")))
    registry.panels.add(
        "customer order templates",
        Panel(
            key="templates",
            subject="customer",
            title=_("Order templates"),
            template="orders/entry/again/panel.html",
            context=_of_customer,
            permission="orders.view_order",
            order=45,
            more=lambda customer: f"{reverse('entry:templates')}?customer={customer.pk}",
        ),
    )


def _of_customer(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    found = templates_of(actor, customer.pk)
    return {"templates": found} if found else None

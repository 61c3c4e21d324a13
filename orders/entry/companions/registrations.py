"""What companions add to the lists that core iterates."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Panel, registry
from orders.core.models import Product
from orders.entry.companions import services
from orders.entry.companions.models import ItemCompanion, Relation
from orders.entry.companions.selectors import substitutes_of
from orders.entry.companions.substitutes import MAY


def register() -> None:
    """Called once, when Django is ready."""
    services.register()
    registry.panels.add(
        "product companions",
        Panel(
            key="companions",
            subject="product",
            title=_("Instead of it, and with it"),
            template="orders/entry/companions/panel.html",
            context=_of_product,
            permission="orders.view_order",
            order=55,
            more=lambda product: reverse("entry:substitutes", args=[product.pk]),
        ),
    )


def _of_product(product: Product, actor: Actor) -> dict[str, Any] | None:
    declared = substitutes_of(actor, product.pk)
    rows = ItemCompanion.objects.filter(product=product, company_id=actor.company_id).select_related("other")
    shown = list(rows.order_by("relation", "place"))
    if not declared and not shown and not actor.can(MAY):
        return None
    return {
        "product": product,
        "declared": declared,
        "along": [row for row in shown if row.relation == Relation.WITH][:3],
        "instead": [row for row in shown if row.relation == Relation.INSTEAD][:3],
    }

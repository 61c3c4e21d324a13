"""What the pages of customers and items show of prices."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Panel, registry
from orders.core.models import Customer, Product
from orders.core.selectors.companies import as_of
from orders.pricing.models import PriceBreak
from orders.pricing.selectors.costs import costs_of
from orders.pricing.selectors.price_lists import price_lists

SHOWN = 30


def _agreements(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    """The lists in force, or to come, that are made for this customer, their price group or their class."""
    theirs = Q(customer=customer) | Q(customer=None, customer_class=customer.customer_class)
    if customer.price_group:
        theirs |= Q(customer=None, price_group=customer.price_group)
    standing = Q(valid_to=None) | Q(valid_to__gte=as_of(customer.company))
    rows = list(price_lists(actor, {}).filter(theirs, standing, is_active=True).order_by("kind", "code")[:SHOWN])
    return {"lists": rows} if rows else None


def _prices(product: Product, actor: Actor) -> dict[str, Any] | None:
    """The prices in force on every list, the latest that began first."""
    today = as_of(product.company)
    breaks = (
        PriceBreak.objects.filter(product=product, replaced_at=None, price_list__is_active=True)
        .filter(Q(valid_to=None) | Q(valid_to__gte=today))
        .filter(Q(price_list__valid_to=None) | Q(price_list__valid_to__gte=today))
        .select_related("price_list", "price_list__customer")
        .order_by("price_list__kind", "price_list__code", "min_quantity", "valid_from")
    )
    rows = list(breaks[:SHOWN])
    return {"breaks": rows, "unit": product.stock_unit} if rows else None


def _costs(product: Product, actor: Actor) -> dict[str, Any] | None:
    """What it costs us, and by which of its costs margins are counted."""
    return {"costs": costs_of(product), "product": product}


def register() -> None:
    registry.panels.add(
        "product costs",
        Panel(
            "costs",
            "product",
            _("What it costs us"),
            "orders/pricing/costs_panel.html",
            _costs,
            "orders.view_cost",
            order=41,
            flush=True,
        ),
    )
    registry.panels.add(
        "customer price lists",
        Panel(
            "agreements",
            "customer",
            _("Price agreements"),
            "orders/pricing/agreements_panel.html",
            _agreements,
            "orders.view_price",
            order=40,
            flush=True,
        ),
    )
    registry.panels.add(
        "product prices",
        Panel(
            "prices",
            "product",
            _("Prices"),
            "orders/pricing/prices_panel.html",
            _prices,
            "orders.view_price",
            order=40,
            flush=True,
        ),
    )

"""What prices over time add to the lists that core iterates."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.registry import Action, Command, registry
from orders.pricing.trends import lists


def _address(**asked: str) -> str:
    return f"{reverse('pricing:trend')}?{urlencode(asked)}"


ACTIONS = (
    Action(
        key="pricing.product_trend",
        subject="product",
        label=_("Price trend"),
        permission="orders.view_price",
        url=lambda product: _address(sku=product.sku),
        when=lambda product: True,
    ),
    Action(
        key="pricing.customer_trend",
        subject="customer",
        label=_("Price trend"),
        permission="orders.view_price",
        url=lambda customer: _address(customer=customer.code),
        when=lambda customer: True,
    ),
)


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    registry.offer(
        Command(_("Price trend"), "pricing:trend", "chart-line", _("price margin discount cost over time outliers")),
        Command(_("Charged against expected"), "pricing:variance", "scale", _("price variance by item leakage")),
    )
    for action in ACTIONS:
        registry.actions.add(action.key, action)

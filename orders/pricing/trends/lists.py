"""The sold lines behind trends and variances, as a list."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.lists import ListView, Sort
from omc.lib.money import margin_percent
from omc.lib.registry import registry
from orders.core.models import OrderLine
from orders.pricing.trends.forms import line_filter
from orders.pricing.trends.selectors import sold_lines

COST = "orders.view_cost"


def _margin(line: Any) -> Decimal | None:
    return margin_percent(line.charged, line.unit_cost)


def discount_of(line: OrderLine) -> Decimal | None:
    """Percent off the list price."""
    if not line.list_price:
        return None
    return (line.list_price - line.unit_price) / line.list_price * 100


def typed_by(line: OrderLine) -> str:
    """Who typed the price over that of the lists; nobody where they gave it."""
    return next((str(step.get("author", "")) for step in reversed(line.price_steps) if step["step"] == "manual"), "")


SOLD_LINES = ListView(
    key="sold-lines",
    name=_("Sold lines"),
    unit=_("lines"),
    one=_("line"),
    permission="orders.view_price",
    url="pricing:sold-lines",
    rows=sold_lines,
    form=line_filter,
    columns=(
        lists.link("order", _("Order"), "core:order", "order", to="order_id"),
        lists.moment("ordered", _("Ordered"), "order.submitted_at", age=False),
        lists.link("customer", _("Customer"), "core:customer", "order.customer", to="order.customer_id", css="clip"),
        lists.link("item", _("Item"), "core:product", "product", to="product_id", css="clip"),
        lists.measured("quantity", _("Quantity"), "sold_quantity", "product.stock_unit"),
        lists.money("expected", _("Expected"), "expected", places=4, missing=_("none")),
        lists.money("charged", _("Charged"), "charged", places=4),
        lists.money("variance", _("Variance"), "variance_base"),
        lists.percent("discount", _("Off list"), discount_of, missing=_("no list price")),
        lists.money("cost", _("Unit cost"), "unit_cost", places=4, permission=COST, missing=_("unknown")),
        lists.percent("margin", _("Margin"), _margin, permission=COST, missing=_("unknown")),
        lists.text("typed_by", _("Typed by"), typed_by, missing="–"),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-order__submitted_at", "-id"), "ordered"),
        "oldest": Sort(_("Oldest first"), ("order__submitted_at", "id"), "ordered"),
    },
)


def register() -> None:
    registry.lists.add(SOLD_LINES.key, SOLD_LINES)

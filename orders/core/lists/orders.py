"""The order list."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.lists import ListView, Look, Sort
from orders.core.lists.forms import OrderFilterForm
from orders.core.selectors.orders import hold_names, order_list


def _prepare(rows: list[Any], look: Look) -> None:
    held = hold_names([order.pk for order in rows])
    for order in rows:
        order.hold_names = held.get(order.pk, [])


def _holds(order: Any, look: Look) -> Sequence[tuple[str, str, str]]:
    return [(name, "risk", "circle-pause") for name in order.hold_names]


ORDERS = ListView(
    key="orders",
    name=_("Orders"),
    unit=_("orders"),
    one=_("order"),
    permission="orders.view_order",
    url="core:orders",
    subject="order",
    rows=order_list,
    form=OrderFilterForm,
    prepare=_prepare,
    columns=(
        lists.link("order", _("Order"), "core:order"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.text("customer_code", _("Customer code"), "customer.code", shown=False),
        lists.text("customer_po", _("PO"), "customer_po"),
        lists.state("state", _("State"), chips=_holds),
        lists.text("stage", _("Waits in stage"), "stage", shown=False),
        lists.text("shipping", _("Shipped"), "get_shipping_display"),
        lists.text("billing", _("Invoiced"), "get_billing_display"),
        lists.text("claims", _("Returned"), "get_claims_display", shown=False),
        lists.day("requested", _("Requested"), "requested_date", missing=_("as soon as possible"), shown=False),
        lists.day("promise", _("Promise"), "current_promise", missing=_("not promised")),
        lists.day("first_promise", _("First promise"), "original_promise", missing=_("not promised"), shown=False),
        lists.quantity("lines", _("Lines"), "line_count"),
        lists.money("net", _("Net"), "net_amount", "currency", shown=False),
        lists.money("total", _("Total"), "total_amount", "currency"),
        lists.money(
            "margin", _("Margin"), "margin_base", permission="orders.view_cost", missing=_("unknown"), shown=False
        ),
        lists.text("channel", _("Came by"), "get_channel_display", shown=False),
        lists.text("ship_rule", _("Ship rule"), "get_ship_rule_display", shown=False),
        lists.moment("entered", _("Entered"), "submitted_at", missing=_("not yet")),
        lists.moment("closed", _("Closed"), "closed_at", missing=_("not yet"), shown=False),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-created_at", "-id"), "order"),
        "oldest": Sort(_("Oldest first"), ("created_at", "id"), "order"),
        "value": Sort(_("Highest value"), ("-total_amount", "-id"), "total"),
        "promise": Sort(_("Earliest promise"), ("current_promise", "id"), "promise", Q(current_promise__isnull=False)),
        "entered": Sort(_("Entered last"), ("-submitted_at", "-id"), "entered", Q(submitted_at__isnull=False)),
    },
)

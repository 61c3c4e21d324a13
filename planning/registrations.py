"""What order planning adds to the lists that core iterates."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Command, DutyRule, FirstStep, Panel, SettingType, Stage, Subscriber, registry
from orders.core.models import LineKind, Order, Product
from orders.core.services.jobs import register_job
from planning import consumers, events, lists, machines, messages, pages  # noqa: F401  declares events and graph
from planning.counts import registrations as counts
from planning.models import FROM_SUPPLIER
from planning.selectors import forecasts, specials, stock
from planning.selectors.availability import FENCE_DAYS, RECEIVING_DAYS
from planning.selectors.workdays import HORIZON_DAYS
from planning.services import forecast_demand, reconcile_stock
from planning.services.capacity import MINUTES_PER_DAY


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    pages.register()
    messages.register()
    counts.register()
    registry.pages.add("supplyorder", "planning:supply")
    registry.offer(
        Command(_("Receive stock"), "planning:receive", "package-plus", _("goods in put away"), starts=True),
        Command(_("Order supply"), "planning:new-supply", "shopping-cart", _("purchase buy supplier"), starts=True),
        Command(_("Adjust stock"), "planning:adjust", "scale", _("count correct scrap"), starts=True),
        Command(_("Supply orders"), "planning:supply-orders", "shopping-cart", _("purchase suppliers")),
        Command(_("Special orders"), "planning:specials", "package-plus", _("drop shipments ordered for customers")),
        Command(_("Backorders"), "planning:backorders", "package-x", _("short stock")),
        Command(_("Bins"), "planning:bins", "map-pin", _("shelf place location zone put away")),
        Command(_("Forecasts"), "planning:forecasts", "chart-line", _("demand")),
    )
    registry.stages.add(
        "planning",
        Stage(
            number=1,
            key="planning",
            name=_("Order planning"),
            url="planning:stock",
            permission="planning.view_stock",
            duty=_("Get supply"),
        ),
    )
    for rule in DUTIES:
        registry.duties.add(str(rule.name), rule)
    for setting in SETTINGS:
        registry.settings.add(setting.key, setting)
    for panel in PANELS:
        registry.panels.add(f"{panel.subject} {panel.key}", panel)
    register_job(
        reconcile_stock.KIND,
        name=_("Check of the stock books"),
        permission="planning.adjust_stock",
        queue="default",
        body=reconcile_stock.reconcile_stock,
    )
    register_job(
        forecasts.KIND,
        name=_("Demand forecast"),
        permission=forecast_demand.PERMISSION,
        queue="analytics",
        body=forecast_demand.forecast_demand,
    )
    registry.first_steps.add(
        "stock",
        FirstStep(
            _("Receive the stock that you have"),
            _("Then an order can be promised from it. What is on its way is ordered as supply."),
            "planning:receive",
            "planning.receive_stock",
            stock.has_stock,
            40,
        ),
    )
    registry.needs.add("planning", stock.why_needed)
    registry.subscribers.add(
        "planning.purchase_order",
        Subscriber("planning.purchase_order", ("supply_ordered",), consumers.send_purchase_order),
    )
    registry.subscribers.add(
        "planning.supply",
        Subscriber("planning.supply", (*consumers.ON_ORDERS, *consumers.ON_SUPPLY), consumers.follow),
    )


def _promises(order: Order, actor: Actor) -> dict[str, Any] | None:
    found = stock.promises_of_order(actor, order.pk)
    if not found:
        return None
    specials.say_what_is_ordered(found)
    again = any(row.missing in ("order", "cancelled") for row in found) and actor.can("planning.order_supply")  # type: ignore[attr-defined]
    return {
        "promises": found,
        "order": order,
        "may_order": again,
        "bought": any(row.source in FROM_SUPPLIER for row in found),
    }


def _levels(product: Product, actor: Actor) -> dict[str, Any] | None:
    if product.kind not in (LineKind.GOODS, LineKind.COMPONENT):
        return None
    levels = stock.stock_levels(actor).filter(product=product).order_by("warehouse__code")
    return {"shelves": stock.shelves(actor, list(levels))}


PANELS = (
    Panel(
        key="promises",
        subject="order",
        title=_("Promises"),
        template="planning/order_panel.html",
        context=_promises,
        permission="planning.view_stock",
        order=10,
    ),
    Panel(
        key="stock",
        subject="product",
        title=_("Stock"),
        template="planning/product_panel.html",
        context=_levels,
        permission="planning.view_stock",
        order=10,
    ),
)


def _nothing_open(data: dict[str, Any]) -> bool:
    return Decimal(str(data.get("open_units", 1))) == 0


def _nothing_comes(data: dict[str, Any]) -> bool:
    """Back-orders that were filled before special orders were known name none."""
    return Decimal(str(data.get("open_units", 0))) == 0


DUTIES = (
    DutyRule(
        stage=1,
        name="Get supply",
        opens={"order_backordered": None, "special_wanted": None},
        due={"order_backordered": "ship_date", "special_ordered": "expected_date"},
        closes={
            "backorder_filled": _nothing_comes,
            "special_came": _nothing_open,
            "special_sent": _nothing_open,
            "special_dropped": _nothing_open,
            "order_cancelled": None,
            "rest_cancelled": _nothing_open,
            "order_changed": _nothing_open,
        },
    ),
    DutyRule(
        stage=1,
        name="Receive supply",
        subject="self",
        opens={"supply_ordered": None},
        due={"supply_ordered": "expected_date", "supply_moved": "after", "supply_unwanted": 480},
        closes={"supply_received": None, "supply_cancelled": None},
    ),
)


def _whole(lowest: int, highest: int) -> Any:
    def parse(text: str) -> int:
        number = int(text)
        if not lowest <= number <= highest:
            raise ValueError(f"a whole number from {lowest} to {highest}, not {number}")
        return number

    return parse


SETTINGS = (
    SettingType(
        HORIZON_DAYS,
        _("Allocation horizon (working days)"),
        3,
        _whole(0, 60),
        stage=1,
        help=_(
            "What ships within so many working days is allocated when the order is confirmed; later ones by the run."
        ),
    ),
    SettingType(
        FENCE_DAYS,
        _("Overdue supply still counts for (days)"),
        5,
        _whole(0, 90),
        stage=1,
        help=_("Late supply is promised for tomorrow; after so many days it is not counted any more."),
    ),
    SettingType(
        RECEIVING_DAYS,
        _("Time to put received goods away (days)"),
        0,
        _whole(0, 30),
        stage=1,
        help=_("Added to the expected date of supply before anything is promised from it."),
    ),
    SettingType(
        MINUTES_PER_DAY,
        _("Warehouse capacity (minutes per working day)"),
        960,
        _whole(0, 100_000),
        stage=1,
        help=_("For days that nobody planned otherwise."),
    ),
)

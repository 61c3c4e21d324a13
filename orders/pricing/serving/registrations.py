"""What the cost of serving adds to the lists that core iterates: its rates, and its panel on the order page."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Panel, SettingType, registry
from orders.core.models import Order
from orders.pricing.serving.selectors import RATES, RUSH_DAYS, SOURCE
from orders.pricing.serving.showing import shown

_MONEY = _("In company currency, from 0 up; “none” takes the rate out. Without a rate that part is left out and told.")
_LABELS = {
    "order": (_("Cost to serve: handling an order"), _MONEY),
    "line": (_("Cost to serve: each line"), _MONEY),
    "pick": (_("Cost to serve: each line picked from stock"), _MONEY),
    "shipment": (_("Cost to serve: each shipment"), _MONEY),
    "rush": (_("Cost to serve: each shipment in a hurry"), _MONEY),
    "freight_kg": (_("Cost to serve: freight per kg"), _MONEY),
    "money_percent": (_("Cost to serve: money until it is paid, % a year"), _("Percent a year; “none” takes it out.")),
}


def register() -> None:
    """Called once, when Django is ready. There are no usual rates: a company's own are known to nobody else."""
    for name, key in RATES.items():
        label, words = _LABELS[name]
        registry.settings.add(key, SettingType(key, label, "", _rate, stage=3, help=words))
    registry.settings.add(
        RUSH_DAYS,
        SettingType(
            RUSH_DAYS,
            _("Cost to serve: in a hurry is wanted within so many days of the order"),
            1,
            _days,
            stage=3,
            help=_("A whole number from 0 to 60, in calendar days."),
        ),
    )
    registry.settings.add(
        SOURCE,
        SettingType(
            SOURCE,
            _("Cost to serve: where the rates come from"),
            "",
            str.strip,
            stage=3,
            help=_("In words, for whoever reads them, like “Warehouse study, May”."),
        ),
    )
    registry.panels.add(
        "cost to serve",
        Panel(
            "cost-to-serve",
            "order",
            _("Margin and cost to serve"),
            "orders/pricing/serving/panel.html",
            order_panel,
            "orders.view_cost",
            order=29,
        ),
    )


def order_panel(order: Order, actor: Actor) -> dict[str, Any] | None:
    """The margin of an order before and after serving it."""
    found = shown(order, actor)
    return {"serving": found} if found else None


def _rate(text: str) -> str:
    said = text.strip().lower()
    if said in ("none", "-", "–"):
        return ""
    rate = Decimal(said)
    if not 0 <= rate <= 1_000_000:
        raise ValueError("a number from 0 up, or none")
    return format(rate, "f")


def _days(text: str) -> int:
    days = int(text)
    if not 0 <= days <= 60:
        raise ValueError("a whole number from 0 to 60")
    return days

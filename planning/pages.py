"""What an item's page shows of supply and forecast."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Panel, registry
from orders.core.models import LineKind, Product
from planning.models import SupplyLine
from planning.selectors.forecasts import current_forecasts, figures_of, lines_of, months_of
from planning.selectors.stock import OPEN_SUPPLY

SHOWN = 20


def _supply(product: Product, actor: Actor) -> dict[str, Any] | None:
    """Open lines of supply orders, the earliest first."""
    lines = (
        SupplyLine.objects.filter(product=product, supply__company_id=actor.company_id, supply__state__in=OPEN_SUPPLY)
        .filter(received__lt=F("quantity"))
        .annotate(to_come=F("quantity") - F("received"))
        .select_related("supply", "supply__supplier", "supply__warehouse")
    )
    rows = list(lines.order_by("expected_date", "id")[:SHOWN])
    return {"lines": rows, "unit": product.stock_unit} if rows else None


def _forecast(product: Product, actor: Actor) -> dict[str, Any]:
    forecast = current_forecasts(actor).filter(product=product).first()
    if forecast is None:
        return {"forecast": None, "stocked": product.kind in (LineKind.GOODS, LineKind.COMPONENT)}
    lines = lines_of(forecast)
    return {
        "forecast": forecast,
        "figures": figures_of(forecast),
        "labels": [f"{month:%b %y}" for month in months_of(forecast)],
        "series": [
            {"name": _("Demand"), "values": lines["history"]},
            {"name": _("Forecast"), "values": lines["forecast"]},
        ],
        "unit": product.stock_unit,
    }


def register() -> None:
    registry.panels.add(
        "product supply",
        Panel(
            "supply",
            "product",
            _("On the way from suppliers"),
            "planning/supply_panel.html",
            _supply,
            "planning.view_stock",
            order=12,
            flush=True,
        ),
    )
    registry.panels.add(
        "product forecast",
        Panel(
            "forecast",
            "product",
            _("Forecast"),
            "planning/forecast_panel.html",
            _forecast,
            "planning.view_stock",
            order=30,
            lazy=True,
        ),
    )

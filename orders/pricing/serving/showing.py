"""How the cost of serving is told: each part in words, with what it was computed of."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from omc.lib.actor import Actor
from orders.core.models import Order
from orders.pricing.models import Quote
from orders.pricing.serving.rules import Part, Serving
from orders.pricing.serving.selectors import cost_to_serve, source_of

LABELS: Final = {
    "order": (_("Handling the order"), ngettext_lazy("order", "orders", "n")),
    "line": (_("Lines"), ngettext_lazy("line", "lines", "n")),
    "pick": (_("Picking from stock"), ngettext_lazy("pick", "picks", "n")),
    "shipment": (_("Shipments"), ngettext_lazy("shipment", "shipments", "n")),
    "rush": (_("In a hurry"), ngettext_lazy("shipment", "shipments", "n")),
    "freight": (_("Freight"), ngettext_lazy("kg", "kg", "n")),
    "money": (_("Money until it is paid"), ngettext_lazy("day", "days", "n")),
}


@dataclass(frozen=True, slots=True)
class ShownPart:
    """``unit`` is what ``count`` counts; the rate of ``money`` is in percent a year, every other in company currency."""

    key: str
    label: Any
    unit: Any
    count: Decimal
    rate: Decimal | None
    amount: Decimal | None
    less: Decimal
    is_estimate: bool


@dataclass(frozen=True, slots=True)
class Shown:
    serving: Serving
    parts: list[ShownPart]
    source: str
    currency: str


def shown(document: Order | Quote, actor: Actor) -> Shown | None:
    """The cost of serving in words; None for whoever may not see costs, and without lines."""
    serving = cost_to_serve(document, actor)
    if serving is None:
        return None
    parts = [_shown(part) for part in serving.parts]
    return Shown(serving, parts, source_of(document.company_id), document.company.currency)


def _shown(part: Part) -> ShownPart:
    label, unit = LABELS[part.key]
    return ShownPart(
        part.key, label, unit % {"n": 1 if part.count == 1 else 2}, part.count, part.rate, part.amount, part.less,
        part.is_estimate,
    )  # fmt: skip

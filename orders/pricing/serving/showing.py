"""How the cost of serving is told: each part in words, with what it was computed of."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from orders.core.models import Order
from orders.pricing.models import Quote
from orders.pricing.serving.rules import Part, Serving
from orders.pricing.serving.selectors import cost_to_serve, source_of

LABELS: Final = {
    "order": (_("Handling the order"), _("order")),
    "line": (_("Lines"), _("lines")),
    "pick": (_("Picking from stock"), _("picks")),
    "shipment": (_("Shipments"), _("shipments")),
    "rush": (_("In a hurry"), _("shipments in a hurry")),
    "freight": (_("Freight"), _("kg")),
    "money": (_("Money until it is paid"), _("days")),
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
    return ShownPart(part.key, label, unit, part.count, part.rate, part.amount, part.less)

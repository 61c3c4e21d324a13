"""How accurate picking was, by what checks found."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Count, F, Q

from omc.lib import clock
from omc.lib.actor import Actor
from orders.fulfillment.models import ShipmentLine

DAYS: Final = 90


@dataclass(frozen=True)
class Accuracy:
    """Lines that a second person counted in the last ``days`` days, and how many of them were right."""

    lines: int
    right: int
    days: int = DAYS

    @property
    def percent(self) -> Decimal | None:
        return Decimal(100) * self.right / self.lines if self.lines else None


def pick_accuracy(actor: Actor) -> Accuracy:
    """What checks found in the last 90 days. Source: SPEC §8.d, line accuracy from the check step."""
    rows = ShipmentLine.objects.filter(
        shipment__company_id=actor.company_id, shipment__checked_at__gte=clock.now() - timedelta(days=DAYS)
    ).filter(counted__isnull=False)
    found = rows.aggregate(lines=Count("id"), right=Count("id", filter=Q(counted=F("picked"))))
    return Accuracy(found["lines"], found["right"])

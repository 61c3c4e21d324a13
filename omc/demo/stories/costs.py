"""Costs that rose while prices did not: left as it is, settled with the supplier, or with new prices drafted."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal as D
from typing import Final

from omc.demo import catalog
from omc.demo.stage import Story
from omc.demo.stories.agreements import AgreementTales
from omc.lib.actor import system
from omc.lib.money import round_price
from orders.core.models import Product
from orders.pricing import services as pricing
from orders.pricing.models import CostWarning
from orders.pricing.warnings import services as warnings

SHARE: Final = D("0.8")  # of the list price that the item costs now


@dataclass(frozen=True, slots=True)
class Rise:
    """``item`` counts from the end of what we sell; it is told on working day ``day``."""

    item: int
    day: int
    reason: str


RISES: Final = {
    "set_aside": Rise(1, -8, "The only maker left asks more"),
    "acted": Rise(2, -6, "Freight from overseas"),
    "proposed": Rise(3, -2, "The supplier's new list"),
}


class CostTales(AgreementTales):
    """Priya learns what an item costs from now on, and answers what that reaches."""

    def cost_rise(self, ends: str) -> Story:
        """A replacement cost rises so far that prices fall under the floor."""
        rise, house = RISES[ends], self.house
        item, priya = self._sold()[-rise.item], house["pricing"]
        for cost, why in ((item.standard_cost, "As we buy it"), (item.list_price * SHARE, rise.reason)):
            pricing.set_cost(product_id=item.pk, kind="replacement", cost=round_price(cost), reason=why, actor=priya)
            yield timedelta(minutes=10)
        warnings.watch_costs(actor=system("watch costs", house.company.pk))
        yield timedelta(hours=2)
        raised = CostWarning.objects.get(company=house.company, reason=rise.reason)
        if ends == "set_aside":
            warnings.set_aside_warning(
                warning_id=raised.pk, decision="Hardly sold any more; we take the loss", actor=priya
            )
        elif ends == "acted":
            warnings.close_warning(
                warning_id=raised.pk, decision="Bought by the pallet now, which saves the rise", actor=priya
            )
        else:
            warnings.propose_prices(warning_id=raised.pk, actor=priya)

    def _sold(self) -> list[Product]:
        rows = zip(self.house.goods, catalog.items(), strict=True)
        return [item for item, row in rows if item.list_price and item.standard_cost and not row.is_copper]

"""Lines that do not simply leave our shelves for the customer's door: bought for them, sent by the supplier, to two places."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal as D
from functools import cached_property
from typing import Final

from omc.demo import catalog
from omc.demo.stories.base import BaseTales
from orders.core.inputs import LineInput
from orders.core.models import Address, Customer, Product

SOON: Final = 7  # days that a supplier may take where a customer waits for one line
DEAR: Final = D(40)  # nobody buys a cheap thing for one customer alone


class WayTales(BaseTales):
    """What customers ask for besides the item and the number."""

    def sent_as_asked(
        self, customer: Customer, lines: Sequence[LineInput], how: Mapping[str, object]
    ) -> list[LineInput]:
        """The lines, with what is bought for them alone, and to where they go; ``how`` says what of it is wanted."""
        asked = list(lines)
        for supply, many in (("special", (1, 2)), ("drop_ship", (2, 4, 8))):
            if how.get(supply):
                item = self.rng.choice(self._bought_for_one)
                asked.append(LineInput(product_id=item.pk, quantity=D(self.rng.choice(many)), supply=supply))
        yard = self._yard(customer) if how.get("two_places") else None
        return [replace(line, ship_to_id=yard.pk) if yard and n % 2 else line for n, line in enumerate(asked)]

    def with_a_yard(self) -> Customer:
        """A customer who has goods sent to two places."""
        yards = Address.objects.filter(customer__in=self.buyers, use=Address.Use.SHIP).values_list(
            "customer_id", flat=True
        )
        having = set(yards)
        return self.rng.choice([buyer for buyer in self.buyers if buyer.pk in having])

    def _yard(self, customer: Customer) -> Address | None:
        return customer.addresses.filter(use=Address.Use.SHIP).order_by("pk").first()

    @cached_property
    def _bought_for_one(self) -> list[Product]:
        """Dear things from outside the usual range, of suppliers who send within days."""
        rows = zip(self.house.goods, catalog.items(), strict=True)
        quick = [n for n, (_code, _name, days) in enumerate(catalog.SUPPLIERS) if days <= SOON]
        return [
            item for item, row in rows if row.n >= len(catalog.GOODS) and row.price > DEAR and row.supplier in quick
        ]

"""What all stories share: the house, one seeded source of chance, and when the playing stops."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from omc.demo import catalog
from omc.demo.hours import hours_back
from omc.demo.house import House
from omc.demo.stage import Story
from omc.lib import clock
from orders.core.models import Customer, Hold, HoldState, Order
from orders.core.services import holds


def hours(low: float, high: float, rng: random.Random) -> timedelta:
    return timedelta(minutes=int(rng.uniform(low, high) * 60))


class BaseTales:
    """Who buys, and how time passes."""

    def __init__(self, house: House, rng: random.Random, end: datetime | None = None) -> None:
        """``end``: when the playing stops; what stands open then came to its desk a few hours of work before."""
        self.house, self.rng, self.end = house, rng, end
        crowd = zip(catalog.buyers(), house.customers, strict=True)
        self.buyers = [customer for buyer, customer in crowd if not buyer.is_lost and buyer.n != catalog.LEAVING]
        self.goods = [item for item in house.goods if item.sku != house.goods[catalog.SCARCE].sku]

    def somebody(self) -> Customer:
        """A customer who buys; the regular ones more often."""
        return self.rng.choice(self.buyers[:20] if self.rng.random() < 0.35 else self.buyers)

    def lately(self, low: float, high: float) -> Story:
        """Wait until so many hours of work before the end, where there is one."""
        if self.end is not None:
            zone = ZoneInfo(self.house.company.time_zone)
            moment = hours_back(self.end, self.rng.uniform(low, high), zone)
            yield max(timedelta(0), moment - clock.now())

    def lift_holds(self, order: Order) -> Story:
        """What the checks stopped at submit is looked at and let go."""
        house = self.house
        for hold in Hold.objects.filter(order=order, status=HoldState.ACTIVE):
            yield hours(1, 8, self.rng)
            holds.resolve_hold(hold_id=hold.pk, resolution="Looked at, fine", actor=house["admin"])

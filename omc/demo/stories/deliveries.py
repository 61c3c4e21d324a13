"""What becomes of parcels once a carrier sold their labels; and shipments that a second person looks over."""

from collections.abc import Generator
from datetime import timedelta

from omc.demo.stage import Story
from omc.demo.stories.base import hours
from omc.demo.stories.orders import OrderTales
from omc.lib.actor import system
from orders.fulfillment import services as fulfillment
from orders.fulfillment.carriers.services import buy_labels
from orders.fulfillment.checking.services import check_shipment
from orders.fulfillment.models import Shipment
from orders.fulfillment.tracking.services import report_exception, take_back, take_scans

ON_THE_WAY = ("in_transit", "exception", "returned")


class DeliveryTales(OrderTales):
    """Between the dock and the customer's door."""

    def looked_over(self) -> Story:
        """Somebody else counts what was picked, before it is packed."""
        shipment = yield from self._leaving("picked")
        if shipment is not None:
            yield hours(0.1, 0.3, self.rng)
            check_shipment(shipment_id=shipment.pk, counted={}, actor=self.house["ops"])

    def on_the_way(self, until: str) -> Story:
        """A carrier brings it; it gets through, or it does not."""
        house, rng = self.house, self.rng
        shipment = yield from self._leaving("packed")
        if shipment is None:
            return
        buy_labels(shipment_id=shipment.pk, actor=house["warehouse"])
        yield hours(0.2, 0.5, rng)
        fulfillment.ship_shipment(shipment_id=shipment.pk, actor=house["warehouse"])
        yield hours(3.1, 4, rng)  # the carrier has taken it over by then
        take_scans(shipment_id=shipment.pk, actor=system("tracking", house.company.pk))
        if until == "in_transit":
            return
        yield hours(1, 2, rng)
        reason = "nobody_there" if until == "exception" else "refused"
        report_exception(shipment_id=shipment.pk, reason=reason, actor=house["ops"])
        if until == "returned":
            yield hours(1, 2, rng)
            take_back(shipment_id=shipment.pk, actor=house["warehouse"])

    def _leaving(self, step: str) -> Generator[timedelta, None, Shipment | None]:
        """A new order as far as that step; its shipment, unless the order was refused on the way."""
        order = self.draft(self.somebody(), unhurried=True)
        yield from self.goes_its_way(order, step, late=True)
        return order.shipments.filter(state=step).order_by("pk").first()

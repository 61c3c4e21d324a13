"""What a customer orders again and again: kept under a name, and ordered from it."""

from datetime import timedelta
from typing import Final

from omc.demo.stage import Story
from omc.demo.stories.orders import OrderTales
from omc.lib import clock
from omc.lib.errors import DomainError
from orders.core.models import Customer, Order
from orders.entry import services as entry
from orders.entry.again import services as again
from orders.entry.again.models import OrderTemplate

SHARES: Final = (  # of a hundred orders
    ("plain", 76), ("service", 5), ("short", 3), ("special", 3), ("drop_ship", 3), ("two_places", 4), ("collected", 4),
    ("as_always", 2),
)  # fmt: skip


class AgainTales(OrderTales):
    """Clara keeps the lines of an order and orders from them when its customer says: as always."""

    def as_always(self, name: str, until: str = "delivered", days: int = 7) -> Story:
        """An order whose lines are kept as a template, and another one from it so many days later."""
        customer = self.somebody()
        order = self.draft(customer)
        kept = again.keep_template(name=name, order_id=order.pk, actor=self.house["csr"])
        yield from self._unless_refused(order, "paid")
        yield timedelta(days=days)
        yield from self.goes_its_way(self.from_template(kept, customer), until)

    def comes_in(self) -> Order:
        """A draft as on any day: mostly what lies on the shelf, now and then as always, or for one of the other ways."""
        [way] = self.rng.choices(*zip(*SHARES, strict=True))
        kept = OrderTemplate.objects.filter(company=self.house.company).select_related("customer").order_by("pk")
        if way == "as_always" and kept:
            template = self.rng.choice(list(kept))
            return self.from_template(template, template.customer)
        customer = self.with_a_yard() if way == "two_places" else self.somebody()
        return self.draft(customer, **{way: True})

    def from_template(self, template: OrderTemplate, customer: Customer) -> Order:
        """A draft with the template's lines, wanted within days."""
        order: Order = again.order_from_template(template_id=template.pk, actor=self.house["csr"]).order
        wanted = clock.today(self.house.company.time_zone) + timedelta(days=self.rng.randint(6, 12))
        po = f"PO-{self.rng.randint(10_000, 99_999)}" if customer.po_required else ""
        header = {"customer_po": po, "requested_date": wanted}
        entry.save_draft(order_id=order.pk, header=header, actor=self.house["csr"])
        return order

    def _unless_refused(self, order: Order, until: str) -> Story:
        """The first order may be held or short; the next one comes all the same."""
        try:
            yield from self.goes_its_way(order, until)
        except DomainError:
            pass

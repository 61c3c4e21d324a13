"""A desk whose telephone rings."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from omc.lib.actor import Actor
from orders.core.models import Customer, Product
from orders.entry.calls.models import Call
from orders.entry.calls.services import start_call
from tests.factories import make_actor
from tests.orders.entry.factories import Desk

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@dataclass
class CallDesk(Desk):
    """ACME may call about PIPE-15 (100 pc there) and ELBOW-15 (none there)."""

    acme: Customer = field(init=False)
    pipe: Product = field(init=False)
    elbow: Product = field(init=False)
    service: Actor = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.service = make_actor(self.company, "service")
        self.acme = self.make_customer(code="ACME", name="Acme Supply")
        self.acme.contacts.update(phone="+1 (555) 010-0123", name="Ann Buyer")
        self.pipe = self.item(sku="PIPE-15", name="Copper pipe 15 mm", stock=100, list_price=Decimal("3.20"))
        self.elbow = self.item(sku="ELBOW-15", name="Copper elbow 15 mm", list_price=Decimal("1.10"), lead_time_days=10)

    def call(self, actor: Actor | None = None, customer: Customer | None = None) -> Call:
        return start_call(customer_id=(customer or self.acme).pk, actor=actor or self.csr)

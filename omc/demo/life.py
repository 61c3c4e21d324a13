"""One order's life and everything in it, as plain values; moments are local and naive."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal as D

from omc.demo.catalog import Buyer, Item
from omc.lib.money import round_amount


@dataclass(slots=True)
class Wanted:
    """One line: how many of which item, at which price and why, at which cost."""

    item: Item
    quantity: D
    list_price: D
    price: D
    cost: D
    steps: list[tuple[str, str, D]]  # step, source, price after it

    @property
    def net(self) -> D:
        return round_amount(self.quantity * self.price)

    @property
    def system_net(self) -> D:
        """What it would be at the price in force."""
        before = [price for step, _source, price in self.steps if step != "manual"]
        return round_amount(self.quantity * before[-1])


@dataclass(slots=True)
class Leave:
    """Prices that went further than the guidelines, and who let them stand when and why."""

    lines: list[tuple[int, D]]  # which line, and by how many percent under the price in force
    who: str
    decision: str
    decided: datetime


@dataclass(slots=True)
class Draw:
    """Which line was taken from the agreement that the customer calls so, and as its how manieth release."""

    agreement: str
    line: int
    number: int


@dataclass(slots=True)
class Truck:
    """One shipment: which lines, from where, and when each step was done."""

    lines: list[int]
    slot: date
    released: datetime
    picking: datetime
    picked: datetime
    packed: datetime
    shipped: datetime
    delivered: datetime
    invoiced: datetime
    paid: datetime | None = None
    parts: tuple[D, ...] = (D(1),)
    invoice: str = ""  # its number, given when all invoices of a stretch are put in order


@dataclass(slots=True)
class Comeback:
    """Part of an order that came back."""

    line: int
    quantity: D
    reason: str
    disposition: str
    requested: datetime
    authorized: datetime
    received: datetime
    inspected: datetime
    settled: datetime
    closed: datetime
    credit_note: str = ""


@dataclass(slots=True)
class Question:
    """A case that the customer opened about an order."""

    subject: str
    opened: datetime
    assigned: datetime
    replied: datetime
    resolved: datetime
    closed: datetime
    satisfaction: int


@dataclass(slots=True)
class Asked:
    """An enquiry and the quote that answered it, won or lost."""

    buyer: Buyer
    item: Item
    quantity: D
    received: datetime
    taken: datetime
    quoted: datetime | None = None
    sent: datetime | None = None
    decided: datetime | None = None
    outcome: str = "closed"  # converted, rejected, expired; closed: never quoted
    reason: str = ""


@dataclass(slots=True)
class Life:
    """One order from the first word to the last."""

    buyer: Buyer
    channel: str
    warehouse: int
    po: str
    lines: list[Wanted]
    freight: bool
    entered: datetime
    submitted: datetime
    confirmed: datetime
    requested: date
    promise: date
    trucks: list[Truck] = field(default_factory=list)
    hold: tuple[str, str, str, datetime, datetime] | None = None  # code, reason, resolution, placed, resolved
    leave: Leave | None = None
    draw: Draw | None = None
    lost_points: dict[str, int] = field(default_factory=dict)  # of the clean-order score, by family of checks
    codes: list[str] = field(default_factory=list)  # what those checks found
    cancelled: tuple[datetime, str] | None = None
    short_until: datetime | None = None
    new_promise: date | None = None
    comeback: Comeback | None = None
    question: Question | None = None
    follow_up: tuple[datetime, datetime, str] | None = None
    asked: Asked | None = None

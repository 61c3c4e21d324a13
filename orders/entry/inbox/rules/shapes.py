"""What a reader finds in a document: an order as the customer wrote it, with how sure each field is.

A confidence is a percentage. ``SURE`` and above needs no second look; below it a person looks before an order is made.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

SURE: Final = 80
MOST_LINES: Final = 5000
FIELDS: Final = ("line", "item", "quantity", "unit", "price", "wanted")  # the first: the line as a whole


class Unreadable(ValueError):
    """The document cannot be read; the sentence says why, for whoever mends it."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who ordered, as far as the document says."""

    edi_id: str = ""
    email: str = ""
    name: str = ""
    tax_id: str = ""

    def or_else(self, other: "Sender") -> "Sender":
        """What this one does not say, the other may."""
        return Sender(
            self.edi_id or other.edi_id,
            self.email or other.email,
            self.name or other.name,
            self.tax_id or other.tax_id,
        )


@dataclass(slots=True)
class LineRead:
    """One line as the document has it. ``names`` are all that it calls the item, the most telling first.

    ``number`` is its own number in the customer's program, and ``codes`` its part numbers by their kind: an answer
    repeats both.

    Units: ``price`` per ``unit``; ``at`` is the line of the document's text (from 1; 0 is unknown).
    """

    names: tuple[str, ...] = ()
    description: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    price: Decimal | None = None
    wanted: date | None = None
    at: int = 0
    number: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    sure: dict[str, int] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)

    def doubt(self, name: str, percent: int, why: str) -> None:
        """Be at most this sure of a field."""
        if percent <= self.sure.get(name, 100):
            self.sure[name], self.why[name] = percent, why


@dataclass(slots=True)
class OrderRead:
    """One order of a document. ``facts`` are what an answer must repeat, such as control numbers."""

    sender: Sender = field(default_factory=Sender)
    po: str = ""
    wanted: date | None = None
    wanted_sure: int = 100
    wanted_why: str = ""
    currency: str = ""
    ship_to: str = ""
    lines: list[LineRead] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """What came of reading a document: its text, its orders, or the trouble with it; of a mail also who wrote it."""

    kind: str
    text: str = ""
    orders: list[OrderRead] = field(default_factory=list)
    trouble: str = ""
    sender: Sender = field(default_factory=Sender)

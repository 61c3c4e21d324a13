"""What a person or a program says about one line, before it is looked up and priced."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class LineInput:
    """One line as typed. ``quantity`` counts in ``unit`` (empty: the item's stock unit).

    ``unit_price`` is a manual price per stock unit in document currency; None takes the price in force.
    ``price_reason`` says why; ``price_seen`` is the price in force that whoever keeps a manual one has seen.
    """

    quantity: Decimal
    product_id: int | None = None
    sku: str = ""
    unit: str = ""
    unit_price: Decimal | None = None
    price_reason: str = ""
    price_seen: Decimal | None = None
    kind: str = "goods"
    supply: str = "stock"
    description: str = ""
    requested_date: date | None = None
    warehouse_id: int | None = None
    ship_to_id: int | None = None
    note: str = ""

"""What may still be changed, how far, and what two changes of one thing make of it. Plain values, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

ZERO: Final = Decimal(0)
CHANGEABLE: Final = ("confirmed", "released", "in_fulfillment")
SHIPS: Final = ("goods", "kit")


@dataclass(frozen=True, slots=True)
class Stand:
    """How far a line has come. Units: stock unit. ``kept`` is what the work on a begun kit needs, else what is picked."""

    kind: str
    wanted: Decimal
    kept: Decimal
    packed: Decimal
    shipped: Decimal
    invoiced: Decimal
    supplier_sends: bool = False

    @property
    def least(self) -> Decimal:
        """No fewer than this: picked (shipped is picked too) or invoiced."""
        return max(self.kept, self.invoiced)


@dataclass(frozen=True, slots=True)
class OrderStand:
    """How far the order has come. ``frozen`` is None while nothing is planned."""

    state: str
    ship_rule: str
    frozen: bool | None
    schedulers: str

    @property
    def is_scheduled(self) -> bool:
        return bool(self.frozen) or self.state != "confirmed"


def why_not_quantity(line: Stand, quantity: Decimal) -> str | None:
    """Down to what is picked and shipped, up without a bound.

    >>> why_not_quantity(Stand("goods", Decimal(10), Decimal(4), Decimal(4), Decimal(3), Decimal(0)), Decimal(3))
    '4 are picked or shipped already; not fewer than that.'
    """
    if line.wanted <= 0:
        return "The line is cancelled."
    if line.kind == "text":
        return "A text line has no quantity."
    if quantity >= line.least:
        return None
    if line.kept >= line.invoiced:
        return f"{_plain(line.kept)} are picked or shipped already; not fewer than that."
    return f"{_plain(line.invoiced)} are invoiced already; not fewer than that."


def why_not_price(line: Stand) -> str | None:
    """Until anything of the line is invoiced."""
    if line.kind in ("text", "component"):
        return "The line has no price of its own."
    if line.invoiced > 0:
        return f"{_plain(line.invoiced)} are invoiced at this price. Ask billing for a credit note."
    return None


def why_not_date(order: OrderStand) -> str | None:
    """Until the slot is frozen or the warehouse has the order."""
    if not order.is_scheduled:
        return None
    return f"Its shipment is fixed by now. Ask {order.schedulers} to move it."


def why_not_address(line: Stand) -> str | None:
    """Until the goods are packed: what is packed and not gone bears its label already. What a supplier sends has it."""
    if line.supplier_sends and line.wanted > line.shipped:
        return "The supplier has its address. Cancel the line and add it anew."
    if line.packed > line.shipped:
        return "Its goods are packed. Ask the warehouse to unpack them first."
    if line.wanted > 0 and line.shipped >= line.wanted:
        return "All of it is shipped."
    return None


def why_not_order_address(lines: Sequence[Stand]) -> str | None:
    """The order's address, given the lines that go there: while any goods are left and none of them are packed."""
    fixed = (line for line in lines if line.packed > line.shipped or line.supplier_sends)
    if why := next(filter(None, map(why_not_address, fixed)), None):
        return why
    return None if any(line.wanted > line.shipped for line in lines) else "All of it is shipped."


def why_not_line_address(line: Stand, order: OrderStand) -> str | None:
    """One line leaves its shipment for another address: only while no shipment is with the warehouse."""
    if line.kind not in SHIPS:
        return "The line is not shipped."
    if order.is_scheduled:
        return f"Its shipment is fixed by now. Ask {order.schedulers} to recall it."
    return why_not_address(line)


def why_not_added(order: OrderStand) -> str | None:
    """Until the shipment that it would belong to is released: a complete order has only one."""
    if order.ship_rule == "ship_complete_order" and order.is_scheduled:
        return f"The order ships complete, and its shipment is fixed. Ask {order.schedulers} to recall it."
    return None


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that was edited: as it was seen, as it should be, and as somebody else saved it meanwhile."""

    field: str
    then: str | None
    mine: str | None
    theirs: str | None

    @property
    def is_conflict(self) -> bool:
        """Both changed it, each to something else."""
        return self.theirs != self.then and self.theirs != self.mine


def differences(
    then: Mapping[str, str | None], mine: Mapping[str, str | None], theirs: Mapping[str, str | None]
) -> list[Difference]:
    """The three ways of every field that was edited.

    >>> [d.is_conflict for d in differences({"quantity": "5"}, {"quantity": "4"}, {"quantity": "6"})]
    [True]
    >>> [d.is_conflict for d in differences({"quantity": "5"}, {"quantity": "4"}, {"quantity": "5"})]
    [False]
    """
    return [Difference(name, then.get(name), value, theirs.get(name)) for name, value in mine.items()]


def share(amount: Decimal, kept: Decimal, ordered: Decimal) -> Decimal:
    """The part of a line's amount that is still wanted; what is cancelled is not sold.

    >>> share(Decimal("10.00"), Decimal(1), Decimal(3))
    Decimal('3.33')
    """
    if kept == ordered or not ordered:
        return amount
    return (amount * kept / ordered).quantize(Decimal("0.01"), "ROUND_HALF_UP")


def joined(words: Sequence[str], limit: int = 4) -> str:
    """A few by name, the others counted.

    >>> joined(["a", "b", "c"], limit=2)
    'a; b; 1 more'
    """
    rest = len(words) - limit
    return "; ".join([*words[:limit], f"{rest} more"] if rest > 0 else words)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"

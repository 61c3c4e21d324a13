"""What a change comes to, before and after: for the preview, and for the event that tells of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from omc.lib.money import ZERO, plain
from orders.core.eventlog import LineChange
from orders.core.models import Order, OrderLine, Supply
from orders.entry.changes.events import OrderChanged
from orders.entry.changes.models import ChangeReason
from orders.entry.changes.rules import joined
from orders.entry.changes.selectors import Waiting
from orders.entry.changes.services.repricing import Worth
from orders.pricing.guidelines.selectors import Finding, Judgment
from orders.pricing.rules import Again

WORDS = {
    "mis_ordered": "mis-ordered",
    "changed_mind": "the customer changed their mind",
    "our_error": "our error",
    "price_correction": "price correction",
    "substitution": "substitution",
    "date_change": "date change",
}


@dataclass(frozen=True, slots=True)
class Side:
    """A line before or after. Units: ``quantity`` in the line's own unit, still wanted."""

    quantity: Decimal
    unit_price: Decimal
    net_amount: Decimal
    margin_base: Decimal | None
    requested: date | None
    promise: date | None
    ship_to_id: int | None


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """One changed line; ``before`` is None where it is new."""

    line_id: int
    position: int
    sku: str
    description: str
    unit: str
    unit_factor: Decimal
    before: Side | None
    after: Side
    reason: str
    supply: str = Supply.STOCK
    again: Again | None = None  # its price was typed over one in force that is another at the new quantity

    @property
    def is_cancelled(self) -> bool:
        return self.before is not None and self.before.quantity > 0 and self.after.quantity == 0

    def words(self) -> list[str]:
        """What happens to the line, without money."""
        if self.before is None:
            return [f"line {self.position} added: {plain(self.after.quantity)} {self.unit} {self.sku}".rstrip()]
        if self.is_cancelled:
            return [f"line {self.position} cancelled"]
        said = []
        if self.before.quantity != self.after.quantity:
            said.append(
                f"line {self.position}: {plain(self.before.quantity)} → {plain(self.after.quantity)} {self.unit}"
            )
        if self.before.unit_price != self.after.unit_price:
            said.append(f"price of line {self.position}")
        if self.before.requested != self.after.requested:
            said.append(f"line {self.position} wanted {_day(self.after.requested)}")
        if self.before.ship_to_id != self.after.ship_to_id:
            said.append(f"address of line {self.position}")
        return said

    def changes(self) -> list[LineChange]:
        before = self.before
        pairs = [
            (
                "quantity",
                before.quantity * self.unit_factor if before else ZERO,
                self.after.quantity * self.unit_factor,
            ),
            ("unit_price", before.unit_price if before else None, self.after.unit_price),
            ("requested_date", before.requested if before else None, self.after.requested),
            ("ship_to_id", before.ship_to_id if before else None, self.after.ship_to_id),
        ]
        return [LineChange(self.line_id, name, old, new) for name, old, new in pairs if old != new]


@dataclass(frozen=True, slots=True)
class Credit:
    """How much of the customer's credit would be used. Units: company currency; no ``limit``: as much as they like."""

    limit: Decimal | None
    before: Decimal
    after: Decimal


@dataclass(slots=True)
class Outcome:
    """All that a change comes to. ``holds`` are the findings that would hold the changed order: (code, reason)."""

    order: Order
    before: Worth
    after: Worth
    promise_before: date | None
    promise_after: date | None
    lines: list[LineOutcome] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    header_reason: str = ""
    credit: Credit | None = None
    holds: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    judgment: Judgment | None = None
    repriced: set[int] = field(default_factory=set)  # positions of lines at another price or quantity
    findings: list[Finding] = field(default_factory=list)  # of the discount guidelines, on what is changed
    open_units: Decimal = ZERO
    unreleased_units: Decimal = ZERO  # of these, what no supplier sends

    @property
    def reasons(self) -> list[str]:
        return [*([self.header_reason] if self.header else []), *(line.reason for line in self.lines)]

    def event(self, *, tell_customer: bool) -> OrderChanged:
        what = [*self.header, *(said for line in self.lines for said in line.words())]
        steps = [_step(line) for line in self.lines]
        return OrderChanged(
            what=joined(what),
            why=", ".join(WORDS[reason] for reason in dict.fromkeys(self.reasons)),
            reasons=tuple(dict.fromkeys(self.reasons)),
            our_errors=self.reasons.count(ChangeReason.OUR_ERROR),
            order_version=self.order.version,
            added_units=sum((step for step in steps if step > 0), ZERO),
            cancelled_units=-sum((step for step in steps if step < 0), ZERO),
            open_units=self.open_units,
            unreleased_units=self.unreleased_units,
            our_units=sum(
                (
                    max(step, ZERO)
                    for line, step in zip(self.lines, steps, strict=True)
                    if line.supply != Supply.DROP_SHIP
                ),
                ZERO,
            ),
            tell_customer=tell_customer,
        )


def _step(line: LineOutcome) -> Decimal:
    return (line.after.quantity - (line.before.quantity if line.before else ZERO)) * line.unit_factor


def side_of(line: OrderLine) -> Side:
    """A line as it stands."""
    wanted = line.ordered - line.cancelled
    kept = wanted / line.ordered if line.ordered else ZERO
    cents = Decimal("0.01")
    margin = None if not line.cost_base else line.net_base - line.cost_base
    return Side(
        quantity=wanted / line.unit_factor,
        unit_price=line.unit_price,
        net_amount=(line.net_amount * kept).quantize(cents),
        margin_base=None if margin is None else (margin * kept).quantize(cents),
        requested=line.requested_date,
        promise=line.current_promise,
        ship_to_id=line.ship_to_id,
    )


def line_outcome(before: OrderLine | None, after: OrderLine, reason: str, again: Again | None = None) -> LineOutcome:
    return LineOutcome(
        line_id=after.pk,
        position=after.position,
        sku=after.product.sku if after.product else "",
        description=after.description,
        unit=after.unit,
        unit_factor=after.unit_factor,
        before=side_of(before) if before else None,
        after=side_of(after),
        reason=reason,
        supply=after.supply,
        again=again,
    )


def to_pick(lines: Sequence[OrderLine]) -> Decimal:
    """Units that nobody has picked yet; kits count by their parts."""
    return sum(
        (line.ordered - line.cancelled - line.picked for line in lines if line.kind in ("goods", "component")), ZERO
    )


def _day(day: date | None) -> str:
    return f"{day:%d %b %Y}" if day else "as the order"

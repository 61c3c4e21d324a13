"""The quantity ledger as pure arithmetic: what may be posted, what follows for the line and the order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Final

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Ledger:
    """One line's cumulative quantities. Units: the item's stock unit, all ≥ 0."""

    ordered: Decimal = ZERO
    cancelled: Decimal = ZERO
    allocated: Decimal = ZERO
    picked: Decimal = ZERO
    packed: Decimal = ZERO
    shipped: Decimal = ZERO
    delivered: Decimal = ZERO
    invoiced: Decimal = ZERO
    returned: Decimal = ZERO
    credited: Decimal = ZERO
    invoice_ahead: bool = False

    @property
    def net(self) -> Decimal:
        """Still wanted by the customer, shipped or not."""
        return self.ordered - self.cancelled

    @property
    def open(self) -> Decimal:
        return self.net - self.shipped

    def violations(self) -> list[str]:
        """Every invariant that does not hold, in words; empty for a sound ledger. Source: SPEC §5, CHECKs of the line table."""
        found = [
            f"{column.name} is negative"
            for column in fields(self)
            if column.name != "invoice_ahead" and getattr(self, column.name) < 0
        ]
        bounds = [
            ("picked", self.picked, "ordered − cancelled", self.net),
            ("packed", self.packed, "picked", self.picked),
            ("shipped", self.shipped, "packed", self.packed),
            ("delivered", self.delivered, "shipped", self.shipped),
            ("returned", self.returned, "shipped", self.shipped),
            ("allocated", self.allocated, "ordered − cancelled − shipped", self.open),
            ("invoiced", self.invoiced, "ordered", self.ordered),
            ("credited", self.credited, "invoiced", self.invoiced),
        ]
        if not self.invoice_ahead:
            bounds.append(("invoiced", self.invoiced, "shipped", self.shipped))
        return found + [f"{low} exceeds {high}" for low, small, high, large in bounds if small > large]

    def post(self, **deltas: Decimal) -> "Ledger":
        """The ledger after adding ``deltas``.

        Raises: ValueError naming each broken invariant; nothing is posted then.
        """
        after = replace(self, **{column: getattr(self, column) + delta for column, delta in deltas.items()})
        if broken := after.violations():
            raise ValueError("; ".join(broken))
        return after


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What the facets need of one line. ``ships``: goods and kits; ``bills``: all but text and components."""

    ledger: Ledger
    ships: bool
    bills: bool


def facets(lines: Iterable[LineFacts]) -> Mapping[str, str]:
    """What is partial about an order, from its ledgers alone.

    >>> line = Ledger(ordered=Decimal(5), picked=Decimal(2), packed=Decimal(2), shipped=Decimal(2))
    >>> facets([LineFacts(line, ships=True, bills=True)])
    {'shipping': 'part', 'billing': 'none', 'claims': 'none'}
    """
    rows = list(lines)
    ships = [row.ledger for row in rows if row.ships]
    bills = [row.ledger for row in rows if row.bills]
    every = [row.ledger for row in rows]
    return {
        "shipping": _progress([(line.shipped, line.net) for line in ships]),
        "billing": "exception"
        if any(line.invoiced > line.net and line.credited < line.invoiced - line.net for line in bills)
        else _progress([(line.invoiced, line.net) for line in bills]),
        "claims": _claims(every),
    }


def _progress(pairs: list[tuple[Decimal, Decimal]]) -> str:
    if not any(done > 0 for done, _ in pairs):
        return "none"
    return "done" if all(done >= wanted for done, wanted in pairs) else "part"


def _claims(lines: list[Ledger]) -> str:
    if not any(line.returned > 0 or line.credited > 0 for line in lines):
        return "none"
    return "part" if any(line.returned > line.credited for line in lines) else "done"


def line_status(line: Ledger) -> str:
    """One word for a line, derived from its ledger. Source: SPEC §5.d."""
    if line.net <= 0:
        return "cancelled"
    if line.returned >= line.shipped > 0:
        return "returned"
    if line.delivered >= line.net:
        return "delivered"
    if line.shipped >= line.net:
        return "shipped"
    if line.shipped > 0:
        return "part_shipped"
    if line.picked > 0:
        return "picking"
    if line.allocated >= line.open:
        return "allocated"
    return "part_allocated" if line.allocated > 0 else "open"

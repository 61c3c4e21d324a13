"""Facts that order planning records. Stock movements are rows of their own and record no events."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class SupplyOrdered(Event):
    name = "supply_ordered"
    stage = 1
    sentence = "{units} units ordered in {lines} lines, expected {expected_date}"
    lines: int
    units: Decimal
    expected_date: date


@dataclass(frozen=True, kw_only=True)
class SupplyPartReceived(Event):
    name = "supply_part_received"
    stage = 1
    sentence = "{units} units came[, {open_units} still to come]"
    units: Decimal
    open_units: Decimal


@dataclass(frozen=True, kw_only=True)
class SupplyReceived(Event):
    name = "supply_received"
    stage = 1
    sentence = "The last {units} units came"
    units: Decimal


@dataclass(frozen=True, kw_only=True)
class SupplyCancelled(Event):
    name = "supply_cancelled"
    stage = 1
    sentence = "Cancelled with {open_units} units still to come"
    open_units: Decimal


@dataclass(frozen=True, kw_only=True)
class SupplyMoved(Event):
    name = "supply_moved"
    stage = 1
    sentence = "Expected {after} instead of {before}: {reason}"
    before: date
    after: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class SupplyUnwanted(Event):
    """``order`` no longer wants what was ordered for it; a buyer decides what becomes of that."""

    name = "supply_unwanted"
    stage = 1
    sentence = "{order} no longer wants {units} units that were ordered for it"
    order: str
    units: Decimal


@dataclass(frozen=True, kw_only=True)
class SupplySettled(Event):
    """``how``: kept for stock, or no longer ordered."""

    name = "supply_settled"
    stage = 1
    sentence = "{units} units that nobody wanted: {how}"
    units: Decimal
    how: str
    open_units: Decimal


@dataclass(frozen=True, kw_only=True)
class SpecialWanted(Event):
    """On the order: suppliers have to send something for it."""

    name = "special_wanted"
    stage = 1
    sentence = "{units} units in {lines} lines are to be ordered from suppliers"
    units: Decimal
    lines: int


@dataclass(frozen=True, kw_only=True)
class SpecialOrdered(Event):
    """On the order: what a supplier is to send for it is ordered."""

    name = "special_ordered"
    stage = 1
    sentence = "{units} units ordered from {supplier} with {supply}, expected {expected_date}"
    supply: str
    supplier: str
    units: Decimal
    expected_date: date


@dataclass(frozen=True, kw_only=True)
class SpecialCame(Event):
    """On the order: what was ordered for it lies in stock and is its own; ``open_units`` still lack supply."""

    name = "special_came"
    stage = 1
    sentence = "{units} units that were ordered for it came in[; {open_units} still to come]"
    units: Decimal
    open_units: Decimal


@dataclass(frozen=True, kw_only=True)
class SpecialSent(Event):
    """On the order: the supplier sent some of it to the customer; ``open_units`` still lack supply."""

    name = "special_sent"
    stage = 1
    sentence = "{supplier} sent {units} units to the customer ({supply})[; {open_units} still to come from suppliers]"
    supply: str
    supplier: str
    units: Decimal
    open_units: Decimal


@dataclass(frozen=True, kw_only=True)
class SpecialLate(Event):
    """On the order: lines that wait for a supply leave later, and the order's last day stays what it is."""

    name = "special_late"
    stage = 1
    sentence = "{supply} comes later; {lines} lines are promised for {arrives} now"
    supply: str
    lines: int
    arrives: date


@dataclass(frozen=True, kw_only=True)
class SpecialDropped(Event):
    """On the order: less is wanted from suppliers; ``open_units`` still lack supply."""

    name = "special_dropped"
    stage = 1
    sentence = "{units} units from suppliers are no longer wanted"
    units: Decimal
    open_units: Decimal


@dataclass(frozen=True, kw_only=True)
class OrderBackordered(Event):
    """``ship_date``: when the first of it should leave."""

    name = "order_backordered"
    stage = 1
    sentence = "{units} units are not in stock and back-ordered"
    units: Decimal
    ship_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class BackorderFilled(Event):
    """``how``: allocated, or no longer wanted; ``open_units`` still come from suppliers."""

    name = "backorder_filled"
    stage = 1
    sentence = "Nothing is back-ordered any more: {units} units {how}"
    units: Decimal
    how: str
    open_units: Decimal = Decimal(0)

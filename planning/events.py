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
    sentence = "{units} units received, {open_units} still to come"
    units: Decimal
    open_units: Decimal


@dataclass(frozen=True, kw_only=True)
class SupplyReceived(Event):
    name = "supply_received"
    stage = 1
    sentence = "The last {units} units received"
    units: Decimal


@dataclass(frozen=True, kw_only=True)
class SupplyCancelled(Event):
    name = "supply_cancelled"
    stage = 1
    sentence = "Cancelled with {open_units} units still to come"
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
    """``how``: allocated, or no longer wanted."""

    name = "backorder_filled"
    stage = 1
    sentence = "Nothing is back-ordered any more: {units} units {how}"
    units: Decimal
    how: str

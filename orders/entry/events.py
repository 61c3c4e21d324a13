"""What order entry records."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderSubmitted(Event):
    name = "order_submitted"
    stage = 4
    sentence = "Submitted with {lines} lines"
    lines: int
    net_base: Decimal


@dataclass(frozen=True, kw_only=True)
class OrderReturnedToDraft(Event):
    name = "order_returned_to_draft"
    stage = 4
    sentence = "Taken back to draft: {reason}"
    reason: str


@dataclass(frozen=True, kw_only=True)
class OrderConfirmed(Event):
    """``goods_lines`` counts lines that will ship, ``supplier_lines`` those of them that a supplier sends; ``promise`` is
    the date the customer was told."""

    name = "order_confirmed"
    stage = 4
    sentence = "Confirmed; promised for {promise}"
    goods_lines: int
    lines: int
    net_base: Decimal
    promise: date | None = None
    supplier_lines: int = 0


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(Event):
    name = "order_cancelled"
    stage = 4
    sentence = "Cancelled: {reason}"
    reason: str
    cancelled_units: Decimal


@dataclass(frozen=True, kw_only=True)
class OrderAbandoned(Event):
    name = "order_abandoned"
    stage = 4
    sentence = "Draft given up: {reason}"
    reason: str


@dataclass(frozen=True, kw_only=True)
class RestCancelled(Event):
    """``open_units`` are still to pick (parts of kits that are begun); at most these are not released yet."""

    name = "rest_cancelled"
    stage = 4
    sentence = "Rest of {cancelled_units} units cancelled: {reason}"
    reason: str
    cancelled_units: Decimal
    open_units: Decimal
    unreleased_units: Decimal

"""Facts about the shared order and what belongs to all stages."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class HoldPlaced(Event):
    name = "hold_placed"
    sentence = "Hold “{hold}” placed: {reason}"
    hold: str
    code: str
    cause: str
    reason: str
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HoldResolved(Event):
    name = "hold_resolved"
    sentence = "Hold “{hold}” lifted: {resolution}"
    hold: str
    code: str
    cause: str
    resolution: str
    held_minutes: int


@dataclass(frozen=True, kw_only=True)
class HoldRejected(Event):
    name = "hold_rejected"
    sentence = "Hold “{hold}” rejected; the order is not to be processed: {resolution}"
    hold: str
    code: str
    cause: str
    resolution: str


@dataclass(frozen=True, kw_only=True)
class HoldEscalated(Event):
    name = "hold_escalated"
    sentence = "Hold “{hold}” was not decided in time; it is before {owner} now"
    hold: str
    code: str
    cause: str
    owner: str


@dataclass(frozen=True, kw_only=True)
class PromiseChanged(Event):
    name = "promise_changed"
    stage = 1
    sentence = "Promise moved from {before} to {after}: {reason}"
    before: date | None = None
    after: date | None = None
    reason: str
    days: int = 0


@dataclass(frozen=True, kw_only=True)
class OrderClosed(Event):
    name = "order_closed"
    stage = 8
    sentence = "Closed: everything delivered, invoiced and settled"


@dataclass(frozen=True, kw_only=True)
class OrderReopened(Event):
    name = "order_reopened"
    stage = 9
    sentence = "Reopened: {reason}"
    reason: str


@dataclass(frozen=True, kw_only=True)
class HistoryImported(Event):
    """The one event of a document that history import brought in the state the source proves."""

    name = "history_imported"
    stage = 4
    sentence = "Imported from {source} as {state}"
    source: str
    state: str
    total_base: Decimal


@dataclass(frozen=True, kw_only=True)
class OrderShipped(Event):
    name = "order_shipped"
    stage = 7
    sentence = "Everything that was still open has left"
    shipped_units: Decimal


@dataclass(frozen=True, kw_only=True)
class OrderDelivered(Event):
    name = "order_delivered"
    stage = 7
    sentence = "Delivered"
    goods_lines: int

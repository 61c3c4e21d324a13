"""Facts about calls. Who called, and what was said, stay out."""

from dataclasses import dataclass
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class CallStarted(Event):
    name = "call_started"
    stage = 4
    sentence = "Call taken"
    known_caller: bool


@dataclass(frozen=True, kw_only=True)
class CallerNamed(Event):
    name = "caller_named"
    stage = 4
    sentence = "The caller was found"


@dataclass(frozen=True, kw_only=True)
class CallAnswered(Event):
    """An item's price and date were told."""

    name = "call_answered"
    stage = 4
    sentence = "Price and date of {units} × {sku} told"
    sku: str
    units: Decimal
    has_price: bool
    has_date: bool


@dataclass(frozen=True, kw_only=True)
class CallParked(Event):
    name = "call_parked"
    stage = 4
    sentence = "Parked"


@dataclass(frozen=True, kw_only=True)
class CallResumed(Event):
    name = "call_resumed"
    stage = 4
    sentence = "Taken up again"


@dataclass(frozen=True, kw_only=True)
class CallTurned(Event):
    name = "call_turned"
    stage = 4
    sentence = "Made into: {into}"
    into: str
    subject_id: int


@dataclass(frozen=True, kw_only=True)
class CallEnded(Event):
    name = "call_ended"
    stage = 4
    sentence = "Ended: {outcome}"
    outcome: str
    seconds: int
    questions: int

"""Facts about counts."""

from dataclasses import dataclass
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class CountAsked(Event):
    name = "count_asked"
    stage = 1
    sentence = "{sku} is to be counted: {reason}"
    sku: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CountDone(Event):
    """``difference`` was posted: above zero, more was there than the books said."""

    name = "count_done"
    stage = 1
    sentence = "{counted} of {sku} counted, {difference} more or less than the books said"
    sku: str
    counted: Decimal
    difference: Decimal

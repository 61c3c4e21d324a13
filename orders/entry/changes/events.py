"""What change orders record. No prices: the timeline is read by people who see none."""

from dataclasses import dataclass
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class ChangeOpened(Event):
    name = "change_opened"
    stage = 4
    sentence = "Change order opened on version {order_version}"
    order_version: int


@dataclass(frozen=True, kw_only=True)
class ChangeConflicted(Event):
    name = "change_conflicted"
    stage = 4
    sentence = "Change order not saved: the order is at version {now} by now, it was written against {seen}"
    seen: int
    now: int


@dataclass(frozen=True, kw_only=True)
class ChangeRebased(Event):
    name = "change_rebased"
    stage = 4
    sentence = "Change order brought to version {order_version}: {mine} kept, {theirs} left as the others saved it"
    order_version: int
    mine: int
    theirs: int


@dataclass(frozen=True, kw_only=True)
class ChangeApplied(Event):
    name = "change_applied"
    stage = 4
    sentence = "Change order saved as version {order_version}"
    order_version: int


@dataclass(frozen=True, kw_only=True)
class ChangeExpired(Event):
    name = "change_expired"
    stage = 4
    sentence = "Change order ran out after {idle_minutes} minutes without a hand"
    idle_minutes: int


@dataclass(frozen=True, kw_only=True)
class ChangeWithdrawn(Event):
    name = "change_withdrawn"
    stage = 4
    sentence = "Change order withdrawn"


@dataclass(frozen=True, kw_only=True)
class OrderChanged(Event):
    """A confirmed order has other terms by now.

    ``our_errors`` counts what was our fault: an order with any was not right the first time. ``added_units`` are
    wanted more than before, ``our_units`` of them we send and no supplier does; ``open_units`` are still to pick, and at
    most ``unreleased_units`` of them wait for a release of ours.
    """

    name = "order_changed"
    stage = 4
    sentence = "Changed: {what} ({why})"
    what: str
    why: str
    reasons: tuple[str, ...]
    our_errors: int
    order_version: int
    added_units: Decimal
    cancelled_units: Decimal
    open_units: Decimal
    unreleased_units: Decimal
    our_units: Decimal
    tell_customer: bool = True

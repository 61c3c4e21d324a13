"""Facts of stage 6: what leaves from where on which day, and when the warehouse was told."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class ShipmentPlanned(Event):
    name = "shipment_planned"
    stage = 6
    sentence = "{planned} planned for {slot_date} from {warehouse}: {units} units"
    planned: str
    warehouse: str
    units: Decimal
    lines: int
    slot_date: date
    due_date: date
    late_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ShipmentMoved(Event):
    name = "shipment_moved"
    stage = 6
    sentence = "{planned} moved from {before} to {after}"
    planned: str
    before: date
    after: date


@dataclass(frozen=True, kw_only=True)
class ShipmentFrozen(Event):
    name = "shipment_frozen"
    stage = 6
    sentence = "{planned} frozen on {slot_date}"
    planned: str
    slot_date: date


@dataclass(frozen=True, kw_only=True)
class ShipmentUnfrozen(Event):
    name = "shipment_unfrozen"
    stage = 6
    sentence = "{planned} may be moved again"
    planned: str


@dataclass(frozen=True, kw_only=True)
class ShipmentReleased(Event):
    """``unreleased_units`` of the order still wait for a release; ``short_units`` of this shipment had no stock."""

    name = "shipment_released"
    stage = 6
    sentence = "{planned} released to {warehouse}: {units} units[, {short_units} short]"
    planned: str
    warehouse: str
    units: Decimal
    short_units: Decimal
    unreleased_units: Decimal


@dataclass(frozen=True, kw_only=True)
class ShipmentRecalled(Event):
    """``released_left`` units of the order are still with the warehouse."""

    name = "shipment_recalled"
    stage = 6
    sentence = "{planned} recalled: {reason}"
    planned: str
    reason: str
    released_left: Decimal


@dataclass(frozen=True, kw_only=True)
class PlanCut(Event):
    """Units left the plan because nobody wants them any more."""

    name = "plan_cut"
    stage = 6
    sentence = "{planned} cut by {units} units"
    planned: str
    units: Decimal


@dataclass(frozen=True, kw_only=True)
class PlanCancelled(Event):
    name = "plan_cancelled"
    stage = 6
    sentence = "{planned} cancelled: {reason}"
    planned: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PlanTakenOver(Event):
    name = "plan_taken_over"
    stage = 6
    sentence = "{planned} taken over by the warehouse"
    planned: str


@dataclass(frozen=True, kw_only=True)
class PlanSent(Event):
    """The supplier sent it to the customer; ``unreleased_units`` of the order still wait for us to release them."""

    name = "plan_sent"
    stage = 6
    sentence = "{planned} sent by the supplier: {units} units"
    planned: str
    units: Decimal
    unreleased_units: Decimal


@dataclass(frozen=True, kw_only=True)
class PlanGivenBack(Event):
    name = "plan_given_back"
    stage = 6
    sentence = "{planned} given back by the warehouse; it waits to be picked again"
    planned: str


@dataclass(frozen=True, kw_only=True)
class OrderReleased(Event):
    name = "order_released"
    stage = 6
    sentence = "Released: {planned} is on its way out"
    planned: str


@dataclass(frozen=True, kw_only=True)
class OrderRecalled(Event):
    name = "order_recalled"
    stage = 6
    sentence = "Back to confirmed: nothing of it is with the warehouse"

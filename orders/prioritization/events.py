"""Facts of stage 5: ranks, rule sets, allocation runs."""

from dataclasses import dataclass
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderRanked(Event):
    """The order got its first rank. Later ranks are rows, not facts."""

    name = "order_ranked"
    stage = 5
    sentence = "Ranked with {points} points, before waiting"
    points: Decimal
    rule_set: str


@dataclass(frozen=True, kw_only=True)
class OrderAllocated(Event):
    name = "order_allocated"
    stage = 5
    sentence = "{units} units given by allocation run {run_id}"
    run_id: int
    units: Decimal


@dataclass(frozen=True, kw_only=True)
class RuleSetDrafted(Event):
    name = "rule_set_drafted"
    stage = 5
    sentence = "Drafted from {source}"
    source: str


@dataclass(frozen=True, kw_only=True)
class RuleSetChanged(Event):
    name = "rule_set_changed"
    stage = 5
    sentence = "Changed; waiting counts {points_per_day} points a working day"
    points_per_day: Decimal


@dataclass(frozen=True, kw_only=True)
class RuleSetPublished(Event):
    name = "rule_set_published"
    stage = 5
    sentence = "Published; {ranked_orders} open orders ranked anew"
    ranked_orders: int
    points_per_day: Decimal


@dataclass(frozen=True, kw_only=True)
class RuleSetRetired(Event):
    name = "rule_set_retired"
    stage = 5
    sentence = "Retired; {successor} took its place"
    successor: str


@dataclass(frozen=True, kw_only=True)
class AllocationProposed(Event):
    name = "allocation_proposed"
    stage = 5
    sentence = "Proposed: {units} of {wanted_units} wanted units for {orders} orders"
    orders: int
    units: Decimal
    wanted_units: Decimal


@dataclass(frozen=True, kw_only=True)
class AllocationApplied(Event):
    name = "allocation_applied"
    stage = 5
    sentence = "Applied: {units} units given[, {skipped_rows} rows skipped]"
    units: Decimal
    skipped_rows: int


@dataclass(frozen=True, kw_only=True)
class AllocationDiscarded(Event):
    name = "allocation_discarded"
    stage = 5
    sentence = "Discarded"

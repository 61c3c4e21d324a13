"""Blanket agreements: written, put in force, planned, drawn on by orders, over."""

from orders.pricing.agreements.services.deciding import activate_agreement, close_agreement
from orders.pricing.agreements.services.ending import end_agreements, warn_of_ends
from orders.pricing.agreements.services.plan_clock import (
    ReleaseOrderedAlready,
    begin_order,
    give_back_releases,
    mark_ordered,
    release_plans,
)
from orders.pricing.agreements.services.plan_rows import PlannedInput, PlanRefused
from orders.pricing.agreements.services.planning import move_release, plan_releases, skip_release
from orders.pricing.agreements.services.releasing import record_releases, withdraw_releases
from orders.pricing.agreements.services.writing import (
    AgreedInput,
    InvalidAgreement,
    change_agreement,
    write_agreement,
)

__all__ = [
    "AgreedInput",
    "InvalidAgreement",
    "PlanRefused",
    "PlannedInput",
    "ReleaseOrderedAlready",
    "activate_agreement",
    "begin_order",
    "change_agreement",
    "close_agreement",
    "end_agreements",
    "give_back_releases",
    "mark_ordered",
    "move_release",
    "plan_releases",
    "record_releases",
    "release_plans",
    "skip_release",
    "warn_of_ends",
    "withdraw_releases",
    "write_agreement",
]

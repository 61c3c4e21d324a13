"""Blanket agreements: written, put in force, drawn on by orders, over."""

from orders.pricing.agreements.services.ending import end_agreements, warn_of_ends
from orders.pricing.agreements.services.releasing import record_releases, withdraw_releases
from orders.pricing.agreements.services.writing import (
    AgreedInput,
    InvalidAgreement,
    activate_agreement,
    change_agreement,
    close_agreement,
    write_agreement,
)

__all__ = [
    "AgreedInput",
    "InvalidAgreement",
    "activate_agreement",
    "change_agreement",
    "close_agreement",
    "end_agreements",
    "record_releases",
    "warn_of_ends",
    "withdraw_releases",
    "write_agreement",
]

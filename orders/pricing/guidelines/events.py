"""Facts about requests to go further than the guidelines. Sentences name no money and no percent."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class DiscountRequested(Event):
    name = "discount_requested"
    stage = 3
    sentence = "Approval of prices asked for {document}: {lines} lines outside the guidelines"
    document: str
    lines: int
    reason: str
    net_base: Decimal
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class DiscountApproved(Event):
    name = "discount_approved"
    stage = 3
    sentence = "Prices of {document} approved: {decision}"
    document: str
    decision: str


@dataclass(frozen=True, kw_only=True)
class DiscountRefused(Event):
    name = "discount_refused"
    stage = 3
    sentence = "Prices of {document} not approved: {decision}"
    document: str
    decision: str


@dataclass(frozen=True, kw_only=True)
class DiscountDelegated(Event):
    name = "discount_delegated"
    stage = 3
    sentence = "Handed to {approver} for decision"
    approver: str


@dataclass(frozen=True, kw_only=True)
class DiscountRequestExpired(Event):
    name = "discount_request_expired"
    stage = 3
    sentence = "Nobody decided about {document} in time"
    document: str


@dataclass(frozen=True, kw_only=True)
class DiscountVoided(Event):
    name = "discount_voided"
    stage = 3
    sentence = "Void: {because}"
    because: str

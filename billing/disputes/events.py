"""Facts about disputes. What was said in words stays on the dispute: it must be erasable."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class DisputeOpened(Event):
    """``caused_by`` is the number of the stage that is thought to have caused it."""

    name = "dispute_opened"
    stage = 8
    sentence = "Invoice {invoice} is disputed: {reason}"
    invoice: str
    reason: str
    caused_by: int
    amount: Decimal
    currency: str
    by_customer: bool
    due_on: date


@dataclass(frozen=True, kw_only=True)
class DisputeRouted(Event):
    name = "dispute_routed"
    stage = 8
    sentence = "Dispute of {invoice}: caused by stage {caused_by}, in the hands of {owner}"
    invoice: str
    caused_by: int
    owner: str


@dataclass(frozen=True, kw_only=True)
class DisputeDecided(Event):
    """``credited_amount`` is zero where the invoice stands as it is."""

    name = "dispute_decided"
    stage = 8
    sentence = "Dispute of {invoice} decided: {outcome}"
    invoice: str
    outcome: str
    amount: Decimal
    credited_amount: Decimal
    currency: str
    caused_by: int
    reason: str
    credit_note: str

"""Facts about returns. Money stays out of the sentences: not everybody who reads them may see prices."""

from dataclasses import dataclass
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class ReturnRequested(Event):
    name = "return_requested"
    stage = 9
    sentence = "Return {number} requested (quantity {units})"
    number: str
    units: Decimal
    lines: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReturnAuthorized(Event):
    name = "return_authorized"
    stage = 9
    sentence = "Return {number} authorized, to come back to {warehouse}"
    number: str
    units: Decimal
    warehouse: str


@dataclass(frozen=True, kw_only=True)
class ReturnRejected(Event):
    name = "return_rejected"
    stage = 9
    sentence = "Return {number} rejected: {reason}"
    number: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReturnReceived(Event):
    name = "return_received"
    stage = 9
    sentence = "Return {number}: quantity {units} received, {missing_units} still to come"
    number: str
    units: Decimal
    missing_units: Decimal


@dataclass(frozen=True, kw_only=True)
class ReturnInspected(Event):
    name = "return_inspected"
    stage = 9
    sentence = "Return {number} inspected: quantity {accepted_units} accepted, {send_back_units} to be sent back"
    number: str
    accepted_units: Decimal
    restock_units: Decimal
    scrap_units: Decimal
    send_back_units: Decimal
    supplier_units: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class ReturnSettled(Event):
    name = "return_settled"
    stage = 9
    sentence = "Return {number} settled: quantity {credited_units} credited"
    number: str
    credited_units: Decimal
    credit_note: str = ""


@dataclass(frozen=True, kw_only=True)
class ReturnClosed(Event):
    name = "return_closed"
    stage = 9
    sentence = "Return {number} closed"
    number: str


@dataclass(frozen=True, kw_only=True)
class ReturnCancelled(Event):
    name = "return_cancelled"
    stage = 9
    sentence = "Return {number} cancelled: {reason}"
    number: str
    reason: str

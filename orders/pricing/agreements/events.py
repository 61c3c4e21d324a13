"""Facts about blanket agreements. Sentences name no money."""

from dataclasses import dataclass
from datetime import date

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class AgreementWritten(Event):
    name = "agreement_written"
    stage = 3
    sentence = "Blanket agreement written, {valid_from} to {valid_to}"
    items: int
    valid_from: date
    valid_to: date


@dataclass(frozen=True, kw_only=True)
class AgreementActivated(Event):
    name = "agreement_activated"
    stage = 3
    sentence = "Put in force until {valid_to}"
    valid_to: date


@dataclass(frozen=True, kw_only=True)
class AgreementRevised(Event):
    name = "agreement_revised"
    stage = 3
    sentence = "Revision {revision}: {because}"
    revision: int
    because: str


@dataclass(frozen=True, kw_only=True)
class AgreementEnded(Event):
    name = "agreement_ended"
    stage = 3
    sentence = "Ended; its last day was {valid_to}"
    valid_to: date


@dataclass(frozen=True, kw_only=True)
class AgreementClosed(Event):
    name = "agreement_closed"
    stage = 3
    sentence = "Closed: {because}"
    because: str

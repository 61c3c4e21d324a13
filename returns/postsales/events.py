"""Facts about cases and follow-ups. What people wrote stays out of them."""

from dataclasses import dataclass
from datetime import date

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class CaseOpened(Event):
    name = "case_opened"
    stage = 10
    sentence = "Case {number} opened ({kind})"
    number: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class CaseAssigned(Event):
    name = "case_assigned"
    stage = 10
    sentence = "Case {number} assigned"
    number: str
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class CaseReplied(Event):
    name = "case_replied"
    stage = 10
    sentence = "Case {number}: {said}"
    number: str
    said: str
    to_customer: bool
    first: bool = False


@dataclass(frozen=True, kw_only=True)
class CaseWaiting(Event):
    name = "case_waiting"
    stage = 10
    sentence = "Case {number} waits for {whom}"
    number: str
    whom: str


@dataclass(frozen=True, kw_only=True)
class CaseResolved(Event):
    name = "case_resolved"
    stage = 10
    sentence = "Case {number} resolved"
    number: str


@dataclass(frozen=True, kw_only=True)
class CaseClosed(Event):
    name = "case_closed"
    stage = 10
    sentence = "Case {number} closed"
    number: str
    satisfaction: int | None = None


@dataclass(frozen=True, kw_only=True)
class CaseReopened(Event):
    name = "case_reopened"
    stage = 10
    sentence = "Case {number} reopened: {reason}"
    number: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class FollowUpPlanned(Event):
    name = "follow_up_planned"
    stage = 10
    sentence = "Follow-up planned for {due_on}: {purpose}"
    follow_up_id: int
    purpose: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class FollowUpDone(Event):
    """``left`` counts the follow-ups of the same order that are still open."""

    name = "follow_up_done"
    stage = 10
    sentence = "Follow-up done: {purpose}"
    follow_up_id: int
    purpose: str
    left: int

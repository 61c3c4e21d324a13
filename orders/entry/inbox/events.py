"""Facts about the documents that customers send. Names, addresses and texts stay out."""

from dataclasses import dataclass

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class DocumentReceived(Event):
    name = "document_received"
    stage = 4
    sentence = "Received ({door})"
    door: str
    kind: str
    size_bytes: int


@dataclass(frozen=True, kw_only=True)
class DocumentRead(Event):
    """Read, but nobody knows yet whose it is."""

    name = "document_read"
    stage = 4
    sentence = "Read: {lines} lines, customer unknown"
    lines: int


@dataclass(frozen=True, kw_only=True)
class DocumentProposed(Event):
    name = "document_proposed"
    stage = 4
    sentence = "Read: {lines} lines[, {doubtful} to look at]"
    lines: int
    doubtful: int


@dataclass(frozen=True, kw_only=True)
class DocumentBroken(Event):
    name = "document_broken"
    stage = 4
    sentence = "Could not be read"
    kind: str


@dataclass(frozen=True, kw_only=True)
class DocumentAssigned(Event):
    name = "document_assigned"
    stage = 4
    sentence = "Given to {to}"
    to: str


@dataclass(frozen=True, kw_only=True)
class DocumentOrdered(Event):
    """``checked_lines`` were doubtful and looked at; ``learned`` names of items and senders are known from now on."""

    name = "document_ordered"
    stage = 4
    sentence = "Made into an order with {lines} lines"
    lines: int
    checked_lines: int
    left_out: int
    learned: int


@dataclass(frozen=True, kw_only=True)
class DocumentSetAside(Event):
    name = "document_set_aside"
    stage = 4
    sentence = "Set aside: {reason}"
    reason: str


@dataclass(frozen=True, kw_only=True)
class DocumentBroughtBack(Event):
    name = "document_brought_back"
    stage = 4
    sentence = "Brought back"


@dataclass(frozen=True, kw_only=True)
class DocumentAnswered(Event):
    """``control`` is the number that the answer bears in the partner's row of numbers."""

    name = "document_answered"
    stage = 4
    sentence = "Answered ({answer}, number {control})"
    answer: str
    control: int

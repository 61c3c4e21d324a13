"""What a 997 says of an interchange: which groups and documents of it were accepted, and where what is wrong stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from orders.entry.inbox.rules.dates import read_compact
from orders.entry.inbox.rules.numbers import read_plain
from orders.entry.inbox.rules.shapes import Unreadable
from orders.entry.inbox.rules.x12 import WANTED, Segment, envelope_facts, read_x12, segments_of

MOST_FAULTS: Final = 100  # named per document
_BEGINS: Final = re.compile(r"^\s*ISA[^\w\s]", re.MULTILINE)
# Codes of X12: 715 (verdict), 716 (group), 718 (document), 720 (segment), 723 (element), I18 (interchange).
_NOT_OURS, _NO_TRAILER, _CONTROL, _COUNT, _IN_ERROR = "1", "2", "3", "4", "5"
_GROUP_NOT_OURS, _GROUP_NO_TRAILER, _GROUP_CONTROL, _GROUP_COUNT = "1", "3", "4", "5"
_SEGMENT_MISSING, _ELEMENTS_WRONG = "3", "8"
_MISSING, _PAIR, _LETTERS, _VALUE, _DATE = "1", "2", "6", "7", "8"
_ENDS_EARLY, _CONTROL_DIFFERS, _GROUPS_MISCOUNTED, _CONTENT = "023", "001", "021", "024"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one segment. ``at`` counts from the document's ST, which is 1; ``element`` 0 is the segment."""

    segment: str
    at: int
    element: int = 0
    code: str = _SEGMENT_MISSING
    said: str = ""


@dataclass(slots=True)
class SetReceipt:
    """One document of a group; ``errors`` refuse it, ``faults`` alone let it in."""

    kind: str
    control: str
    errors: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    refused: bool = False

    @property
    def verdict(self) -> str:
        """A accepted, E accepted with errors, R rejected."""
        return "R" if self.errors or self.refused else "E" if self.faults else "A"


@dataclass(slots=True)
class GroupReceipt:
    """One functional group: ``stated`` is the count of documents that its trailer gives."""

    kind: str
    control: str
    stated: str = ""
    sets: list[SetReceipt] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return sum(one.verdict != "R" for one in self.sets)

    @property
    def verdict(self) -> str:
        """As of a document; P is partly accepted."""
        if not self.accepted:
            return "R"
        if self.accepted < len(self.sets):
            return "P"
        return "E" if self.errors or any(one.faults for one in self.sets) else "A"


@dataclass(slots=True)
class Receipt:
    """One interchange as it arrived. ``note`` is the code of what is wrong with its own envelope."""

    facts: dict[str, str]
    dated: tuple[str, str]
    groups: list[GroupReceipt] = field(default_factory=list)
    note: str = ""

    @property
    def verdict(self) -> str:
        """The one of all its groups; P where they differ."""
        found = {"R"} if self.note else {group.verdict for group in self.groups}
        return found.pop() if len(found) == 1 else "E" if found == {"A", "E"} else "P"


def x12_in(text: str) -> str:
    """The interchange that a text holds, below whatever stands above it; empty without one."""
    found = _BEGINS.search(text)
    return text[found.start() :] if found else ""


def receipts_of(text: str) -> list[Receipt]:
    """What to say of each interchange of a text; nothing for acknowledgments, which are never acknowledged.

    Where the reader takes no order of a file, none of its documents is accepted.
    """
    try:
        segments = segments_of(text)
    except Unreadable:
        return []
    try:
        read_x12(text)
        refused = False
    except Unreadable:
        refused = True
    found = [_receipt(part) for part in _interchanges(segments)]
    for receipt in found:
        for one in (one for group in receipt.groups for one in group.sets):
            one.refused = refused or bool(receipt.note)
    return [receipt for receipt in found if receipt.groups or receipt.note]


def _interchanges(segments: Sequence[Segment]) -> list[list[Segment]]:
    parts: list[list[Segment]] = []
    for segment in segments:
        if segment.name == "ISA":
            parts.append([])
        parts[-1].append(segment)  # the first is an ISA, or there would be no segments
    return parts


def _receipt(segments: Sequence[Segment]) -> Receipt:
    isa, trailer = segments[0], segments[-1]
    first = next((segment for segment in segments if segment.name == "GS"), None)
    receipt = Receipt(envelope_facts(isa, first), (isa[9], isa[10]))
    groups = 0
    group: GroupReceipt | None = None
    body: list[Segment] = []
    for segment in segments[1:]:
        if segment.name == "GS":
            groups += 1
            if group is not None:
                _close(group, body, None)
            group, body = GroupReceipt(segment[1], segment[6]), []
            if segment[1] != "FA":
                receipt.groups.append(group)
        elif segment.name == "GE" and group is not None:
            _close(group, body, segment)
            group, body = None, []
        elif segment.name == "IEA":
            receipt.note = receipt.note or _trailer_note(segment, isa, groups)
        elif group is not None:
            body.append(segment)
        else:
            receipt.note = _CONTENT
    if group is not None:
        _close(group, body, None)
    if trailer.name != "IEA":
        receipt.note = _ENDS_EARLY
    return receipt


def _trailer_note(iea: Segment, isa: Segment, groups: int) -> str:
    if iea[2].lstrip("0") != isa[13].lstrip("0"):
        return _CONTROL_DIFFERS
    return "" if (iea[1].lstrip("0") or "0") == str(groups) else _GROUPS_MISCOUNTED


def _close(group: GroupReceipt, body: Sequence[Segment], trailer: Segment | None) -> None:
    """The documents of a group, now that it ends."""
    held: list[Segment] = []
    for segment in body:
        if segment.name == "ST":
            if held:
                group.sets.append(_set(held))
            held = [segment]
        elif held:
            held.append(segment)
            if segment.name == "SE":
                group.sets.append(_set(held))
                held = []
    if held:
        group.sets.append(_set(held))
    if trailer is None:
        group.errors.append(_GROUP_NO_TRAILER)
        return
    group.stated = trailer[1].lstrip("0") or "0"
    if group.kind != "PO" and all(one.kind != "850" for one in group.sets):
        group.errors.append(_GROUP_NOT_OURS)
    if trailer[2].lstrip("0") != group.control.lstrip("0"):
        group.errors.append(_GROUP_CONTROL)
    if group.stated != str(len(group.sets)):
        group.errors.append(_GROUP_COUNT)


def _set(body: Sequence[Segment]) -> SetReceipt:
    head, trailer = body[0], body[-1]
    receipt = SetReceipt(head[1], head[2])
    if trailer.name != "SE":
        receipt.errors.append(_NO_TRAILER)
    else:
        if trailer[2].lstrip("0") != head[2].lstrip("0"):
            receipt.errors.append(_CONTROL)
        if (trailer[1].lstrip("0") or "0") != str(len(body)):
            receipt.errors.append(_COUNT)
    if head[1] != "850":
        receipt.errors.insert(0, _NOT_OURS)
        return receipt
    names = [segment.name for segment in body]
    if "BEG" not in names:
        receipt.faults.append(Fault("BEG", 2))
    if "PO1" not in names:
        receipt.faults.append(Fault("PO1", len(body)))
        receipt.errors.append(_IN_ERROR)
    lines = names.count("PO1")
    for at, segment in enumerate(body, start=1):
        receipt.faults += [Fault(segment.name, at, *wrong) for wrong in _wrong_in(segment, lines)]
    del receipt.faults[MOST_FAULTS:]
    return receipt


def _wrong_in(segment: Segment, lines: int) -> list[tuple[int, str, str]]:
    """The elements of a segment that cannot stand: place, code, and what it says there."""
    found: list[tuple[int, str, str]] = []
    if segment.name == "BEG":
        if not segment[3]:
            found.append((3, _MISSING, ""))
        if read_compact(segment[5]) is None:
            found.append((5, _DATE if segment[5] else _MISSING, segment[5]))
    elif segment.name == "DTM" and segment[1] in WANTED and read_compact(segment[2]) is None:
        found.append((2, _DATE, segment[2]))
    elif segment.name == "PO1":
        found += _wrong_in_line(segment)
    elif segment.name == "PO4" and bool(segment[6]) != bool(segment[7]) and segment[5]:
        found.append((6 if segment[7] else 7, _PAIR, ""))
    elif segment.name == "CTT":
        count = read_plain(segment[1])
        if count is not None and count != lines:
            found.append((1, _VALUE, segment[1]))
    return found


def _wrong_in_line(segment: Segment) -> list[tuple[int, str, str]]:
    found: list[tuple[int, str, str]] = []
    quantity, price = read_plain(segment[2]), read_plain(segment[4])
    if quantity is None or quantity <= 0:
        found.append((2, (_VALUE if quantity is not None else _LETTERS) if segment[2] else _MISSING, segment[2]))
    if segment[4] and (price is None or price < 0):
        found.append((4, _LETTERS if price is None else _VALUE, segment[4]))
    for place in range(6, max(len(segment.elements), 7), 2):
        if bool(segment[place]) != bool(segment[place + 1]):
            found.append((place + 1 if segment[place] else place, _PAIR, ""))
    return found

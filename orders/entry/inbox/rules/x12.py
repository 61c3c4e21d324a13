"""EDI purchase orders, ANSI X12 850. The envelope is checked; what does not add up is named, never guessed."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from orders.entry.inbox.rules.dates import read_compact
from orders.entry.inbox.rules.numbers import read_plain
from orders.entry.inbox.rules.shapes import MOST_LINES, LineRead, OrderRead, Sender, Unreadable

_NAMES: Final = {  # other transaction sets that arrive by mistake
    "810": "invoice", "832": "price catalog", "855": "order acknowledgment", "856": "ship notice", "860": "order change",
    "875": "grocery order", "940": "warehouse order", "997": "acknowledgment", "271": "eligibility answer",
}  # fmt: skip
_OURS: Final = ("VN", "VP", "VC", "SK", "MG", "MF")  # the seller's own number and its kin
_THEIRS: Final = ("BP", "CB", "IN", "PI", "PN")
_BARCODE: Final = ("UP", "UK", "EN", "UA", "UI", "GT")
WANTED: Final = ("002", "106", "063", "010", "068")  # deliver, required by, do not deliver after, ship
_PURPOSES: Final = {"01": "a cancellation", "04": "a change", "05": "a replacement", "06": "a confirmation"}


@dataclass(slots=True)
class Segment:
    """One segment: its elements (the first is its name) and its place in the document, from 1."""

    elements: list[str]
    at: int

    @property
    def name(self) -> str:
        return self.elements[0]

    def __getitem__(self, place: int) -> str:
        return self.elements[place].strip() if place < len(self.elements) else ""


@dataclass(slots=True)
class _Envelope:
    """What the headers around a transaction say, and the counts that the trailers must repeat."""

    interchange: Segment
    group: Segment | None = None
    groups: int = 0
    sets: int = 0
    body: list[Segment] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)


def looks_like_x12(text: str) -> bool:
    return re.match(r"\s*ISA[^\w\s]", text[:200]) is not None


def segments_of(text: str) -> list[Segment]:
    """The segments of an interchange, by the separators that its own header declares.

    Raises: Unreadable
    """
    body = text.lstrip("\ufeff \t\r\n")
    if not looks_like_x12(body):
        raise Unreadable("It does not begin with an ISA header.")
    mark = body[3]
    heads = body.split(mark, 16)
    if len(heads) < 17 or len(heads[16]) < 2:
        raise Unreadable("The ISA header has fewer than 16 fields.")
    end = heads[16][1]
    if end == "\r":
        end = "\n"
    if end.isalnum():
        raise Unreadable("The ISA header does not end with a segment mark.")
    segments: list[Segment] = []
    for piece in body.split(end):
        if piece := piece.strip("\r\n\t "):
            segments.append(Segment(piece.split(mark), len(segments) + 1))
    return segments


def read_x12(text: str) -> tuple[str, list[OrderRead]]:
    """The orders of an interchange, and its text with one segment per line.

    Raises: Unreadable naming every broken envelope, or what else it is if no purchase order
    """
    segments = segments_of(text)
    mark = text.lstrip("\ufeff \t\r\n")[3]
    shown = "\n".join(mark.join(segment.elements) for segment in segments)
    problems: list[str] = []
    orders: list[OrderRead] = []
    others: set[str] = set()
    envelope: _Envelope | None = None
    for segment in segments:
        if segment.name == "ISA":
            if envelope is not None:
                problems.append(
                    f"Segment {segment.at}: a new interchange begins before the last one has its IEA trailer."
                )
            envelope = _Envelope(segment)
        elif envelope is None:
            problems.append(f"Segment {segment.at}: {segment.name[:3]} stands outside any interchange.")
        elif segment.name == "IEA":
            problems += _check(segment, "IEA", envelope.groups, envelope.interchange[13], "groups")
            envelope = None
        else:
            _inside(segment, envelope, orders, others, problems)
    if envelope is not None:
        problems.append("The interchange has no IEA trailer: the end of the file is missing.")
    if problems:
        raise Unreadable(" ".join(problems[:12]))
    if not orders:
        kinds = ", ".join(f"{code} ({_NAMES.get(code, 'not an order')})" for code in sorted(others))
        raise Unreadable(f"It holds no purchase order (850), but {kinds or 'nothing'}.")
    if others:
        orders[0].remarks.append(
            f"The same interchange also holds: {', '.join(sorted(others))}. Nothing was made of it."
        )
    return shown, orders


def _inside(
    segment: Segment, envelope: _Envelope, orders: list[OrderRead], others: set[str], problems: list[str]
) -> None:
    if segment.name == "GS":
        envelope.group, envelope.sets = segment, 0
        envelope.groups += 1
    elif segment.name == "GE":
        if envelope.group is None:
            problems.append(f"Segment {segment.at}: a group ends that never began.")
        else:
            problems += _check(segment, "GE", envelope.sets, envelope.group[6], "documents")
        envelope.group = None
    elif segment.name == "ST":
        if envelope.body:
            problems.append(f"Document {envelope.body[0][2]} has no SE trailer.")
        envelope.body = [segment]
        envelope.sets += 1
    elif segment.name == "SE":
        if not envelope.body:
            problems.append(f"Segment {segment.at}: a document ends that never began.")
            return
        head, body = envelope.body[0], [*envelope.body, segment]
        envelope.body = []
        problems += _check(segment, "SE", len(body), head[2], "segments")
        if head[1] == "850":
            orders.append(_order(body, envelope))
        else:
            others.add(head[1])
    elif envelope.body:
        envelope.body.append(segment)


def _check(trailer: Segment, name: str, counted: int, control: str, what: str) -> list[str]:
    """What a trailer says wrongly about what it closes."""
    found = []
    said = trailer[1].lstrip("0") or "0"
    if said != str(counted):
        found.append(f"{name} says {said} {what}, there are {counted}.")
    if trailer[2].lstrip("0") != control.lstrip("0"):
        found.append(f"{name} carries the control number {trailer[2] or '(none)'}, its header {control or '(none)'}.")
    return found


def envelope_facts(isa: Segment, group: Segment | None) -> dict[str, str]:
    """What the headers say that an answer must repeat."""
    return {
        "interchange": isa[13], "sender": isa[6], "sender_qualifier": isa[5], "receiver": isa[8],
        "receiver_qualifier": isa[7], "usage": isa[15] or "P",
        "group": group[6] if group else "", "group_sender": group[2] if group else "",
        "group_receiver": group[3] if group else "", "version": group[8] if group else "",
    }  # fmt: skip


def _order(body: list[Segment], envelope: _Envelope) -> OrderRead:
    isa, group = envelope.interchange, envelope.group
    order = OrderRead(sender=Sender(edi_id=f"{isa[5]}:{isa[6]}"))
    order.facts = envelope_facts(isa, group) | {"set": body[0][2], "segments": str(len(body))}
    line: LineRead | None = None
    party = ""
    for segment in body:
        if segment.name == "PO1":
            line = _line(segment, order)
            order.lines.append(line)
            if len(order.lines) > MOST_LINES:
                raise Unreadable(f"It has more than {MOST_LINES} lines. Split it.")
        elif line is not None and segment.name not in ("CTT", "AMT", "SE"):
            _below_line(segment, line)
        else:
            party = _header(segment, order, party)
    _totals(body, order)
    if not order.lines:
        raise Unreadable(f"Order {order.po or '(without a number)'} has no lines (PO1).")
    return order


def _header(segment: Segment, order: OrderRead, party: str) -> str:
    """Read a segment above the lines; returns the party that is being spoken of."""
    if segment.name == "BEG":
        order.po = segment[3][:60]
        order.facts["purpose"] = segment[1]
        order.facts["ordered_on"] = segment[5]
        if segment[1] in _PURPOSES:
            order.remarks.append(f"It says that it is {_PURPOSES[segment[1]]} of an earlier order, not a new one.")
            order.facts["not_original"] = "yes"
    elif segment.name == "CUR":
        order.currency = segment[2][:3].upper()
    elif segment.name == "DTM" and segment[1] in WANTED and order.wanted is None:
        order.wanted = read_compact(segment[2])
        if order.wanted is None:
            order.wanted_sure, order.wanted_why = 0, f"DTM gives the day as “{segment[2][:20]}”."
    elif segment.name == "N1":
        party = segment[1]
        if party in ("BY", "BT") and not order.sender.name:
            order.sender = Sender(order.sender.edi_id, order.sender.email, segment[2], order.sender.tax_id)
        if party == "ST":
            order.ship_to = " ".join(filter(None, [segment[2], f"({segment[4]})" if segment[4] else ""]))
    elif segment.name in ("N3", "N4") and party == "ST":
        order.ship_to = ", ".join(filter(None, [order.ship_to, *(part.strip() for part in segment.elements[1:4])]))[
            :300
        ]
    elif segment.name == "MSG" and len(order.remarks) < 20:
        order.remarks.append(segment[1][:300])
    return party


def _line(segment: Segment, order: OrderRead) -> LineRead:
    line = LineRead(at=segment.at, unit=segment[3][:20], number=segment[1][:20])
    line.quantity = read_plain(segment[2])
    if line.quantity is None or line.quantity <= 0:
        line.quantity = None
        line.doubt("quantity", 0, f"PO1 gives the quantity as “{segment[2][:20]}”.")
    if segment[4]:
        line.price = read_plain(segment[4])
        if line.price is None or line.price < 0:
            line.price = None
            line.doubt("price", 0, f"PO1 gives the price as “{segment[4][:20]}”.")
    pairs = [(segment[place], segment[place + 1]) for place in range(6, max(len(segment.elements), 7), 2)]
    for kind, value in pairs:
        if bool(kind) != bool(value):
            empty = f"{kind} without a number" if kind else f"a number {value[:20]} without its kind"
            line.doubt("line", 60, f"The line is not well formed: {empty}.")
    by_kind = {kind: value[:80] for kind, value in reversed(pairs) if kind and value}
    line.names = tuple(by_kind[kind] for kind in (*_OURS, *_THEIRS, *_BARCODE) if kind in by_kind)
    line.codes = by_kind
    line.description = by_kind.get("PD", "")[:200]
    order.facts.setdefault("first_line", segment[1])
    return line


def _below_line(segment: Segment, line: LineRead) -> None:
    if segment.name == "PID" and not line.description:
        line.description = segment[5][:200]
    elif segment.name == "DTM" and segment[1] in WANTED and line.wanted is None:
        line.wanted = read_compact(segment[2])
    elif segment.name == "SCH" and line.wanted is None:
        line.wanted = read_compact(segment[6])
    elif segment.name == "PO4" and bool(segment[6]) != bool(segment[7]) and segment[5]:
        line.doubt("line", 75, "Its packing (PO4) is not well formed: a weight without its unit, or the reverse.")


def _totals(body: list[Segment], order: OrderRead) -> None:
    """Compare the order with the totals that it carries itself."""
    for segment in body:
        if segment.name == "CTT" and (count := read_plain(segment[1])) is not None and count != len(order.lines):
            order.remarks.append(f"It says that it has {count} lines; it has {len(order.lines)}.")
            order.facts["miscounted"] = "yes"
        if segment.name == "AMT" and segment[1] in ("1", "TT") and (said := read_plain(segment[2])) is not None:
            priced = [line.quantity * line.price for line in order.lines if line.quantity and line.price is not None]
            total = sum(priced, Decimal(0))
            if len(priced) == len(order.lines) and total != said:
                order.remarks.append(f"Its lines come to {total:f}, its own total says {said:f}.")
                order.facts["total_differs"] = "yes"

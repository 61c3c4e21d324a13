"""What goes back to the customer's program: X12 997 and 855, and the UBL order response."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from orders.entry.inbox.rules.receipts import GroupReceipt, Receipt

_MARKS: Final = "*~>\n"
_X12_CODES: Final = {
    "accepted": "IA", "quantity": "IQ", "price": "IP", "date": "DR", "several": "IC", "rejected": "IR",
    "added": "IC",
}  # fmt: skip
_UBL_CODES: Final = {"accepted": "5", "rejected": "7", "added": "1"}  # all else is 3, changed
_DELIVERED: Final = "067"  # the day is the one on which it is with the customer
_OUR_NUMBER: Final = "VN"


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What became of one line that was asked for. ``status`` is accepted, quantity, price, date, several, rejected or
    added: a line that they did not ask for in their document.

    ``number`` and ``codes`` are the customer's own, as they sent them; what was added has none.
    Units: ``quantity`` and ``price`` per ``unit``, as we will ship and invoice it; ``asked`` per ``asked_unit``.
    """

    number: str
    codes: tuple[tuple[str, str], ...]
    name: str
    sku: str
    asked: Decimal
    asked_unit: str
    quantity: Decimal
    unit: str
    price: Decimal | None
    promised: date | None
    status: str


def write_997(receipts: Sequence[Receipt], first: int, at: datetime) -> str:
    """The functional acknowledgments of a file's interchanges, numbered from ``first``."""
    return "".join(
        _envelope("997", "FA", receipt.facts, number, at, [_acknowledged(group) for group in receipt.groups], receipt)
        for number, receipt in enumerate(receipts, start=first)
    )


def _acknowledged(group: GroupReceipt) -> list[list[str]]:
    body = [["AK1", group.kind, group.control]]
    for one in group.sets:
        body.append(["AK2", one.kind, one.control])
        marked: tuple[str, int] | None = None
        for fault in one.faults:
            if (fault.segment, fault.at) != marked:
                marked = (fault.segment, fault.at)
                body.append(["AK3", fault.segment, str(fault.at), "", "8" if fault.element else fault.code])
            if fault.element:
                body.append(["AK4", str(fault.element), "", fault.code, fault.said[:99]])
        body.append(["AK5", one.verdict, *(one.errors or (["5"] if one.faults else []))[:5]])
    stated = group.stated or str(len(group.sets))
    body.append(["AK9", group.verdict, stated, str(len(group.sets)), str(group.accepted), *group.errors[:5]])
    return body


def write_855(
    facts: Mapping[str, str],
    po: str,
    our_number: str,
    currency: str,
    ordered_on: date,
    lines: Sequence[AnswerLine],
    control: int,
    at: datetime,
    *,
    replaces: bool = False,
) -> str:
    """The purchase order acknowledgment: each line with what we will ship, when, at what price, and how that differs.

    ``replaces``: the order was changed since, and this stands in place of the acknowledgment before (purpose 05).
    """
    purpose = "05" if replaces else "00"
    body = [
        ["BAK", purpose, _verdict(lines, "AD", "AC", "RD"), po, f"{ordered_on:%Y%m%d}", "", "", "", our_number, f"{at:%Y%m%d}"],
        ["CUR", "SE", currency],
    ]  # fmt: skip
    for line in lines:
        price = "" if line.price is None else _plain(line.price)
        codes = [*line.codes, *([(_OUR_NUMBER, line.sku)] if line.sku and _OUR_NUMBER not in dict(line.codes) else [])]
        named = [part for code in codes or [("ZZ", line.name)] for part in code]
        body.append(["PO1", line.number, _plain(line.asked), line.asked_unit, price, "PE" if price else "", *named])
        promised = [_DELIVERED, f"{line.promised:%Y%m%d}"] if line.promised else []
        body.append(["ACK", _X12_CODES[line.status], _plain(line.quantity), line.unit, *promised])
    body.append(["CTT", str(len(lines))])
    return _envelope("855", "PR", facts, control, at, [body])


def _verdict(lines: Sequence[AnswerLine], as_asked: str, changed: str, refused: str) -> str:
    found = {line.status for line in lines}
    return as_asked if found == {"accepted"} else refused if found == {"rejected"} else changed


def _envelope(
    kind: str,
    group: str,
    facts: Mapping[str, str],
    number: int,
    at: datetime,
    bodies: Sequence[Sequence[Sequence[str]]],
    receipt: Receipt | None = None,
) -> str:
    """The documents between their headers and trailers, sender and receiver changed over.

    What is wrong with the envelope that came is said in front of them (TA1).
    """
    control = f"{number:09d}"
    head = [
        "ISA", "00", " " * 10, "00", " " * 10, (facts.get("receiver_qualifier") or "ZZ")[:2].ljust(2),
        _fixed(facts.get("receiver", "")), (facts.get("sender_qualifier") or "ZZ")[:2].ljust(2), _fixed(facts.get("sender", "")),
        f"{at:%y%m%d}", f"{at:%H%M}", "U", "00401", control, "0", (facts.get("usage") or "P")[:1], ">",
    ]  # fmt: skip
    segments: list[Sequence[str]] = []
    if receipt is not None and receipt.note:
        segments.append(["TA1", facts.get("interchange", ""), *receipt.dated, "R", receipt.note])
    if bodies:
        ours, theirs = facts.get("group_receiver", ""), facts.get("group_sender", "")
        segments.append(["GS", group, ours, theirs, f"{at:%Y%m%d}", f"{at:%H%M}", str(number), "X", "004010"])
        for place, body in enumerate(bodies, start=1):
            segments += [["ST", kind, f"{place:04d}"], *body, ["SE", str(len(body) + 2), f"{place:04d}"]]
        segments.append(["GE", str(len(bodies)), str(number)])
    segments.append(["IEA", "1" if bodies else "0", control])
    rows = ["*".join(head), *("*".join(_safe(element) for element in segment).rstrip("*") for segment in segments)]
    return "".join(f"{row}~\n" for row in rows)


def _fixed(text: str) -> str:
    return _safe(text)[:15].ljust(15)


def _safe(text: str) -> str:
    """Letters that every X12 program reads; marks of the format would end the element."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(" " if letter in _MARKS else letter for letter in plain)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


_RESPONSE: Final = "urn:oasis:names:specification:ubl:schema:xsd:OrderResponse-2"
_CBC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_CAC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"


@dataclass(frozen=True, slots=True)
class Ends:
    """Seller and buyer of an order response: their names, and their addresses ("scheme:id") where the order gave them."""

    seller: str
    buyer: str
    seller_end: str = ""
    buyer_end: str = ""


def write_order_response(
    po: str, our_number: str, number: int, currency: str, ends: Ends, lines: Sequence[AnswerLine], at: datetime
) -> str:
    """The UBL 2.1 order response: accepted (AP), accepted with changes line by line (CA), or rejected (RE)."""
    rows = "".join(_ubl_line(place, line, currency) for place, line in enumerate(lines, start=1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<OrderResponse xmlns="{_RESPONSE}" xmlns:cac="{_CAC}" xmlns:cbc="{_CBC}">\n'
        f"<cbc:UBLVersionID>2.1</cbc:UBLVersionID>\n<cbc:ID>{escape(our_number)}-R{number}</cbc:ID>\n"
        f"<cbc:SalesOrderID>{escape(our_number)}</cbc:SalesOrderID>\n<cbc:IssueDate>{at:%Y-%m-%d}</cbc:IssueDate>\n"
        f"<cbc:OrderResponseCode>{_verdict(lines, 'AP', 'CA', 'RE')}</cbc:OrderResponseCode>\n"
        f"<cbc:DocumentCurrencyCode>{escape(currency)}</cbc:DocumentCurrencyCode>\n"
        f"<cac:OrderReference><cbc:ID>{escape(po)}</cbc:ID></cac:OrderReference>\n"
        f"<cac:SellerSupplierParty>{_party(ends.seller, ends.seller_end)}</cac:SellerSupplierParty>\n"
        f"<cac:BuyerCustomerParty>{_party(ends.buyer, ends.buyer_end)}</cac:BuyerCustomerParty>\n{rows}</OrderResponse>\n"
    )


def _party(name: str, end: str) -> str:
    scheme, _, value = end.partition(":")
    scheme_id = f" schemeID={quoteattr(scheme)}" if scheme else ""
    endpoint = f"<cbc:EndpointID{scheme_id}>{escape(value)}</cbc:EndpointID>" if value else ""
    return f"<cac:Party>{endpoint}<cac:PartyName><cbc:Name>{escape(name)}</cbc:Name></cac:PartyName></cac:Party>"


def _ubl_line(place: int, line: AnswerLine, currency: str) -> str:
    price = promised = ""
    if line.price is not None:
        price = f"<cac:Price><cbc:PriceAmount currencyID={quoteattr(currency)}>{_plain(line.price)}</cbc:PriceAmount></cac:Price>"
    if line.promised is not None:
        promised = (
            "<cac:Delivery><cac:PromisedDeliveryPeriod>"
            f"<cbc:EndDate>{line.promised}</cbc:EndDate></cac:PromisedDeliveryPeriod></cac:Delivery>"
        )
    of_theirs = ""
    if line.number:
        number = escape(line.number)
        of_theirs = f"<cac:OrderLineReference><cbc:LineID>{number}</cbc:LineID></cac:OrderLineReference>"
    theirs = dict(line.codes).get("BP", "")
    numbers = "".join(
        f"<cac:{kind}ItemIdentification><cbc:ID>{escape(number)}</cbc:ID></cac:{kind}ItemIdentification>"
        for kind, number in (("Buyers", theirs), ("Sellers", line.sku))
        if number
    )
    return (
        f"<cac:OrderLine><cac:LineItem><cbc:ID>{place}</cbc:ID>"
        f"<cbc:LineStatusCode>{_UBL_CODES.get(line.status, '3')}</cbc:LineStatusCode>"
        f"<cbc:Quantity unitCode={quoteattr(line.unit)}>{_plain(line.quantity)}</cbc:Quantity>{promised}{price}"
        f"<cac:Item><cbc:Name>{escape(line.name)}</cbc:Name>{numbers}</cac:Item></cac:LineItem>"
        f"{of_theirs}</cac:OrderLine>\n"
    )

"""What goes back to the customer's program: X12 997 and 855, and the UBL order response."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from xml.sax.saxutils import escape

_MARKS: Final = "*~>\n"
_X12_CODES: Final = {"accepted": "IA", "quantity": "IQ", "price": "IP", "date": "DR", "rejected": "IR"}
_UBL_CODES: Final = {"accepted": "5", "quantity": "3", "price": "3", "date": "3", "rejected": "7"}


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What became of one line that was asked for. ``status`` is accepted, quantity, price, date or rejected.

    Units: ``quantity`` and ``price`` per ``unit``, as we will ship and invoice it.
    """

    position: int
    names: tuple[str, ...]
    sku: str
    asked: Decimal
    quantity: Decimal
    unit: str
    price: Decimal | None
    promised: date | None
    status: str


def write_997(facts: Mapping[str, str], at: datetime, *, with_errors: bool) -> str:
    """The functional acknowledgment of one order that was read: accepted, or accepted with errors."""
    verdict = "E" if with_errors else "A"
    body = [
        ["AK1", "PO", facts.get("group", "")], ["AK2", "850", facts.get("set", "")], ["AK5", verdict],
        ["AK9", verdict, "1", "1", "1"],
    ]  # fmt: skip
    return _envelope("997", "FA", facts, at, body)


def write_855(
    facts: Mapping[str, str], po: str, our_number: str, ordered_on: date, lines: Sequence[AnswerLine], at: datetime
) -> str:
    """The purchase order acknowledgment: each line with what we will ship, when, and how that differs."""
    as_asked = all(line.status == "accepted" for line in lines)
    body = [
        ["BAK", "00", "AD" if as_asked else "AC", po, f"{ordered_on:%Y%m%d}", "", "", "", our_number, f"{at:%Y%m%d}"]
    ]
    for line in lines:
        price = "" if line.price is None else f"{line.price.normalize():f}"
        body.append(
            ["PO1", str(line.position), _plain(line.asked), line.unit, price, "PE", "VN", line.sku or line.names[0]]
        )
        promised = f"{line.promised:%Y%m%d}" if line.promised else ""
        body.append(
            ["ACK", _X12_CODES[line.status], _plain(line.quantity), line.unit, *(["068", promised] if promised else [])]
        )
    body.append(["CTT", str(len(lines))])
    return _envelope("855", "PR", facts, at, body)


def _envelope(kind: str, group: str, facts: Mapping[str, str], at: datetime, body: Sequence[Sequence[str]]) -> str:
    """The segments between their headers and trailers, sender and receiver changed over."""
    control = (facts.get("interchange", "") or "1").zfill(9)[-9:]
    count = len(body) + 2
    head = [
        "ISA", "00", " " * 10, "00", " " * 10, (facts.get("receiver_qualifier") or "ZZ")[:2].ljust(2),
        _fixed(facts.get("receiver", "")), (facts.get("sender_qualifier") or "ZZ")[:2].ljust(2), _fixed(facts.get("sender", "")),
        f"{at:%y%m%d}", f"{at:%H%M}", "U", "00401", control, "0", (facts.get("usage") or "P")[:1], ">",
    ]  # fmt: skip
    ours, theirs = facts.get("group_receiver", ""), facts.get("group_sender", "")
    segments: list[Sequence[str]] = [
        ["GS", group, ours, theirs, f"{at:%Y%m%d}", f"{at:%H%M}", "1", "X", "004010"],
        ["ST", kind, "0001"], *body, ["SE", str(count), "0001"], ["GE", "1", "1"], ["IEA", "1", control],
    ]  # fmt: skip
    rows = ["*".join(head), *("*".join(_safe(element) for element in segment).rstrip("*") for segment in segments)]
    return "".join(f"{row}~\n" for row in rows)


def _fixed(text: str) -> str:
    return _safe(text)[:15].ljust(15)


def _safe(text: str) -> str:
    return "".join(" " if letter in _MARKS else letter for letter in text)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


_RESPONSE: Final = "urn:oasis:names:specification:ubl:schema:xsd:OrderResponse-2"
_CBC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_CAC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"


def write_order_response(
    po: str, our_number: str, currency: str, seller: str, buyer: str, lines: Sequence[AnswerLine], at: datetime
) -> str:
    """The UBL 2.1 order response: accepted as a whole (AP), or line by line (CA)."""
    as_asked = all(line.status == "accepted" for line in lines)
    rows = "".join(_ubl_line(line, currency) for line in lines)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<OrderResponse xmlns="{_RESPONSE}" xmlns:cac="{_CAC}" xmlns:cbc="{_CBC}">\n'
        f"<cbc:ID>{escape(our_number)}</cbc:ID>\n<cbc:IssueDate>{at:%Y-%m-%d}</cbc:IssueDate>\n"
        f"<cbc:OrderResponseCode>{'AP' if as_asked else 'CA'}</cbc:OrderResponseCode>\n"
        f"<cbc:DocumentCurrencyCode>{escape(currency)}</cbc:DocumentCurrencyCode>\n"
        f"<cac:OrderReference><cbc:ID>{escape(po)}</cbc:ID></cac:OrderReference>\n"
        f"<cac:SellerSupplierParty>{_party(seller)}</cac:SellerSupplierParty>\n"
        f"<cac:BuyerCustomerParty>{_party(buyer)}</cac:BuyerCustomerParty>\n{rows}</OrderResponse>\n"
    )


def _party(name: str) -> str:
    return f"<cac:Party><cac:PartyName><cbc:Name>{escape(name)}</cbc:Name></cac:PartyName></cac:Party>"


def _ubl_line(line: AnswerLine, currency: str) -> str:
    unit = escape(line.unit, {'"': "&quot;"})
    price = (
        ""
        if line.price is None
        else (
            f'<cac:Price><cbc:PriceAmount currencyID="{escape(currency)}">{_plain(line.price)}</cbc:PriceAmount></cac:Price>'
        )
    )
    promised = (
        ""
        if line.promised is None
        else (
            "<cac:Delivery><cac:PromisedDeliveryPeriod>"
            f"<cbc:EndDate>{line.promised}</cbc:EndDate></cac:PromisedDeliveryPeriod></cac:Delivery>"
        )
    )
    return (
        f"<cac:OrderLine><cac:LineItem><cbc:ID>{line.position}</cbc:ID>"
        f"<cbc:LineStatusCode>{_UBL_CODES[line.status]}</cbc:LineStatusCode>"
        f'<cbc:Quantity unitCode="{unit}">{_plain(line.quantity)}</cbc:Quantity>{promised}{price}'
        f"<cac:Item><cbc:Name>{escape(line.sku or line.names[0])}</cbc:Name><cac:SellersItemIdentification><cbc:ID>"
        f"{escape(line.sku)}</cbc:ID></cac:SellersItemIdentification></cac:Item></cac:LineItem>"
        f"<cac:OrderLineReference><cbc:LineID>{line.position}</cbc:LineID></cac:OrderLineReference></cac:OrderLine>\n"
    )

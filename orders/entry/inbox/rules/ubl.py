"""Orders as UBL 2.1 documents (also Peppol BIS Order), read with entities and document types switched off."""

import re
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from orders.entry.inbox.rules.numbers import read_plain
from orders.entry.inbox.rules.shapes import MOST_LINES, LineRead, OrderRead, Sender, Unreadable

_ORDER = "{urn:oasis:names:specification:ubl:schema:xsd:Order-2}Order"
_SPACES = {
    "a": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "b": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_NAMES = {
    "Invoice": "an invoice", "CreditNote": "a credit note", "OrderResponse": "an order response", "Catalogue": "a catalog",
    "DespatchAdvice": "a despatch advice", "OrderChange": "an order change", "OrderCancellation": "a cancellation",
}  # fmt: skip


def looks_like_xml(content: bytes) -> bool:
    return (
        content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
        and re.search(rb"<(\w+:)?\w+[\s>/]", content[:2000]) is not None
    )


def read_ubl(content: bytes) -> tuple[str, list[OrderRead]]:
    """The order of a UBL document, and its text.

    Raises: Unreadable
    """
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unreadable("It declares a document type or entities. For safety such a file is not opened.") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable(f"It is not well-formed XML: {str(error)[:160]}.") from error
    if root.tag != _ORDER:
        name = str(root.tag).rpartition("}")[2]
        raise Unreadable(f"It is {_NAMES.get(name, f'an XML document “{name[:40]}”')}, not a UBL order.")
    text = content.decode("utf-8", errors="replace")
    order = _order(root)
    places = [n for n, row in enumerate(text.splitlines(), start=1) if re.search(r"<(\w+:)?OrderLine[\s>]", row)]
    if len(places) == len(order.lines):
        for line, place in zip(order.lines, places, strict=True):
            line.at = place
    return text, [order]


def _order(root: Element) -> OrderRead:
    order = OrderRead(po=_text(root, "b:ID")[:60], currency=_text(root, "b:DocumentCurrencyCode")[:3].upper())
    order.wanted = _day(_text(root, "a:Delivery/a:RequestedDeliveryPeriod/b:EndDate")) or _day(
        _text(root, "a:Delivery/a:RequestedDeliveryPeriod/b:StartDate")
    )
    buyer = root.find("a:BuyerCustomerParty/a:Party", _SPACES)
    if buyer is not None:
        endpoint = buyer.find("b:EndpointID", _SPACES)
        scheme = endpoint.get("schemeID", "") if endpoint is not None else ""
        value = (endpoint.text or "").strip() if endpoint is not None else ""
        order.sender = Sender(
            edi_id=f"{scheme}:{value}" if value else "",
            email=_text(buyer, "a:Contact/b:ElectronicMail"),
            name=_text(buyer, "a:PartyName/b:Name") or _text(buyer, "a:PartyLegalEntity/b:RegistrationName"),
            tax_id=_text(buyer, "a:PartyTaxScheme/b:CompanyID"),
        )
    place = root.find("a:Delivery/a:DeliveryLocation/a:Address", _SPACES)
    if place is not None:
        parts = ("b:StreetName", "b:PostalZone", "b:CityName", "a:Country/b:IdentificationCode")
        order.ship_to = ", ".join(filter(None, (_text(place, part) for part in parts)))[:300]
    order.remarks += [(note.text or "").strip()[:300] for note in root.findall("b:Note", _SPACES)[:10] if note.text]
    order.facts = {
        "customization": _text(root, "b:CustomizationID")[:200], "profile": _text(root, "b:ProfileID")[:200],
        "issued": _text(root, "b:IssueDate")[:10], **_ends_of(root),
    }  # fmt: skip
    for found in root.findall("a:OrderLine/a:LineItem", _SPACES):
        order.lines.append(_line(found))
        if len(order.lines) > MOST_LINES:
            raise Unreadable(f"It has more than {MOST_LINES} lines. Split it.")
    if not order.lines:
        raise Unreadable("The order has no lines.")
    total = read_plain(_text(root, "a:AnticipatedMonetaryTotal/b:LineExtensionAmount"))
    stated = [
        read_plain(_text(item, "b:LineExtensionAmount")) for item in root.findall("a:OrderLine/a:LineItem", _SPACES)
    ]
    known = [amount for amount in stated if amount is not None]
    if total is not None and len(known) == len(stated) and sum(known) != total:
        order.remarks.append(f"Its lines come to {sum(known):f}, its own total says {total:f}.")
        order.facts["total_differs"] = "yes"
    return order


def _ends_of(root: Element) -> dict[str, str]:
    """The addresses of both programs in the network that they write by, where it gives them."""
    ends = {}
    for name, path in (("buyer", "a:BuyerCustomerParty"), ("seller", "a:SellerSupplierParty")):
        endpoint = root.find(f"{path}/a:Party/b:EndpointID", _SPACES)
        if endpoint is not None and (endpoint.text or "").strip():
            ends[f"{name}_end"] = f"{endpoint.get('schemeID', '')}:{(endpoint.text or '').strip()}"[:200]
    return ends


def _line(item: Element) -> LineRead:
    line = LineRead(number=_text(item, "b:ID")[:20])
    quantity = item.find("b:Quantity", _SPACES)
    said = (quantity.text or "").strip() if quantity is not None else ""
    line.quantity = read_plain(said)
    if line.quantity is None or line.quantity <= 0:
        line.quantity = None
        line.doubt("quantity", 0, f"It gives the quantity as “{said[:20]}”.")
    line.unit = (quantity.get("unitCode", "") if quantity is not None else "")[:20]
    amount, base = read_plain(_text(item, "a:Price/b:PriceAmount")), read_plain(_text(item, "a:Price/b:BaseQuantity"))
    if amount is not None and amount >= 0:
        line.price = amount if not base or base < 0 else round(amount / base, 6)
    line.wanted = _day(_text(item, "a:Delivery/a:RequestedDeliveryPeriod/b:EndDate"))
    ours = _text(item, "a:Item/a:SellersItemIdentification/b:ID")
    theirs = _text(item, "a:Item/a:BuyersItemIdentification/b:ID")
    barcode = _text(item, "a:Item/a:StandardItemIdentification/b:ID")
    line.names = tuple(name[:80] for name in (ours, theirs, barcode) if name)
    line.codes = {"BP": theirs[:80]} if theirs else {}
    line.description = (_text(item, "a:Item/b:Name") or _text(item, "a:Item/b:Description"))[:200]
    return line


def _text(element: Element, path: str) -> str:
    found = element.find(path, _SPACES)
    return (found.text or "").strip() if found is not None else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None

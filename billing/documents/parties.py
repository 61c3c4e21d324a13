"""Seller, buyer and place of delivery as EN 16931 wants them."""

import re
from typing import Any, Final

from billing.documents.facts import Facts
from orders.core.master.countries import NAMES

_VAT: Final = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,14}")
_OF_OTHERS: Final = ("EL", "XI")  # how Greece and Northern Ireland begin theirs
MAIL: Final = "EM"  # an e-mail address as an electronic address, in the list of schemes (EAS)


def vat_number(text: str) -> str:
    """A number as VAT numbers are written, with the country's code before it; empty for any other tax number.

    >>> vat_number("DE 136 695 976"), vat_number("04-1234567"), vat_number("US12345")
    ('DE136695976', '', '')
    """
    compact = re.sub(r"[\s.-]", "", text).upper()
    known = compact[:2] in _OF_OTHERS or (compact[:2] in NAMES and compact[:2] != "US")  # nobody has one there
    return compact if known and _VAT.fullmatch(compact) else ""


def seller(facts: Facts, *, with_vat: bool) -> dict[str, Any]:
    """Us. What is not subject to VAT must not bear our VAT number (BR-O-02); then the tax office's number says who we are."""
    company = facts.company
    vat = vat_number(company.tax_id)
    contact = {"name": company.name, "phone": company.phone, "email": company.email}
    return _without_blanks(
        {
            "name": company.name,
            "addr_l1": company.street,
            "postcode": company.postal_code,
            "city": company.city,
            "country_code": company.country,
            "vat_identifier": vat if with_vat else "",
            "tax_identifier": "" if vat or not with_vat else company.tax_id,
            "legal_identifier": company.tax_id if not vat or not with_vat else "",
            "contacts": [_without_blanks(contact)],
            **_reached(company.email, MAIL),
        }
    )


def buyer(facts: Facts, *, with_vat: bool) -> dict[str, Any]:
    """The customer, at the address for bills."""
    customer, place, way = facts.customer, facts.bill_to, facts.way
    vat = vat_number(customer.tax_registration)
    contact = facts.contact
    reached = (
        _reached(way.endpoint_id, way.endpoint_scheme)
        if way and way.endpoint_id
        else _reached(contact.email if contact else "", MAIL)
    )
    people = _without_blanks({"name": contact.name, "phone": contact.phone, "email": contact.email}) if contact else {}
    return _without_blanks(
        {
            "name": customer.name,
            "identifiers": {None: customer.code},
            "vat_identifier": vat if with_vat else "",
            "legal_identifier": "" if vat else customer.tax_registration,
            "contacts": [people] if people else [],
            **(_address(place) if place else {}),
            **reached,
        }
    )


def delivered_to(facts: Facts) -> dict[str, Any]:
    """Where the goods went: the customer's address, or our warehouse that they were collected at; empty for no goods."""
    shipment, place = facts.shipment, facts.ship_to
    if place:
        return _without_blanks({"name": place.name, **_address(place)})
    if shipment and shipment.is_collected:
        return _without_blanks({"name": facts.company.name, **_address(shipment.warehouse)})
    return {}


def _address(place: Any) -> dict[str, str]:
    return {
        "addr_l1": place.street,
        "postcode": place.postal_code,
        "city": place.city,
        "country_subdivision": place.region,
        "country_code": place.country,
    }


def _reached(address: str, scheme: str) -> dict[str, str]:
    return {"einvoicing_addr": address, "einvoicing_addr_schemeid": scheme} if address and scheme else {}


def _without_blanks(pairs: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in pairs.items() if value}

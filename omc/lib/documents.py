"""Documents on paper: a Typst template, what goes into it, and one look for all (templates/components/document.typ)."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings
from django.utils import formats
from django.utils.translation import get_language

from omc.lib.catalogs import figure

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FONTS = Path(settings.BASE_DIR) / "static" / "fonts"
Standard = Literal["a-3b"]


def typeset(template: str, content: dict[str, Any], *, standard: Standard | None = None) -> bytes:
    """The PDF of a template (its path under templates/); what it shows is all that goes in.

    ``standard`` is the form of PDF that it must keep: a-3b, which holds for decades and may carry files.
    """
    pdf: bytes = typst.compile(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(content, default=str)},
        pdf_standards=standard,
    )
    return pdf


def day(value: date | None) -> str:
    """A day as people write it, in the language of the document; empty when there is none."""
    return formats.date_format(value, "j. F Y" if get_language() == "de" else "j M Y") if value else ""


def amount(value: Decimal) -> str:
    """An amount of money, without its currency."""
    return figure(f"{value:,.2f}")


def unit_price(value: Decimal) -> str:
    """A price per unit with two to four places: the third and fourth only where they say something.

    >>> unit_price(Decimal("1234.5000")), unit_price(Decimal("1.7575"))
    ('1,234.50', '1.7575')
    """
    whole, _point, places = f"{value:,.4f}".partition(".")
    return figure(f"{whole}.{places[:2]}{places[2:].rstrip('0')}")


def address_lines(place: Any) -> list[str]:
    """Name, street, place with its region, and country, without blanks."""
    if place is None:
        return []
    city = " ".join(part for part in (place.postal_code, place.city) if part)
    lines = (place.name, place.street, ", ".join(part for part in (city, place.region) if part), place.country)
    return [line.strip() for line in lines if line.strip()]


def sender_lines(company: Any) -> list[str]:
    """Who writes: name, street, place and country, telephone and mail, without blanks; the same on paper and in mails."""
    place = " ".join(part for part in (company.postal_code, company.city, company.country) if part)
    lines = (company.name, company.street, place, company.phone, company.email)
    return [line.strip() for line in lines if line.strip()]

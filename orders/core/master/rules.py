"""What codes and numbers of master data must look like. Values in, a sentence out; an empty one is no objection."""

import re
from decimal import Decimal
from typing import Final

from stdnum.eu import vat
from stdnum.us import ein

GTIN_LENGTHS: Final = (8, 12, 13, 14)
CURRENCIES: Final = (
    "AED",
    "ARS",
    "AUD",
    "BGN",
    "BRL",
    "CAD",
    "CHF",
    "CLP",
    "CNY",
    "COP",
    "CZK",
    "DKK",
    "EGP",
    "EUR",
    "GBP",
    "HKD",
    "HUF",
    "IDR",
    "ILS",
    "INR",
    "ISK",
    "JPY",
    "KRW",
    "KWD",
    "MAD",
    "MXN",
    "MYR",
    "NOK",
    "NZD",
    "PEN",
    "PHP",
    "PLN",
    "QAR",
    "RON",
    "RSD",
    "SAR",
    "SEK",
    "SGD",
    "THB",
    "TRY",
    "TWD",
    "UAH",
    "USD",
    "VND",
    "ZAR",
)
_CODE: Final = re.compile(r"[^\s,;\"'=+@-][^\s,;\"']*")
_TAX_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]{3,39}")
_EU: Final = frozenset(vat.MEMBER_STATES) | {"el"}


def wrong_code(code: str) -> str:
    """A code is one word that no spreadsheet takes for a formula and no list for two.

    >>> wrong_code("ACME-1"), wrong_code("ACME 1")
    ('', 'A code is one word, without spaces, commas or quotes.')
    """
    return "" if _CODE.fullmatch(code) else "A code is one word, without spaces, commas or quotes."


def check_digit(digits: str) -> str:
    """The last digit of a GTIN, from those before it.

    >>> check_digit("400638133393")
    '1'
    """
    weighed = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-weighed % 10)


def wrong_barcode(barcode: str) -> str:
    """A number of a GTIN's length must end in its check digit; other barcodes are the house's own.

    >>> wrong_barcode("4006381333931"), wrong_barcode("SHELF-12")
    ('', '')
    >>> wrong_barcode("4006381333932")
    'A GTIN with these digits ends in 1, not 2. One of the digits is wrong.'
    """
    if not (barcode.isascii() and barcode.isdigit()) or len(barcode) not in GTIN_LENGTHS:
        return ""
    right = check_digit(barcode[:-1])
    return (
        ""
        if right == barcode[-1]
        else f"A GTIN with these digits ends in {right}, not {barcode[-1]}. One of the digits is wrong."
    )


def wrong_tax_id(number: str) -> str:
    """European VAT numbers and American EINs are checked by their own rules, others for their shape.

    >>> wrong_tax_id("DE136695976"), wrong_tax_id("04-1234567")
    ('', '')
    >>> wrong_tax_id("DE136695978")
    'This is no valid VAT number of DE.'
    """
    if not number:
        return ""
    if number[:2].lower() in _EU and any(sign.isdigit() for sign in number):
        return "" if vat.is_valid(number) else f"This is no valid VAT number of {number[:2].upper()}."
    if re.fullmatch(r"\d{2}-\d{7}", number):
        return "" if ein.is_valid(number) else "No American EIN starts with these two digits."
    return "" if _TAX_ID.fullmatch(number) else "A tax number has 4 to 40 letters, digits, points, dashes or slashes."


def below_zero(value: Decimal | int | None) -> str:
    return "This cannot be below zero." if value is not None and value < 0 else ""

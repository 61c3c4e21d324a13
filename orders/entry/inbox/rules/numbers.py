"""Numbers as people and programs write them."""

import re
from decimal import Decimal, InvalidOperation
from typing import Final

LARGEST: Final = Decimal(10) ** 9
_SHAPE: Final = re.compile(r"[+-]?\d[\d.,'\u00a0\u202f ]*")
_GROUPS: Final = re.compile(r"[+-]?\d{1,3}(?:([.,'\u00a0\u202f ])\d{3})+")


def read_number(text: str) -> tuple[Decimal, int] | None:
    """A number and how sure its reading is; None when it is none, or one that no order has.

    >>> read_number("1,234.50"), read_number("1.234,50"), read_number("12,5")
    ((Decimal('1234.50'), 100), (Decimal('1234.50'), 100), (Decimal('12.5'), 100))
    >>> read_number("1,234"), read_number("1.234")  # a thousand, or a little more than one?
    ((Decimal('1234'), 70), (Decimal('1.234'), 60))
    >>> read_number("ten"), read_number("1e9")
    (None, None)
    """
    typed = text.strip().removeprefix("$").removeprefix("€").removeprefix("£").strip()
    if len(typed) > 30 or not _SHAPE.fullmatch(typed) or not typed.isprintable():
        return None
    sure = 100
    bare = re.sub(r"['\u00a0\u202f ]", "", typed).rstrip(".,")
    if "," in bare and "." in bare:
        decimal = max(",.", key=bare.rfind)
        bare = bare.replace("," if decimal == "." else ".", "").replace(",", ".")
    elif bare.count(",") + bare.count(".") == 1 and _GROUPS.fullmatch(bare):
        sure = 70 if "," in bare else 60
        bare = bare.replace(",", "")
        if bare.startswith(("0.", "-0.", "+0.")):
            sure = 100
    elif _GROUPS.fullmatch(bare):
        bare = bare.replace(",", "").replace(".", "")
    else:
        bare = bare.replace(",", ".")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) >= LARGEST or value != round(value, 6):
        return None
    return value, sure


def read_plain(text: str) -> Decimal | None:
    """A number as programs write it, with a point; None when it is none.

    >>> read_plain("9.25"), read_plain("1,5"), read_plain("NaN")
    (Decimal('9.25'), None, None)
    """
    if not re.fullmatch(r"[+-]?(\d{1,15}(\.\d{0,12})?|\.\d{1,12})", text.strip()):
        return None
    value = Decimal(text.strip())
    return value if abs(value) < LARGEST and value == round(value, 6) else None

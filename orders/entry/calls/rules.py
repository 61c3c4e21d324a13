"""What a caller says, read off one typed line."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from orders.entry.inbox.rules.dates import find_day
from orders.entry.inbox.rules.numbers import read_number
from orders.entry.inbox.rules.units import WORDS

SHORTEST_PHONE: Final = 5
PHONE_TAIL: Final = 7  # what two ways of writing one number have in common, whatever stands before

_UNIT: Final = "|".join(sorted((re.escape(word) for word in WORDS if len(word) > 1), key=len, reverse=True))
_COUNT_FIRST: Final = re.compile(
    rf"(?P<count>\d[\d.,']*)\s*(?:(?P<unit>{_UNIT})\b\.?\s+)?(?:x\s+|×\s*|\*\s*|of\s+)?(?P<item>\S.*)", re.IGNORECASE
)
_COUNT_LAST: Final = re.compile(
    rf"(?P<item>\S.*?)\s*(?:\s[x×*]|[×*:,])?\s+(?P<count>\d[\d.,']*)(?:\s*(?P<unit>{_UNIT})\.?)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Asked:
    """So much of what, by when. ``unit`` is empty where none was said."""

    item: str
    quantity: Decimal
    unit: str = ""
    wanted: date | None = None


def read_asked(text: str, today: date) -> list[Asked]:
    """What one line may ask for, the likeliest first: the quantity before the item, after it, or none (one of it).

    >>> day = date(2026, 11, 23)
    >>> [(asked.item, str(asked.quantity)) for asked in read_asked("40 of CU-15", day)]
    [('CU-15', '40'), ('40 of CU-15', '1')]
    >>> first = read_asked("3 boxes copper pipe by Fri", day)[0]
    >>> first.item, str(first.quantity), first.unit, str(first.wanted)
    ('copper pipe', '3', 'boxes', '2026-11-27')
    >>> [(asked.item, str(asked.quantity)) for asked in read_asked("CU-15 x 40", day)]
    [('CU-15', '40'), ('CU-15 x 40', '1')]
    >>> [(asked.item, str(asked.quantity)) for asked in read_asked("CU-15", day)]
    [('CU-15', '1')]
    >>> read_asked("  ", day)
    []
    """
    typed = " ".join(text.split())
    said = find_day(typed, today)
    wanted = said.day if said else None
    rest = " ".join(typed.replace(said.words, " ").split()).rstrip(" ,") if said else typed
    found = []
    for shape in (_COUNT_FIRST, _COUNT_LAST):
        hit = shape.fullmatch(rest)
        number = read_number(hit["count"].rstrip(".,'")) if hit else None
        if hit and number and number[0] > 0:
            found.append(Asked(hit["item"].strip(), number[0], (hit["unit"] or "").lower(), wanted))
    return [*found, Asked(rest, Decimal(1), "", wanted)] if rest else []


def phone_digits(text: str) -> str:
    """The digits of a telephone number, without what leads out of the house or country; empty when it is none.

    >>> phone_digits("+1 (555) 010-0123"), phone_digits("0049 711 123"), phone_digits("SO-012345"), phone_digits("12 34")
    ('15550100123', '49711123', '', '')
    """
    if not re.fullmatch(r"\+?[\d\s()./-]+", text.strip()):
        return ""
    digits = re.sub(r"\D", "", text).lstrip("0")
    return digits if len(digits) >= SHORTEST_PHONE else ""


def same_tail(one: str, other: str) -> int:
    """How many digits two numbers share from their ends.

    >>> same_tail("15550100", "0100"), same_tail("123", "456")
    (4, 0)
    """
    shared = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        shared += 1
    return shared

"""How alike two names are, and how sure that makes us. Pure: candidates come in, a choice goes out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from orders.entry.inbox.rules.units import same_unit

_NOISE: Final = re.compile(r"[\W_]+")
_COMMON_HOSTS: Final = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "aol.com", "icloud.com"}
    | {"gmx.de", "gmx.net", "web.de", "proton.me"}
)
_LEGAL: Final = re.compile(r"\b(inc|llc|ltd|limited|corp|corporation|company|co|gmbh|ag|kg|sa|sarl|bv|plc|the|and)\b")


def squeezed(text: str) -> str:
    """A code as it is compared when spaces, dots and dashes differ.

    >>> squeezed("ab 100/x"), squeezed("AB-100-X")
    ('AB100X', 'AB100X')
    """
    return _NOISE.sub("", text).upper()


def company_words(name: str) -> str:
    """A company's name without its legal form, as names are compared.

    >>> company_words("The ACME Supply Co., Inc.") == company_words("Acme Supply")
    True
    """
    return " ".join(_LEGAL.sub(" ", _NOISE.sub(" ", name.lower())).split())


def host_of(address: str) -> str:
    """The host of a mail address, empty for hosts that everybody shares.

    >>> host_of("joe@acme.example"), host_of("joe@gmail.com")
    ('acme.example', '')
    """
    host = address.rpartition("@")[2].lower()
    return "" if host in _COMMON_HOSTS else host


def likeness(one: str, other: str) -> float:
    """How many of the words of ``one`` the other has, weighed by their length, 0 to 1. Word order does not count.

    >>> likeness("copper elbows 15mm", "Elbow 15 mm, copper")
    1.0
    >>> likeness("copper elbow", "steel washer")
    0.0
    """
    words, theirs = set(_words(one)), set(_words(other))
    if not words or not theirs:
        return 0.0
    total = sum(len(word) for word in words)
    return round(sum(len(word) for word in words if word in theirs) / total, 3)


def _words(text: str) -> Iterable[str]:
    for word in re.findall(r"\d+(?:[.,]\d+)?|[^\W\d_]+", text.lower()):
        if word not in ("the", "of", "a", "an", "and", "for", "with"):
            yield word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@dataclass(frozen=True, slots=True)
class Match:
    """What a name stands for; ``product_id`` 0 is nothing."""

    product_id: int = 0
    sure: int = 0
    why: str = ""


def choose_by_words(said: str, candidates: Sequence[tuple[int, str]]) -> Match:
    """The candidate whose name has most of the words; never sure, and nothing when two are as good or none is near.

    >>> choose_by_words("copper elbow 15mm", [(1, "Elbow 15 mm, copper"), (2, "Elbow 22 mm, copper")])
    Match(product_id=1, sure=65, why='Found by words only.')
    >>> choose_by_words("copper elbow", [(1, "Elbow 15 mm, copper"), (2, "Elbow 22 mm, copper")]).product_id
    0
    """
    ranked = sorted(((likeness(said, name), -product_id) for product_id, name in candidates), reverse=True)
    if not ranked or ranked[0][0] < 0.5:
        return Match(why="No item is called that.")
    if len(ranked) > 1 and ranked[1][0] == ranked[0][0]:
        return Match(why="Several items are called like that.")
    return Match(-ranked[0][1], 65 if ranked[0][0] == 1 else 45, "Found by words only.")


def unit_of(said: str, stock_unit: str, packs: Mapping[str, Decimal]) -> tuple[str, Decimal | None, int, str]:
    """Our unit for the one that was said, its stock units, how sure, and why not.

    >>> unit_of("EA", "pc", {"box": Decimal(12)})[:3], unit_of("boxes", "pc", {"box": Decimal(12)})[:3]
    (('pc', Decimal('1'), 100), ('box', Decimal('12'), 100))
    >>> unit_of("", "pc", {})[:3], unit_of("pallet", "pc", {})
    (('pc', Decimal('1'), 90), ('pallet', None, 0, 'The item is not sold by pallet.'))
    """
    if not said:
        if packs:
            return stock_unit, Decimal(1), 80, ""
        return stock_unit, Decimal(1), 90, ""
    for unit, factor in ((stock_unit, Decimal(1)), *packs.items()):
        if unit.lower() == said.lower():
            return unit, factor, 100, ""
    for unit, factor in ((stock_unit, Decimal(1)), *packs.items()):
        if same_unit(unit, said):
            return unit, factor, 100, ""
    return said, None, 0, f"The item is not sold by {said}."

"""Units as customers and standards write them."""

from typing import Final

# Codes of X12 (355), UN/ECE (20) and plain words, by the sense that they have in common.
_SENSES: Final[tuple[frozenset[str], ...]] = tuple(
    frozenset(words.split())
    for words in (
        "pc pcs piece pieces pce ea each unit units un c62 h87 stk stck item items",
        "bx box boxes xbx",
        "ca cs case cases ct ctn carton cartons xct xcs",
        "pk pack packs pkg package packages pac xpk pa",
        "pl plt pallet pallets pf xpx",
        "dz doz dozen dozens dzn",
        "kg kgm kilo kilos kilogram kilograms",
        "lb lbs pound pounds lbr",
        "m mtr meter meters metre metres",
        "ft foot feet fot",
        "l ltr liter liters litre litres",
        "gal gallon gallons ga gll",
        "ro roll rolls xro rl",
        "st set sets",
        "pr pair pairs npr",
        "bg bag bags xbg",
        "hr hour hours hur h",
        "gr gross",
        "kt kit kits ki",
        "bd bundle bundles be",
        "sh sheet sheets",
    )
)
WORDS: Final = frozenset().union(*_SENSES)


def same_unit(one: str, other: str) -> bool:
    """Whether two unit words mean the same.

    >>> same_unit("EA", "pc"), same_unit("boxes", "BX"), same_unit("box", "pc"), same_unit("DRUM", "drum")
    (True, True, False, True)
    """
    left, right = one.strip().lower().rstrip("."), other.strip().lower().rstrip(".")
    return left == right or any(left in sense and right in sense for sense in _SENSES)


def is_unit(word: str) -> bool:
    """Whether a word is a unit that people write beside a quantity.

    >>> is_unit("Boxes"), is_unit("AB-100")
    (True, False)
    """
    return word.strip().lower().rstrip(".") in WORDS

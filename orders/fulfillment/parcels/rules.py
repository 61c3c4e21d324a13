"""Parcels as pure arithmetic: check digits, contents that add up, and what a parcel should weigh."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_UP, Decimal
from typing import Final

ZERO: Final = Decimal(0)
SSCC_DIGITS: Final = 18
SHORTEST_PREFIX: Final = 7
LONGEST_PREFIX: Final = 10
_GRAM: Final = Decimal("0.001")


def check_digit(digits: str) -> int:
    """The last digit of a GS1 number: from the right the digits count three times and once in turn, up to the next ten.

    Source: GS1 General Specifications, check digit calculation.

    >>> check_digit("37610425002123456")
    9
    """
    total = sum(int(digit) * (3 if n % 2 == 0 else 1) for n, digit in enumerate(reversed(digits)))
    return -total % 10


def sscc(prefix: str, serial: int) -> str:
    """The number of a parcel: extension digit, company prefix and serial reference, check digit.

    The extension digit is the first of the serial number, so that a prefix lasts ten times as long.
    Raises: OverflowError when the prefix has no number left.

    >>> sscc("7610425", 3002123456)
    '376104250021234569'
    """
    free = SSCC_DIGITS - 1 - len(prefix)
    number = f"{serial:0{free}d}"
    if len(number) > free:
        raise OverflowError(f"The prefix {prefix} has no number left for parcels.")
    digits = number[0] + prefix + number[1:]
    return f"{digits}{check_digit(digits)}"


def is_sscc(text: str) -> bool:
    """Whether it is a parcel number with the right check digit.

    >>> is_sscc("376104250021234569"), is_sscc("376104250021234568")
    (True, False)
    """
    return len(text) == SSCC_DIGITS and text.isascii() and text.isdigit() and check_digit(text[:-1]) == int(text[-1])


def content_problem(
    picked: Mapping[int, Decimal], parcels: Sequence[Mapping[int, Decimal] | None], labels: Mapping[int, str]
) -> tuple[str, int | None] | None:
    """Why these contents are not what was picked, and which line it is about; None when they are.

    Contents that nobody said (None) are right where there is no other parcel, or no other says any.

    >>> content_problem({1: Decimal(5)}, [{1: Decimal(3)}, {1: Decimal(3)}], {1: "1 AB-100"})
    ('Line 1 AB-100: 6 lie in the parcels, but only 5 were picked.', 1)
    """
    said = [contents for contents in parcels if contents is not None]
    if not said:
        return None
    if len(said) < len(parcels):
        return "Say of every parcel what lies in it, or of none.", None
    for line_id in {line_id for contents in said for line_id in contents}:
        if line_id not in picked:
            return "A parcel holds something that is not in this shipment.", None
    for line_id, wanted in picked.items():
        quantities = [contents.get(line_id, ZERO) for contents in said]
        if any(quantity < 0 for quantity in quantities):
            return f"Line {labels[line_id]}: less than nothing.", line_id
        packed = sum(quantities, ZERO)
        if packed > wanted:
            return (
                f"Line {labels[line_id]}: {_plain(packed)} lie in the parcels, but only {_plain(wanted)} were picked.",
                line_id,
            )
        if packed < wanted:
            return f"Line {labels[line_id]}: {_plain(wanted - packed)} lie in no parcel yet.", line_id
    for position, contents in enumerate(said, start=1):
        if not any(contents.values()):
            return f"Parcel {position} is empty.", None
    return None


def proposed_weight(contents: Sequence[tuple[Decimal, Decimal | None]]) -> Decimal | None:
    """What a parcel weighs by its items, each as quantity and weight of one; None when one is not known.

    Units: kilograms, without the box. Rounds: up to the gram.

    >>> proposed_weight([(Decimal(3), Decimal("0.25")), (Decimal(1), Decimal("1.2"))])
    Decimal('1.950')
    """
    total = ZERO
    for quantity, weight in contents:
        if quantity and weight is None:
            return None
        total += quantity * (weight or ZERO)
    return total.quantize(_GRAM, ROUND_UP) if total else None


def _plain(quantity: Decimal) -> str:
    return format(quantity.normalize(), "f")

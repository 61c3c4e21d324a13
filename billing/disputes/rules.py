"""Which stage is thought to have caused a dispute."""

from typing import Final

# Prices, freight and tax are made in stage 3; what is ordered, and its number, in 4; what arrives in 7; the bill in 8.
CAUSED_BY: Final = {
    "price": 3,
    "freight": 3,
    "tax": 3,
    "not_ordered": 4,
    "po_missing": 4,
    "quantity_short": 7,
    "damaged": 7,
    "duplicate": 8,
    "terms": 8,
}


def proposed_stage(reason: str, *, typed_price: bool = False) -> int:
    """The stage that a reason points to; a price that somebody typed was made where the order was entered.

    >>> proposed_stage("price"), proposed_stage("price", typed_price=True), proposed_stage("damaged", typed_price=True)
    (3, 4, 7)
    """
    return 4 if reason == "price" and typed_price else CAUSED_BY[reason]

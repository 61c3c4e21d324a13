"""How much may come back, what it is worth, and what an inspection means for stock and money."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from omc.lib.money import plain, round_amount

ZERO: Final = Decimal(0)

# What a refusal or an end leaves of a return: nothing more is to come.
_ENDED: Final = frozenset({"rejected", "cancelled"})
_WAITING: Final = frozenset({"requested", "authorized", "received"})

# The stage that could have prevented it, until somebody knows better. Source: SPEC §10.c-1.
_PREVENTED_BY: Final = {"damaged": 7, "wrong_item": 7, "wrong_quantity": 7, "defective": 1, "late": 6}


def likely_stage(reason: str) -> int | None:
    """The stage that could probably have prevented a return for this reason; None when it was the customer's choice."""
    return _PREVENTED_BY.get(reason)


def still_claimed(state: str, *, quantity: Decimal, received: Decimal, accepted: Decimal, disposition: str) -> Decimal:
    """How much of a line's shipped quantity this return claims beyond what the ledger counts as returned.

    >>> still_claimed("received", quantity=Decimal(5), received=Decimal(3), accepted=ZERO, disposition="")
    Decimal('2')
    """
    if state in _ENDED:
        return ZERO
    if state in _WAITING:
        return quantity - received
    return accepted if disposition == "keep" else ZERO


def returnable(*, shipped: Decimal, returned: Decimal, claimed: Decimal) -> Decimal:
    """How much of a line may still be asked back: Σ authorized ≤ shipped − returned. Source: SPEC §10.d."""
    return max(ZERO, shipped - returned - claimed)


def share_of(amount: Decimal, *, ordered: Decimal, quantity: Decimal) -> Decimal:
    """The part of a line's amount that ``quantity`` of it stands for. Rounds: half-up to the cent.

    >>> share_of(Decimal("100.00"), ordered=Decimal(3), quantity=Decimal(2))
    Decimal('66.67')
    """
    return round_amount(amount * quantity / ordered) if ordered else ZERO


@dataclass(frozen=True, slots=True)
class Inspected:
    """What becomes of one returned line. Units: stock unit; all but ``credit`` together are what was received."""

    restock: Decimal = ZERO
    scrap: Decimal = ZERO
    to_supplier: Decimal = ZERO
    send_back: Decimal = ZERO
    credit: Decimal = ZERO


def inspected(
    *, quantity: Decimal, received: Decimal, accepted: Decimal, disposition: str, at_supplier: bool = False
) -> Inspected:
    """What the inspector's word means: accepted goods are credited, what is not accepted goes back to the customer.

    ``at_supplier``: they came back to the supplier, so nothing of them is ours to stock or scrap.

    Raises: ValueError with the reason
    """
    if accepted < 0:
        raise ValueError("Less than nothing cannot be accepted.")
    if disposition == "keep":
        if received:
            raise ValueError("Goods that came back are not kept by the customer.")
        if not 0 < accepted <= quantity:
            raise ValueError(f"The customer can keep between 1 and {plain(quantity)}.")
        return Inspected(credit=accepted)
    if accepted > received:
        raise ValueError(f"Only {plain(received)} came back.")
    if disposition == "send_back":
        if accepted:
            raise ValueError("What is sent back to the customer is not accepted: accept 0.")
        return Inspected(send_back=received)
    rest = received - accepted
    if disposition == "supplier":
        return Inspected(to_supplier=accepted, send_back=rest, credit=accepted)
    if at_supplier and disposition in ("restock", "scrap"):
        raise ValueError("The supplier has it; it is not in our warehouse.")
    if disposition == "restock":
        return Inspected(restock=accepted, send_back=rest, credit=accepted)
    if disposition == "scrap":
        return Inspected(scrap=accepted, send_back=rest, credit=accepted)
    raise ValueError(f"There is no disposition “{disposition}”.")

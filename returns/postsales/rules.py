"""Whom we call after a delivery, and whether a reply came in time."""

from datetime import datetime
from typing import Final

# Working days after delivery, by customer class; the others are not called. Source: SPEC §11.d.
FIRST_CALL_WORKING_DAYS: Final = {"A": 3, "B": 3}


def first_call_after(customer_class: str) -> int | None:
    """Working days after delivery on which a customer of this class gets a call; None when nobody calls."""
    return FIRST_CALL_WORKING_DAYS.get(customer_class)


def reply_standing(*, due_at: datetime | None, replied_at: datetime | None, now: datetime, ended: bool = False) -> str:
    """Where the first reply stands: ``none`` owed (any more), ``due``, ``late``, ``kept`` or ``missed``."""
    if due_at is None:
        return "none"
    if replied_at is not None:
        return "kept" if replied_at <= due_at else "missed"
    if ended:
        return "none"
    return "due" if now <= due_at else "late"

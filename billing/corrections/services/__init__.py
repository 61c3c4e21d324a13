"""Writes of corrections."""

from billing.corrections.services.reversing import refund_payment, reverse_payment
from billing.corrections.services.writing_off import (
    LIMITS,
    OwnWriteOff,
    WriteOffNotPossible,
    decide_write_off,
    limit_of,
    write_off,
)

__all__ = [
    "LIMITS",
    "OwnWriteOff",
    "WriteOffNotPossible",
    "decide_write_off",
    "limit_of",
    "refund_payment",
    "reverse_payment",
    "write_off",
]

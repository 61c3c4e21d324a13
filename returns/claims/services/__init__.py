"""What stage 9 does: one verb per step of a return."""

from returns.claims.services.locking import ReturnRefused
from returns.claims.services.opening import (
    ReturnInput,
    authorize_return,
    cancel_return,
    reject_return,
    request_return,
)
from returns.claims.services.receiving import inspect_return, receive_return
from returns.claims.services.settling import close_return, settle_return

__all__ = [
    "ReturnInput",
    "ReturnRefused",
    "authorize_return",
    "cancel_return",
    "close_return",
    "inspect_return",
    "receive_return",
    "reject_return",
    "request_return",
    "settle_return",
]

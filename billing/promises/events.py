"""Facts about promises to pay."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class PaymentPromised(Event):
    name = "payment_promised"
    stage = 8
    sentence = "{amount} {currency} of {invoice} promised by {promised_on}"
    invoice: str
    amount: Decimal
    currency: str
    promised_on: date
    by_customer: bool


@dataclass(frozen=True, kw_only=True)
class PaymentPromiseEnded(Event):
    """``outcome`` is kept, broken or superseded."""

    name = "payment_promise_ended"
    stage = 8
    sentence = "Promise to pay {invoice} by {promised_on}: {outcome}"
    invoice: str
    promised_on: date
    outcome: str

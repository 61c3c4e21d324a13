"""What is agreed about billing."""

from dataclasses import dataclass

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderBillingChanged(Event):
    """``what`` names the values that were chosen for this order."""

    name = "order_billing_changed"
    stage = 8
    sentence = "Billing of this order: {what}"
    what: str

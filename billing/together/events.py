"""What a shared invoice records about each of its orders."""

from dataclasses import dataclass
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderInvoiced(Event):
    """``left_to_invoice`` counts units of the order that may be billed and are not."""

    name = "order_invoiced"
    stage = 8
    sentence = "Invoiced together with others by {invoice}: {net_amount} {currency} net"
    invoice: str
    net_amount: Decimal
    currency: str
    left_to_invoice: Decimal

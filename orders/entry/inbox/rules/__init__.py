"""What a customer's document says, without a database: bytes in, orders with confidences out."""

from orders.entry.inbox.rules.reader import KINDS, kind_of, read
from orders.entry.inbox.rules.shapes import FIELDS, MOST_LINES, SURE, LineRead, OrderRead, Reading, Sender

__all__ = ["FIELDS", "KINDS", "MOST_LINES", "SURE", "LineRead", "OrderRead", "Reading", "Sender", "kind_of", "read"]

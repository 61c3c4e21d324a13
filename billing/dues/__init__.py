"""The due parts of an invoice: written when it is posted, settled from the earliest on."""

from billing.dues.services import follow_dues, write_dues

__all__ = ["follow_dues", "write_dues"]

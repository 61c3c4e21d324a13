"""Writes of disputes: raise one, say who and what caused it, decide it."""

from billing.disputes.services.deciding import decide_dispute
from billing.disputes.services.raising import SERVICE_DAYS, DisputeRefused, raise_dispute
from billing.disputes.services.routing import route_dispute

__all__ = ["SERVICE_DAYS", "DisputeRefused", "decide_dispute", "raise_dispute", "route_dispute"]

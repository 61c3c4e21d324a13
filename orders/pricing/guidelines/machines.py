"""Where a request for approval may go."""

from omc.lib.machine import Machine
from orders.pricing.guidelines.models import ApprovalState as S

APPROVAL = Machine(
    name="discount approval",
    initial=S.REQUESTED,
    graph={
        S.REQUESTED: frozenset({S.APPROVED, S.REFUSED, S.EXPIRED, S.VOIDED}),
        S.APPROVED: frozenset({S.VOIDED}),
        S.REFUSED: frozenset(),
        S.EXPIRED: frozenset(),
        S.VOIDED: frozenset(),
    },
)

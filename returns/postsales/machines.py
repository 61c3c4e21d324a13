"""Where a case may go."""

from omc.lib.machine import Machine
from returns.postsales.models import CaseState as S

CASE = Machine(
    name="case",
    initial=S.NEW,
    graph={
        S.NEW: frozenset({S.ASSIGNED}),
        # Assigned again is another owner.
        S.ASSIGNED: frozenset({S.ASSIGNED, S.WAITING_CUSTOMER, S.WAITING_INTERNAL, S.RESOLVED}),
        S.WAITING_CUSTOMER: frozenset({S.ASSIGNED, S.WAITING_INTERNAL, S.RESOLVED}),
        S.WAITING_INTERNAL: frozenset({S.ASSIGNED, S.WAITING_CUSTOMER, S.RESOLVED}),
        S.RESOLVED: frozenset({S.CLOSED, S.ASSIGNED}),
        S.CLOSED: frozenset({S.ASSIGNED}),
    },
)

"""Where a change order may go. Only the open one is applied; a conflict is settled first."""

from typing import Final

from omc.lib.machine import Machine
from orders.entry.changes.models import ChangeState as S

CHANGE: Final = Machine(
    name="changeset",
    initial=S.OPEN,
    graph={
        S.OPEN: frozenset({S.APPLIED, S.CONFLICTED, S.EXPIRED, S.WITHDRAWN}),
        S.CONFLICTED: frozenset({S.OPEN, S.EXPIRED, S.WITHDRAWN}),
        S.APPLIED: frozenset(),
        S.EXPIRED: frozenset(),
        S.WITHDRAWN: frozenset(),
    },
)
STANDING: Final = (S.OPEN, S.CONFLICTED)

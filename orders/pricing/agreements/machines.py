"""Where a blanket agreement may go."""

from omc.lib.machine import Machine
from orders.pricing.agreements.models import AgreementState as S

AGREEMENT = Machine(
    name="agreement",
    initial=S.DRAFT,
    graph={
        S.DRAFT: frozenset({S.ACTIVE, S.CLOSED}),
        S.ACTIVE: frozenset({S.ENDED, S.CLOSED}),
        S.ENDED: frozenset(),
        S.CLOSED: frozenset(),
    },
)

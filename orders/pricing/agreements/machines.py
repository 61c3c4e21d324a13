"""Where a blanket agreement may go, and a release that is planned of it."""

from omc.lib.machine import Machine
from orders.pricing.agreements.models import AgreementState as S
from orders.pricing.agreements.plan_models import PlannedReleaseState as P

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

PLANNED_RELEASE = Machine(
    name="planned release",
    initial=P.PLANNED,
    graph={
        P.PLANNED: frozenset({P.DUE, P.ORDERED, P.SKIPPED}),
        P.DUE: frozenset({P.PLANNED, P.ORDERED, P.SKIPPED}),
        P.ORDERED: frozenset({P.DUE}),
        P.SKIPPED: frozenset(),
    },
)

"""Where a rule set and an allocation run may go."""

from omc.lib.machine import Machine
from orders.prioritization.models import AllocationRunState as A
from orders.prioritization.models import RuleSetState as R

RULE_SET = Machine(
    name="ruleset",
    initial=R.DRAFT,
    graph={
        R.DRAFT: frozenset({R.PUBLISHED}),
        R.PUBLISHED: frozenset({R.RETIRED}),
        R.RETIRED: frozenset(),
    },
)
ALLOCATION_RUN = Machine(
    name="allocationrun",
    initial=A.PROPOSED,
    graph={
        A.PROPOSED: frozenset({A.APPLIED, A.DISCARDED}),
        A.APPLIED: frozenset(),
        A.DISCARDED: frozenset(),
    },
)

"""What stage 5 does: rank, keep the rules, share out stock."""

from orders.prioritization.services.allocation import (
    apply_allocation,
    discard_allocation,
    run_allocation,
)
from orders.prioritization.services.ranking import NotRankable, rank_backlog, rank_order, rank_orders
from orders.prioritization.services.rule_sets import (
    RuleSetRefused,
    change_rule_set,
    draft_rule_set,
    load_rule_set,
    publish_rule_set,
)

__all__ = [
    "NotRankable",
    "RuleSetRefused",
    "apply_allocation",
    "change_rule_set",
    "discard_allocation",
    "draft_rule_set",
    "load_rule_set",
    "publish_rule_set",
    "rank_backlog",
    "rank_order",
    "rank_orders",
    "run_allocation",
]

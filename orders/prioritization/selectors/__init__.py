"""Stage 5 reads: the queue, the rules, who waits for stock."""

from orders.prioritization.selectors.books import fairness_bound, published, rule_set, rule_sets
from orders.prioritization.selectors.queue import (
    QUEUE_ORDER,
    company_of,
    day_minutes,
    explain,
    position_of,
    queue,
    waiting_points,
)
from orders.prioritization.selectors.waiting import (
    allocation_rows,
    allocation_run,
    allocation_runs,
    allocation_totals,
)
from orders.prioritization.selectors.words import book_in_words

__all__ = [
    "QUEUE_ORDER",
    "allocation_rows",
    "allocation_run",
    "allocation_runs",
    "allocation_totals",
    "book_in_words",
    "company_of",
    "day_minutes",
    "explain",
    "fairness_bound",
    "position_of",
    "published",
    "queue",
    "rule_set",
    "rule_sets",
    "waiting_points",
]

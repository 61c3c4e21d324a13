"""Stage 6 reads: the board, planned shipments, what is due."""

from orders.scheduling.selectors.board import board, capacity_days
from orders.scheduling.selectors.plans import (
    history_of,
    late_word,
    planned_lines,
    planned_list,
    planned_page,
    plans_of_order,
    released_units,
)

__all__ = [
    "board",
    "capacity_days",
    "history_of",
    "late_word",
    "planned_lines",
    "planned_list",
    "planned_page",
    "plans_of_order",
    "released_units",
]

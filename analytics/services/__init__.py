"""What analytics does: keep its read models up to date, and run the bridge."""

from analytics.services.refresh import rebuild, rebuild_cycle, refresh
from analytics.services.sales import mark_dirty, rebuild_sales, refresh_sales
from analytics.services.variance import NotInData, compute_variance, run_variance

__all__ = [
    "NotInData",
    "compute_variance",
    "mark_dirty",
    "rebuild",
    "rebuild_cycle",
    "rebuild_sales",
    "refresh",
    "refresh_sales",
    "run_variance",
]

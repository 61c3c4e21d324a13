"""Read models. Nothing here is the truth; everything can be rebuilt."""

from analytics.models.days import CompanyDay, OrderDay
from analytics.models.freshness import DirtyOrder, ReadModel
from analytics.models.sales import MonthlySales
from analytics.models.variance import Effect, Growth, VarianceDriver, VarianceExcluded, VarianceReport
from analytics.models.waits import OpenWait, RunsFor, StageWait

__all__ = [
    "CompanyDay",
    "DirtyOrder",
    "Effect",
    "Growth",
    "MonthlySales",
    "OpenWait",
    "OrderDay",
    "ReadModel",
    "RunsFor",
    "StageWait",
    "VarianceDriver",
    "VarianceExcluded",
    "VarianceReport",
]

"""Reads that other stages use."""

from planning.selectors.availability import Availability, Earliest, Enquired, availability, earliest_dates
from planning.selectors.workdays import ship_by, transit_days

__all__ = ["Availability", "Earliest", "Enquired", "availability", "earliest_dates", "ship_by", "transit_days"]

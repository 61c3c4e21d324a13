"""Write, change and publish what-ifs."""

from orders.pricing.whatif.services.clearing import clear_what_ifs
from orders.pricing.whatif.services.keeping import Rule, WhatIfBusy, change_what_if, drop_what_if, write_what_if
from orders.pricing.whatif.services.publishing import NothingChanges, WhatIfOutdated, draft_what_if

__all__ = [
    "NothingChanges",
    "Rule",
    "WhatIfBusy",
    "WhatIfOutdated",
    "change_what_if",
    "clear_what_ifs",
    "draft_what_if",
    "drop_what_if",
    "write_what_if",
]

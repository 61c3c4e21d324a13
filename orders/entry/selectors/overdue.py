"""When unpaid invoices hold an order: older, and more, than the company lets pass. Source: SPEC §5.d."""

from decimal import Decimal
from typing import Final

from orders.core.selectors.companies import settings_in_force

OVERDUE_DAYS: Final = "entry.overdue_days"
OVERDUE_AMOUNT: Final = "entry.overdue_amount"


def days_overdue(company_id: int, days: int | None, amount: Decimal | None) -> int | None:
    """How many days the oldest unpaid invoice is overdue, or None where that holds nothing.

    Units: ``amount`` is what is overdue, in company currency; either may be unknown.
    """
    if not days or not amount:
        return None
    settings = settings_in_force(company_id, [OVERDUE_DAYS, OVERDUE_AMOUNT])
    return days if days > settings[OVERDUE_DAYS] and amount > Decimal(settings[OVERDUE_AMOUNT]) else None

"""Which companies let the clock release for them."""

from typing import Final

from orders.core.models import Company
from orders.core.selectors.companies import setting

RELEASES_ITSELF: Final = "scheduling.release_by_clock"


def companies_that_release() -> list[int]:
    """Live companies with the setting on, that no simulator holds."""
    live = Company.objects.filter(held_by="", is_history=False)
    return [company_id for company_id in live.values_list("pk", flat=True) if setting(company_id, RELEASES_ITSELF)]

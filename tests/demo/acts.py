"""What people did in the demo when nobody was there."""

from zoneinfo import ZoneInfo

from omc.demo.hours import at_work
from orders.core.models import Company, Event


def acts_at_night(company: Company) -> list[tuple[str, str]]:
    """What people (not jobs) did outside of office hours."""
    zone = ZoneInfo(company.time_zone)
    acts = Event.objects.filter(company=company, user__isnull=False).values_list("type", "at")
    return [(kind, f"{at.astimezone(zone):%a %H:%M}") for kind, at in acts if not at_work(at, zone)][:20]

"""What a company is set to, and how far its data reaches."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import Max

from omc.lib import clock
from omc.lib.registry import registry
from orders.core.models import Company, Department, Event, Order, Setting


def setting(company_id: int, key: str) -> Any:
    """The value in force of a registered setting."""
    return settings_in_force(company_id, [key])[key]


def settings_in_force(company_id: int, keys: list[str]) -> dict[str, Any]:
    """The values of several settings. They are read once a minute and process; a change is seen at once."""
    changed: dict[str, Any] | None = cache.get(settings_key(company_id))
    if changed is None:
        rows = (
            Setting.objects.filter(company_id=company_id, effective_from__lte=clock.now())
            .order_by("key", "-effective_from", "-id")
            .distinct("key")
            .values_list("key", "value")
        )
        changed = dict(rows)
        cache.set(settings_key(company_id), changed, 60)
    return {key: changed.get(key, registry.settings[key].default) for key in keys}


def settings_key(company_id: int) -> str:
    return f"settings:{company_id}"


def today(company: Company) -> date:
    """Today's date where the company is, by its own clock."""
    return clock.today(company.time_zone)


def zone_of(company_id: int) -> ZoneInfo:
    """Where a company's days begin and end."""
    return ZoneInfo(Company.objects.values_list("time_zone", flat=True).get(pk=company_id))


def as_of(company: Company) -> date:
    """The day a page with history speaks of: today, or the last event of an imported history."""
    if not company.is_history:
        return today(company)
    key = f"as-of:{company.pk}"
    found: date | None = cache.get(key)
    if found is None:
        last = Event.objects.filter(company=company, channel="import").aggregate(last=Max("at"))["last"]
        ordered = Order.objects.filter(company=company).aggregate(last=Max("submitted_at"))["last"]
        moments: list[datetime] = [moment for moment in (last, ordered) if moment]
        found = max(moments).astimezone(ZoneInfo(company.time_zone)).date() if moments else today(company)
        cache.set(key, found, 60)
    return found


def default_department(company_id: int, stage: int) -> Department | None:
    return Department.objects.filter(company_id=company_id, stages__contains=[stage]).order_by("id").first()

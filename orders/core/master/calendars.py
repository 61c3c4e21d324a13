"""Working time: its closed days, who works by it, and the intervals that waiting is measured by."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import Max, Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omc.lib import clock
from omc.lib.registry import Text
from orders.core.master import rules
from orders.core.models import Calendar, Company, Department, Warehouse
from orders.core.services.companies import fill_calendar

WEEKDAYS: Final[dict[int, Text]] = {
    1: gettext_lazy("Monday"),
    2: gettext_lazy("Tuesday"),
    3: gettext_lazy("Wednesday"),
    4: gettext_lazy("Thursday"),
    5: gettext_lazy("Friday"),
    6: gettext_lazy("Saturday"),
    7: gettext_lazy("Sunday"),
}
YEARS_AHEAD: Final = 2
MOST_DAYS: Final = 1000


def weekdays_said(days: Collection[int]) -> str:
    """Weekdays in words, in the order of the week."""
    return ", ".join(str(name) for number, name in WEEKDAYS.items() if number in days)


def wrong(row: Calendar, changed: frozenset[str]) -> dict[str, str]:
    """What working time may not become."""
    errors: dict[str, str] = {}
    if "code" in changed and (said := rules.wrong_code(row.code)):
        errors["code"] = said
    if "time_zone" in changed and row.time_zone not in available_timezones():
        errors["time_zone"] = "There is no time zone of this name."
    if "weekdays" in changed:
        row.weekdays = sorted(set(row.weekdays))
        if not row.weekdays or not set(row.weekdays) <= set(WEEKDAYS):
            errors["weekdays"] = "Choose at least one day of the week."
    if {"opens", "closes"} & changed and row.opens >= row.closes:
        errors["closes"] = "Work ends after it begins, on the same day."
    if "holidays" in changed:
        row.holidays = sorted(set(row.holidays))
        if len(row.holidays) > MOST_DAYS:
            errors["holidays"] = f"At most {MOST_DAYS:,} closed days are kept."
    return errors


def lay_out(row: Calendar) -> None:
    """Lay its working intervals out anew: the years that it has, and two from now on.

    The first year stays the first, so that what was measured from it is counted from the same moment.
    """
    had = row.spans.aggregate(first=Min("day"), last=Max("day"))
    this_year = clock.today(row.time_zone).year
    first = had["first"].year if had["first"] else this_year - 1
    last = had["last"].year if had["last"] else this_year
    fill_calendar(row, first, max(last, this_year + YEARS_AHEAD))


def lengthen() -> int:
    """Lay out calendars that end this year for two years more; how many there were."""
    found = 0
    rows = Calendar.objects.filter(company__is_history=False).annotate(last=Max("spans__day"))
    for row in rows.order_by("id"):
        if row.last is not None and row.last.year <= clock.today(row.time_zone).year:
            with transaction.atomic():
                lay_out(Calendar.objects.select_for_update().get(pk=row.pk))
            found += 1
    return found


@dataclass(frozen=True)
class User:
    """Who works by a calendar."""

    kind: Text
    name: str
    url: str


def users_of(row: Calendar) -> list[User]:
    """The company, departments and warehouses that work by it."""
    found = [
        User(_("The company"), company.name, reverse("core:company"))
        for company in Company.objects.filter(pk=row.company_id, calendar=row)
    ]
    for department in Department.objects.filter(calendar=row, is_active=True).order_by("name"):
        found.append(User(_("Department"), department.name, reverse("core:department", args=[department.pk])))
    for warehouse in Warehouse.objects.filter(calendar=row, is_active=True).order_by("name"):
        found.append(User(_("Warehouse"), warehouse.name, reverse("core:warehouse", args=[warehouse.pk])))
    return found


def closed_days(row: Calendar) -> tuple[Sequence[date], Sequence[date]]:
    """Closed days to come, and those that were, the latest first."""
    today = clock.today(row.time_zone)
    return (
        [day for day in row.holidays if day >= today],
        [day for day in reversed(row.holidays) if day < today],
    )

"""Open a company, and keep its working time, people and settings."""

from collections.abc import Iterable
from datetime import time
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction

from omc.accounts.models import User
from omc.accounts.roles import ROLES
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.registry import registry
from omc.lib.service import verb
from orders.core import numbers
from orders.core.models import Calendar, Company, Department, Membership, Setting
from orders.core.selectors.companies import settings_key

DEPARTMENTS: tuple[tuple[str, str, list[int]], ...] = (
    ("desk", "Order desk", [2, 4]),
    ("sales", "Sales and pricing", [3]),
    ("planning", "Planning and purchasing", [1]),
    ("ops", "Operations", [5, 6]),
    ("warehouse", "Warehouse", [7]),
    ("finance", "Finance", [8]),
    ("service", "Customer service", [9, 10]),
)

_SPANS = """
INSERT INTO orders_calendarspan (calendar_id, day, opens_at, closes_at, minutes_before)
SELECT %(id)s, day, opens_at, closes_at,
    sum(minutes) OVER (ORDER BY opens_at) - minutes
FROM (
    SELECT day::date AS day, (day::date + %(opens)s::time) AT TIME ZONE %(zone)s AS opens_at,
        (day::date + %(closes)s::time) AT TIME ZONE %(zone)s AS closes_at,
        (extract(epoch FROM %(closes)s::time - %(opens)s::time) / 60)::integer AS minutes
    FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day
    WHERE extract(isodow FROM day)::integer = ANY(%(weekdays)s) AND NOT day::date = ANY(%(holidays)s::date[])
) spans
"""


@verb(silent="a company is no subject of events; its rows carry their own history")
def open_company(*, code: str, name: str, actor: Actor | None = None, **fields: Any) -> Company:
    """Make a selling entity ready to work: calendar, departments, number series and reference data.

    The first company of an installation, demos and imports are opened by commands, which pass no actor.

    Raises: InvalidInput when the code is taken
    """
    if actor is not None:
        require(actor, "orders.manage_settings")
    if Company.objects.filter(code=code).exists():
        raise InvalidInput(f"There is a company with the code {code} already.", field="code")
    company = Company.objects.create(code=code, name=name, **fields)
    calendar = Calendar.objects.create(
        company=company,
        code="office",
        name="Office hours",
        time_zone=company.time_zone,
        weekdays=[1, 2, 3, 4, 5],
        opens=time(8),
        closes=time(17),
    )
    year = clock.today(company.time_zone).year
    fill_calendar(calendar, year - 1, year + 2)
    company.calendar = calendar
    company.save(update_fields=["calendar"])
    Department.objects.bulk_create(
        Department(company=company, code=code, name=name, stages=stages, calendar=calendar)
        for code, name, stages in DEPARTMENTS
    )
    numbers.create_sequences(company.pk)
    for load in registry.reference:
        load(company.pk)
    return company


def fill_calendar(calendar: Calendar, first_year: int, last_year: int) -> None:
    """Lay out the working intervals of the years anew, with their cumulative minutes."""
    calendar.spans.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            _SPANS,
            {
                "id": calendar.pk,
                "zone": calendar.time_zone,
                "opens": calendar.opens.isoformat(),
                "closes": calendar.closes.isoformat(),
                "first": f"{first_year}-01-01",
                "last": f"{last_year}-12-31",
                "weekdays": list(calendar.weekdays),
                "holidays": list(calendar.holidays),
            },
        )


@verb(silent="rights are no subject of events; the change history keeps them")
def set_membership(
    *,
    company_id: int,
    user_id: int,
    roles: Iterable[str],
    actor: Actor | None = None,
    department_code: str = "",
    is_default: bool = False,
) -> Membership:
    """Let a user work in a company with these roles.

    Raises: InvalidInput for a role that does not exist, PermissionRefused
    """
    if actor is not None:
        require(actor, "orders.manage_members")
        if actor.company_id != company_id:
            raise NotFound("There is no such company.")
    wanted = sorted(set(roles))
    if unknown := set(wanted) - set(ROLES):
        raise InvalidInput(f"There is no role {', '.join(sorted(unknown))}.", field="roles")
    department = Department.objects.filter(company_id=company_id, code=department_code).first()
    membership, _made = Membership.objects.update_or_create(
        company_id=company_id,
        user=User.objects.get(pk=user_id),
        defaults={"roles": wanted, "department": department, "is_default": is_default},
    )
    return membership


@verb(silent="settings are rows that are only added; each is its own record")
def change_setting(*, key: str, value: str, actor: Actor) -> Setting:
    """Put a setting in force from now on.

    Raises: InvalidInput when the value makes no sense
    """
    require(actor, "orders.manage_settings")
    kind = registry.settings.get(key)
    if kind is None:
        raise NotFound(f"There is no setting {key}.", field="key")
    try:
        parsed = kind.parse(value)
    except (ValueError, ArithmeticError) as error:
        raise InvalidInput(f"{kind.label}: {error}", field="value") from error
    at = clock.now()
    cache.delete(settings_key(actor.company_id))
    transaction.on_commit(lambda: cache.delete(settings_key(actor.company_id)))
    return Setting.objects.create(
        company_id=actor.company_id,
        key=key,
        value=parsed,
        effective_from=at,
        changed_by_id=actor.user_id,
        changed_at=at,
    )

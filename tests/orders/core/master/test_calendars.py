"""Working time is entered and changed, and waiting is measured by it from then on."""

from datetime import date, datetime, time, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.urls import reverse

from omc.lib import clock
from omc.lib.errors import DomainError, InvalidInput, PermissionRefused
from orders.core.master import services
from orders.core.master.calendars import lengthen
from orders.core.master.selectors import version_of
from orders.core.models import Calendar, Change, Company, Department, Warehouse
from orders.core.services.companies import fill_calendar
from tests.factories import make_actor, make_company, make_user

pytestmark = pytest.mark.django_db
JSON = "application/json"
UTC = ZoneInfo("UTC")


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def admin(company):
    return make_actor(company, "admin")


def next_monday():
    today = clock.today("UTC")
    return today + timedelta(days=7 - today.weekday())


def worked(calendar, day, until):
    """Working minutes from the morning of one day to the evening of another."""
    with connection.cursor() as cursor:
        start, end = datetime.combine(day, time(0), UTC), datetime.combine(until, time(23), UTC)
        cursor.execute("SELECT omc_business_minutes(%s, %s, %s)", [calendar.pk, start, end])
        return cursor.fetchone()[0]


def change(admin, row, **values):
    return services.change_record(kind="calendar", record_id=row.pk, values=values, actor=admin)


def test_waiting_does_not_count_on_a_day_that_is_closed(company, admin):
    office, monday = company.calendar, next_monday()
    tuesday = monday + timedelta(days=1)
    before = worked(office, monday, tuesday)

    change(admin, office, holidays=[tuesday])

    assert (before, worked(office, monday, tuesday)) == (1080, 540)
    office.refresh_from_db()
    assert office.holidays == [tuesday]
    assert Change.objects.get(table="calendar", row_id=office.pk).after == {"holidays": [tuesday.isoformat()]}
    change(admin, office, opens=time(10), weekdays=[2, 1, 1])
    assert worked(office, monday, monday + timedelta(days=6)) == 420
    change(admin, office, holidays=[])
    assert worked(office, monday, monday + timedelta(days=6)) == 840


def test_what_was_measured_starts_from_the_same_moment(company, admin):
    office = company.calendar
    first = office.spans.order_by("day").first()
    change(admin, office, holidays=[next_monday()])
    again = office.spans.order_by("day").first()
    assert (again.opens_at, again.minutes_before) == (first.opens_at, 0)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": [8]}, "weekdays"),
        ({"opens": time(18)}, "closes"),
        ({"time_zone": "Mars/North"}, "time_zone"),
        ({"code": "two words"}, "code"),
        ({"holidays": [date(2000, 1, 1) + timedelta(days=n) for n in range(1001)]}, "holidays"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_laid_out(company, admin, values, field):
    spans = company.calendar.spans.count()
    with pytest.raises(InvalidInput) as refusal:
        change(admin, company.calendar, **values)
    assert (list(refusal.value.data["fields"]), Change.objects.count()) == ([field], 0)
    assert company.calendar.spans.count() == spans


def test_only_an_administrator_of_the_company_changes_it(company, admin):
    with pytest.raises(PermissionRefused):
        change(make_actor(company, "ops"), company.calendar, holidays=[next_monday()])
    with pytest.raises(DomainError):
        change(make_actor(make_company(), "admin"), company.calendar, holidays=[next_monday()])
    assert Calendar.objects.get(pk=company.calendar_id).holidays == []


def test_a_calendar_that_ends_is_lengthened_once():
    company = make_company()
    year = clock.today("UTC").year
    fill_calendar(company.calendar, year - 3, year)
    assert (lengthen(), lengthen()) == (1, 0)
    days = company.calendar.spans.order_by("day")
    assert (days.first().day.year, days.last().day.year) == (year - 3, year + 2)


@pytest.mark.slow
def test_its_screens_and_who_works_by_it(client, company):
    client.force_login(make_user(company, "admin"))
    form = {
        "code": "night", "name": "Night shift", "time_zone": "UTC", "weekdays": ["1", "6"], "opens": "14:00",
        "closes": "22:00", "holidays": "2030-12-25\n2030-12-26",
    }  # fmt: skip
    refused = client.post(reverse("core:new-calendar"), form | {"holidays": "Christmas"})
    assert refused.status_code == 422
    assert "“Christmas” is no day" in refused.content.decode()
    made = client.post(reverse("core:new-calendar"), form)
    night = Calendar.objects.get(company=company, code="night")
    assert made.url == reverse("core:calendar", args=[night.pk])
    Warehouse.objects.create(company=company, code="W9", name="Night house", calendar=night)

    page = client.get(made.url).content.decode()
    for word in ("Monday, Saturday", "14:00", "Wed 25 Dec 2030", "Night house"):
        assert word in page
    listed = client.get(reverse("core:calendars")).content.decode()
    assert "14:00–22:00" in listed
    edit = reverse("core:edit-calendar", args=[night.pk])
    assert "2030-12-25\n2030-12-26" in client.get(edit).content.decode()
    seen = version_of(night)
    assert client.post(edit, form | {"holidays": "2030-12-26", "version": seen}).status_code == 302
    assert "2030-12-25 → –" in client.get(made.url).content.decode()
    assert client.post(edit, form | {"version": seen}).status_code == 422  # somebody changed it meanwhile

    own = reverse("core:company")
    fields = {"name": company.name, "country": "US", "time_zone": "UTC", "calendar": night.pk}
    assert client.post(own, fields).status_code == 302
    assert Company.objects.get(pk=company.pk).calendar == night
    theirs = make_company().calendar
    assert client.post(own, fields | {"calendar": theirs.pk}).status_code == 422

    client.force_login(make_user(company, "csr"))
    assert client.get(made.url).status_code == 200
    assert client.get(edit).status_code == 403


def test_rest_does_it_too(client, company):
    client.force_login(make_user(company, "admin"))
    sent = {"code": "early", "name": "Early", "weekdays": [1, 2], "opens": "06:00", "holidays": ["2030-01-01"]}
    made = client.post("/api/v1/calendars/", sent, JSON)
    url = f"/api/v1/calendars/{made.json()['id']}/"
    assert (made.status_code, made.json()["closes"], made.json()["holidays"]) == (201, "17:00:00", ["2030-01-01"])
    assert client.patch(url, {"weekdays": [9]}, JSON).status_code == 422
    assert client.patch(url, {"holidays": []}, JSON, headers={"If-Match": '"0"'}).status_code == 412
    assert client.patch(url, {"holidays": []}, JSON).json()["holidays"] == []
    assert client.patch("/api/v1/company/", {"calendar": "early"}, JSON).json()["calendar"] == "early"
    department = Department.objects.filter(company=company).first()
    patched = client.patch(f"/api/v1/departments/{department.pk}/", {"calendar": "early"}, JSON)
    assert patched.json()["calendar"] == "early"
    client.force_login(make_user(company, "csr"))
    assert client.post("/api/v1/calendars/", sent | {"code": "x"}, JSON).status_code == 403


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_change_one_at_once_leave_each_day_once():
    company = make_company()
    admin, office, monday = make_actor(company, "admin"), company.calendar, next_monday()
    ready = Barrier(2)

    def close(day):
        ready.wait()
        change(admin, office, holidays=[day])
        connection.close()

    threads = [Thread(target=close, args=[monday + timedelta(days=n)]) for n in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    office.refresh_from_db()
    days = list(office.spans.filter(day__range=[monday, monday + timedelta(days=4)]).values_list("day", flat=True))
    assert len(days) == len(set(days)) == 4
    assert office.holidays[0] not in days
    assert Change.objects.filter(table="calendar", row_id=office.pk).count() == 2

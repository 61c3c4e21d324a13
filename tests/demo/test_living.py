"""The demo after it slept, on its next day, and while somebody watches."""

from datetime import timedelta

import pytest
from django.db import transaction

from analytics.services import rebuild
from omc.demo import living
from omc.demo.checking import disagreements
from omc.demo.filling import fill_all, open_tale
from omc.demo.house import build
from omc.demo.models import Tale
from omc.lib import clock
from omc.lib.actor import system
from orders.core.models import Company, JobRun, Order
from orders.core.selectors.verification import flaws
from orders.core.services import jobs
from tests.demo.acts import acts_at_night
from tests.demo.looking import dead_spots, overdue_share

pytestmark = [pytest.mark.slow, pytest.mark.demo, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tale(monkeypatch, request):
    """A demo whose past is so many days (none unless asked for), written; three orders a day from then on."""
    monkeypatch.setattr("omc.demo.lives.orders_on", lambda day, first: 3 if day.isoweekday() < 6 else 0)
    monkeypatch.setattr("omc.demo.living.orders_on", lambda day, first: 3 if day.isoweekday() < 6 else 0)
    now = clock.now()
    with clock.stopped_at(now - timedelta(days=20)), transaction.atomic():
        company = build(now.date()).company
        start = now.date() - timedelta(days=getattr(request, "param", 0))
        made = open_tale(company, first=now.date(), from_day=start, thin_from=now.date(), to_day=now.date(), until=now)
    fill_all(company.pk, lambda done, total, step: None)
    Company.objects.filter(pk=company.pk).update(held_by="")
    Tale.objects.update(is_filled=True)
    made.refresh_from_db()
    return made


@pytest.mark.parametrize("tale", [14], indirect=True)
def test_the_demo_is_right_after_a_months_sleep(tale):
    company = tale.company
    asleep = Order.objects.filter(company=company).count()
    awake = clock.now() + timedelta(days=31)

    with clock.stopped_at(awake):
        done = living.play_on(Tale.objects.select_related("company").get(), awake, lambda done, total, step: None)

        assert done["written"] > 0
        assert done["entered"] > 0
        assert disagreements(company.pk) == {}
        assert list(flaws([company.pk])) == []
        assert Tale.objects.get().played_until == awake
        orders = Order.objects.filter(company=company)
        assert orders.count() > asleep + 20
        fresh = orders.filter(submitted_at__gt=awake - timedelta(days=5))
        assert fresh.exists()
        assert not orders.filter(state__in=["pending", "shipped"], submitted_at__lt=awake - timedelta(days=14)).exists()
        assert acts_at_night(company) == []
        rebuild(actor=system("test", company.pk))
        assert dead_spots(company) == []
        assert overdue_share(company) < 0.25
        again = living.play_on(Tale.objects.select_related("company").get(), awake, lambda done, total, step: None)
        assert again == {"written": 0, "entered": 0, "done": 0}


def test_the_next_day_moves_the_companys_clock_alone(tale):
    other = Company.objects.create(code="own", name="Own")
    run = JobRun.objects.create(company=tale.company, kind=living.NEXT_DAY, created_at=clock.now())
    jobs.execute(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error) == ("done", "")
    company = Company.objects.get(pk=tale.company_id)
    assert timedelta(0) < company.clock_offset <= timedelta(days=4)
    assert company.held_by == ""
    other.refresh_from_db()
    assert other.clock_offset == timedelta(0)


def test_beat_plays_only_while_somebody_watches(tale):
    Tale.objects.update(played_until=clock.now(), watched_at=None)
    before = Order.objects.count()
    assert living.tick() == "nobody watches"
    Tale.objects.update(watched_at=clock.wall())
    assert living.tick() == "live"
    assert Order.objects.count() == before + 1
    Tale.objects.update(is_paused=True)
    assert living.tick() == "paused"
    Company.objects.update(held_by="somebody")
    assert living.tick() == "held"
    assert Order.objects.count() == before + 1

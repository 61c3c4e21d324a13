"""The past as it is written: books that agree, whole weeks or none, nothing twice."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction

from omc.demo.checking import CHECKS, disagreements
from omc.demo.filling import fill_all, open_tale, past_of, write_week
from omc.demo.house import build
from omc.demo.models import Tale
from omc.history.books import Books
from omc.lib import clock
from orders.core.models import Delivery, Duty, Event, Hold, Order
from orders.core.selectors.verification import flaws
from orders.entry.models import CleanScore
from orders.pricing.agreements.models import Agreement, ReleaseLine
from orders.pricing.agreements.rules import drawn_item
from orders.pricing.guidelines.models import Approval
from orders.pricing.guidelines.selectors import fingerprint_of
from orders.pricing.guidelines.services.holds import HOLD
from tests.demo.acts import acts_at_night

pytestmark = [pytest.mark.slow, pytest.mark.demo, pytest.mark.django_db(transaction=True)]
DAYS = 14


@pytest.fixture
def short_terms(monkeypatch):
    """Agreements for days instead of months, about what somebody took once."""
    for name, value in {"TERMS": (4,), "EVERY": 1, "ASKED": 60, "LEAST_ORDERS": 1, "RECENT_DAYS": 0}.items():
        monkeypatch.setattr(f"omc.demo.frames.{name}", value)


@pytest.fixture
def company():
    """The demo's house with two weeks of past set aside, none of them written."""
    now = clock.now()
    with clock.stopped_at(now - timedelta(days=20)), transaction.atomic():
        house = build(now.date())
        start = now.date() - timedelta(days=DAYS + 30)
        open_tale(
            house.company, first=now.date(), from_day=start, thin_from=now.date(), to_day=start + timedelta(days=DAYS),
            until=now,
        )  # fmt: skip
    return house.company


def test_some_weeks_of_past_leave_books_that_agree_and_what_disagrees_is_seen(short_terms, company):
    past = past_of(Tale.objects.get(company=company))

    rows = fill_all(company.pk, lambda done, total, step: None)

    assert rows > 5_000
    assert disagreements(company.pk) == {}
    assert list(flaws([company.pk])) == []
    assert Order.objects.filter(company=company).count() == sum(len(day.lives) for day in past.days.values())
    assert set(Order.objects.filter(company=company).values_list("state", flat=True)) <= {
        "closed", "cancelled", "delivered", "shipped",
    }  # fmt: skip
    assert not Delivery.objects.filter(company=company).exists()
    assert not Duty.objects.filter(company=company, stage__lt=8, stage__gt=3, closed_at=None).exists()
    assert Event.objects.filter(company=company, at__gt=clock.now()).count() == 0
    assert acts_at_night(company) == []
    scores = CleanScore.objects.filter(company=company).values_list("score", "parts", "codes")
    assert len(scores) == Order.objects.filter(company=company).count()
    assert {score + sum(parts.values()) for score, parts, _codes in scores} == {100}
    assert {code for _score, _parts, codes in scores for code in codes} >= {"large_quantity", "price_changed"}
    granted = Approval.objects.filter(company=company, state="approved").select_related("order")
    assert {fingerprint_of(one.order, one.order.lines.all()) == one.fingerprint for one in granted} == {True}
    assert Hold.objects.filter(
        order__in=granted.values("order"), hold_type__code=HOLD, status="resolved"
    ).count() == len(granted)
    agreed = Agreement.objects.filter(company=company)
    assert len(agreed) == len(past.frames) > 0
    assert set(agreed.values_list("state", flat=True)) == {"ended"}
    drawn = ReleaseLine.objects.filter(release__agreement__in=agreed).select_related("item", "line__order")
    assert len(drawn) == sum(len(frame.draws) for frame in past.frames)
    for one in drawn:
        assert (one.line.unit_price, drawn_item(one.line.price_steps)) == (one.item.unit_price, one.item_id)
        assert one.line.order.customer_id == one.item.agreement.customer_id
    assert fill_all(company.pk, lambda done, total, step: None) == 0  # a second start adds nothing
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE planning_stocklevel SET on_hand = on_hand + 1 WHERE id = (SELECT min(id) FROM planning_stocklevel)"
        )
        cursor.execute(
            "UPDATE orders_order SET net_amount = net_amount + 1 WHERE id = (SELECT min(id) FROM orders_order)"
        )
    assert set(disagreements(company.pk)) == {
        "levels are the sum of their movements",
        "orders are the sum of their lines",
    }
    assert len(CHECKS) > 10


KILLED = """
import os, signal
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = {name!r}
from omc.demo import filling
from omc.demo.models import Tale
from omc.history.books import Books
tale = Tale.objects.get(company_id={company})
past = filling.past_of(tale)
filling.write_week({company}, past)
def die(self):
    os.kill(os.getpid(), signal.SIGKILL)
Books._duties = die
filling.write_week({company}, past)
"""


def test_a_week_that_fails_or_is_killed_half_way_is_as_if_it_had_never_begun(company, monkeypatch):
    past = past_of(Tale.objects.get(company=company))
    before = (Order.objects.count(), Event.objects.count(), Tale.objects.get(company=company).next_day)
    with monkeypatch.context() as patched:
        whole = Books._duties

        def cut(self):
            whole(self)
            raise KeyboardInterrupt

        patched.setattr(Books, "_duties", cut)
        with pytest.raises(KeyboardInterrupt):
            write_week(company.pk, past)
    assert (Order.objects.count(), Event.objects.count(), Tale.objects.get(company=company).next_day) == before

    script = KILLED.format(name=connection.settings_dict["NAME"], company=company.pk)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": str(settings.SETTINGS_MODULE)}
    died = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, timeout=120, check=False, env=environment
    )
    assert died.returncode == -9, died.stderr.decode()[-2000:]
    tale = Tale.objects.get(company=company)
    assert (tale.next_day - tale.from_day).days == 7

    fill_all(company.pk, lambda done, total, step: None)

    assert disagreements(company.pk) == {}
    assert list(flaws([company.pk])) == []
    assert Order.objects.filter(company=company).count() == sum(len(day.lives) for day in past.days.values())
    numbers = list(Order.objects.filter(company=company).order_by("id").values_list("number", flat=True))
    assert numbers == [f"SO-{n:06d}" for n in range(1, len(numbers) + 1)]

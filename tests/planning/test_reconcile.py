"""The nightly check: levels equal Σ movements and Σ promises, lines equal Σ promises."""

import pytest
from django.db import connection

from orders.core.models import JobRun, Notification, OrderLine
from orders.core.services import jobs
from planning.models import Promise, StockLevel, StockMovement
from planning.selectors.reconcile import stock_differences
from tests.planning.factories import Yard

pytestmark = pytest.mark.django_db


def checked(yard: Yard) -> JobRun:
    run = JobRun.objects.create(
        company=yard.company,
        kind="planning.reconcile_stock",
        inputs={},
        created_at=yard.company.calendar.spans.first().opens_at,
    )
    jobs.execute(run.pk)
    run.refresh_from_db()
    return run


def test_what_the_services_wrote_adds_up() -> None:
    yard = Yard(BOLT=10, NUT=3)
    yard.promise(yard.order([("BOLT", 4), ("NUT", 5)]))

    run = checked(yard)

    assert (run.status, run.result) == ("done", {"levels": 2, "differences": []})
    assert not Notification.objects.exists()


def test_every_kind_of_difference_is_found_and_the_planner_is_told() -> None:
    yard, other = Yard(BOLT=10, NUT=3, CAP=2), Yard(BOLT=10)
    yard.promise(yard.order([("BOLT", 4), ("NUT", 3)]))
    StockMovement.objects.filter(product=yard.items["BOLT"]).update(quantity=9)
    Promise.objects.filter(product=yard.items["NUT"]).update(allocated=2)
    StockLevel.objects.filter(product=yard.items["CAP"]).delete()

    run = checked(yard)

    line = OrderLine.objects.get(product=yard.items["NUT"])
    assert [
        (d["what"], d["product_id"], d["order_line_id"], float(d["stored"]), float(d["summed"]))
        for d in run.result["differences"]
    ] == [
        ("allocated", yard.items["NUT"].pk, None, 3, 2),
        ("allocated on the line", None, line.pk, 3, 2),
        ("on hand", yard.items["BOLT"].pk, None, 10, 9),
        ("on hand", yard.items["CAP"].pk, None, 0, 2),
    ]
    told = Notification.objects.get()
    assert (told.user_id, told.text[:9]) == (yard.planner.user_id, "4 stock f")
    assert stock_differences(other.company.pk) == []


def test_the_tables_themselves_refuse_what_is_not_there() -> None:
    Yard(BOLT=10)
    with pytest.raises(Exception, match="stock_level_covers_allocated"), connection.cursor() as cursor:
        cursor.execute("UPDATE planning_stocklevel SET allocated = 11")

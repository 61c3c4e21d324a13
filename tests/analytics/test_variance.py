"""The bridge as a job: from invoices to a report that adds up."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from analytics import tasks
from analytics.models import VarianceReport
from analytics.selectors.variance import (
    driver_rows,
    driver_table,
    drivers_of,
    excluded_of,
    invoice_lines_behind,
    one_report,
    steps_of,
)
from analytics.services import NotInData, run_variance
from omc.lib import clock
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from orders.core.models import JobRun
from orders.core.services.jobs import JobRefused, execute
from tests.analytics.factories import AUGUST, SEPTEMBER, Books, D
from tests.factories import make_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> Books:
    found = Books()
    found.two_months()
    return found


def bridge(books: Books, **fields: Any) -> VarianceReport:
    run = run_variance(base_month=AUGUST, current_month=SEPTEMBER, actor=books.boss, **fields)
    execute(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error, run.done, run.total) == ("done", "", 3, 3)
    return VarianceReport.objects.get(run=run)


EFFECTS = ("price", "cost", "volume", "mix", "new", "lost", "promotional", "residual")


def test_the_fixture_comes_out_of_invoices_to_the_cent(books: Books) -> None:
    report = bridge(books)

    found = {effect: getattr(report, effect) for effect in EFFECTS}
    assert found == {
        "price": 60, "cost": -76, "volume": 0, "mix": 30, "new": 120, "lost": -60, "promotional": 0, "residual": 0,
    }  # fmt: skip
    assert (report.base_profit, report.current_profit, report.change) == (710, 784, 74)
    assert report.run.result == {"report_id": report.pk, "change": "74.00", "residual": "0.00"}


def test_growth_in_units_splits_volume_and_mix_otherwise(books: Books) -> None:
    report = bridge(books, growth="units")

    assert (report.volume, report.mix, report.residual) == (D("43.33"), D("-13.33"), 0)
    assert report.growth_rate == D("1.066667")


def test_growth_in_units_needs_one_unit_of_measure(books: Books) -> None:
    books.item("B").stock_unit = "kg"
    books.item("B").save()

    with pytest.raises(InvalidInput, match="sold in kg, pc") as no:
        run_variance(base_month=AUGUST, current_month=SEPTEMBER, growth="units", actor=books.boss)

    assert (no.value.field, JobRun.objects.count()) == ("growth", 0)


def test_drivers_come_largest_first_and_sum_to_the_change(books: Books) -> None:
    report = bridge(books)
    drivers = list(drivers_of(report).order_by("-impact", "id"))

    found = driver_rows(report, drivers)

    assert [(str(row.driver.product), row.driver.effect, row.driver.amount) for row in found[:4]] == [
        ("D", "new", 120), ("A", "mix", 80), ("A", "price", 60), ("C", "lost", -60),
    ]  # fmt: skip
    assert sum(driver.amount for driver in drivers) == report.change
    assert (found[0].cumulative, found[-1].cumulative) == (D("26.9"), D("100.0"))
    assert (found[1].base_price, found[1].current_price, found[1].current_unit_cost) == (10, D("10.5"), D("6.3"))
    second_page = driver_rows(report, drivers[2:])
    assert second_page[0].cumulative == found[2].cumulative


def test_the_waterfall_leads_from_one_profit_to_the_other(books: Books) -> None:
    steps = steps_of(bridge(books))

    assert (steps[0].value, steps[-1].value) == (710, 784)
    assert sum(step.value for step in steps[:-1]) == steps[-1].value
    assert [step.effect for step in steps[1:-1]] == ["price", "cost", "volume", "mix", "new", "lost"]


def test_lines_without_a_known_cost_are_left_out_and_listed(books: Books) -> None:
    books.sell(date(2026, 9, 2), ("A", 3, 10, None), ("E", 2, 50, 0))
    books.rebuild()

    report = bridge(books)

    assert (report.change, report.residual, report.excluded_net, report.excluded_lines) == (74, 0, 130, 2)
    left_out = [
        (row.product.sku, row.month, row.net_base) for row in excluded_of(report).order_by("-net_base") if row.product
    ]
    assert left_out == [("E", SEPTEMBER, 100), ("A", SEPTEMBER, 30)]


def test_behind_a_driver_stand_its_invoice_lines_with_credits_as_negative(books: Books) -> None:
    note = books.sell(date(2026, 9, 9), ("A", 5, "10.5", "6.3"), kind="credit_note")
    books.sell(date(2026, 7, 9), ("A", 1, 1, 1))
    report = bridge(books)

    lines = invoice_lines_behind(report, books.customer.pk, books.item("A").pk, books.boss)

    assert [(line.invoice.invoice_date.month, line.signed_quantity, line.signed_net) for line in lines] == [
        (8, 100, 1000), (9, -5, D("-52.5")), (9, 120, 1260),
    ]  # fmt: skip
    assert lines[1].invoice == note


def test_the_csv_holds_every_driver(books: Books) -> None:
    head, rows = driver_table(bridge(books))
    table = [dict(zip(head, row, strict=True)) for row in rows]

    assert sum(D(row["amount"]) for row in table) == 74
    assert (table[0]["item"], table[0]["effect"], table[0]["current_net"], table[0]["base_net"]) == (
        "D",
        "new",
        "300",
        "",
    )


def test_a_history_without_costs_says_so_and_starts_nothing() -> None:
    books = Books()
    books.sell(date(2026, 8, 3), ("A", 10, 10, None))
    books.sell(date(2026, 9, 3), ("A", 10, 10, None))
    books.rebuild()

    with pytest.raises(NotInData, match="not in this data"):
        run_variance(base_month=AUGUST, current_month=SEPTEMBER, actor=books.boss)

    assert not JobRun.objects.exists()


def test_the_same_month_twice_is_no_bridge(books: Books) -> None:
    with pytest.raises(InvalidInput, match="two different months"):
        run_variance(base_month=AUGUST, current_month=date(2026, 8, 9), actor=books.boss)

    assert not JobRun.objects.exists()


def test_only_those_who_may_start_a_bridge_and_one_at_a_time(books: Books) -> None:
    with pytest.raises(PermissionRefused):
        run_variance(base_month=AUGUST, current_month=SEPTEMBER, actor=make_actor(books.company, "planner"))
    assert not JobRun.objects.exists()

    run_variance(base_month=AUGUST, current_month=SEPTEMBER, actor=books.boss)
    with pytest.raises(JobRefused, match="on its way"):
        run_variance(base_month=AUGUST, current_month=SEPTEMBER, actor=books.boss)

    assert JobRun.objects.count() == 1


def test_a_bridge_that_starts_over_leaves_one_report(books: Books) -> None:
    report = bridge(books)
    JobRun.objects.filter(pk=report.run_id).update(status="queued")

    execute(report.run_id)

    assert VarianceReport.objects.get().run_id == report.run_id


def test_another_companys_bridge_is_not_there(books: Books) -> None:
    report = bridge(books)

    with pytest.raises(NotFound):
        one_report(report.pk, Books().boss)


def test_on_the_first_of_the_month_the_past_month_is_explained_where_there_are_costs(books: Books) -> None:
    without = Books()
    without.sell(date(2026, 9, 3), ("A", 1, 1, None))
    without.rebuild()

    with clock.stopped_at(datetime(2026, 10, 1, 2, 30, tzinfo=UTC)):
        assert tasks.start_monthly_variance() == 1

    run = JobRun.objects.get()
    assert (run.company_id, run.inputs) == (
        books.company.pk,
        {"base_month": "2026-08-01", "current_month": "2026-09-01", "growth": "constant_price"},
    )

"""The read model of monthly sales: what counts, and that the minute's job and the full rebuild agree."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from analytics import tasks
from analytics.models import DirtyOrder, MonthlySales, ReadModel
from analytics.selectors.sales import freshness, month_totals
from analytics.services import mark_dirty, refresh_sales
from billing.models import Invoice
from omc.lib.actor import system
from orders.core import outbox
from tests.analytics.factories import AUGUST, SEPTEMBER, Books, D
from tests.factories import CustomerFactory, OrderFactory, make_actor
from tests.returns.factories import Shop

pytestmark = pytest.mark.django_db


def rows(books: Books) -> list[dict[str, Any]]:
    fields = [
        "month", "customer_id", "product_id", "quantity", "net_base", "cost_base", "known_quantity", "known_net_base",
        "known_cost_base", "line_count", "known_lines",
    ]  # fmt: skip
    return list(
        MonthlySales.objects.filter(company=books.company).order_by("month", "customer", "product").values(*fields)
    )


def test_credits_are_netted_in_the_month_of_the_credit() -> None:
    books = Books()
    books.sell(date(2026, 8, 31), ("A", 10, 10, 6))
    books.sell(date(2026, 9, 1), ("A", 4, 10, 6), kind="credit_note")

    books.rebuild()

    found = [(row["month"], row["quantity"], row["net_base"], row["cost_base"]) for row in rows(books)]
    assert found == [(AUGUST, 10, 100, 60), (SEPTEMBER, -4, -40, -24)]


def test_lines_without_a_known_cost_are_kept_apart() -> None:
    books = Books()
    books.sell(date(2026, 8, 3), ("A", 10, 10, 6), ("A", 5, 10, None), ("A", 1, 10, 0))

    books.rebuild()

    (row,) = rows(books)
    assert (row["quantity"], row["net_base"], row["cost_base"], row["line_count"]) == (16, 160, None, 3)
    assert (row["known_quantity"], row["known_net_base"], row["known_cost_base"], row["known_lines"]) == (
        10,
        100,
        60,
        1,
    )


def test_drafts_voids_and_adjustments_are_no_sales() -> None:
    books = Books()
    for state in ("draft", "void"):
        books.sell(date(2026, 8, 3), ("A", 10, 10, 6), state=state)
    books.sell(date(2026, 8, 3), ("A", 10, 10, 6), kind="adjustment")

    assert books.rebuild() == 0


def test_two_companies_do_not_mix() -> None:
    mine, theirs = Books(), Books()
    theirs.sell(date(2026, 8, 3), ("A", 10, 10, 6))
    theirs.rebuild()
    mine.sell(date(2026, 8, 3), ("A", 1, 10, 6))

    mine.rebuild()

    assert [row["quantity"] for row in rows(mine)] == [1]
    assert [row["quantity"] for row in rows(theirs)] == [10]
    assert month_totals(mine.boss)[0].net == 10


@pytest.mark.slow
def test_the_minutes_job_and_the_full_rebuild_agree_after_a_random_history() -> None:
    chance = random.Random(4)
    books = Books()
    customers = [CustomerFactory(company=books.company) for _ in range(3)]
    orders = [OrderFactory(company=books.company, customer=customers[n % 3], confirmed=True) for n in range(9)]
    actor = system("test", books.company.pk)
    for _step in range(60):
        order = chance.choice(orders)
        if chance.random() < 0.2 and (old := order.invoices.exclude(state="void").first()):
            Invoice.objects.filter(pk=old.pk).update(state="void")
        else:
            books.sell(
                date(2026, 7, 1) + timedelta(days=chance.randint(0, 90)),
                (chance.choice("ABC"), chance.randint(1, 9), chance.randint(0, 20), chance.choice([None, 0, 3, 7])),
                kind=chance.choice(["invoice", "invoice", "credit_note"]),
                customer=order.customer,
                order=order,
            )
        mark_dirty(order_id=order.pk, actor=actor)
        if chance.random() < 0.4:
            refresh_sales(actor=actor)
    refresh_sales(actor=actor)
    by_the_minute = rows(books)

    books.rebuild()

    assert by_the_minute == rows(books) != []
    assert not DirtyOrder.objects.exists()


def test_a_posted_invoice_and_a_credit_note_reach_the_read_model_within_the_minute() -> None:
    shop = Shop()
    order = shop.delivered()
    outbox.drain("analytics.mark_sales")
    assert DirtyOrder.objects.get().order_id == order.pk

    assert tasks.refresh_sales() == 1

    (bolts, nuts) = MonthlySales.objects.filter(company=shop.company).order_by("-net_base")
    assert (bolts.net_base, bolts.cost_base, nuts.net_base, nuts.cost_base) == (125, 60, 12, 24)
    assert not DirtyOrder.objects.exists()


def test_a_company_that_a_simulator_holds_is_left_alone() -> None:
    shop = Shop()
    shop.delivered()
    outbox.drain("analytics.mark_sales")
    shop.company.held_by = "simulator"
    shop.company.save()

    assert tasks.refresh_sales() == 0
    assert DirtyOrder.objects.count() == 1


def test_the_command_rebuilds_one_company_or_all(capsys: pytest.CaptureFixture[str]) -> None:
    books = Books()
    books.sell(date(2026, 8, 3), ("A", 10, 10, 6))

    call_command("rebuild_analytics", company=books.company.code)

    assert capsys.readouterr().out == f"{books.company.code}: 1 rows of monthly sales\n"
    with pytest.raises(CommandError, match="no company with the code"):
        call_command("rebuild_analytics", company="nobody")


def test_how_fresh_it_is_can_be_said() -> None:
    books = Books()
    assert freshness(books.boss).refreshed_at is None
    order = OrderFactory(company=books.company, customer=books.customer, confirmed=True)
    books.rebuild()
    mark_dirty(order_id=order.pk, actor=system("test", books.company.pk))

    found = freshness(books.boss)

    model = ReadModel.objects.get(company=books.company)
    assert (found.refreshed_at, found.built_at, found.waiting) == (model.refreshed_at, model.built_at, 1)


def test_profit_is_for_those_who_may_see_cost_and_only_where_cost_is_known() -> None:
    books = Books()
    books.sell(date(2026, 8, 3), ("A", 10, 10, 6))
    books.sell(date(2026, 9, 3), ("A", 10, 10, None))
    books.rebuild()

    shown = {total.month: (total.net, total.profit) for total in month_totals(books.boss)}
    hidden = {total.month: total.profit for total in month_totals(make_actor(books.company, "warehouse"))}

    assert shown == {AUGUST: (D(100), D(40)), SEPTEMBER: (D(100), None)}
    assert set(hidden.values()) == {None}

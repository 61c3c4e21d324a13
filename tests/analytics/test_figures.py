"""The executive's figures: each equals the rows behind it, whole or refreshed, and knows its period and its n."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics import services
from analytics.models import CompanyDay, OrderDay
from analytics.selectors import figures
from analytics.selectors.figures import Figure
from omc.accounts.models import User
from omc.lib import clock
from omc.lib.actor import system
from orders.core.models import Company, Order, OrderLine
from orders.fulfillment.models import Shipment, ShipmentLine
from orders.scheduling.models import PlannedShipment
from planning.models import Promise
from tests.analytics.factories import AUGUST, Books, D
from tests.factories import OrderFactory, WarehouseFactory, make_actor, make_company, make_user
from tests.returns.factories import Shop

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 30, 12, tzinfo=UTC)


def figure(company: Company, actor: Any, key: str, days: int = 30) -> Figure:
    return next(one for one in figures.figures(company, actor, days) if one.about.key == key)


def rebuild(company: Company) -> None:
    services.rebuild(actor=system("test", company.pk))


def confirmed(books: Books, at: datetime, **fields: Any) -> Order:
    order: Order = OrderFactory(company=books.company, confirmed=True, items=[(books.item("A"), 3, "10.00")])
    Order.objects.filter(pk=order.pk).update(confirmed_at=at, **fields)
    return order


def test_sales_and_margin_are_the_invoices_of_the_period_credits_taken_off() -> None:
    books = Books()
    books.two_months()
    books.sell(date(2026, 9, 30), ("B", 2, 20, 15), kind="credit_note")
    with clock.stopped_at(NOON):
        rebuild(books.company)
        sales, margin = (figure(books.company, books.boss, key) for key in ("sales", "margin"))
        rows = figures.sold_invoices(books.boss, sales.span)
        lines = figures.margin_lines(books.boss, margin.span)

        assert (sales.value, sales.n) == (D("2320.00"), 2)  # 120 × 10.5 + 40 × 20 + 10 × 30 − 2 × 20
        assert (sum(row.sold_base for row in rows), rows.count()) == (sales.value, sales.n)
        net, cost = sum(row.signed_net for row in lines), sum(row.signed_cost for row in lines)
        assert margin.value == D("33.4")
        assert (net, cost, lines.count()) == (D("2320.00"), D("1546.00"), margin.n)


def test_a_figure_is_compared_with_the_days_before_and_the_year_before_where_there_is_data() -> None:
    books = Books()
    books.sell(date(2025, 9, 20), ("A", 1, 50, 30))
    books.sell(date(2026, 8, 20), ("A", 1, 80, 60))
    books.sell(date(2026, 9, 20), ("A", 1, 100, 60))
    with clock.stopped_at(NOON):
        rebuild(books.company)
        sales = figure(books.company, books.boss, "sales")
        margin = figure(books.company, books.boss, "margin")

    assert (sales.span.first, sales.span.last) == (date(2026, 9, 1), date(2026, 9, 30))
    assert (sales.value, sales.previous, sales.change_previous) == (100, 80, D("25.0"))
    assert sales.last_year is None  # the data begins within that span
    assert (margin.value, margin.previous, margin.change_previous) == (D("40.0"), D("25.0"), D("15.0"))
    assert (margin.meaning_previous, sales.is_few) == ("ok", True)


def test_a_year_ago_is_the_same_weekdays() -> None:
    books = Books()
    books.sell(date(2025, 8, 1), ("A", 1, 10, 5))
    books.sell(date(2025, 9, 10), ("A", 1, 50, 30))
    books.sell(date(2026, 9, 20), ("A", 1, 100, 60))
    with clock.stopped_at(NOON):
        rebuild(books.company)
        sales = figure(books.company, books.boss, "sales")

    assert (sales.last_year, sales.change_year) == (50, D("100.0"))
    assert sales.span.back(figures.YEAR).first.weekday() == sales.span.first.weekday()


def test_bookings_are_what_the_confirmed_orders_are_worth_now() -> None:
    books = Books()
    first = confirmed(books, NOON - timedelta(days=2))
    confirmed(books, NOON - timedelta(days=40))
    line = first.lines.get()
    with clock.stopped_at(NOON):
        rebuild(books.company)
        booked = figure(books.company, books.boss, "bookings")
        rows = figures.booked_orders(books.boss, booked.span)
        assert [row.order_id for row in rows] == [first.pk]
        assert booked.value == line.net_base == sum(row.booked_base for row in rows)
        assert booked.n == 1

        OrderLine.objects.filter(pk=line.pk).update(cancelled=line.ordered)
        rebuild(books.company)
        after = figure(books.company, books.boss, "bookings")
        assert (after.value, after.n) == (0, 0)


def test_the_backlog_is_what_was_confirmed_and_has_not_left() -> None:
    shop = Shop()
    company = Company.objects.get(pk=shop.desk.company_id)
    boss = make_actor(company, "exec")
    shop.delivered()
    waiting = OrderFactory(company=company, confirmed=True, items=[(shop.bolt, 2, "12.50")])
    Order.objects.filter(pk=waiting.pk).update(confirmed_at=clock.now())
    rebuild(company)

    backlog = figure(company, boss, "backlog")
    rows = list(figures.backlog_orders(boss))

    assert [row.pk for row in rows] == [waiting.pk]
    assert backlog.value == sum(row.open_base for row in rows) == waiting.lines.get().net_base
    assert backlog.n == 1


def late_and_early(books: Books) -> None:
    """Two orders whose line was due on the 20th: one delivered that day, the other a day late."""
    for day in (20, 21):
        order = confirmed(books, NOON - timedelta(days=15), state="delivered")
        line = order.lines.get()
        OrderLine.objects.filter(pk=line.pk).update(
            original_promise=date(2026, 9, 20), picked=3, packed=3, shipped=3, delivered=3
        )
        for quantity, at in ((1, datetime(2026, 9, 18, 10, tzinfo=UTC)), (2, datetime(2026, 9, day, 10, tzinfo=UTC))):
            _delivered(order, line, quantity, at)


def _delivered(order: Order, line: OrderLine, quantity: int, at: datetime) -> None:
    about = {"company": order.company, "order": order}
    warehouse = WarehouseFactory(company=order.company)
    number = f"{order.pk}-{quantity}"
    planned = PlannedShipment.objects.create(
        **about, number=f"PS-{number}", customer=order.customer, warehouse=warehouse, state="done",
        slot_date=at.date(), due_date=at.date(), created_at=at,
    )  # fmt: skip
    shipment = Shipment.objects.create(
        **about, number=f"SH-{number}", planned=planned, customer=order.customer, warehouse=warehouse,
        state="delivered", created_at=at, shipped_at=at - timedelta(days=1), delivered_at=at,
    )  # fmt: skip
    promise = Promise.objects.create(
        **about, line=line, product=line.product, warehouse=warehouse, quantity=0, ship_date=at.date(),
        source="stock", is_open=False, created_at=at,
    )  # fmt: skip
    ShipmentLine.objects.create(
        shipment=shipment, order_line=line, promise=promise, quantity=quantity, picked=quantity, packed=quantity,
        shipped=quantity,
    )  # fmt: skip


def test_a_line_is_on_time_when_all_of_it_came_by_the_date_first_promised() -> None:
    books = Books()
    late_and_early(books)
    with clock.stopped_at(NOON):
        rebuild(books.company)
        on_time = figure(books.company, books.boss, "on-time")
        rows = figures.due_orders(books.boss, on_time.span)

    assert (on_time.value, on_time.n) == (D("50.0"), 2)
    assert sum(row.due_lines for row in rows) == 2
    assert sum(row.on_time_lines for row in rows) == 1


def test_what_is_due_today_is_not_late_yet() -> None:
    books = Books()
    order = confirmed(books, NOON - timedelta(days=5))
    order.lines.update(original_promise=date(2026, 9, 30))
    with clock.stopped_at(NOON):
        rebuild(books.company)
        assert figure(books.company, books.boss, "on-time").n == 0
    with clock.stopped_at(NOON + timedelta(days=1)):
        tomorrow = figure(books.company, books.boss, "on-time")
    assert (tomorrow.n, tomorrow.value) == (1, 0)


def test_the_parts_of_a_line_that_left_on_several_days_sum_to_it() -> None:
    books = Books()
    late_and_early(books)
    rebuild(books.company)

    order = Order.objects.filter(company=books.company).first()
    days = OrderDay.objects.filter(order=order).order_by("day")
    assert [row.shipped_base for row in days if row.shipped_base] == [10, 20]
    assert sum(row.goods_base for row in days) == 30


def test_what_moved_is_figured_by_the_same_sql_as_all_of_it() -> None:
    shop = Shop()
    company = Company.objects.get(pk=shop.desk.company_id)
    rebuild(company)
    shop.delivered()
    services.refresh(actor=system("test", company.pk))

    def state() -> list[Any]:
        days = CompanyDay.objects.filter(company=company).order_by("day")
        orders = OrderDay.objects.filter(company=company).order_by("order_id", "day")
        return [[{**row, "id": 0} for row in rows.values()] for rows in (days, orders)]

    in_part = state()
    rebuild(company)
    assert in_part == state()
    assert in_part[0]


def test_a_card_shows_n_and_is_grey_below_twenty(client: Client) -> None:
    books = Books()
    books.two_months()
    with clock.stopped_at(NOON):
        rebuild(books.company)
        client.force_login(User.objects.get(pk=books.boss.user_id))
        page = client.get("/analytics/").content.decode()
        assert "measure few" in page
        assert "Fewer than 20" in page
        for _number in range(20):
            books.sell(date(2026, 9, 29), ("A", 1, 10, 6))
        rebuild(books.company)
        assert not figure(books.company, books.boss, "sales").is_few


@pytest.mark.parametrize("key", ["bookings", "sales", "margin", "backlog", "on-time"])
def test_every_figure_opens_its_rows_and_counts_them(client: Client, key: str) -> None:
    books = Books()
    late_and_early(books)
    books.two_months()
    confirmed(books, NOON - timedelta(days=1))
    client.force_login(User.objects.get(pk=books.boss.user_id))
    with clock.stopped_at(NOON):
        rebuild(books.company)
        page = client.get(f"/analytics/figures/{key}/?days=90").content.decode()
        found = figure(books.company, books.boss, key, 90)

    table = page.partition('id="behind"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    expected = 2 if key == "on-time" else found.n
    assert table.count("<tr>") == expected
    assert re.search(r"<h1>\s*" + str(found.about.name), page)


def test_cost_is_for_those_who_may_see_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from omc.accounts.roles import ROLES

    seen = {"analytics.view_insights", "orders.view_price", "orders.view_order"}
    monkeypatch.setitem(ROLES, "planner", frozenset(seen))
    books = Books()
    books.two_months()
    actor = make_actor(books.company, "planner")
    client.force_login(User.objects.get(pk=actor.user_id))

    assert [one.key for one in figures.allowed(actor)] == ["bookings", "sales", "backlog", "on-time"]
    assert client.get("/analytics/figures/margin/").status_code == 404
    assert "Gross margin" not in client.get("/analytics/").content.decode()
    client.force_login(make_user(books.company, "csr"))
    assert client.get("/analytics/figures/sales/").status_code == 403


def test_two_companies_do_not_mix(client: Client) -> None:
    Books().two_months()
    stranger = make_company()
    boss = make_actor(stranger, "exec")
    with clock.stopped_at(NOON):
        rebuild(stranger)
        for one in figures.figures(stranger, boss, 365):
            assert (one.value or 0, one.n, one.months) == (0, 0, [])


@pytest.mark.slow
def test_an_empty_company_answers_on_every_page(client: Client) -> None:
    client.force_login(make_user(make_company(), "exec"))

    for key in ("bookings", "sales", "margin", "backlog", "on-time"):
        assert client.get(f"/analytics/figures/{key}/").status_code == 200
    assert client.get("/analytics/figures/luck/").status_code == 404
    assert client.get("/").status_code == 200


def test_figures_are_read_in_two_queries_however_many_days_there_are() -> None:
    books = Books()
    books.two_months()
    counts = []
    for round_ in range(2):
        for day in range(20 * round_):
            books.sell(AUGUST + timedelta(days=day), ("A", 1, 10, 6))
        with clock.stopped_at(NOON):
            rebuild(books.company)
            with CaptureQueriesContext(connection) as queries:
                figures.figures(books.company, books.boss, 30)
        counts.append(len(queries))

    assert counts == [2, 2]


def test_the_home_of_an_executive_opens_with_figures_and_wall(client: Client) -> None:
    books = Books()
    client.force_login(User.objects.get(pk=books.boss.user_id))
    rebuild(books.company)

    assert 'class="wall"' in client.get("/").content.decode()
    client.force_login(make_user(books.company, "planner"))
    assert 'class="wall"' not in client.get("/").content.decode()


def test_percent_is_rounded_half_up() -> None:
    assert figures._percent(Decimal(1), Decimal(16)) == D("6.3")
    assert figures._percent(Decimal(1), Decimal(0)) is None

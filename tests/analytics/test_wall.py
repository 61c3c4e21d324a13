"""The cycle wall: what waits where, measured whole or in part, equal to the rows behind it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils.connection import ConnectionDoesNotExist

from analytics import services
from analytics.models import OpenWait, StageWait
from analytics.selectors.stages import stage_summary
from analytics.selectors.wall import SHOWS, longest_unattended, waited, waiting_rows, wall
from omc.accounts.models import User
from omc.lib import clock
from omc.lib.actor import Actor, system
from orders.core.models import Company, Duty, HoldType
from orders.core.services.holds import place_customer_hold, place_hold, resolve_hold
from orders.core.services.touch import add_touch
from returns.postsales.services import assign_case, close_case, open_case, resolve_case
from tests.factories import CustomerFactory, OrderFactory, make_actor, make_company, make_user
from tests.returns.factories import Shop

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@contextmanager
def hours(count: float) -> Iterator[None]:
    """So many hours after Monday, 9 o'clock; the office is open from 8 to 17."""
    with clock.stopped_at(MONDAY + timedelta(hours=count)):
        yield


def rebuild(company: Company) -> None:
    services.rebuild(actor=system("test", company.pk))


def refresh(company: Company) -> None:
    services.refresh(actor=system("test", company.pk))


class Desk:
    """A company whose service desk has two cases, opened on Monday at 9 and at 11."""

    def __init__(self) -> None:
        self.company = make_company()
        self.boss = make_actor(self.company, "exec")
        self.agent = make_actor(self.company, "service", "csr_lead")
        self.customer = CustomerFactory(company=self.company)
        self.cases = []
        for at in (0, 2):
            with hours(at):
                self.cases.append(open_case(subject="Late", customer_id=self.customer.pk, actor=self.agent))

    def stage(self, number: int, actor: Actor | None = None) -> object:
        return next(one for one in wall(actor or self.boss).stages if one.number == number)


def test_a_stage_says_how_much_waits_in_it_and_for_how_long() -> None:
    desk = Desk()
    with hours(4):
        rebuild(desk.company)
        stage = desk.stage(10)

    assert (stage.documents, stage.orders, stage.median_minutes) == (2, 0, 180)
    assert (stage.unattended, stage.customer, stage.supply, stage.worked, stage.total) == (360, 0, 0, 0, 360)
    assert stage.departments == ("Customer service",)


def test_waiting_goes_on_between_two_measurements_in_working_time_only() -> None:
    desk = Desk()
    with hours(4):
        rebuild(desk.company)
    with hours(24):  # the office was closed from 17 to 8: 13 o'clock to 17 are 4 hours, 8 to 9 one more
        stage = desk.stage(10)

    assert (stage.unattended, stage.median_minutes) == (360 + 2 * 300, 180 + 300)


def test_time_under_a_hold_of_the_customers_is_theirs_and_goes_on_being_theirs() -> None:
    desk = Desk()
    with hours(2):
        order = OrderFactory(company=desk.company, confirmed=True)
        case = open_case(subject="Where is it", customer_id=order.customer_id, order_id=order.pk, actor=desk.agent)
        assert case.pk
        place_hold(order_id=order.pk, code="address_check", reason="street?", actor=desk.agent)
    with hours(3):
        rebuild(desk.company)
    with hours(5):
        stage = desk.stage(10)
        rows = waited(desk.boss, list(waiting_rows(desk.boss, 10, "customer")))

    assert (stage.customer, stage.unattended) == (180, 300 + 180)
    assert [(row.customer, row.unattended, row.row.order_id) for row in rows] == [(180, 0, order.pk)]


def test_time_worked_is_not_unattended() -> None:
    desk = Desk()
    case = desk.cases[0]
    with hours(3):
        add_touch(subject_type="case", subject_id=case.pk, stage=10, seconds=300, actor=desk.agent)
        assign_case(case_id=case.pk, owner_id=desk.agent.user_id, actor=desk.agent)
    with hours(4):
        rebuild(desk.company)
        stage = desk.stage(10)

    assert (stage.worked, stage.unattended, stage.total) == (5, 355, 360)


def test_what_moved_is_taken_in_by_the_same_sql_as_all_of_it() -> None:
    desk = Desk()
    with hours(3):
        rebuild(desk.company)
    with hours(4):
        assign_case(case_id=desk.cases[0].pk, owner_id=desk.agent.user_id, actor=desk.agent)
        resolve_case(case_id=desk.cases[0].pk, resolution="sent again", actor=desk.agent)
        close_case(case_id=desk.cases[0].pk, actor=desk.agent)
        open_case(subject="Broken", customer_id=desk.customer.pk, actor=desk.agent)
        refresh(desk.company)
        in_part = [list(OpenWait.objects.order_by("pk").values()), list(StageWait.objects.order_by("stage").values())]
        rebuild(desk.company)
        whole = [list(OpenWait.objects.order_by("pk").values()), list(StageWait.objects.order_by("stage").values())]

    for row in (*in_part[1], *whole[1]):
        row.pop("id")
    assert in_part == whole
    assert [row["documents"] for row in whole[1]] == [2]


def test_a_hold_on_the_customer_moves_all_that_the_customer_has_open() -> None:
    desk = Desk()
    with hours(3):
        rebuild(desk.company)
    HoldType.objects.create(
        company=desk.company, code="pays_late", name="Pays late", scope="customer", cause="customer", blocks=["ship"]
    )
    with hours(4):
        hold = place_customer_hold(customer_id=desk.customer.pk, code="pays_late", reason="again", actor=desk.agent)
        refresh(desk.company)
    with hours(5):
        assert (desk.stage(10).customer, desk.stage(10).unattended) == (120, 240 + 120)
        resolve_hold(hold_id=hold.pk, resolution="paid", actor=desk.agent)
        refresh(desk.company)
    with hours(6):
        assert (desk.stage(10).customer, desk.stage(10).unattended) == (120, 360 + 120)


def test_collecting_waits_for_the_customer_and_overdue_counts_both() -> None:
    shop = Shop()
    with hours(0):
        shop.delivered()
        rebuild(Company.objects.get(pk=shop.desk.company_id))
    with hours(2):
        stage = next(one for one in wall(shop.desk).stages if one.number == 8)
        assert (stage.documents, stage.unattended, stage.customer, stage.overdue) == (1, 0, 120, 0)
    with hours(24 * 365):
        late = next(one for one in wall(shop.desk).stages if one.number == 8)
        assert late.overdue == waiting_rows(shop.desk, 8, "overdue").count() == 1


def busy(client: Client) -> Actor:
    """An order on its way, cases, a hold: several stages with several documents."""
    desk = Desk()
    with hours(2):
        for _number in range(3):
            order = OrderFactory(company=desk.company, confirmed=True)
            open_case(subject="Where is it", customer_id=order.customer_id, order_id=order.pk, actor=desk.agent)
        place_hold(order_id=order.pk, code="quality", reason="lot 7", actor=desk.agent)
        rebuild(desk.company)
    client.force_login(User.objects.get(pk=desk.boss.user_id))
    return desk.boss


@pytest.mark.slow
def test_every_number_of_the_wall_equals_the_rows_that_it_opens(client: Client) -> None:
    boss = busy(client)
    with hours(30):
        page = client.get("/analytics/wall/").content.decode()
        for stage in wall(boss).stages:
            for show in ("", *SHOWS):
                rows = waited(boss, list(waiting_rows(boss, stage.number, show)))
                if not show:
                    assert stage.documents == len(rows) == _rows_on(client, stage.number, "")
                    assert stage.unattended == sum(row.unattended for row in rows)
                    assert stage.customer == sum(row.customer for row in rows)
                    assert stage.supply == sum(row.supply for row in rows)
                    assert stage.value_base == sum(row.row.value_base for row in rows)
                elif show == "overdue":
                    assert stage.overdue == len(rows) == _rows_on(client, stage.number, show)
            assert (
                stage.documents
                == Duty.objects.filter(company_id=boss.company_id, stage=stage.number, closed_at=None).count()
            )
            if stage.documents:
                shown = re.search(rf'wall/{stage.number}/"><span class="value num">(\d+)<', page)
                assert shown
                assert int(shown[1]) == stage.documents


def _rows_on(client: Client, stage: int, show: str) -> int:
    body = client.get(f"/analytics/wall/{stage}/?show={show}").content.decode()
    table = body.partition("<tbody>")[2].partition("</tbody>")[0]
    return table.count("<tr>")


def test_the_wall_and_the_stages_of_the_api_agree(client: Client) -> None:
    boss = busy(client)
    with hours(5):
        counted = {row.number: row.open_duties for row in stage_summary(boss)}
        assert {stage.number: stage.documents for stage in wall(boss).stages} == counted


def test_two_companies_do_not_mix(client: Client) -> None:
    busy(client)
    stranger = make_company()
    rebuild(stranger)
    boss = make_actor(stranger, "exec")
    client.force_login(User.objects.get(pk=boss.user_id))

    assert wall(boss).documents == 0
    assert [waiting_rows(boss, number).count() for number in range(1, 11)] == [0] * 10
    assert longest_unattended(boss) == []
    assert "Nothing waits here" in client.get("/analytics/wall/10/").content.decode()


def test_a_company_that_was_never_measured_is_told_so(client: Client) -> None:
    client.force_login(make_user(make_company(), "exec"))

    assert "Still being computed" in client.get("/analytics/wall/").content.decode()


def test_value_is_for_those_who_may_see_prices(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from omc.accounts.roles import ROLES

    monkeypatch.setitem(ROLES, "planner", frozenset({"analytics.view_insights", "orders.view_order"}))
    boss = busy(client)
    client.force_login(make_user(Company.objects.get(pk=boss.company_id), "planner"))

    with hours(5):
        for path in ("/analytics/wall/", "/analytics/wall/10/", "/analytics/wall/10/?sort=value"):
            page = client.get(path)
            assert page.status_code == 200
            assert "Value" not in page.content.decode()


def test_a_clerk_has_no_wall(client: Client) -> None:
    client.force_login(make_user(make_company(), "csr"))

    assert [client.get(path).status_code for path in ("/analytics/wall/", "/analytics/wall/1/")] == [403, 403]


@pytest.mark.parametrize("path", ["/analytics/wall/", "/analytics/wall/10/", "/analytics/"])
@pytest.mark.slow
def test_a_page_costs_the_same_for_few_documents_as_for_many(client: Client, path: str) -> None:
    desk = Desk()
    client.force_login(User.objects.get(pk=desk.boss.user_id))
    counts = []
    for round_ in range(2):
        with hours(3 + round_):
            for _number in range(20 * round_):
                open_case(subject="Late", customer_id=desk.customer.pk, actor=desk.agent)
            rebuild(desk.company)
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_wall_is_read_where_insights_are_read() -> None:
    boss = make_actor(make_company(), "exec")
    assert "elsewhere" not in connections.settings

    with override_settings(ANALYTICS_DATABASE="elsewhere"), pytest.raises(ConnectionDoesNotExist):
        wall(boss)


def test_the_worst_orders_come_first_and_each_once() -> None:
    desk = Desk()
    orders = []
    for at in (0, 1):
        with hours(at):
            order = OrderFactory(company=desk.company, confirmed=True)
            orders.append(order.pk)
            open_case(subject="Where is it", customer_id=order.customer_id, order_id=order.pk, actor=desk.agent)
    with hours(5):
        rebuild(desk.company)

    assert [row.order_id for row in longest_unattended(desk.boss)] == orders
    assert Decimal(longest_unattended(desk.boss)[0].unattended) == 300

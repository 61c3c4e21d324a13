"""Homes: what to do now, in which order, for whom; and every number equals the rows behind it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import ngettext_lazy

from omc.accounts.roles import ROLES, daily_work
from omc.lib import clock
from omc.lib.registry import registry
from orders.core.models import Department, Duty, TouchTime
from orders.core.selectors import home
from orders.core.selectors.home import most_urgent, own_work, things_to_do, todo_of_group
from orders.core.selectors.news import headlines, last_visit_day
from orders.generation.models import Enquiry
from tests.factories import OrderFactory, make_actor, make_company, make_user
from tests.orders.core.busy_company import NOW, busy_company, numbers_of, rows_behind, someone

QUERIES = 42  # of the busiest home (customer service lead), with session, user, company and shell


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), busy_company() as made:
        yield made


@pytest.fixture(autouse=True)
def _standing_clock(world):
    with clock.stopped_at(NOW):
        yield


@pytest.fixture(scope="module")
def told():
    """Rows behind news that were counted already."""
    return {}


def whats(world, *roles):
    return [str(thing.todo.what) for thing in things_to_do(make_actor(world.company, *roles))]


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.slow
def test_every_number_on_a_home_equals_the_rows_behind_it(world, told, role):
    client = someone(world, role)
    numbers = numbers_of(client.get("/").text).found

    for said, counted, url in numbers:
        assert counted in said
        if url not in told:
            told[url] = rows_behind(client, url)
        assert told[url] == int(counted), (said, url)
        if not url.startswith("/news/"):  # whose rows are the same for all that are told of them
            del told[url]
    assert numbers or role == "production"


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.slow
def test_a_button_leads_to_a_page_that_the_role_may_open(world, role):
    actor = make_actor(world.company, role)
    client = someone(world, role)

    for thing in things_to_do(actor):
        assert client.get(thing.todo.url).status_code == 200, thing.todo.url


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("csr", "Confirm order"),
        ("csr_lead", "Decide return RMA-"),
        ("sales", "Ask for an answer to quote"),
        ("pricing", "Decide the hold “Margin below floor”"),
        ("credit", "Decide the hold “Credit limit”"),
        ("planner", "Find supply for"),
        ("production", "Receive PO-"),
        ("ops", "shipments to release before the 15:00 cut-off"),
        ("warehouse", "Finish picking"),
        ("billing", "Collect invoice"),
        ("service", "Answer case"),
        ("exec", "Ask Finance why “Invoice” waits"),
        ("admin", "Retry 1 parked delivery"),
    ],
)
def test_a_home_says_what_the_role_is_there_to_do(world, role, expected):
    assert any(expected in what for what in whats(world, role)), whats(world, role)


def test_an_administrator_administers_though_everything_is_allowed(world):
    found = " ".join(whats(world, "admin"))

    assert "Look into the failed job" in found
    assert "that nobody owns" in found
    assert "Confirm order" not in found
    assert "Finish and send quote" in " ".join(whats(world, "admin", "csr"))
    assert "orders.manage_outbox" in daily_work(frozenset({"admin"}))
    assert "entry.confirm_order" not in daily_work(frozenset({"admin"}))


@pytest.mark.slow
def test_at_most_seven_things_the_overdue_ones_first_then_money_times_waiting(world):
    for role in ROLES:
        things = things_to_do(make_actor(world.company, role))
        assert len(things) <= 7
        weights = [
            (
                thing.overdue,
                float(thing.todo.amount or 0) * (NOW - thing.todo.since).total_seconds(),
                (NOW - thing.todo.since).total_seconds(),
            )
            for thing in things
        ]
        assert weights == sorted(weights, reverse=True), role


def test_a_group_too_large_to_count_says_so_and_what_its_amount_is():
    what = ngettext_lazy("Invoice %(n)s shipment", "Invoice %(n)s shipments", "n")

    def group(n):
        return todo_of_group(
            {"n": n, "since": NOW, "worth": Decimal(5)}, what=what, button="Invoice", url="/", why="why"
        )

    assert [str(group(n).what) for n in (1, 37, 1000, 1001)] == [
        "Invoice 1 shipment", "Invoice 37 shipments", "Invoice 1,000 shipments", "Invoice 1,000+ shipments",
    ]  # fmt: skip
    assert [group(n).why for n in (1000, 1001)] == ["why", "why; the amount is what the first 1,000 are worth"]


def test_of_very_many_duties_those_that_came_in_first_are_weighed(world, monkeypatch):
    monkeypatch.setattr(home, "COUNTED", 2)
    duties = Duty.objects.filter(company=world.company, closed_at=None, stage=6).order_by("opened_at", "id")
    oldest = set(duties.values_list("pk", flat=True)[:2])

    assert duties.count() > 2
    assert {duty.pk for duty in most_urgent(make_actor(world.company, "ops"), 6)} == oldest


def test_what_a_hold_stops_waits_for_those_who_decide_it(world):
    waiting = [
        duty.order for duty in most_urgent(make_actor(world.company, "csr"), 4, "Confirm order", steps=["confirm"])
    ]

    assert len(waiting) == 1
    assert Duty.objects.filter(company=world.company, name="Confirm order", closed_at=None).count() == 4


def test_waiting_is_told_in_working_time(world):
    (thing,) = [item for item in things_to_do(make_actor(world.company, "csr")) if "Confirm" in str(item.todo.what)]

    assert NOW - thing.todo.since == timedelta(hours=20)  # since Monday 15:00
    assert thing.waited_minutes == (2 + 3) * 60  # Monday until 17:00, Tuesday from 8:00


def test_no_prices_no_amounts(world):
    assert all(thing.amount is None for thing in things_to_do(make_actor(world.company, "warehouse")))
    assert any(thing.amount for thing in things_to_do(make_actor(world.company, "ops")))
    warehouse = make_actor(world.company, "warehouse")
    assert all(line.amount is None for line in headlines(warehouse, world.company, NOW.date()))
    assert "USD" not in someone(world, "warehouse").get("/").text


def test_news_are_counted_and_worth_what_their_rows_are(world):
    actor = make_actor(world.company, "exec")
    since = last_visit_day(actor, world.company)
    client = someone(world, "exec")

    assert since == NOW.date() - timedelta(days=1)  # the previous working day: never here before
    entered = next(line for line in headlines(actor, world.company, since) if line.news.key == "orders_entered")
    assert entered.text == "4 orders were entered"
    assert entered.amount == 240  # 6 pieces at 10.00 each
    page = client.get(f"/news/orders_entered/?since={since}").text
    assert page.count("60.00") == 4


def test_news_start_with_the_day_of_the_last_visit(world):
    actor = make_actor(world.company, "csr")
    day = NOW.date() - timedelta(days=6)
    TouchTime.objects.create(
        company=world.company, user_id=actor.user_id, subject_type="order", subject_id=1, stage=4, day=day, seconds=9
    )

    assert last_visit_day(actor, world.company) == day
    found = {line.news.key: line.count for line in headlines(actor, world.company, day)}
    assert found["orders_entered"] == 4 + 8


def test_news_without_an_order_name_their_document_and_its_customer(world):
    enquiry = Enquiry.objects.get(company=world.company)

    page = someone(world, "sales").get(f"/news/enquiries/?since={NOW.date() - timedelta(days=9)}").text

    assert f">{enquiry}</a>" in page
    assert f">{world.customer}</td>" in page


def test_news_of_other_roles_are_not_found(world):
    assert someone(world, "warehouse").get("/news/paid/").status_code == 404
    assert someone(world, "csr").get("/news/nonsense/").status_code == 404
    assert someone(world, "csr").get("/news/orders_entered/?since=nonsense").status_code == 200


@pytest.mark.slow
def test_two_companies_never_mix(world):
    stranger = make_company()

    for role in ROLES:
        assert things_to_do(make_actor(stranger, role)) == []
        assert headlines(make_actor(stranger, role), stranger, NOW.date() - timedelta(days=40)) == []


def test_an_empty_home_says_so(world):
    client = Client()
    client.force_login(make_user(make_company(), "csr"))

    page = client.get("/").text
    assert "Nothing waits for you" in page
    assert "Nothing changed" in page


@pytest.mark.parametrize("role", ["csr_lead", "ops", "warehouse", "billing", "exec", "admin"])
@pytest.mark.slow
def test_a_home_costs_the_same_few_queries_however_much_waits(world, role):
    client = someone(world, role)
    client.get("/")

    with CaptureQueriesContext(connection) as before:
        client.get("/")
    queue = Department.objects.get(company=world.company, code="ops")
    for _ in range(12):
        order = OrderFactory(company=world.company, customer=world.customer, pending=True)
        Duty.objects.bulk_create(
            Duty(
                company=world.company,
                subject_type="order",
                subject_id=order.pk,
                order=order,
                customer=world.customer,
                stage=stage,
                name=name,
                queue=queue,
                opened_at=NOW,
                due_at=NOW - timedelta(days=1),
            )
            for stage, name in ((4, "Confirm order"), (6, "Release to warehouse"), (7, "Pick, pack and ship"))
        )
    with CaptureQueriesContext(connection) as after:
        client.get("/")
    assert len(after) == len(before) <= QUERIES


def test_every_task_needs_permissions_that_some_role_works_with():
    everybody = [daily_work(frozenset({role})) for role in ROLES]

    for task in registry.home_tasks:
        assert any(own.issuperset(task.needs) for own in everybody), task.key
    for news in registry.news:
        assert news.roles <= set(ROLES), news.key


def test_an_administrator_who_is_alone_does_what_nobody_else_is_there_for():
    company = make_company()
    boss = make_actor(company, "admin")
    assert own_work(boss) == boss.permissions
    make_actor(company, "warehouse")
    assert "entry.confirm_order" in own_work(boss)
    assert "fulfillment.pick" not in own_work(boss)
    make_actor(company, "csr")
    assert "entry.confirm_order" not in own_work(boss)

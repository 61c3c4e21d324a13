"""A tour points; people do. A step ends when its deed is done, by the person, since the step began."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omc.lib.errors import NotFound
from omc.tour.models import Walk
from omc.tour.registrations import offer
from omc.tour.services import begin, leave, look, skip_step
from omc.tour.tours import ADMINISTRATION, EXECUTIVE, OPERATIONS, ORDER_DESK, TOURS, tour_of
from orders.core.models import OrderState
from orders.core.services.notes import write_note
from orders.entry import services as entry
from tests.factories import OrderFactory, make_actor, make_company, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def clerk(company):
    return make_actor(company, "csr")


@pytest.mark.parametrize(
    ("role", "tour"),
    [("csr", ORDER_DESK), ("exec", EXECUTIVE), ("ops", OPERATIONS), ("admin", ADMINISTRATION), ("billing", None)],
)
def test_everybody_is_led_through_their_own_work(company, role, tour):
    assert tour_of(make_actor(company, role)) is tour


def test_every_tour_has_five_steps():
    assert {tour.key: len(tour.steps) for tour in TOURS.values()} == dict.fromkeys(TOURS, 5)


@pytest.mark.parametrize(
    ("role", "tour"), [("csr", ORDER_DESK), ("exec", EXECUTIVE), ("ops", OPERATIONS), ("admin", ADMINISTRATION)]
)
def test_an_empty_company_has_no_place_for_some_steps_and_says_so(company, role, tour):
    actor = make_actor(company, role)
    assert all(isinstance(step.where(actor), str) for step in tour.steps)


def test_a_page_that_was_opened_ends_its_step(clerk):
    begin(tour="order-desk", actor=clerk)

    assert look(tour="order-desk", path=reverse("entry:new"), actor=clerk)[1] is False
    walk, went_on = look(tour="order-desk", path=reverse("entry:edit", args=[7]), actor=clerk)

    assert (walk.step, went_on) == (1, True)


def test_a_deed_counts_only_when_it_is_ones_own_and_of_now(company, clerk):
    other = make_actor(company, "csr")
    mine, theirs = (OrderFactory(company=company, state=OrderState.PENDING) for _ in range(2))
    begin(tour="order-desk", actor=clerk)
    skip_step(tour="order-desk", actor=clerk)
    entry.return_to_draft(order_id=theirs.pk, actor=other)
    assert skip_step(tour="order-desk", actor=clerk).step == 2

    entry.confirm_order(order_id=mine.pk, actor=other)
    played = OrderFactory(company=company, state=OrderState.PENDING)
    entry.confirm_order(order_id=played.pk, actor=replace(clerk, request_id="demo-7"))
    assert look(tour="order-desk", path="/", actor=clerk)[1] is False

    another = OrderFactory(company=company, state=OrderState.PENDING)
    entry.confirm_order(order_id=another.pk, actor=clerk)
    assert look(tour="order-desk", path="/", actor=clerk)[0].step == 3
    write_note(subject_type="order", subject_id=another.pk, body="Rang back", actor=clerk)
    assert look(tour="order-desk", path="/", actor=clerk)[0].step == 4


def test_a_tour_is_left_and_gone_on_with_and_begun_anew(clerk):
    begin(tour="order-desk", actor=clerk)
    skip_step(tour="order-desk", actor=clerk)
    leave(tour="order-desk", actor=clerk)
    assert offer(clerk) is None

    assert begin(tour="order-desk", actor=clerk).step == 1
    assert offer(clerk)["walk"].step == 1
    for _ in range(4):
        walk = skip_step(tour="order-desk", actor=clerk)
    assert walk.left_at is not None
    assert skip_step(tour="order-desk", actor=clerk).step == 5
    assert begin(tour="order-desk", actor=clerk).step == 0


def test_a_tour_of_work_that_one_may_not_do_is_refused(company):
    with pytest.raises(NotFound):
        begin(tour="operations", actor=make_actor(company, "csr"))
    assert not Walk.objects.exists()


@pytest.mark.slow
def test_the_bar_is_on_the_page_only_while_on_tour_and_goes_on_by_itself(company):
    client = Client()
    client.force_login(make_user(company, "csr"))
    assert 'id="tour"' not in client.get("/").text

    answer = client.post(reverse("tour:begin", args=["order-desk"]))
    assert answer.url == reverse("entry:new")
    assert 'id="tour"' in client.get("/").text
    where = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://x/entry/new/"}
    assert "step 1 of 5" in client.get(reverse("tour:bar"), **where).text
    assert client.get(reverse("tour:bar"), {"step": "0"}, **where).status_code == 204
    where["HTTP_HX_CURRENT_URL"] = "http://x/entry/7/"
    with CaptureQueriesContext(connection) as asked:
        assert f'hx-post="{reverse("tour:bar")}"' in client.get(reverse("tour:bar"), {"step": "0"}, **where).text
    assert not [query for query in asked if "FOR UPDATE" in query["sql"]]
    assert Walk.objects.get().step == 0
    assert "step 2 of 5" in client.post(reverse("tour:bar"), {"step": "0"}, **where).text

    client.post(reverse("tour:leave"), **where)
    assert 'id="tour"' not in client.get("/").text


def test_home_offers_the_tour_until_it_is_put_aside(company):
    client = Client()
    client.force_login(make_user(company, "ops"))
    assert "Operations in five steps" in client.get("/").text

    client.post(reverse("tour:leave"), {"tour": "operations"})
    assert "in five steps" not in client.get("/").text

"""One click into the demo, its buttons, and the empty company beside it."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from omc.accounts.models import User
from omc.demo import filling, living
from omc.demo.doors import STORY_DOORS
from omc.demo.house import CODE
from omc.demo.models import Tale
from omc.lib import clock
from omc.lib.actor import system
from orders.core.models import Company, JobRun, Membership
from returns.postsales.services import open_case
from tests.factories import OrderFactory, make_company, make_user

pytestmark = pytest.mark.django_db
EMPTY = {
    "company_name": "Own Goods", "currency": "EUR", "time_zone": "Europe/Berlin", "full_name": "Ina Own",
    "username": "ina", "password": "correct-horse-9",
}  # fmt: skip


@pytest.fixture
def demo():
    company = make_company(code=CODE, is_demo=True, time_zone="America/New_York")
    for name, role in (("clara", "csr"), ("erin", "exec"), ("otto", "ops"), ("ada", "admin"), ("adam", "admin")):
        user = make_user(company, role)
        User.objects.filter(pk=user.pk).update(username=name)
    today = clock.today()
    Tale.objects.create(
        company=company, first_day=today, from_day=today, next_day=today, to_day=today, thin_from=today,
        until=clock.now(), played_until=clock.now(), is_filled=True,
    )  # fmt: skip
    return company


def test_the_login_page_offers_four_roles_and_both_admins(client, demo):
    page = client.get(reverse("login")).content.decode()
    assert page.count('class="role-card"') == 4
    for name in ("clara", "erin", "otto", "ada", "adam"):
        assert f'value="{name}"' in page


def test_one_click_is_enough_and_only_for_the_demos_people(client, demo):
    assert client.get(reverse("demo:enter")).status_code == 405
    assert client.post(reverse("demo:enter"), {"username": "nobody"}).status_code == 404
    assert "_auth_user_id" not in client.session
    answer = client.post(reverse("demo:enter"), {"username": "clara"})
    assert (answer.status_code, answer.url) == (302, reverse("core:home"))
    assert User.objects.get(pk=client.session["_auth_user_id"]).username == "clara"


@pytest.mark.parametrize("door", STORY_DOORS, ids=lambda door: door.key)
def test_a_story_is_one_click_away(client, demo, door):
    user = make_user(demo, "csr") if not User.objects.filter(username=door.username).exists() else None
    if user:
        User.objects.filter(pk=user.pk).update(username=door.username)
    order = OrderFactory(company=demo)
    open_case(subject=f"{door.title}: read on", order_id=order.pk, kind="question", actor=system("test", demo.pk))
    address = reverse("demo:story", args=[door.key])
    assert f'formaction="{address}"' in client.get(reverse("login")).content.decode()
    assert client.get(address).status_code == 405

    answer = client.post(address)

    wanted = reverse("core:customer", args=[order.customer_id]) if door.begins == "customer" else order_page(order)
    assert (answer.status_code, answer.url) == (302, wanted)
    assert User.objects.get(pk=client.session["_auth_user_id"]).username == door.username


def order_page(order):
    return reverse("core:order", args=[order.pk])


def test_there_are_no_stories_where_the_demo_is_not_on(client, demo):
    assert client.post(reverse("demo:story", args=["none"])).status_code == 404
    Company.objects.filter(pk=demo.pk).update(is_demo=False)
    assert client.post(reverse("demo:story", args=["copper"])).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("change", [{"is_demo": False}, {"held_by": "seed"}])
def test_nobody_comes_in_by_a_click_where_the_demo_is_not_on(client, demo, change):
    Company.objects.filter(pk=demo.pk).update(**change)
    assert client.post(reverse("demo:enter"), {"username": "clara"}).status_code == 404
    assert "_auth_user_id" not in client.session
    assert "role-card" not in client.get(reverse("login")).content.decode()


def test_a_click_needs_the_token_of_the_page(demo):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("demo:enter"), {"username": "clara"}).status_code == 403


def test_whoever_sees_the_banner_watches(client, demo):
    client.force_login(User.objects.get(username="clara"))
    answer = client.get(reverse("demo:banner"))
    assert "Next day" in answer.content.decode()
    assert clock.wall() - Tale.objects.get().watched_at < timedelta(minutes=1)


def test_the_demo_can_be_paused_and_go_on(client, demo):
    client.force_login(User.objects.get(username="erin"))
    assert client.post(reverse("demo:pause"), {"paused": "1", "back": "/orders/"}).url == "/orders/"
    assert Tale.objects.get().is_paused
    assert "Go on" in client.get(reverse("demo:banner")).content.decode()
    client.post(reverse("demo:pause"), {"paused": "0", "back": "//elsewhere.example"})
    assert not Tale.objects.get().is_paused


def test_the_next_day_is_a_job_and_waits_for_the_past(client, demo):
    client.force_login(User.objects.get(username="otto"))
    Tale.objects.update(is_filled=False)
    assert client.post(reverse("demo:next-day")).status_code == 422
    assert not JobRun.objects.exists()
    Tale.objects.update(is_filled=True)
    assert client.post(reverse("demo:next-day")).status_code == 302
    assert JobRun.objects.get().kind == "demo.next_day"


def test_no_other_company_has_these_buttons(client, demo):
    own = make_company()
    client.force_login(make_user(own, "admin"))
    assert client.get(reverse("demo:banner")).content.strip() == b""
    assert client.post(reverse("demo:pause"), {"paused": "1"}).status_code == 422
    assert not Tale.objects.get().is_paused
    assert Tale.objects.get().watched_at is None


def test_an_empty_company_is_opened_once(client, demo):
    assert "Start empty" in client.get(reverse("login")).content.decode()
    weak = client.post(reverse("demo:start-empty"), EMPTY | {"password": "123"})
    assert weak.status_code == 422
    assert Company.objects.count() == 1

    assert client.post(reverse("demo:start-empty"), EMPTY).status_code == 302

    own = Company.objects.get(is_demo=False)
    assert (own.name, own.currency, own.time_zone) == ("Own Goods", "EUR", "Europe/Berlin")
    assert Membership.objects.get(company=own).roles == ["admin"]
    assert User.objects.get(pk=client.session["_auth_user_id"]).username == "ina"
    client.logout()
    assert "Start empty" not in client.get(reverse("login")).content.decode()
    again = client.post(reverse("demo:start-empty"), EMPTY | {"username": "otto2"})
    assert again.url == reverse("login")
    assert Company.objects.filter(is_demo=False).count() == 1


def test_the_demo_is_not_made_anew_beside_orders_of_an_own_company(demo):
    own = make_company()
    OrderFactory(company=own)
    with pytest.raises(CommandError, match="has orders"):
        call_command("rebuild_demo")
    assert Company.objects.get(code=CODE) == demo


@pytest.mark.slow
def test_made_anew_the_demo_leaves_an_empty_own_company_alone(demo, monkeypatch):
    own = make_company()
    monkeypatch.setattr("omc.demo.seeding._program", lambda *told: [])
    monkeypatch.setattr("omc.demo.seeding.begin_filling", lambda company_id: None)

    call_command("rebuild_demo")

    assert Company.objects.get(code=CODE).pk != demo.pk
    assert Company.objects.filter(pk=own.pk, code=own.code).exists()
    assert not Membership.objects.filter(company=demo).exists()


def test_a_lease_that_nobody_gives_back_runs_out(demo):
    Tale.objects.update(is_paused=True)
    Company.objects.update(held_by=living.HOLDER, held_until=clock.wall() + timedelta(minutes=1))
    assert living.tick() == "held"
    Company.objects.update(held_until=clock.wall() - timedelta(seconds=1))
    assert living.tick() == "paused"
    assert Company.objects.get(pk=demo.pk).held_by == ""


def test_a_past_that_another_version_began_is_not_gone_on_with(client, demo):
    today = clock.today()
    Tale.objects.update(is_filled=False, to_day=today + timedelta(days=1), story="older")
    assert living.tick() == "another story"
    assert not JobRun.objects.exists()
    with pytest.raises(filling.OtherStory, match="make demo"):
        filling.fill_all(demo.pk, lambda done, total, step: None)
    client.force_login(User.objects.get(username="clara"))
    assert "make demo" in client.get(reverse("demo:banner")).content.decode()

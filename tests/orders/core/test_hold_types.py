"""Kinds of hold: entered by admins, placed by one another and by changes, never in a circle."""

import threading

import pytest
from django.db import connection

from omc.lib.errors import InvalidInput, NotFound, PermissionRefused, StaleVersion
from orders.core.models import Change, Hold, HoldState, HoldType, Notification
from orders.core.services import holds
from orders.core.services.hold_types import change_hold_type, enter_hold_type
from tests.factories import OrderFactory, make_actor, make_company, make_user

JSON = "application/json"
STOPS = {"name": "Look again", "blocks": ["release"]}


@pytest.fixture
def company(db):
    return make_company()


@pytest.fixture
def admin(company):
    return make_actor(company, "admin")


def _lift(order, code, actor, how="Settled"):
    hold = order.holds.exclude(status=HoldState.RESOLVED).get(hold_type__code=code)
    return holds.resolve_hold(hold_id=hold.pk, resolution=how, actor=actor)


def test_a_kind_that_follows_places_itself_when_the_one_before_is_lifted(company, admin):
    enter_hold_type(code="second", values={**STOPS, "after": "manual"}, actor=admin)
    enter_hold_type(code="third", values={"name": "Then this", "blocks": ["ship"], "after": "second"}, actor=admin)
    order = OrderFactory(company=company, confirmed=True)
    holds.place_hold(order_id=order.pk, code="manual", reason="Wait", actor=admin)

    _lift(order, "manual", admin, "Checked by phone")
    second = order.holds.get(hold_type__code="second")
    assert (second.hops, second.reason) == (1, "After “Held by hand” was lifted: Checked by phone")
    _lift(order, "second", admin)
    _lift(order, "third", admin)
    assert not order.holds.exclude(status=HoldState.RESOLVED).exists()
    assert [hold.hops for hold in order.holds.order_by("id")] == [0, 1, 2]


def test_rejecting_is_no_lifting_and_a_kind_out_of_use_does_not_follow(company, admin):
    enter_hold_type(code="second", values={**STOPS, "after": "manual"}, actor=admin)
    order = OrderFactory(company=company, confirmed=True)
    hold = holds.place_hold(order_id=order.pk, code="manual", reason="Wait", actor=admin)
    holds.reject_hold(hold_id=hold.pk, resolution="No", actor=admin)
    assert order.holds.count() == 1
    change_hold_type(code="second", values={"is_active": False}, actor=admin)
    holds.resolve_hold(hold_id=hold.pk, resolution="Yes after all", actor=admin)
    assert order.holds.count() == 1


def test_a_circle_is_refused_when_it_is_saved_and_named(company, admin):
    enter_hold_type(code="b", values={**STOPS, "name": "B", "after": "manual"}, actor=admin)
    enter_hold_type(code="c", values={**STOPS, "name": "C", "after": "b"}, actor=admin)
    with pytest.raises(InvalidInput, match="It would follow itself: Held by hand → B → C → Held by hand") as refusal:
        change_hold_type(code="manual", values={"after": "c"}, actor=admin)
    assert refusal.value.data["fields"].keys() == {"after"}
    with pytest.raises(InvalidInput, match="C → C"):
        change_hold_type(code="c", values={"after": "c"}, actor=admin)
    assert HoldType.objects.get(company=company, code="manual").after is None


@pytest.mark.slow
def test_a_chain_that_came_about_all_the_same_stops_after_twenty_and_admins_are_told(company, admin):
    a, b = HoldType.objects.filter(company=company, code__in=("manual", "margin")).order_by("code")
    HoldType.objects.filter(pk=a.pk).update(after=b)
    HoldType.objects.filter(pk=b.pk).update(after=a)
    order = OrderFactory(company=company, confirmed=True)
    holds.place_hold(order_id=order.pk, code="manual", reason="Wait", actor=admin)
    for _turn in range(30):
        standing = order.holds.exclude(status=HoldState.RESOLVED).first()
        if standing is None:
            break
        holds.resolve_hold(hold_id=standing.pk, resolution="Again", actor=admin)
    assert order.holds.count() == 21
    assert Notification.objects.filter(user_id=admin.user_id, text__contains="20 times").count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"blocks": []}, "blocks"),
        ({"blocks": ["fly"]}, "blocks"),
        ({"blocks": ["invoice"], "is_credit": True}, "blocks"),
        ({"name": " "}, "name"),
        ({"scope": "line", "on_change": ["quantity"]}, "scope"),
        ({"on_change": ["weather"]}, "on_change"),
        ({"resolve_permission": "orders.fly"}, "resolve_permission"),
        ({"sla_minutes": 0}, "sla_minutes"),
        ({"after": "nothing"}, "after"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(company, admin, values, field):
    with pytest.raises(InvalidInput) as refusal:
        enter_hold_type(code="mine", values={**STOPS, **values}, actor=admin)
    assert field in refusal.value.data["fields"]
    assert not HoldType.objects.filter(company=company, code="mine").exists()


def test_only_admins_and_only_their_own_company_and_only_what_they_saw(company, admin):
    with pytest.raises(PermissionRefused):
        enter_hold_type(code="mine", values=STOPS, actor=make_actor(company, "csr_lead"))
    other = make_actor(make_company(), "admin")
    enter_hold_type(code="mine", values=STOPS, actor=admin)
    with pytest.raises(NotFound):
        change_hold_type(code="mine", values={"name": "Theirs"}, actor=other)
    with pytest.raises(InvalidInput, match="There is a kind of hold with this code"):
        enter_hold_type(code="MINE", values=STOPS, actor=admin)
    seen = Change.objects.filter(table="holdtype").latest("id").pk
    change_hold_type(code="mine", values={"name": "First"}, actor=admin, version=seen)
    with pytest.raises(StaleVersion):
        change_hold_type(code="mine", values={"name": "Second"}, actor=admin, version=seen)
    assert HoldType.objects.get(company=company, code="mine").name == "First"


FORM = {
    "name": "Recheck", "scope": "order", "cause": "us", "blocks": ["ship"], "sla_minutes": 60,
    "resolve_permission": "orders.resolve_hold", "is_active": "on",
}  # fmt: skip


def test_a_screen_enters_and_changes_and_says_what_is_wrong_at_its_field(client, company):
    client.force_login(make_user(company, "admin"))
    entered = client.post(
        "/hold-types/new/", {**FORM, "code": "recheck", "after": "manual", "on_change": ["ship_to_id"]}
    )
    assert entered.status_code == 302
    rules = client.get("/rules/").content.decode()
    assert "follows when “Held by hand” is lifted" in rules
    assert "places itself when a change touches: an address" in rules
    assert client.get("/hold-types/manual/").status_code == 200
    refused = client.post("/hold-types/manual/", {**FORM, "name": "Held by hand", "after": "recheck"})
    assert refused.status_code == 422
    assert "It would follow itself: Held by hand → Recheck → Held by hand" in refused.content.decode()


def test_a_second_try_with_what_was_seen_is_refused_again(client, company, admin):
    client.force_login(make_user(company, "admin"))
    enter_hold_type(code="recheck", values=STOPS, actor=admin)
    seen = Change.objects.latest("id").pk
    change_hold_type(code="recheck", values={"name": "Theirs"}, actor=admin)
    for _time in range(2):
        answer = client.post("/hold-types/recheck/", {**FORM, "name": "Mine", "version": seen})
        assert answer.status_code == 422
        assert "Somebody changed it since you read it" in answer.content.decode()
    assert HoldType.objects.get(company=company, code="recheck").name == "Theirs"


def test_rest_enters_reads_and_changes_as_of_a_version(client, company):
    client.force_login(make_user(company, "admin"))
    url, key = "/api/v1/holds/types/", {"Idempotency-Key": "t-1"}
    body = {"code": "recheck", "name": "Recheck", "blocks": ["ship"], "after": "manual"}
    made = client.post(url, body, JSON, headers=key)
    assert (made.status_code, made.json()["after"], made.json()["sla_minutes"]) == (201, "manual", 480)
    one = client.get(f"{url}recheck/")
    changed = client.patch(f"{url}recheck/", {"name": "New"}, JSON, headers={"If-Match": one.headers["ETag"]})
    assert changed.json()["name"] == "New"
    stale = client.patch(f"{url}recheck/", {"name": "Late"}, JSON, headers={"If-Match": one.headers["ETag"]})
    assert stale.status_code == 412
    circle = client.patch(
        f"{url}manual/", {"after": "recheck"}, JSON, headers={"If-Match": client.get(f"{url}manual/").headers["ETag"]}
    )
    assert "It would follow itself" in circle.content.decode()
    assert {row["code"] for row in client.get(url).json()["results"]} >= {"manual", "recheck"}
    client.force_login(make_user(company, "csr"))
    assert client.post(url, body | {"code": "x"}, JSON).status_code == 403


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_cannot_close_a_circle_together():
    company = make_company()
    admin = make_actor(company, "admin")
    for code in ("one", "two"):
        enter_hold_type(code=code, values={**STOPS, "name": code}, actor=admin)
    gate, outcome = threading.Barrier(2), []

    def follow(code, after):
        gate.wait()
        try:
            change_hold_type(code=code, values={"after": after}, actor=admin)
            outcome.append("done")
        except InvalidInput:
            outcome.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=follow, args=pair) for pair in (("one", "two"), ("two", "one"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["done", "refused"]
    assert Hold.objects.count() == 0

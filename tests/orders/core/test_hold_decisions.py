"""Who decides a hold and by when: handed on, brought before a lead, decided once, in bulk row by row."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from omc.lib import clock
from omc.lib.errors import DomainError, PermissionRefused
from orders.core.models import Department, Event, Hold, Membership, Notification
from orders.core.services import holds
from orders.core.services.hold_owners import assign_hold, escalate_holds
from tests.factories import OrderFactory, make_actor, make_company, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def lead(company):
    return make_actor(company, "csr_lead")


def held(company, actor, code="customer_request"):
    order = OrderFactory(company=company, confirmed=True)
    return holds.place_hold(order_id=order.pk, code=code, reason="Site closed", actor=actor)


def department(company, user, stages):
    made = Department.objects.create(company=company, code=f"d{user.pk}", name="Desk", lead=user, stages=stages)
    Membership.objects.filter(company=company, user=user).update(department=made)
    return made


def test_a_hold_is_taken_and_handed_to_who_may_decide_it(company, lead):
    hold, other = held(company, lead), make_user(company, "ops")
    assert assign_hold(hold_id=hold.pk, actor=lead).owner_id == lead.user_id
    assert assign_hold(hold_id=hold.pk, actor=lead, owner_id=other.pk).owner_id == other.pk


def test_who_may_not_decide_gets_no_hold_and_nobody_of_another_company(company, lead):
    hold = held(company, lead)
    for user in (make_user(company, "csr"), make_user(make_company(), "csr_lead")):
        with pytest.raises(holds.HoldRefused):
            assign_hold(hold_id=hold.pk, actor=lead, owner_id=user.pk)
    with pytest.raises(DomainError):
        assign_hold(hold_id=hold.pk, actor=make_actor(make_company(), "csr_lead"))
    hold.refresh_from_db()
    assert hold.owner_id is None


def test_a_settled_hold_is_not_handed_on(company, lead):
    hold = held(company, lead)
    holds.resolve_hold(hold_id=hold.pk, resolution="Open again", actor=lead)
    with pytest.raises(holds.HoldRefused, match="resolved"):
        assign_hold(hold_id=hold.pk, actor=lead)


def test_an_overdue_hold_comes_before_the_lead_of_its_step_once(company, lead):
    wrong = make_user(company, "csr_lead")
    right = make_user(company, "csr_lead")
    department(company, wrong, [9])
    department(company, right, [6])
    hold, fresh = held(company, lead), held(company, lead)
    Hold.objects.filter(pk=hold.pk).update(due_at=clock.now() - timedelta(minutes=1))

    assert [escalate_holds(), escalate_holds()] == [1, 0]

    hold.refresh_from_db()
    fresh.refresh_from_db()
    assert (hold.owner_id, hold.escalated_at is not None, fresh.escalated_at) == (right.pk, True, None)
    assert Notification.objects.get(user=right).url.endswith(f"/holds/{hold.pk}/resolve/")
    assert Event.objects.get(type="hold_escalated").data["owner"] == str(right)


def test_the_lead_of_the_owner_comes_first_and_must_be_able_to_decide(company, lead):
    unable, able = make_user(company, "csr"), make_user(company, "csr_lead")
    department(company, unable, [6])
    desk = department(company, able, [1])
    owner = make_user(company, "ops")
    Membership.objects.filter(user=owner).update(department=desk)
    hold = held(company, lead)
    Hold.objects.filter(pk=hold.pk).update(due_at=clock.now() - timedelta(minutes=1), owner=owner)
    assert escalate_holds() == 1
    hold.refresh_from_db()
    assert hold.owner_id == able.pk


def test_without_a_lead_it_stays_where_it_was_and_its_lateness_is_written(company, lead):
    hold = held(company, lead)
    Hold.objects.filter(pk=hold.pk).update(due_at=clock.now() - timedelta(minutes=1))
    assert escalate_holds() == 1
    hold.refresh_from_db()
    assert (hold.owner_id, hold.status) == (None, "active")
    assert Notification.objects.count() == 0


def test_settled_holds_are_not_escalated(company, lead):
    hold = held(company, lead)
    holds.reject_hold(hold_id=hold.pk, resolution="No", actor=lead)
    Hold.objects.filter(pk=hold.pk).update(due_at=clock.now() - timedelta(minutes=1))
    assert escalate_holds() == 0


@pytest.mark.parametrize("door", ["screen", "api", "bulk"])
def test_every_door_hands_a_hold_on(company, lead, client, door):
    hold, user = held(company, lead), make_user(company, "csr_lead")
    client.force_login(user)
    if door == "screen":
        assert client.post(f"/holds/{hold.pk}/assign/", {"owner_id": user.pk}).status_code == 302
    elif door == "api":
        answer = client.post(f"/api/v1/holds/{hold.pk}/assign/", {}, content_type="application/json")
        assert (answer.status_code, answer.json()["owner"]) == (200, user.pk)
    else:
        from orders.core.registrations import _hand_on

        assert _hand_on([hold.pk, 0], make_actor(company, "csr_lead"), owner_id=user.pk) == [
            (hold.pk, None),
            (0, "There is no hold 0."),
        ]
    hold.refresh_from_db()
    assert hold.owner_id == user.pk


def test_the_decision_stands_beside_what_one_must_know(company, lead, client):
    hold = held(company, lead)
    client.force_login(make_user(company, "csr_lead"))
    html = client.get(f"/holds/{hold.pk}/resolve/").content.decode()
    assert "Site closed" in html
    assert "Lift hold" in html
    client.force_login(make_user(company, "csr"))
    assert "Lift hold" not in client.get(f"/holds/{hold.pk}/resolve/").content.decode()
    client.force_login(make_user(make_company(), "csr_lead"))
    assert client.get(f"/holds/{hold.pk}/resolve/").status_code == 404


def test_the_list_shows_owner_and_clock_and_what_is_late(company, lead, client):
    late, fresh = held(company, lead), held(company, lead)
    Hold.objects.filter(pk=late.pk).update(due_at=clock.now() - timedelta(minutes=1))
    client.force_login(make_user(company, "csr_lead"))
    everything = client.get("/holds/").content.decode()
    assert str(late.order) in everything
    assert str(fresh.order) in everything
    assert "overdue" in everything
    only_late = client.get("/holds/?late=on").content.decode()
    assert str(late.order) in only_late
    assert str(fresh.order) not in only_late


def test_a_clerk_lifts_nothing_in_bulk(company, lead):
    hold = held(company, lead)
    from orders.core.registrations import _lift

    with pytest.raises(PermissionRefused):
        holds.resolve_hold(hold_id=hold.pk, resolution="Go", actor=make_actor(company, "csr"))
    done, refused = _lift([hold.pk, hold.pk], lead, resolution="Open")
    assert (done, refused[0], "already" in str(refused[1])) == ((hold.pk, None), hold.pk, True)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_decides():
    company = make_company()
    one, two = make_actor(company, "csr_lead"), make_actor(company, "csr_lead")
    hold = held(company, one)
    start, answers = threading.Barrier(2), []

    def decide(verb, actor, words):
        try:
            start.wait()
            verb(hold_id=hold.pk, resolution=words, actor=actor)
            answers.append(words)
        except holds.HoldRefused as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=(holds.resolve_hold, one, "first")),
        threading.Thread(target=decide, args=(holds.resolve_hold, two, "second")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    hold.refresh_from_db()
    assert sorted(answers) == sorted(["hold_refused", hold.resolution])
    assert Event.objects.filter(type="hold_resolved").count() == 1

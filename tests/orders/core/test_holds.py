from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from omc.lib import clock
from omc.lib.errors import NotFound, PermissionRefused
from orders.core.models import Event, Hold
from orders.core.selectors.holds import HoldBlocks, holds_blocking, refuse_if_held
from orders.core.services import holds, rules
from tests.factories import CustomerFactory, OrderFactory, ProductFactory, make_actor, make_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def lead(company):
    return make_actor(company, "csr_lead")


def test_a_hold_blocks_its_steps_by_name_until_it_is_lifted(company, lead):
    order = OrderFactory(company=company, confirmed=True)
    hold = holds.place_hold(order_id=order.pk, code="customer_request", reason="Site closed", actor=lead)

    with pytest.raises(HoldBlocks, match="Customer asked to wait") as refusal:
        refuse_if_held(order, "release")
    assert refusal.value.code == "hold_blocks"
    assert refusal.value.data["hold"] == "Customer asked to wait"
    refuse_if_held(order, "confirm")
    assert set(holds_blocking([order.pk], "pick")) == {order.pk}

    holds.resolve_hold(hold_id=hold.pk, resolution="Open again", actor=lead)
    refuse_if_held(order, "release")
    assert list(Event.objects.filter(order=order).values_list("type", flat=True)) == ["hold_placed", "hold_resolved"]


def test_a_rejected_hold_goes_on_blocking(company, lead):
    order = OrderFactory(company=company, confirmed=True)
    hold = holds.place_hold(order_id=order.pk, code="compliance", reason="Export list", actor=lead)
    holds.reject_hold(hold_id=hold.pk, resolution="Not allowed", actor=lead)

    with pytest.raises(HoldBlocks):
        refuse_if_held(order, "ship")


def test_a_customer_hold_stops_all_their_orders_and_nobody_elses(company, lead):
    customer = CustomerFactory(company=company)
    held, free = OrderFactory(company=company, customer=customer, confirmed=True), OrderFactory(company=company)
    holds.place_customer_hold(customer_id=customer.pk, code="stop_customer", reason="Insolvent", actor=lead)

    with pytest.raises(HoldBlocks, match="Customer stopped"):
        refuse_if_held(held, "release")
    refuse_if_held(free, "release")


@pytest.mark.parametrize(("code", "reason"), [("nothing", "x"), ("stop_customer", "x")])
def test_an_unknown_kind_is_refused_and_nothing_is_written(company, lead, code, reason):
    order = OrderFactory(company=company, confirmed=True)

    with pytest.raises(NotFound):
        holds.place_hold(order_id=order.pk, code=code, reason=reason, actor=lead)

    assert (Hold.objects.count(), Event.objects.filter(order=order).count()) == (0, 0)


def test_without_a_reason_nothing_is_held(company, lead):
    order = OrderFactory(company=company, confirmed=True)

    with pytest.raises(holds.HoldRefused, match="Say why"):
        holds.place_hold(order_id=order.pk, code="manual", reason="  ", actor=lead)

    assert Hold.objects.count() == 0


def test_who_may_not_lift_does_not(company):
    clerk, order = make_actor(company, "csr"), OrderFactory(company=company, confirmed=True)
    hold = holds.place_hold(order_id=order.pk, code="manual", reason="Wait", actor=clerk)

    with pytest.raises(PermissionRefused):
        holds.resolve_hold(hold_id=hold.pk, resolution="Go", actor=clerk)

    hold.refresh_from_db()
    assert hold.status == "active"


@pytest.mark.parametrize("door", ["screen", "api"])
def test_every_door_leads_to_the_same_room(company, client, door):
    from tests.factories import make_user

    order = OrderFactory(company=company, confirmed=True)
    client.force_login(make_user(company, "csr_lead"))
    body = {"code": "manual", "reason": "Ask the customer"}

    if door == "screen":
        assert client.post(f"/orders/{order.pk}/hold/", body).status_code == 302
    else:
        answer = client.post(f"/api/v1/orders/{order.pk}/holds/", body, content_type="application/json")
        assert (answer.status_code, answer.json()["name"]) == (201, "Held by hand")

    event = Event.objects.get(order=order)
    assert (event.type, event.data["reason"]) == ("hold_placed", "Ask the customer")
    assert event.channel == {"screen": "ui", "api": "api"}[door]


def test_a_published_rule_places_its_hold_with_its_sentence(company):
    admin = make_actor(company, "admin")
    order = OrderFactory(company=company, pending=True, items=[(ProductFactory(company=company), 100, "10.00")])
    tree = {"all": [{"any": [{"field": "net", "op": "ge", "value": "1000"}]}]}
    version = rules.draft_hold_rule(code="large_quantity", tree=tree, actor=admin)
    assert rules.matching_holds(order) == []

    rules.publish_rule(version_id=version.pk, actor=admin)

    found = rules.matching_holds(order)
    assert [code for code, _ in found] == ["large_quantity"]
    assert "net amount is at least 1,000.00" in found[0][1]


def test_rolling_back_puts_the_version_before_in_force(company):
    admin = make_actor(company, "admin")
    first, second = (
        rules.draft_hold_rule(
            code="margin", tree={"all": [{"any": [{"field": "net", "op": "gt", "value": n}]}]}, actor=admin
        )
        for n in (1, 2)
    )
    for version in (first, second):
        rules.publish_rule(version_id=version.pk, actor=admin)

    rules.rollback_rule(key="hold:margin", actor=admin)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("published", "retired")


def test_a_hold_is_due_in_working_time(company, lead):
    order = OrderFactory(company=company, confirmed=True)
    friday = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    with clock.stopped_at(friday):
        hold = holds.place_hold(order_id=order.pk, code="customer_request", reason="Site closed", actor=lead)

    minutes = hold.hold_type.sla_minutes
    with connection.cursor() as cursor:
        cursor.execute("SELECT omc_business_minutes(%s, %s, %s)", [company.calendar_id, friday, hold.due_at])
        assert cursor.fetchone()[0] == minutes
    assert hold.due_at.date() > friday.date() + timedelta(days=2)

"""The doors of stage 6: screens, REST, bulk and the clock lead to the same rooms."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.urls import reverse

from omc.lib import clock
from omc.lib.registry import registry
from orders.core.models import Event, Setting
from orders.core.services.holds import place_hold
from orders.scheduling import tasks
from orders.scheduling.models import PlannedShipment
from orders.scheduling.services import freeze_shipment, release_shipment
from planning.models import CapacityDay, Promise
from tests.factories import CustomerFactory, make_actor, make_company, make_user
from tests.orders.scheduling.factories import D, Dock

pytestmark = pytest.mark.django_db
TUESDAY, WEDNESDAY, FAR = date(2026, 11, 24), date(2026, 11, 25), date(2026, 12, 7)


@pytest.fixture(autouse=True)
def _monday_morning():
    with clock.stopped_at(datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("UTC"))):
        yield


@pytest.fixture
def dock(client):
    dock = Dock(BOLT=100, NUT=100)
    client.force_login(make_user(dock.company, "ops"))
    return dock


# --- A hold stops release at every door, with the same words, and nothing is written.


def by_screen(dock, client, planned):
    answer = client.post(reverse("scheduling:release", args=[planned.pk]))
    return answer.status_code == 302, answer.text


def by_htmx(dock, client, planned):
    answer = client.post(reverse("scheduling:release", args=[planned.pk]), headers={"HX-Request": "true"})
    return answer.status_code == 204, answer.text


def by_order_page(dock, client, planned):
    answer = client.post(reverse("scheduling:release", args=[planned.pk]), {"next": "order"})
    return answer.status_code == 302 and "orders" in answer.url, answer.text


def by_list(dock, client, planned):
    url = reverse("core:bulk", args=["planned-shipments", "release-planned"])
    answer = client.post(url, {"id": [planned.pk]})
    return answer.status_code == 200, answer.text


def by_due_button(dock, client, planned):
    answer = client.post(reverse("scheduling:release-due"))
    return answer.status_code == 200, answer.text


def by_api(dock, client, planned):
    answer = client.post(f"/api/v1/scheduling/planned/{planned.pk}/release/", content_type="application/json")
    assert answer.status_code == 200 or answer.json()["code"] == "hold_blocks"
    return answer.status_code == 200, answer.text


def by_bulk_api(dock, client, planned):
    url = "/api/v1/scheduling/planned/release/"
    [row] = client.post(url, {"planned_ids": [planned.pk]}, content_type="application/json").json()
    assert row["code"] == (None if row["released"] else "hold_blocks")
    return row["released"], str(row["message"])


def by_bulk_action(key):
    def door(dock, client, planned):
        chosen = planned.pk if key == "release-planned" else planned.order_id
        [(row, refusal)] = registry.bulk_actions[key].run([chosen], dock.ops)
        assert row == chosen
        return refusal is None, str(refusal)

    return door


def by_clock(dock, client, planned):
    at = clock.now()
    Setting.objects.create(
        company=dock.company, key="scheduling.release_by_clock", value=True, effective_from=at, changed_at=at
    )
    cache.clear()
    tasks.release_due()
    planned.refresh_from_db()
    return planned.state == "released", "Address to be checked"


DOORS = {
    "page": by_screen,
    "page, htmx": by_htmx,
    "order page": by_order_page,
    "list": by_list,
    "what is due": by_due_button,
    "REST": by_api,
    "REST, many": by_bulk_api,
    "bulk action on plans": by_bulk_action("release-planned"),
    "bulk action on orders": by_bulk_action("release-orders"),
    "clock": by_clock,
}


@pytest.mark.parametrize("door", DOORS)
def test_every_door_releases(dock, client, door):
    [planned] = dock.planned([("BOLT", 10)])
    went, _said = DOORS[door](dock, client, planned)
    planned.refresh_from_db()
    assert (went, planned.state, planned.order.state) == (True, "released", "released")


@pytest.mark.parametrize("door", DOORS)
def test_a_hold_stops_release_at_every_door(dock, client, door):
    [planned] = dock.planned([("BOLT", 10)])
    place_hold(order_id=planned.order_id, code="address_check", reason="Which gate?", actor=dock.ops)
    events = Event.objects.count()
    went, said = DOORS[door](dock, client, planned)
    assert not went
    assert "Address to be checked" in said
    planned.refresh_from_db()
    assert (planned.state, Event.objects.count()) == ("planned", events)


# --- Screens


def test_the_board_shows_days_loads_and_shipments(dock, client):
    dock.capacity(TUESDAY, 10)
    [planned] = dock.planned([("BOLT", 80)], requested=TUESDAY)  # 3 + 2 + 4 = 9 of 10 minutes
    page = client.get(reverse("scheduling:board")).text
    for words in (
        "Tue 24 Nov",
        "90 %, tight",
        '9 <span class="unit">of</span>',
        planned.number,
        planned.order.number,
        "nothing planned",
    ):
        assert words in page
    later = client.get(reverse("scheduling:board"), {"first": "2026-12-07"}).text
    assert planned.number not in later


def test_the_board_says_what_should_have_left(dock, client):
    dock.planned([("BOLT", 80)], requested=TUESDAY)
    with clock.stopped_at(datetime(2026, 11, 26, 9, tzinfo=ZoneInfo("UTC"))):
        assert "1 shipment should have left MAIN before" in client.get(reverse("scheduling:board")).text


def test_a_full_cell_shows_the_first_shipments_and_leads_to_the_rest(dock, client):
    for _ in range(8):
        dock.planned([("BOLT", 1)], requested=TUESDAY)
    page = client.get(reverse("scheduling:board")).text
    assert "and 2 more" in page
    assert client.get(reverse("scheduling:shipments"), {"day": "2026-11-24"}).text.count("PS-0000") >= 8


@pytest.mark.slow
def test_board_and_list_cost_the_same_for_one_shipment_as_for_twenty(dock, client, django_assert_max_num_queries):
    for many in (1, 20):
        for _ in range(many):
            dock.planned([("BOLT", 1)])
        with django_assert_max_num_queries(14):
            client.get(reverse("scheduling:board"))
        with django_assert_max_num_queries(12):
            client.get(reverse("scheduling:shipments"))


@pytest.mark.slow
def test_filters_of_the_list(dock, client):
    [one] = dock.planned([("BOLT", 1)], requested=TUESDAY)
    [two] = dock.planned([("BOLT", 1)], requested=WEDNESDAY)
    place_hold(order_id=two.order_id, code="manual", reason="Check", actor=dock.ops)
    freeze_shipment(planned_id=one.pk, actor=dock.ops)

    def found(**asked):
        page = client.get(reverse("scheduling:shipments"), asked)
        fragment = client.get(reverse("scheduling:shipments"), asked, headers={"HX-Request": "true"}).text
        assert "<html" not in fragment
        assert all(row.number in fragment for row in page.context["page"].rows)
        return [row.pk for row in page.context["page"].rows]

    assert found() == [one.pk, two.pk]
    assert found(state="frozen") == found(text=one.number) == found(until="2026-11-24") == [one.pk]
    assert found(held="on") == found(day="2026-11-25") == found(text=two.order.number) == [two.pk]
    assert found(late="on") == found(state="released") == []
    assert found(customer=one.customer_id) == [row.pk for row in (one, two) if row.customer_id == one.customer_id]
    assert found(customer=CustomerFactory(company=dock.company).pk) == []


@pytest.mark.slow
def test_the_page_moves_recalls_and_cancels_with_the_reason_at_the_field(dock, client):
    [planned] = dock.planned([("BOLT", 10)], requested=TUESDAY)

    def post(verb, **data):
        return client.post(reverse(f"scheduling:{verb}", args=[planned.pk]), data)

    wrong = post("move", slot_date="2026-11-28")
    assert wrong.status_code == 422
    assert "does not work on 28 Nov 2026" in wrong.text
    assert post("move", slot_date="2026-11-25", version=planned.event_seq).status_code == 302
    stale = post("move", slot_date="2026-11-26", version=planned.event_seq)
    assert (stale.status_code, "Somebody has changed" in stale.text) == (422, True)
    assert post("freeze").status_code == post("unfreeze").status_code == post("release").status_code == 302
    assert post("cancel", reason="No").status_code == 422
    assert post("recall", reason="Wrong pallet").status_code == 302
    assert post("cancel", reason="").status_code == 422
    assert post("cancel", reason="Customer collects").status_code == 302
    planned.refresh_from_db()
    assert (planned.state, planned.slot_date) == ("cancelled", WEDNESDAY)
    history = client.get(reverse("scheduling:shipment", args=[planned.pk])).text
    for words in ("moved from 24 Nov 2026 to 25 Nov 2026", "recalled: Wrong pallet", "cancelled: Customer collects"):
        assert words in history
    order_page = client.get(reverse("core:order", args=[planned.order_id])).text
    assert "10 promised units have no day yet" in order_page
    client.post(reverse("scheduling:plan-order", args=[planned.order_id]))
    assert PlannedShipment.objects.filter(state="planned").count() == 1


def test_short_stock_is_told_on_the_page(dock, client):
    dock.item("GEAR")
    [planned] = dock.planned([("GEAR", 7)], requested=FAR)
    answer = client.post(reverse("scheduling:release", args=[planned.pk]))
    assert answer.status_code == 422
    assert "line 1 (GEAR) is short by 7" in answer.text


def test_rest_moves_with_if_match(dock, client):
    [planned] = dock.planned([("BOLT", 10)], requested=TUESDAY)
    url = f"/api/v1/scheduling/planned/{planned.pk}/"
    shown = client.get(url)
    assert (shown.json()["units"], shown.json()["lines"][0]["sku"]) == ("10.000000", "BOLT")
    body = {"slot_date": "2026-11-25"}
    moved = client.post(
        f"{url}move/", body, content_type="application/json", headers={"If-Match": shown.headers["ETag"]}
    )
    assert (moved.status_code, moved.json()["slot_date"]) == (200, "2026-11-25")
    stale = client.post(
        f"{url}freeze/", {}, content_type="application/json", headers={"If-Match": shown.headers["ETag"]}
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    client.post(f"{url}release/", {}, content_type="application/json")
    assert client.post(f"{url}recall/", {}, content_type="application/json").json()["state"] == "planned"
    refused = client.post(f"{url}cancel/", {}, content_type="application/json")
    assert refused.status_code == 400
    again = client.get("/api/v1/scheduling/planned/", {"state": "open"}).json()["results"]
    assert [row["id"] for row in again] == [planned.pk]


def test_rest_plans_an_order(dock, client):
    order = dock.promised([("BOLT", 10)])
    made = client.post(f"/api/v1/scheduling/orders/{order.pk}/plan/").json()
    assert [(row["units"], row["state"]) for row in made] == [("10.000000", "planned")]


@pytest.mark.parametrize("door", ["screen", "api"])
def test_capacity_is_set_for_working_days_at_every_door(dock, client, door):
    body = {
        "warehouse_id": dock.warehouse.pk, "first": "2026-11-26", "last": "2026-12-01", "minutes": 300,
        "overtime_minutes": 60,
    }  # fmt: skip
    if door == "api":
        days = client.post("/api/v1/scheduling/capacity/", body, content_type="application/json").json()
        assert days == ["2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01"]
    else:
        assert client.post(reverse("scheduling:capacity"), body).status_code == 302
        assert "300" in client.get(reverse("scheduling:capacity")).text
    assert set(CapacityDay.objects.values_list("minutes", "overtime_minutes")) == {(300, 60)}
    assert CapacityDay.objects.count() == 4


def test_capacity_below_what_is_planned_is_refused_naming_the_day(dock, client):
    dock.planned([("BOLT", 80)], requested=TUESDAY)
    body = {
        "warehouse_id": dock.warehouse.pk, "first": "2026-11-24", "last": "2026-11-25", "minutes": 5,
        "overtime_minutes": 0,
    }  # fmt: skip
    answer = client.post(reverse("scheduling:capacity"), body)
    assert answer.status_code == 422
    assert "24 Nov 2026" in answer.text
    assert not CapacityDay.objects.filter(minutes=5).exists()
    assert client.post(reverse("scheduling:capacity"), body | {"last": "2026-11-20"}).status_code == 422


def test_another_company_sees_and_changes_nothing(dock, client):
    [planned] = dock.planned([("BOLT", 10)])
    client.force_login(make_user(make_company(), "ops", "admin"))
    for url in (reverse("scheduling:board"), reverse("scheduling:shipments"), "/api/v1/scheduling/planned/"):
        assert planned.number not in client.get(url).text
    assert client.get(reverse("scheduling:shipment", args=[planned.pk])).status_code == 404
    assert client.get(f"/api/v1/scheduling/planned/{planned.pk}/").status_code == 404
    assert client.post(reverse("scheduling:release", args=[planned.pk])).status_code == 404
    client.post(reverse("core:bulk", args=["planned-shipments", "release-planned"]), {"id": [planned.pk]})
    body = {"warehouse_id": dock.warehouse.pk, "first": "2026-11-26", "last": "2026-11-26", "minutes": 1}
    assert client.post("/api/v1/scheduling/capacity/", body, content_type="application/json").status_code == 404
    planned.refresh_from_db()
    assert planned.state == "planned"


@pytest.mark.parametrize("role", ["csr", "warehouse"])
def test_who_may_only_look_is_offered_no_verb_and_refused(dock, client, role):
    [planned] = dock.planned([("BOLT", 10)])
    client.force_login(make_user(dock.company, role))
    page = client.get(reverse("scheduling:shipment", args=[planned.pk]))
    assert page.status_code == 200
    for word in ("Release to warehouse</button>", "Freeze", "Move</button>", "Cancel the plan"):
        assert word not in page.text
    for verb in ("release", "freeze", "unfreeze", "move", "recall", "cancel"):
        assert client.post(reverse(f"scheduling:{verb}", args=[planned.pk])).status_code == 403
    assert "Set days" not in client.get(reverse("scheduling:capacity")).text
    body = {"warehouse_id": dock.warehouse.pk, "first": "2026-11-26", "last": "2026-11-26", "minutes": 1}
    assert client.post(reverse("scheduling:capacity"), body | {"overtime_minutes": 0}).status_code in (403, 422)
    assert not CapacityDay.objects.filter(minutes=1).exists()


def test_the_order_page_shows_its_planned_shipments(dock, client):
    [planned] = dock.planned([("BOLT", 10)])
    page = client.get(reverse("core:order", args=[planned.order_id])).text
    assert planned.number in page
    assert reverse("scheduling:release", args=[planned.pk]) in page
    release_shipment(planned_id=planned.pk, actor=dock.ops)
    page = client.get(reverse("core:order", args=[planned.order_id])).text
    assert reverse("scheduling:release", args=[planned.pk]) not in page
    assert Promise.objects.get().allocated == D(10)


def test_empty_screens_say_what_fills_them(client):
    company = make_company()
    client.force_login(make_user(company, "ops"))
    assert "No warehouse yet" in client.get(reverse("scheduling:board")).text
    assert "once confirmed orders are ranked" in client.get(reverse("scheduling:shipments")).text
    assert "No day was set yet" in client.get(reverse("scheduling:capacity")).text
    assert make_actor(company, "ops").can("scheduling.manage_capacity")

"""Change orders on screen and by REST: the same rooms, the same refusals; and what later stages do of it."""

from typing import Any

import pytest
from django.test import Client

from omc.accounts.models import User
from orders.core import outbox
from orders.core.models import Duty, Message, Order
from orders.entry.changes.models import ChangeSet
from orders.entry.changes.services import ChangeRefused, save_change
from orders.scheduling.models import PlannedLine, PlannedShipment
from orders.scheduling.services import plan_order
from tests.factories import AddressFactory, make_actor, make_user
from tests.orders.entry.changes.factories import at, changed, confirmed, opened, wish
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def order(desk: Desk) -> Order:
    return confirmed(desk, line(desk.item(stock=50, sku="AB-1"), 5), line(desk.item(stock=50), 5))


def logged_in(user_id: int | None) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    return client


@pytest.fixture
def client(desk: Desk) -> Client:
    return logged_in(desk.csr.user_id)


def by_screen(client: Client, order: Order, quantity: str) -> Any:
    client.post(f"/entry/{order.pk}/change/")
    change = ChangeSet.objects.get(order=order, state="open")
    pk = at(order, 1).pk
    data = {"line": [pk], f"quantity-{pk}": quantity, "reason_for_all": "changed_mind", "tell_customer": "on"}
    return client.post(f"/entry/changes/{change.pk}/", data)


def by_rest(client: Client, order: Order, quantity: str) -> Any:
    made = client.post(f"/api/v1/entry/orders/{order.pk}/changes/", content_type="application/json")
    url = f"/api/v1/entry/changes/{made.json()['id']}/"
    lines = [{"line_id": at(order, 1).pk, "quantity": quantity, "reason": "changed_mind"}]
    written = client.put(url, {"lines": lines}, content_type="application/json")
    assert written.status_code == 200, written.json()
    return client.post(f"{url}save/", {}, content_type="application/json")


@pytest.mark.parametrize("door", [by_screen, by_rest])
@pytest.mark.slow
def test_every_door_leads_to_the_same_room(desk: Desk, client: Client, order: Order, door: Any) -> None:
    answer = door(client, order, "3")
    assert answer.status_code in (200, 302)
    assert (at(order, 1).ordered, ChangeSet.objects.get().state) == (3, "applied")
    refused = door(client, order, "-2") if door is by_screen else door(client, order, "0.5")
    if door is by_screen:
        assert refused.status_code == 422
        assert "The quantity is a number from 0 on." in refused.content.decode()
        assert at(order, 1).ordered == 3


def test_the_page_shows_what_may_be_changed_and_what_it_comes_to(desk: Desk, client: Client, order: Order) -> None:
    change = opened(desk, order, wish(order, 1, quantity="8"))
    page = client.get(f"/entry/changes/{change.pk}/").content.decode()
    assert "Before and after" in page
    assert "You may not change prices." in page
    assert "Margin" not in page  # a CSR sees no cost
    lead = opened(desk, order, wish(order, 1, quantity="8"), actor=desk.lead)
    assert "Margin" in logged_in(desk.lead.user_id).get(f"/entry/changes/{lead.pk}/").content.decode()
    others = logged_in(desk.lead.user_id).get(f"/entry/changes/{change.pk}/").content.decode()
    assert "is changing this order" in others


def test_the_preview_keeps_what_is_typed(desk: Desk, client: Client, order: Order) -> None:
    change = opened(desk, order)
    pk = at(order, 2).pk
    data = {"line": [pk], f"quantity-{pk}": "9", "revision": change.revision}
    fragment = client.post(
        f"/entry/changes/{change.pk}/preview/", data, headers={"hx-request": "true"}
    ).content.decode()
    assert "Before and after" in fragment
    assert 'value="2" hx-swap-oob="true"' in fragment
    assert change.edits.get().fields == {"quantity": "9"}
    assert at(order, 2).ordered == 5
    stale = client.post(f"/entry/changes/{change.pk}/preview/", data)
    assert "another window" in stale.content.decode()
    refused = client.post(f"/entry/changes/{change.pk}/preview/", data | {"revision": "2", f"quantity-{pk}": "x"})
    assert "Line 2: The quantity is a number from 0 on." in refused.content.decode()


def test_a_new_line_is_typed_on_the_page(desk: Desk, client: Client, order: Order) -> None:
    change = opened(desk, order)
    data = {
        "new_item": ["ab-1", ""], "new_quantity": ["4", ""], "new_price": ["", ""], "new_date": ["", ""],
        "new_reason": ["mis_ordered", ""],
    }  # fmt: skip
    assert client.post(f"/entry/changes/{change.pk}/", data).status_code == 302
    assert (at(order, 3).product_id, at(order, 3).ordered) == (at(order, 1).product_id, 4)
    again = opened(desk, order)
    unknown = client.post(f"/entry/changes/{again.pk}/", data | {"new_item": ["nothing-such", ""]})
    assert unknown.status_code == 422
    assert order.lines.count() == 3


@pytest.mark.slow
def test_a_new_line_says_how_it_comes_and_where_it_goes(desk: Desk, client: Client, order: Order) -> None:
    place = AddressFactory(customer=desk.customer, name="Plant Two", is_default=False)
    change = opened(desk, order)
    data = {
        "new_item": ["ab-1"], "new_quantity": ["4"], "new_price": [""], "new_date": [""], "new_reason": ["mis_ordered"],
        "new_supply": ["special"], "new_ship_to": [str(place.pk)],
    }  # fmt: skip
    assert client.post(f"/entry/changes/{change.pk}/preview/", data).status_code == 200
    page = client.get(f"/entry/changes/{change.pk}/").content.decode()
    assert '<option value="special" selected>' in page
    assert f'<option value="{place.pk}" selected>' in page
    again = data | {"revision": ChangeSet.objects.get(pk=change.pk).revision}
    assert client.post(f"/entry/changes/{change.pk}/", again).status_code == 302
    line = at(order, 3)
    assert (line.supply, line.ship_to, line.promises.get().source) == ("special", place, "special")


def test_an_address_that_the_supplier_has_is_not_changed(desk: Desk) -> None:
    item = desk.item(list_price=10)
    order = confirmed(desk, line(item, 2, supply="drop_ship"))
    place = AddressFactory(customer=desk.customer, name="Plant Two", is_default=False)
    with pytest.raises(ChangeRefused, match="The supplier has its address"):
        changed(desk, order, wish(order, 1, ship_to_id=str(place.pk)))


@pytest.mark.slow
def test_a_conflict_is_settled_on_its_page(desk: Desk, client: Client, order: Order) -> None:
    mine = opened(desk, order, wish(order, 1, quantity="4"))
    theirs = opened(desk, order, wish(order, 1, quantity="6"), actor=desk.lead)
    save_change(change_id=theirs.pk, actor=desk.lead)
    data = {"line": [at(order, 1).pk], f"quantity-{at(order, 1).pk}": "4", "reason_for_all": "changed_mind"}
    assert client.post(f"/entry/changes/{mine.pk}/", data).status_code == 302
    page = client.get(f"/entry/changes/{mine.pk}/").content.decode()
    assert "both changed it" in page
    name = f"choice-{mine.edits.get().pk}-quantity"
    assert client.post(f"/entry/changes/{mine.pk}/settle/", {}).status_code == 422
    assert client.post(f"/entry/changes/{mine.pk}/settle/", {name: "mine"}).status_code == 302
    assert client.post(f"/entry/changes/{mine.pk}/", data).status_code == 302
    assert at(order, 1).ordered == 4


def test_a_conflict_by_rest_is_409_with_the_three_sides(desk: Desk, client: Client, order: Order) -> None:
    mine = opened(desk, order, wish(order, 1, quantity="4"))
    save_change(change_id=opened(desk, order, wish(order, 1, quantity="6"), actor=desk.lead).pk, actor=desk.lead)
    url = f"/api/v1/entry/changes/{mine.pk}/"
    answer = client.post(f"{url}save/", {}, content_type="application/json")
    assert answer.status_code == 409
    [row] = answer.json()["differences"]
    assert (row["then"], row["mine"], row["theirs"], row["is_conflict"]) == ("5", "4", "6", True)
    choices = [{"edit_id": row["edit_id"], "field": row["field"], "take": "theirs"}]
    settled = client.post(f"{url}settle/", {"choices": choices}, content_type="application/json").json()
    assert (settled["state"], settled["wanted"]["lines"]) == ("open", [])


def test_the_preview_by_rest_keeps_cost_from_those_who_may_not_see_it(desk: Desk, client: Client, order: Order) -> None:
    change = opened(desk, order, wish(order, 1, quantity="8"))
    body = client.get(f"/api/v1/entry/changes/{change.pk}/preview/").json()
    assert (body["lines"][0]["before"]["quantity"], body["lines"][0]["after"]["quantity"]) == ("5", "8")
    assert "margin_base" not in body["after"]
    assert "margin_base" not in body["lines"][0]["after"]
    assert "net_amount" in body["after"]


@pytest.mark.parametrize("role", ["warehouse", "ops", "sales", "billing"])
def test_roles_that_do_not_write_orders_may_not_change_them(desk: Desk, order: Order, role: str) -> None:
    client = logged_in(make_user(desk.company, role).pk)
    assert client.post(f"/entry/{order.pk}/change/").status_code == 403
    assert client.post(f"/api/v1/entry/orders/{order.pk}/changes/").status_code == 403
    assert "Change order" not in client.get(f"/orders/{order.pk}/").content.decode()
    assert not ChangeSet.objects.exists()


def test_a_change_of_another_company_is_not_there(desk: Desk, order: Order) -> None:
    change = opened(desk, order, wish(order, 1, quantity="8"))
    client = logged_in(Desk().csr.user_id)
    for path in (f"/entry/changes/{change.pk}/", f"/api/v1/entry/changes/{change.pk}/"):
        assert client.get(path).status_code == 404
    assert client.post(f"/entry/{order.pk}/change/").status_code == 404


@pytest.mark.slow
def test_the_order_page_offers_it_and_says_who_is_at_it(desk: Desk, client: Client, order: Order) -> None:
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert f"/entry/{order.pk}/change/" in page
    change = opened(desk, order)
    assert f"/entry/changes/{change.pk}/" in client.get(f"/orders/{order.pk}/").content.decode()


def drain() -> None:
    while outbox.drain_all():
        pass


@pytest.mark.slow
def test_the_board_follows_and_the_customer_is_told_once(desk: Desk, order: Order) -> None:
    ops = make_actor(desk.company, "ops")
    plan_order(order_id=order.pk, actor=ops)
    change = opened(desk, order, wish(order, 1, quantity="2"), wish(order, 2, quantity="9"))
    save_change(change_id=change.pk, actor=desk.csr)
    drain()
    lines = PlannedLine.objects.filter(planned__in=PlannedShipment.objects.filter(order=order, state="planned"))
    planned: dict[int, Any] = {}
    for row in lines:
        planned[row.order_line_id] = planned.get(row.order_line_id, 0) + row.quantity
    assert planned == {at(order, 1).pk: 2, at(order, 2).pk: 9}
    told = Message.objects.filter(order=order, template="order_changed")
    assert [message.status for message in told] == ["queued"]
    assert Duty.objects.filter(order=order, stage=6, closed_at__isnull=True).count() == 1


def test_whoever_tells_the_customer_themselves_sends_nothing(desk: Desk, order: Order) -> None:
    change = opened(desk, order, wish(order, 1, quantity="2"))
    save_change(change_id=change.pk, actor=desk.csr, tell_customer=False)
    drain()
    assert not Message.objects.filter(order=order, template="order_changed").exists()

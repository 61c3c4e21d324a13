"""What a supplier sends to the customer himself: confirmed once, shipped in the ledger, invoiced; our stock stays."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from omc.lib.errors import InvalidInput, StaleVersion
from orders.core.inputs import LineInput
from orders.core.models import Duty, Event, Message, Order
from orders.core.selectors.holds import HoldBlocks
from orders.core.services.holds import place_hold
from orders.entry.changes.services import AddedWish, Wishes, open_change, save_change, write_change
from orders.entry.services import cancel_order
from orders.fulfillment.models import Shipment
from orders.scheduling.models import PlannedShipment
from orders.scheduling.services import NotReleasable, release_shipment
from planning.models import Promise, StockMovement
from planning.services import SupplyRefused, receive_supply
from tests.factories import make_actor, make_company, make_user
from tests.orders.fulfillment.factories import ledger_of
from tests.orders.fulfillment.suppliers import Trade, drop_ship
from tests.orders.fulfillment.test_races import at_once

D = Decimal
pytestmark = pytest.mark.django_db


def line_of(trade: Trade) -> int:
    return trade.supply().lines.get().pk


def test_it_is_ordered_to_the_customers_address_and_never_released_or_received() -> None:
    trade = Trade()
    order = trade.ordered(drop_ship(trade.bought_item(stock=9), 5))

    supply = trade.supply()
    assert (supply.ship_to_id, supply.lines.get().order_line) == (order.ship_to_id, order.lines.get())
    planned = PlannedShipment.objects.get(order=order)
    assert (planned.supplier_ships, planned.work_minutes) == (True, 0)
    with pytest.raises(NotReleasable, match="supplier sends"):
        release_shipment(planned_id=planned.pk, actor=trade.ops)
    with pytest.raises(SupplyRefused, match="sends"):
        receive_supply(supply_id=supply.pk, received={line_of(trade): D(5)}, actor=trade.buyer)


@pytest.mark.slow
def test_nobody_has_to_release_what_only_a_supplier_sends() -> None:
    trade = Trade()
    item = trade.bought_item(stock=9)

    def waits_as(order: Order) -> list[str]:
        return sorted(Duty.objects.filter(order=order, closed_at=None).values_list("name", flat=True))

    theirs, both = (
        trade.ordered(drop_ship(item, 5)),
        trade.ordered(drop_ship(item, 5), LineInput(product_id=item.pk, quantity=D(2))),
    )
    assert waits_as(theirs) == ["Get supply"]
    assert waits_as(both) == ["Get supply", "Release to warehouse"]
    mine = PlannedShipment.objects.get(order=both, supplier_ships=False)
    release_shipment(planned_id=mine.pk, actor=trade.ops)
    trade.drain()
    assert "Release to warehouse" not in waits_as(both)
    clerk = make_actor(trade.company, "csr", "csr_lead")
    for added, wanted in ((drop_ship(item, 1), False), (LineInput(product_id=item.pk, quantity=D(1)), True)):
        change = open_change(order_id=theirs.pk, actor=clerk)
        wishes = Wishes(added=[AddedWish(line=added, reason="changed_mind")])
        write_change(change_id=change.pk, wishes=wishes, actor=clerk)
        save_change(change_id=change.pk, actor=clerk)
        trade.drain()
        assert ("Release to warehouse" in waits_as(theirs)) is wanted


@pytest.mark.slow
def test_in_two_parts_it_is_shipped_invoiceable_and_the_customer_is_told() -> None:
    trade = Trade()
    order = trade.ordered(drop_ship(trade.bought_item(stock=9), 5))
    line = order.lines.get()
    moved = StockMovement.objects.count()

    [first] = trade.sent({line_of(trade): D(2)}, tracking_number="1Z1", sent_on=trade.today)
    order.refresh_from_db()
    assert (order.state, order.shipping, first.supply, first.state) == (
        "in_fulfillment",
        "part",
        trade.supply(),
        "shipped",
    )
    assert ledger_of(line) == {"picked": 2, "packed": 2, "shipped": 2}
    assert (Promise.objects.get().quantity, trade.supply().state) == (3, "part_received")
    trade.drain()
    assert [plan.lines.get().quantity for plan in PlannedShipment.objects.filter(state="planned")] == [3]

    trade.sent({line_of(trade): D(3)})
    trade.drain()

    order.refresh_from_db()
    assert (order.state, order.shipping, trade.supply().state) == ("shipped", "done", "received")
    assert StockMovement.objects.count() == moved
    assert Message.objects.filter(template="shipped").count() == 2
    open_duties = Duty.objects.filter(order=order, closed_at=None).values_list("stage", flat=True)
    assert list(open_duties) == [8]


def test_our_part_of_a_complete_order_does_not_wait_for_the_suppliers() -> None:
    trade = Trade("ship_complete_order")
    ours = trade.item(stock=5)
    order = trade.ordered(LineInput(product_id=ours.pk, quantity=D(5)), drop_ship(trade.bought_item(), 5))
    planned = PlannedShipment.objects.get(order=order, supplier_ships=False)
    assert list(planned.lines.values_list("order_line__product", "quantity")) == [(ours.pk, 5)]
    assert release_shipment(planned_id=planned.pk, actor=trade.ops).state == "released"
    assert Duty.objects.get(order=order, stage=6).closed_at


@pytest.mark.slow
def test_more_than_open_a_day_to_come_or_a_stale_page_is_refused_and_nothing_is_written() -> None:
    trade = Trade()
    order = trade.ordered(drop_ship(trade.bought_item(), 5))
    seen = trade.supply().event_seq
    for said, error in [
        ({"units": D(6)}, InvalidInput),
        ({"units": D(0)}, InvalidInput),
        ({"units": D(1), "sent_on": trade.today + timedelta(days=1)}, InvalidInput),
        ({"units": D(1), "version": seen - 1}, StaleVersion),
    ]:
        units = said.pop("units")
        with pytest.raises(error):
            trade.sent({line_of(trade): units}, **said)
    place_hold(order_id=order.pk, code="manual", reason="wait", actor=trade.ops)
    with pytest.raises(HoldBlocks):
        trade.sent({line_of(trade): D(1)})
    assert not Shipment.objects.exists()
    assert not Event.objects.filter(type="special_sent").exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_the_same_parcel_confirm_it_once() -> None:
    trade = Trade()
    order = trade.ordered(drop_ship(trade.bought_item(), 5))
    pk, seen = line_of(trade), trade.supply().event_seq

    outcome = at_once(*[lambda: trade.sent({pk: D(2)}, version=seen)] * 3)

    assert sorted(outcome) == ["done", "stale_version", "stale_version"]
    assert ledger_of(order.lines.get()) == {"picked": 2, "packed": 2, "shipped": 2}
    assert Shipment.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_confirmation_and_a_cancellation_at_once_leave_one_truth() -> None:
    trade = Trade()
    order = trade.ordered(drop_ship(trade.bought_item(), 5))
    pk = line_of(trade)

    outcome = at_once(
        lambda: trade.sent({pk: D(5)}),
        lambda: cancel_order(order_id=order.pk, reason="changed his mind", actor=trade.ops),
    )
    trade.drain()

    order.refresh_from_db()
    ways = {("done", "illegal_transition"): ("shipped", 5, 0), ("not_waiting", "done"): ("cancelled", 0, 5)}
    line = order.lines.get()
    assert (order.state, line.shipped, line.cancelled) == ways[tuple(outcome)]
    assert trade.supply().lines.get().unwanted == line.cancelled


@pytest.mark.slow
def test_the_screen_and_the_api_lead_to_the_same_room(client: Client) -> None:
    trade = Trade()
    trade.ordered(drop_ship(trade.bought_item(), 5))
    supply, pk = trade.supply(), line_of(trade)
    screen = reverse("fulfillment:supplier-shipment", args=[supply.pk])
    api = f"/api/v1/fulfillment/supplier/{supply.pk}/"
    body = {"lines": [{"line_id": pk, "quantity": "2"}], "sent_on": trade.today.isoformat()}

    client.force_login(make_user(trade.company, "sales"))
    assert client.get(screen).status_code == 403
    assert client.post(api, body, content_type="application/json").status_code == 403
    client.force_login(make_user(make_company(), "planner"))
    assert client.get(screen).status_code == 404
    assert client.post(api, body, content_type="application/json").status_code == 404

    client.force_login(make_user(trade.company, "planner"))
    assert b"still to send" in client.get(screen).content
    assert b"Confirm what was sent" in client.get(reverse("planning:supply", args=[supply.pk])).content
    form = {f"sent_{pk}": "9", "sent_on": trade.today.isoformat(), "version": supply.event_seq}
    assert client.post(screen, form).status_code == 422
    answer = client.post(screen, {**form, f"sent_{pk}": "2", "tracking_number": "1Z2"})
    shipment = Shipment.objects.get()
    assert answer.url == reverse("fulfillment:shipment", args=[shipment.pk])
    page = client.get(answer.url).content
    assert b"sent by Acme" in page
    assert b"1Z2" in page
    assert client.post(screen, {**form, f"sent_{pk}": "2"}).status_code == 422  # pressed twice

    made = client.post(api, {**body, "lines": [{"line_id": pk, "quantity": "3"}]}, content_type="application/json")
    assert (made.status_code, made.json()[0]["supply"]) == (201, supply.pk)

"""What one says about an order is what promises, holds, supply and the ledger say."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from omc.lib import clock
from orders.core import ledger
from orders.core.models import Order, Supplier
from orders.core.services.facts import publish_order_facts
from orders.core.services.holds import place_hold
from orders.entry.calls.selectors.standing import open_orders
from orders.entry.calls.wording import say_order, weekday
from orders.entry.services import confirm_order
from planning.models import Promise, PromiseSource
from planning.services.supply import SupplyInput, order_supply
from tests.factories import make_actor
from tests.orders.entry.calls.factories import MONDAY, CallDesk
from tests.orders.entry.factories import line

pytestmark = pytest.mark.django_db
TUESDAY, LATER = date(2026, 11, 24), date(2026, 12, 3)


@pytest.fixture
def desk() -> Iterator[CallDesk]:
    with clock.stopped_at(MONDAY):
        yield CallDesk()


def confirmed(desk: CallDesk, *lines: object, **header: object) -> Order:
    order = desk.pending(*lines, customer=desk.acme, **header)  # type: ignore[arg-type]
    return confirm_order(order_id=order.pk, actor=desk.csr)


def said(desk: CallDesk, order: Order) -> str:
    standings = {one.order.pk: one for one in open_orders(desk.acme, desk.company)}
    return say_order(standings[order.pk])


def move(order: Order, day: date, *, sku: str = "") -> None:
    """Another ship date, as planning would write it."""
    rows = Promise.objects.filter(order=order)
    (rows.filter(product__sku=sku) if sku else rows).update(ship_date=day)


def pack(order: Order, position: int, quantity: int) -> None:
    row = order.lines.get(position=position)
    for column in ("picked", "packed"):
        ledger.post(order.pk, [(row.pk, column, Decimal(quantity))])


def test_what_is_not_confirmed_has_no_date_to_tell(desk: CallDesk) -> None:
    order = desk.pending(line(desk.pipe, 4), customer=desk.acme)
    assert said(desk, order) == f"Your order {order} is entered and not confirmed yet, so I have no firm date."


def test_what_lies_there_leaves_on_its_day(desk: CallDesk) -> None:
    order = confirmed(desk, line(desk.pipe, 4))
    move(order, TUESDAY)
    assert said(desk, order) == f"Your order {order} leaves Tuesday 24 November."


def test_the_schedules_slot_wins_over_the_promise(desk: CallDesk) -> None:
    order = confirmed(desk, line(desk.pipe, 4))
    move(order, TUESDAY)
    publish_order_facts("schedule", "test", {order.pk: {"slot_date": date(2026, 11, 25)}})
    assert said(desk, order) == f"Your order {order} leaves Wednesday 25 November."


def test_what_is_packed_and_what_follows_and_why(desk: CallDesk) -> None:
    clip, ring = desk.item(sku="CLIP-1", stock=10), desk.item(sku="RING-1", stock=10)
    order = confirmed(desk, line(clip, 1), line(ring, 2), line(desk.pipe, 5))
    move(order, TUESDAY)
    Promise.objects.filter(order=order, product=desk.pipe).update(ship_date=LATER, source=PromiseSource.LEAD_TIME)
    pack(order, 1, 1)
    pack(order, 2, 2)
    assert said(desk, order) == (
        f"Your order {order} leaves Tuesday 24 November; two of three lines are packed."
        " 5 × Copper pipe 15 mm follow on Thursday 3 December because they have to be bought first."
    )


def test_supply_on_order_is_the_reason_why_part_follows(desk: CallDesk) -> None:
    planner = make_actor(desk.company, "planner")
    supplier = Supplier.objects.create(company=desk.company, code="MILL", name="Pipe mill")
    order_supply(
        supplier_id=supplier.pk,
        warehouse_id=desk.warehouse.pk,
        expected_date=date(2026, 12, 1),
        lines=[SupplyInput(desk.elbow.pk, Decimal(5))],
        actor=planner,
    )
    order = confirmed(desk, line(desk.pipe, 4), line(desk.elbow, 5))
    promise = Promise.objects.get(order=order, product=desk.elbow)
    first = Promise.objects.get(order=order, product=desk.pipe)
    assert promise.source == PromiseSource.SUPPLY
    assert first.ship_date < promise.ship_date
    assert (
        f"5 × Copper elbow 15 mm follow on {weekday(promise.ship_date)} because supply comes on Tuesday 1 December."
    ) in said(desk, order)


def test_what_is_late_is_called_late(desk: CallDesk) -> None:
    order = confirmed(desk, line(desk.pipe, 4))
    move(order, date(2026, 11, 20))
    assert (
        said(desk, order)
        == f"Your order {order} should have left on Friday 20 November and is late: it has not left yet."
    )


def test_a_date_that_moved_is_owned_up_to(desk: CallDesk) -> None:
    order = confirmed(desk, line(desk.pipe, 4))
    move(order, LATER)
    Order.objects.filter(pk=order.pk).update(original_promise=TUESDAY, current_promise=LATER)
    assert said(desk, order).endswith(
        "All of it was first promised for Tuesday 24 November; now it is Thursday 3 December."
    )


def test_a_hold_is_said_and_whose_turn_it_is(desk: CallDesk) -> None:
    order = confirmed(desk, line(desk.pipe, 4))
    move(order, TUESDAY)
    place_hold(order_id=order.pk, code="manual", reason="internal words", actor=desk.csr)
    place_hold(order_id=order.pk, code="overdue", reason="two invoices", actor=desk.csr)
    text = said(desk, order)
    assert "is planned to leave on Tuesday 24 November, but something stops it" in text
    assert "We have stopped it ourselves: “Held by hand”." in text
    assert "It waits for you: “Overdue invoices”." in text
    assert "internal words" not in text


def test_the_numbers_of_questions_do_not_grow_with_orders(desk: CallDesk) -> None:
    confirmed(desk, line(desk.pipe, 1))
    with CaptureQueriesContext(connection) as one:
        open_orders(desk.acme, desk.company)
    for _more in range(4):
        confirmed(desk, line(desk.pipe, 1), line(desk.elbow, 1))
    with CaptureQueriesContext(connection) as five:
        assert len(open_orders(desk.acme, desk.company)) == 5
    assert len(five) == len(one)

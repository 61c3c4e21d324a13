"""Changes at once: against each other, against picking, against a cancellation of the rest, against the clock."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from omc.lib import clock
from omc.lib.actor import system
from orders.core.models import Event, Hold, Order, OrderLine
from orders.entry.changes.models import ChangeSet
from orders.entry.changes.services import expire_changes, open_change, save_change
from orders.entry.services import cancel_order
from orders.fulfillment.services import pick_shipment, start_picking
from orders.scheduling.services import plan_order, release_shipment
from planning.models import Promise, StockLevel
from tests.factories import make_actor
from tests.orders.entry.changes.factories import at, confirmed, opened, wish
from tests.orders.entry.factories import Desk, line
from tests.orders.entry.test_races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def agree(order: Order) -> None:
    """Ledger, promises and stock say the same of an order of one item."""
    for row in OrderLine.objects.filter(order=order):
        promised = sum(promise.quantity for promise in Promise.objects.filter(line=row, is_open=True))
        assert promised == row.ordered - row.cancelled - row.shipped
        assert StockLevel.objects.get(product=row.product_id).allocated == row.allocated


def test_of_two_changes_saved_at_once_one_is_applied_and_one_is_asked() -> None:
    desk = Desk()
    for _ in range(3):
        order = confirmed(desk, line(desk.item(stock=20), 5))
        mine = opened(desk, order, wish(order, 1, quantity="3"))
        theirs = opened(desk, order, wish(order, 1, quantity="8"), actor=desk.lead)
        answers = at_once(
            lambda pk=mine.pk: save_change(change_id=pk, actor=desk.csr),
            lambda pk=theirs.pk: save_change(change_id=pk, actor=desk.lead),
        )
        assert Counter(answer.state for answer in answers) == {"applied": 1, "conflicted": 1}
        assert at(order, 1).ordered == (3 if answers[0].state == "applied" else 8)
        assert Order.objects.get(pk=order.pk).version == order.version + 1
        assert Event.objects.filter(order=order, type="order_changed").count() == 1
        agree(order)


def test_one_change_saved_twice_at_once_is_applied_once() -> None:
    desk = Desk()
    order = confirmed(desk, line(desk.item(stock=20), 5))
    change = opened(desk, order, wish(order, 1, quantity="7"))
    answers = at_once(*[lambda: save_change(change_id=change.pk, actor=desk.csr)] * 3)
    assert Counter(answer if isinstance(answer, str) else answer.state for answer in answers) == {
        "applied": 1,
        "change_over": 2,
    }
    assert at(order, 1).ordered == 7
    agree(order)


def test_opened_twice_at_once_it_is_one_change_with_one_hold() -> None:
    desk = Desk()
    order = confirmed(desk, line(desk.item(stock=20), 5))
    answers = at_once(*[lambda: open_change(order_id=order.pk, actor=desk.csr)] * 4)
    assert len({answer.pk for answer in answers}) == 1
    assert Hold.objects.filter(order=order).count() == 1


def test_a_change_against_picking_never_leaves_more_picked_than_wanted() -> None:
    desk = Desk()
    ops = make_actor(desk.company, "ops")
    for _ in range(4):
        order = confirmed(desk, line(desk.item(stock=20), 5))
        [planned] = plan_order(order_id=order.pk, actor=ops)
        release_shipment(planned_id=planned.pk, actor=ops)
        change = opened(desk, order, wish(order, 1, quantity="2"))

        def pick(planned_id: int = planned.pk) -> object:
            return pick_shipment(shipment_id=start_picking(planned_id=planned_id, actor=ops).pk, actor=ops)

        saved, picked = at_once(lambda pk=change.pk: save_change(change_id=pk, actor=desk.csr), pick)
        row = at(order, 1)
        assert row.picked <= row.ordered - row.cancelled
        assert saved == "change_refused" or not isinstance(saved, str)
        if saved == "change_refused":  # all five were picked first
            assert (row.ordered, row.picked) == (5, 5)
        else:
            assert (row.ordered, row.picked) == (2, 0)
            assert picked == "ledger_refused"  # the pick list is old: the picker is told
        agree(order)


def test_a_change_against_a_cancellation_leaves_no_stock_behind() -> None:
    desk = Desk()
    for _ in range(3):
        order = confirmed(desk, line(desk.item(stock=20), 5))
        change = opened(desk, order, wish(order, 1, quantity="9"))
        at_once(
            lambda pk=change.pk: save_change(change_id=pk, actor=desk.csr),
            lambda pk=order.pk: cancel_order(order_id=pk, reason="no longer", actor=desk.csr),
        )
        assert Order.objects.get(pk=order.pk).state == "cancelled"
        assert StockLevel.objects.get(product=at(order, 1).product_id).allocated == Decimal(0)
        assert not Promise.objects.filter(order=order, is_open=True).exists()


def test_the_clock_against_a_save_ends_a_change_once() -> None:
    desk = Desk()
    order = confirmed(desk, line(desk.item(stock=20), 5))
    change = opened(desk, order, wish(order, 1, quantity="9"))
    ChangeSet.objects.filter(pk=change.pk).update(
        opened_at=clock.now() - timedelta(hours=1), expires_at=clock.now() - timedelta(minutes=1)
    )
    job = system("expire change orders", desk.company.pk)
    answers = at_once(
        *[lambda: expire_changes(actor=job)] * 3, lambda: save_change(change_id=change.pk, actor=desk.csr)
    )
    assert (sum(answers[:3]), answers[3]) == (1, "change_over")
    assert Event.objects.filter(type="change_expired").count() == 1
    assert Hold.objects.get(order=order).status == "resolved"

"""Cancelling what is left of an order that is partly done."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.core import ledger, lifecycle
from orders.core.models import Event, Order, OrderLine, OrderState
from orders.entry.rules import kits_begun
from orders.entry.services import cancel_rest, confirm_order
from orders.entry.services.cancel_order import NothingToCancel, rest_of
from planning.models import Promise, StockLevel
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def partly_picked(desk: Desk, order: Order, picked: dict[int, int]) -> Order:
    """As fulfillment leaves it: some lines picked, nothing shipped, the order in fulfillment."""
    confirm_order(order_id=order.pk, actor=desk.csr)
    ids = dict(order.lines.values_list("position", "pk"))
    ledger.post(order.pk, [(ids[position], "picked", Decimal(quantity)) for position, quantity in picked.items()])
    Order.objects.filter(pk=order.pk).update(**{"state": OrderState.IN_FULFILLMENT})
    return Order.objects.get(pk=order.pk)


def test_what_is_not_picked_is_cancelled_and_its_stock_is_free(desk: Desk) -> None:
    one, two = desk.item(stock=10), desk.item(stock=10)
    order = partly_picked(desk, desk.pending(line(one, 10), line(two, 4)), {1: 6})
    cancel_rest(order_id=order.pk, reason="enough", actor=desk.csr)
    assert [(row.cancelled, row.allocated) for row in order.lines.order_by("position")] == [(4, 6), (4, 0)]
    assert StockLevel.objects.get(product=one).allocated == 6
    assert StockLevel.objects.get(product=two).allocated == 0
    assert list(Promise.objects.filter(is_open=True).values_list("quantity", flat=True)) == [6]
    fact = Event.objects.get(order=order, type="rest_cancelled").data
    assert fact == {"reason": "enough", "cancelled_units": "8", "open_units": "0", "unreleased_units": "0"}


def test_there_must_be_a_rest_and_something_beside_it(desk: Desk) -> None:
    item = desk.item(stock=50)
    untouched = desk.pending(line(item, 5))
    confirm_order(order_id=untouched.pk, actor=desk.csr)
    whole = partly_picked(desk, desk.pending(line(item, 5)), {1: 5})
    pending = desk.pending(line(item, 5))
    for order, sentence in ((untouched, "Cancel the order instead"), (whole, "no rest"), (pending, "it has no rest")):
        with pytest.raises(NothingToCancel, match=sentence):
            cancel_rest(order_id=order.pk, reason="enough", actor=desk.csr)
    assert not OrderLine.objects.filter(cancelled__gt=0).exists()
    assert not Event.objects.filter(type="rest_cancelled").exists()


def test_a_kit_that_is_begun_is_finished(desk: Desk) -> None:
    screw, board = desk.item(stock=100), desk.item(stock=100)
    order = partly_picked(desk, desk.pending(line(desk.kit((screw, 8), (board, 3)), 5)), {2: 9})
    cancel_rest(order_id=order.pk, reason="enough", actor=desk.csr)
    assert [row.ordered - row.cancelled for row in order.lines.order_by("position")] == [2, 16, 6]
    fact = Event.objects.get(order=order, type="rest_cancelled").data
    assert (fact["cancelled_units"], fact["open_units"]) == ("3", "13")


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 60)), min_size=1, max_size=4))
def test_kits_begun_use_up_what_is_picked_and_one_kit_less_would_not(parts: list[tuple[int, int]]) -> None:
    per_kit = {row: Decimal(each) for row, (each, _) in enumerate(parts)}
    picked = {row: Decimal(count) for row, (_, count) in enumerate(parts)}
    kits = kits_begun(per_kit, picked)
    assert all(kits * per_kit[row] >= picked[row] for row in per_kit)
    assert kits == 0 or any((kits - 1) * per_kit[row] < picked[row] for row in per_kit)


def test_services_and_charges_are_no_rest() -> None:
    lines = [OrderLine(pk=1, kind="service", ordered=1), OrderLine(pk=2, kind="charge", ordered=1)]
    assert rest_of(lines) == {}


def test_an_order_of_another_company_is_not_there(desk: Desk) -> None:
    order = desk.pending(line(desk.item()))
    with pytest.raises(lifecycle.OrderNotFound):
        cancel_rest(order_id=order.pk, reason="enough", actor=Desk().csr)

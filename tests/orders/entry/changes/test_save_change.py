"""A confirmed order is changed: what follows for lines, prices, stock, dates, and what is refused."""

from datetime import timedelta
from decimal import Decimal

import pytest

from omc.lib import clock
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from orders.core import ledger
from orders.core.models import Event, EventLine, Hold, HoldType, Order, OrderFacts, OrderLine, OrderState
from orders.core.selectors.orders import hops
from orders.entry.changes.models import ChangeEdit, ChangeSet
from orders.entry.changes.services import (
    ChangeOver,
    ChangeRefused,
    LineWish,
    NotChangeable,
    NothingToChange,
    ReasonMissing,
    Wishes,
    expire_changes,
    open_change,
    preview_change,
    save_change,
    withdraw_change,
    write_change,
)
from orders.entry.services import cancel_order
from planning.models import Promise, StockLevel
from planning.services import ShortStock
from tests.factories import AddressFactory, make_actor
from tests.orders.entry.changes.factories import at, changed, confirmed, new, opened, wish
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def untouched(order: Order) -> None:
    """Nothing of the order or its stock is otherwise."""
    now = Order.objects.get(pk=order.pk)
    assert (now.version, now.net_amount) == (order.version, order.net_amount)
    assert not Event.objects.filter(order=order, type="order_changed").exists()


def test_an_open_change_keeps_the_order_from_release_until_it_is_saved(desk: Desk) -> None:
    order = confirmed(desk, line(desk.item(stock=10, list_price=Decimal(10)), 5))
    change = opened(desk, order, wish(order, 1, quantity="3"))
    hold = Hold.objects.get(order=order)
    assert (hold.hold_type.code, hold.hold_type.blocks, hold.status) == ("pending_change", ["release"], "active")
    save_change(change_id=change.pk, actor=desk.csr)
    hold.refresh_from_db()
    change.refresh_from_db()
    assert (hold.status, change.state) == ("resolved", "applied")


def test_a_change_places_the_kinds_of_hold_that_look_again_at_what_it_touches(desk: Desk) -> None:
    HoldType.objects.filter(code="address_check").update(on_change=["ship_to_id"])
    HoldType.objects.filter(code="large_quantity").update(on_change=["quantity", "added"])
    order = confirmed(desk, line(desk.item(stock=10, list_price=Decimal(10)), 5))
    save_change(change_id=opened(desk, order, wish(order, 1, quantity="3")).pk, actor=desk.csr)
    standing = Hold.objects.filter(order=order, status="active")
    assert [(hold.hold_type.code, hold.reason) for hold in standing] == [("large_quantity", "Changed: a quantity")]
    save_change(change_id=opened(desk, order, wish(order, 1, quantity="2")).pk, actor=desk.csr)
    assert standing.count() == 1


def test_fewer_are_ordered_and_the_stock_is_free(desk: Desk) -> None:
    item = desk.item(stock=10, list_price=Decimal(10))
    order = confirmed(desk, line(item, 5))
    now = changed(desk, order, wish(order, 1, quantity="3"))
    row = at(now, 1)
    assert (row.ordered, row.cancelled, row.allocated, row.typed_quantity, row.net_amount) == (3, 0, 3, 3, 30)
    assert (now.version, now.net_amount, now.total_amount) == (order.version + 1, 30, 30)
    assert StockLevel.objects.get(product=item).allocated == 3
    assert Promise.objects.get(is_open=True).quantity == 3


def test_more_are_promised_and_what_is_short_is_backordered(desk: Desk) -> None:
    item = desk.item(stock=6)
    order = confirmed(desk, line(item, 5))
    now = changed(desk, order, wish(order, 1, quantity="8"))
    row = at(now, 1)
    assert (row.ordered, row.allocated) == (8, 6)
    assert row.current_promise
    assert row.original_promise
    assert row.current_promise > row.original_promise
    assert now.current_promise == row.current_promise
    moved = Event.objects.get(order=order, type="promise_changed")
    assert moved.data["after"] == now.current_promise.isoformat()
    assert now.original_promise == order.original_promise


def test_a_cancelled_line_stays_as_cancelled_and_is_not_counted(desk: Desk) -> None:
    one, two = desk.item(stock=9, list_price=Decimal(10)), desk.item(stock=9, list_price=Decimal(7))
    order = confirmed(desk, line(one, 2), line(two, 3))
    now = changed(desk, order, wish(order, 2, "our_error", quantity="0"))
    row = at(now, 2)
    assert (row.ordered, row.cancelled, row.allocated) == (3, 3, 0)
    assert (now.net_amount, StockLevel.objects.get(product=two).allocated) == (20, 0)
    fact = Event.objects.get(order=order, type="order_changed").data
    assert (fact["what"], fact["why"], fact["our_errors"]) == ("line 2 cancelled", "our error", 1)
    assert (fact["cancelled_units"], fact["added_units"], fact["open_units"]) == ("3", "0", "2")


def test_a_line_is_added_at_todays_price_and_promised(desk: Desk) -> None:
    one, two = desk.item(stock=9, list_price=Decimal(10)), desk.item(stock=9, list_price=Decimal(7))
    order = confirmed(desk, line(one, 2))
    now = changed(desk, order, added=[new(two, 3, "mis_ordered")])
    row = at(now, 2)
    assert (row.ordered, row.allocated, row.unit_price, row.net_amount) == (3, 3, 7, 21)
    assert row.original_promise == row.current_promise is not None
    assert (now.net_amount, now.line_count) == (41, 2)


@pytest.mark.slow
def test_a_kit_takes_its_parts_along(desk: Desk) -> None:
    screw, board = desk.item(stock=100), desk.item(stock=100)
    order = confirmed(desk, line(desk.kit((screw, 8), (board, 3), list_price=Decimal(50)), 5))
    now = changed(desk, order, wish(order, 1, quantity="2"))
    assert [row.ordered for row in now.lines.order_by("position")] == [2, 16, 6]
    assert StockLevel.objects.get(product=screw).allocated == 16
    more = changed(desk, now, wish(now, 1, quantity="4"))
    assert [(row.ordered, row.allocated) for row in more.lines.order_by("position")][1:] == [(32, 32), (12, 12)]
    gone = opened(desk, more, wish(more, 1, quantity="0"))
    with pytest.raises(NothingToChange, match="Cancel the order instead"):
        save_change(change_id=gone.pk, actor=desk.csr)


def test_a_price_is_typed_by_whoever_may_and_its_steps_add_up(desk: Desk) -> None:
    item = desk.item(stock=9, list_price=Decimal(10))
    order = confirmed(desk, line(item, 2))
    change = opened(desk, order, wish(order, 1, "price_correction", unit_price="9.50"))
    with pytest.raises(PermissionRefused):
        save_change(change_id=change.pk, actor=desk.csr)
    untouched(order)
    now = changed(desk, order, wish(order, 1, "price_correction", unit_price="9.50"), actor=desk.lead)
    row = at(now, 1)
    assert (row.unit_price, row.net_amount, now.net_amount) == (Decimal("9.50"), 19, 19)
    assert sum(Decimal(str(step["amount"])) for step in row.price_steps) == row.unit_price
    assert row.price_steps[-1]["author"] == desk.lead.name
    changes = EventLine.objects.filter(event__type="order_changed").values_list("field", "before", "after")
    assert [(name, Decimal(old), Decimal(after)) for name, old, after in changes] == [
        ("unit_price", 10, Decimal("9.5"))
    ]


def test_another_date_is_promised_anew_and_the_first_promise_is_kept(desk: Desk) -> None:
    item = desk.item(stock=9)
    order = confirmed(desk, line(item, 2))
    later = clock.today(desk.company.time_zone) + timedelta(days=60)
    now = changed(desk, order, requested_date=later.isoformat())
    assert (now.requested_date, now.original_promise) == (later, order.original_promise)
    assert now.current_promise is not None
    assert order.current_promise is not None
    assert now.current_promise > order.current_promise
    assert at(now, 1).allocated == 0  # outside the horizon nothing is allocated yet
    assert StockLevel.objects.get(product=item).allocated == 0
    assert Promise.objects.get(is_open=True).quantity == 2


def test_another_address_until_the_goods_are_packed(desk: Desk) -> None:
    item = desk.item(stock=9)
    order = confirmed(desk, line(item, 2))
    place = AddressFactory(customer=desk.customer, city="Elsewhere", is_default=False)
    now = changed(desk, order, ship_to_id=place.pk)
    assert now.ship_to_id == place.pk
    pk = at(order, 1).pk
    ledger.post(order.pk, [(pk, "picked", Decimal(2)), (pk, "packed", Decimal(2))])
    back = opened(desk, order, ship_to_id=order.ship_to_id)
    with pytest.raises(ChangeRefused, match="packed"):
        save_change(change_id=back.pk, actor=desk.csr)
    assert Order.objects.get(pk=order.pk).ship_to_id == place.pk


def test_not_fewer_than_are_picked_and_not_another_price_once_invoiced(desk: Desk) -> None:
    item = desk.item(stock=9)
    order = confirmed(desk, line(item, 6))
    pk = at(order, 1).pk
    ledger.post(order.pk, [(pk, "picked", Decimal(4)), (pk, "packed", Decimal(2)), (pk, "shipped", Decimal(0))])
    change = opened(desk, order, wish(order, 1, quantity="3"))
    with pytest.raises(ChangeRefused, match="4 are picked") as refusal:
        save_change(change_id=change.pk, actor=desk.csr)
    assert refusal.value.data["lines"] == [
        {
            "edit": ChangeEdit.objects.get(change=change).pk,
            "position": 1,
            "field": "quantity",
            "message": "4 are picked or shipped already; not fewer than that.",
        }
    ]
    untouched(order)
    OrderLine.objects.filter(pk=pk).update(invoice_ahead=True)
    ledger.post(order.pk, [(pk, "invoiced", Decimal(1))])
    priced = opened(desk, order, wish(order, 1, unit_price="1"), actor=desk.lead)
    with pytest.raises(ChangeRefused, match="invoiced"):
        save_change(change_id=priced.pk, actor=desk.lead)
    assert changed(desk, order, wish(order, 1, quantity="4")).version == order.version + 1


def test_a_date_is_asked_of_the_planners_once_the_slot_is_frozen(desk: Desk) -> None:
    order = confirmed(desk, line(desk.item(stock=9), 2))
    OrderFacts.objects.update_or_create(order=order, defaults={"is_frozen": True})
    change = opened(desk, order, wish(order, 1, "date_change", requested_date="2031-01-01"))
    with pytest.raises(ChangeRefused, match=r"Ask .+ to move it"):
        save_change(change_id=change.pk, actor=desk.csr)
    untouched(order)


def test_a_complete_order_that_would_be_short_is_refused_whole(desk: Desk) -> None:
    item, other = desk.item(stock=5), desk.item(stock=50)
    customer = desk.make_customer(ship_rule="ship_complete_order")
    order = confirmed(desk, line(item, 5), line(other, 5), customer=customer)
    change = opened(desk, order, wish(order, 1, quantity="9"), wish(order, 2, quantity="1"))
    with pytest.raises(ShortStock, match="short by 4"):
        save_change(change_id=change.pk, actor=desk.csr)
    untouched(order)
    assert StockLevel.objects.get(product=other).allocated == 5


def test_every_change_says_why(desk: Desk) -> None:
    order = confirmed(desk, line(desk.item(stock=9), 2))
    change = opened(desk, order, wish(order, 1, "", quantity="1"))
    with pytest.raises(ReasonMissing, match="Say why line 1 changes"):
        save_change(change_id=change.pk, actor=desk.csr)
    untouched(order)


def test_what_is_as_it_was_is_no_change(desk: Desk) -> None:
    order = confirmed(desk, line(desk.item(stock=9, list_price=Decimal("10.50")), 2))
    change = opened(desk, order, wish(order, 1, quantity="2.0", unit_price="10.5000"))
    assert not change.edits.exists()
    with pytest.raises(NothingToChange):
        save_change(change_id=change.pk, actor=desk.csr)


@pytest.mark.parametrize("value", ["-1", "NaN", "two", "1e20"])
def test_a_quantity_is_a_number(desk: Desk, value: str) -> None:
    order = confirmed(desk, line(desk.item(stock=9), 2))
    with pytest.raises(InvalidInput, match="Line 1: The quantity is a number"):
        opened(desk, order, wish(order, 1, quantity=value))
    assert not ChangeEdit.objects.exists()


def test_more_credit_than_there_is_holds_the_changed_order(desk: Desk) -> None:
    item = desk.item(stock=99, list_price=Decimal(10))
    customer = desk.make_customer(credit_limit=Decimal(100))
    order = confirmed(desk, line(item, 8), customer=customer)
    changed(desk, order, wish(order, 1, quantity="12"))
    held = Hold.objects.filter(order=order, status="active").values_list("hold_type__code", flat=True)
    assert list(held) == ["credit_limit"]


def test_a_preview_tells_both_sides_and_leaves_nothing(desk: Desk) -> None:
    item = desk.item(stock=6, list_price=Decimal(10), standard_cost=Decimal(6))
    other = confirmed(desk, line(item, 9))  # lacks three, and waits for them
    order = confirmed(desk, line(desk.item(stock=5, list_price=Decimal(1)), 1), line(item, 1))
    before = {row.pk: (row.quantity, row.allocated) for row in Promise.objects.all()}
    events = Event.objects.count()
    change = opened(desk, order, wish(order, 2, quantity="3"))
    found = preview_change(change_id=change.pk, actor=desk.csr)
    assert (found.before.net_amount, found.after.net_amount) == (11, 31)
    assert found.before.margin_base is not None
    assert found.after.margin_base == found.before.margin_base + 8
    [row] = found.lines
    assert row.before is not None
    assert (row.position, row.before.quantity, row.after.quantity, row.after.net_amount) == (2, 1, 3, 30)
    assert [(wait.order_id, wait.taken, wait.waits_for) for wait in found.waiting] == [(other.pk, 2, 3)]
    assert found.credit is not None
    assert found.credit.after - found.credit.before == 20
    untouched(order)
    assert {row.pk: (row.quantity, row.allocated) for row in Promise.objects.all()} == before
    assert Event.objects.count() == events + 2  # the change was opened, and its hold placed


def test_a_change_that_is_left_alone_runs_out_and_lets_the_order_go(desk: Desk) -> None:
    order = confirmed(desk, line(desk.item(stock=9), 2))
    change = opened(desk, order, wish(order, 1, quantity="1"))
    assert expire_changes(actor=desk.csr) == 0
    ChangeSet.objects.filter(pk=change.pk).update(
        opened_at=clock.now() - timedelta(minutes=40), expires_at=clock.now() - timedelta(minutes=1)
    )
    with pytest.raises(ChangeOver, match="run out"):
        save_change(change_id=change.pk, actor=desk.csr)
    assert expire_changes(actor=Desk().csr) == 0  # another company's
    assert expire_changes(actor=desk.csr) == 1
    change.refresh_from_db()
    assert (change.state, Hold.objects.get(order=order).status) == ("expired", "resolved")
    assert Event.objects.get(type="change_expired").data == {"idle_minutes": 30}
    untouched(order)


def test_a_withdrawn_change_changes_nothing(desk: Desk) -> None:
    order = confirmed(desk, line(desk.item(stock=9), 2))
    change = opened(desk, order, wish(order, 1, quantity="1"))
    with pytest.raises(PermissionRefused):
        withdraw_change(change_id=change.pk, actor=make_actor(desk.company, "csr"))
    withdraw_change(change_id=change.pk, actor=desk.lead)
    assert Hold.objects.get(order=order).status == "resolved"
    untouched(order)
    with pytest.raises(ChangeOver):
        save_change(change_id=change.pk, actor=desk.csr)


def test_only_a_confirmed_order_that_has_not_left_is_changed(desk: Desk) -> None:
    item = desk.item(stock=9)
    with pytest.raises(NotChangeable):
        open_change(order_id=desk.pending(line(item)).pk, actor=desk.csr)
    order = confirmed(desk, line(item, 1))
    change = opened(desk, order, wish(order, 1, quantity="2"))
    cancel_order(order_id=order.pk, reason="no longer", actor=desk.csr)
    with pytest.raises(NotChangeable):
        save_change(change_id=change.pk, actor=desk.csr)
    assert Order.objects.get(pk=order.pk).state == OrderState.CANCELLED


def test_somebody_who_may_not_and_another_company(desk: Desk) -> None:
    order = confirmed(desk, line(desk.item(stock=9), 2))
    with pytest.raises(PermissionRefused):
        open_change(order_id=order.pk, actor=make_actor(desk.company, "warehouse"))
    change = open_change(order_id=order.pk, actor=desk.csr)
    stranger = Desk()
    with pytest.raises(NotFound):
        open_change(order_id=order.pk, actor=stranger.csr)
    for call in (
        lambda: write_change(change_id=change.pk, wishes=Wishes(), actor=stranger.csr),
        lambda: save_change(change_id=change.pk, actor=stranger.csr),
        lambda: preview_change(change_id=change.pk, actor=stranger.csr),
        lambda: withdraw_change(change_id=change.pk, actor=stranger.csr),
    ):
        with pytest.raises(NotFound):
            call()
    foreign = confirmed(stranger, line(stranger.item(stock=3), 2))
    with pytest.raises(NotFound):
        write_change(
            change_id=change.pk,
            wishes=Wishes(lines=[LineWish(line_id=at(foreign, 1).pk, fields={"quantity": "1"})]),
            actor=desk.csr,
        )
    with pytest.raises(NotFound):
        opened(desk, order, ship_to_id=foreign.ship_to_id)


def test_the_timeline_says_what_changed_and_why(desk: Desk) -> None:
    order = confirmed(desk, line(desk.item(stock=9), 2), line(desk.item(stock=9), 2))
    changed(desk, order, wish(order, 1, "our_error", quantity="1"), wish(order, 2, "mis_ordered", quantity="0"))
    said = [hop.sentence for hop in hops(order, desk.csr)]
    assert "Changed: line 1: 2 → 1 pc; line 2 cancelled (our error, mis-ordered)" in said


def test_statements_do_not_grow_with_the_lines(desk: Desk, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    items = [desk.item(stock=50) for _ in range(12)]
    order = confirmed(desk, *[line(item, 5) for item in items])
    change = opened(desk, order, *[wish(order, n, quantity="6" if n % 2 else "3") for n in range(1, 13)])
    with django_assert_max_num_queries(75):
        save_change(change_id=change.pk, actor=desk.csr)

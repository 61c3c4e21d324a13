"""Promising an order to the customer, and taking it back."""

from decimal import Decimal

import pytest
from django.core.files.storage import storages
from pypdf import PdfReader

from omc.lib.errors import IllegalTransition, InvalidInput, PermissionRefused
from orders.core import outbox
from orders.core.models import Event, Message, Order, OrderLine
from orders.core.selectors.holds import HoldBlocks
from orders.core.services.facts import publish_customer_facts
from orders.core.services.holds import place_hold, resolve_hold
from orders.entry.services import cancel_order, confirm_order, return_to_draft
from orders.entry.services.checks import CreditExceeded
from planning.models import Promise, StockLevel
from planning.services import ShortStock
from tests.factories import make_actor
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def events(order: Order) -> list[str]:
    return list(Event.objects.filter(order=order).order_by("pk").values_list("type", flat=True))


def test_confirming_promises_every_line_and_takes_stock_that_is_due(desk: Desk) -> None:
    item = desk.item(stock=20)
    order = desk.pending(line(item, 15))
    confirm_order(order_id=order.pk, actor=desk.csr)
    stored = Order.objects.get(pk=order.pk)
    found = stored.lines.get()
    assert (stored.state, stored.stage) == ("confirmed", 5)
    assert (found.allocated, StockLevel.objects.get(product=item).allocated) == (Decimal(15), Decimal(15))
    assert found.original_promise == found.current_promise == stored.original_promise == stored.current_promise
    assert stored.current_promise is not None
    assert stored.confirmed_at is not None
    assert events(order) == ["order_submitted", "order_confirmed"]
    fact = Event.objects.get(order=order, type="order_confirmed").data
    assert (fact["goods_lines"], fact["promise"]) == (1, stored.current_promise.isoformat())


def test_short_stock_is_refused_by_line_where_the_customer_wants_all_at_once(desk: Desk) -> None:
    item, plenty = desk.item(sku="SHORT", stock=4), desk.item(stock=100)
    customer = desk.make_customer(ship_rule="ship_complete_order")
    order = desk.pending(line(plenty, 1), line(item, 3), line(item, 3), customer=customer)
    with pytest.raises(ShortStock) as refusal:
        confirm_order(order_id=order.pk, actor=desk.csr)
    assert refusal.value.code == "short_stock"
    assert [row["sku"] for row in refusal.value.data["lines"]] == ["SHORT"]
    assert sum(Decimal(row["short_by"]) for row in refusal.value.data["lines"]) == 2
    assert Order.objects.get(pk=order.pk).state == "pending"
    assert not Promise.objects.exists()
    assert not OrderLine.objects.exclude(allocated=0, original_promise=None).exists()
    assert events(order) == ["order_submitted"]


def test_a_hold_stops_the_confirmation_until_it_is_lifted(desk: Desk) -> None:
    order = desk.pending(line(desk.item(stock=5)))
    hold = place_hold(order_id=order.pk, code="manual", reason="ask first", actor=desk.csr)
    with pytest.raises(HoldBlocks) as refusal:
        confirm_order(order_id=order.pk, actor=desk.csr)
    assert (refusal.value.code, refusal.value.data["hold_code"]) == ("hold_blocks", "manual")
    assert not Promise.objects.exists()
    resolve_hold(hold_id=hold.pk, resolution="asked", actor=desk.lead)
    assert confirm_order(order_id=order.pk, actor=desk.csr).state == "confirmed"


def test_credit_that_went_since_the_submit_stops_the_confirmation_unless_it_was_approved(desk: Desk) -> None:
    item = desk.item(list_price=Decimal(10), stock=100)
    customer = desk.make_customer(credit_limit=Decimal(100))
    order = desk.pending(line(item, 10), customer=customer)
    publish_customer_facts("receivable", "test", {customer.pk: {"open_receivable_base": Decimal(1)}})
    with pytest.raises(CreditExceeded):
        confirm_order(order_id=order.pk, actor=desk.csr)
    approved = desk.pending(line(item, 10), customer=customer)
    resolve_hold(hold_id=approved.holds.get().pk, resolution="good for it", actor=make_actor(desk.company, "credit"))
    assert confirm_order(order_id=approved.pk, actor=desk.csr).state == "confirmed"


def test_an_order_without_goods_is_delivered_at_once(desk: Desk) -> None:
    order = desk.pending(line(desk.item(kind="service", list_price=Decimal(90))))
    assert confirm_order(order_id=order.pk, actor=desk.csr).state == "delivered"
    assert events(order) == ["order_submitted", "order_confirmed", "order_delivered"]
    assert Event.objects.get(order=order, type="order_confirmed").data["goods_lines"] == 0


def test_a_kit_is_promised_by_its_components(desk: Desk) -> None:
    screw, board = desk.item(stock=100), desk.item(stock=100)
    order = desk.pending(line(desk.kit((screw, 8), (board, 3)), 2))
    confirm_order(order_id=order.pk, actor=desk.csr)
    kit, screws, boards = order.lines.order_by("position")
    assert (kit.allocated, screws.allocated, boards.allocated) == (0, 16, 6)
    assert kit.current_promise == max(screws.current_promise, boards.current_promise)


def test_confirming_needs_the_right_and_a_submitted_order(desk: Desk) -> None:
    draft, order = desk.draft(line(desk.item())), desk.pending(line(desk.item(stock=1)))
    with pytest.raises(IllegalTransition):
        confirm_order(order_id=draft.pk, actor=desk.csr)
    with pytest.raises(PermissionRefused):
        confirm_order(order_id=order.pk, actor=make_actor(desk.company, "warehouse"))
    with pytest.raises(Exception, match="There is no order"):
        confirm_order(order_id=order.pk, actor=Desk().csr)


def test_the_customer_is_told_once_with_the_order_attached(desk: Desk) -> None:
    item = desk.item(sku="BOLT", stock=5)
    order = desk.pending(line(item, 2), customer_po="PO-9")
    confirm_order(order_id=order.pk, actor=desk.csr)
    outbox.drain("entry.acknowledge")
    outbox.drain("entry.acknowledge")
    message = Message.objects.get(order=order)
    assert (message.recipient, message.subject) == (order.contact.email, f"Order {order.number} confirmed")
    with storages["default"].open(message.attachments.get().file.name) as file:
        text = PdfReader(file).pages[0].extract_text()
    assert str(order.number) in text
    assert "BOLT" in text
    assert "PO-9" in text


def test_cancelling_frees_the_stock_and_is_final(desk: Desk) -> None:
    item = desk.item(stock=20)
    order = desk.pending(line(item, 15), line(desk.item(kind="service")))
    confirm_order(order_id=order.pk, actor=desk.csr)
    with pytest.raises(InvalidInput):
        cancel_order(order_id=order.pk, reason=" ", actor=desk.csr)
    cancel_order(order_id=order.pk, reason="customer changed their mind", actor=desk.csr)
    assert [(row.cancelled, row.allocated) for row in order.lines.order_by("position")] == [(15, 0), (1, 0)]
    assert StockLevel.objects.get(product=item).allocated == 0
    assert not Promise.objects.filter(is_open=True).exists()
    assert Order.objects.get(pk=order.pk).stage is None
    with pytest.raises(IllegalTransition):
        confirm_order(order_id=order.pk, actor=desk.csr)


def test_a_submitted_order_is_cancelled_without_stock(desk: Desk) -> None:
    order = desk.pending(line(desk.item(), 3))
    assert cancel_order(order_id=order.pk, reason="double", actor=desk.csr).state == "cancelled"
    fact = Event.objects.get(order=order, type="order_cancelled").data
    assert fact == {"reason": "double", "cancelled_units": "3"}


def test_what_is_confirmed_does_not_go_back_to_draft(desk: Desk) -> None:
    order = desk.pending(line(desk.item(stock=1)))
    assert return_to_draft(order_id=order.pk, reason="price", actor=desk.csr).state == "draft"
    confirmed = desk.pending(line(desk.item(stock=1)))
    confirm_order(order_id=confirmed.pk, actor=desk.csr)
    with pytest.raises(IllegalTransition):
        return_to_draft(order_id=confirmed.pk, reason="price", actor=desk.csr)


@pytest.mark.slow
def test_statements_do_not_grow_with_the_lines(desk: Desk, django_assert_max_num_queries) -> None:
    items = [desk.item(stock=5) for _ in range(30)]
    small, large = desk.pending(line(items[0])), desk.pending(*[line(item) for item in items])
    with django_assert_max_num_queries(32):
        confirm_order(order_id=small.pk, actor=desk.csr)
    with django_assert_max_num_queries(32):
        confirm_order(order_id=large.pk, actor=desk.csr)

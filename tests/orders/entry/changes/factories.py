"""What tests of change orders start from: a confirmed order, and what somebody wants of it."""

from decimal import Decimal
from typing import Any

from orders.core.inputs import LineInput
from orders.core.models import Order, OrderLine
from orders.entry.changes.models import ChangeSet
from orders.entry.changes.services import AddedWish, LineWish, Wishes, open_change, save_change, write_change
from orders.entry.services import confirm_order
from tests.orders.entry.factories import Desk


def confirmed(desk: Desk, *lines: LineInput, **header: Any) -> Order:
    order = desk.pending(*lines, **header)
    return confirm_order(order_id=order.pk, actor=desk.csr)


def at(order: Order, position: int) -> OrderLine:
    return OrderLine.objects.get(order=order, position=position)


def wish(order: Order, position: int, reason: str = "changed_mind", **fields: Any) -> LineWish:
    return LineWish(line_id=at(order, position).pk, fields=fields, reason=reason)


def opened(desk: Desk, order: Order, *lines: LineWish, added: Any = (), actor: Any = None, **header: Any) -> ChangeSet:
    """A change with its wishes, not saved yet."""
    actor = actor or desk.csr
    change = open_change(order_id=order.pk, actor=actor)
    wishes = Wishes(lines=lines, added=added, order=header, order_reason="date_change" if header else "")
    return write_change(change_id=change.pk, wishes=wishes, actor=actor)


def changed(desk: Desk, order: Order, *lines: LineWish, actor: Any = None, **rest: Any) -> Order:
    change = opened(desk, order, *lines, actor=actor, **rest)
    save_change(change_id=change.pk, actor=actor or desk.csr)
    return Order.objects.get(pk=order.pk)


def new(product: Any, quantity: Any, reason: str = "changed_mind", **fields: Any) -> AddedWish:
    return AddedWish(line=LineInput(product_id=product.pk, quantity=Decimal(str(quantity)), **fields), reason=reason)

from collections.abc import Mapping
from datetime import date

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.service import verb
from orders.core import ledger, lifecycle, progress
from orders.core.models import LineKind, Order, OrderState, Supply
from orders.core.selectors.holds import refuse_if_held
from orders.entry.events import OrderConfirmed
from orders.entry.services.checks import refuse_without_credit
from orders.entry.services.submit_order import lines_of, lock_customer
from orders.pricing.guidelines.services import refuse_unapproved_order
from planning.services import promise_order


@verb(events=(OrderConfirmed,))
def confirm_order(*, order_id: int, actor: Actor, version: int | None = None) -> Order:
    """Promise a submitted order to the customer: dates for every line, stock where the ship date is near.

    Prices stand from here on as they were submitted. An order without goods is delivered at once.

    Raises: HoldBlocks, CreditExceeded, DiscountNotApproved, StaleVersion,
        ShortStock naming each short line where the ship rule forbids backorders,
        IllegalTransition
    Events: order_confirmed, and order_backordered (planning) where stock is short
    """
    require(actor, "entry.confirm_order")
    customer = lock_customer(order_id, actor)
    order = lifecycle.lock(order_id, actor, version=version)
    lifecycle.MACHINE.check(order, OrderState.CONFIRMED)
    refuse_if_held(order, "confirm")
    refuse_without_credit(order, customer)
    lines = lines_of(order)
    refuse_unapproved_order(order, lines)
    goods = [line for line in lines if line.kind in (LineKind.GOODS, LineKind.COMPONENT)]
    dates: Mapping[int, date] = {}
    if goods:
        promised = promise_order(order=order, lines=goods, actor=actor)
        dates = promised.promise_dates
        ledger.post(order.pk, promised.moves, promised=dates)
    promise, at = max(dates.values(), default=order.requested_date), clock.now()
    shipping = [line for line in lines if line.kind in (LineKind.GOODS, LineKind.KIT)]
    ships, theirs = len(shipping), sum(line.supply == Supply.DROP_SHIP for line in shipping)
    lifecycle.advance(
        order,
        OrderState.CONFIRMED,
        OrderConfirmed(
            goods_lines=ships,
            lines=order.line_count,
            net_base=order.net_base,
            promise=promise,
            supplier_lines=theirs,
        ),
        actor=actor,
        stamp={"original_promise": promise, "current_promise": promise, "confirmed_at": at, "updated_at": at},
    )
    if not ships:
        progress.follow(order, actor=actor)
    return order

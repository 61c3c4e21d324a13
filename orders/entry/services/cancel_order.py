"""Nothing of it, or nothing more of it."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.money import ZERO
from omc.lib.service import verb
from orders.core import ledger, lifecycle, progress
from orders.core.eventlog import record
from orders.core.models import LineKind, Order, OrderLine, OrderState, Supply
from orders.entry.events import OrderCancelled, RestCancelled
from orders.entry.rules import kits_begun
from orders.pricing.agreements.plan_events import ReleaseGivenBack, ReleaseSkipped
from orders.pricing.agreements.services import give_back_releases
from orders.pricing.events import QuoteGivenBack
from orders.pricing.services import give_back
from planning.services import release_promises

SHIPS = (LineKind.GOODS, LineKind.KIT)
STOCKED = (LineKind.GOODS, LineKind.COMPONENT)


class NothingToCancel(DomainError):
    """There is no rest, or the rest is the whole order."""

    code = "nothing_to_cancel"


@verb(events=(OrderCancelled, QuoteGivenBack, ReleaseGivenBack, ReleaseSkipped))
def cancel_order(*, order_id: int, reason: str, actor: Actor) -> Order:
    """Cancel a whole order of which nothing is picked; what it held of stock is free again. Final.

    Raises: IllegalTransition, also once goods are picked; InvalidInput without a reason
    Events: order_cancelled, and quote_given_back or release_given_back where it came of one
    """
    require(actor, "entry.cancel_order")
    order = lifecycle.lock(order_id, actor)
    lifecycle.MACHINE.check(order, OrderState.CANCELLED)
    said = _said(reason)
    lines = ledger.open_lines(order.pk)
    moves = (
        [] if order.state == OrderState.PENDING else release_promises(order=order, line_quantities=None, actor=actor)
    )
    ledger.post(order.pk, [*moves, *((line.pk, "cancelled", line.ordered - line.cancelled) for line in lines)])
    units = sum((line.ordered - line.cancelled for line in lines if line.kind in SHIPS), ZERO)
    order.closed_at = order.updated_at = clock.now()
    order.save(update_fields=["closed_at", "updated_at"])
    lifecycle.advance(order, OrderState.CANCELLED, OrderCancelled(reason=said, cancelled_units=units), actor=actor)
    give_back(order_ids=[order.pk], actor=actor)
    give_back_releases([order.pk], actor)
    return order


@verb(events=(RestCancelled,))
def cancel_rest(*, order_id: int, reason: str, actor: Actor) -> Order:
    """Cancel what is neither shipped nor picked of an order that is partly done; the rest of its way goes on.

    Of a kit that is begun, the components that it still lacks stay wanted.

    Raises: NothingToCancel, InvalidInput without a reason
    Events: rest_cancelled, and order_shipped where nothing is left to ship
    """
    require(actor, "entry.cancel_order")
    order = lifecycle.lock(order_id, actor)
    said = _said(reason)
    if order.state not in (OrderState.CONFIRMED, OrderState.RELEASED, OrderState.IN_FULFILLMENT):
        raise NothingToCancel(f"{order} is {order.get_state_display().lower()}; it has no rest.", state=order.state)
    lines = ledger.open_lines(order.pk)
    rest = rest_of(lines)
    ships = [line for line in lines if line.kind in SHIPS]
    units = sum((rest.get(line.pk, ZERO) for line in ships), ZERO)
    if not units:
        raise NothingToCancel(f"Everything of {order} is picked or shipped; there is no rest to cancel.")
    if all(line.ordered - line.cancelled == rest.get(line.pk, ZERO) for line in ships):
        raise NothingToCancel(f"Nothing of {order} is picked or shipped yet. Cancel the order instead.")
    stocked = [line for line in lines if line.kind in STOCKED]
    moves = release_promises(
        order=order,
        line_quantities={line.pk: rest[line.pk] for line in stocked if rest.get(line.pk)},
        actor=actor,
    )
    ledger.post(order.pk, [*moves, *((line_id, "cancelled", quantity) for line_id, quantity in rest.items())])
    left = {line.pk: line.ordered - line.cancelled - rest.get(line.pk, ZERO) - line.picked for line in stocked}
    to_pick = sum(left.values(), ZERO)
    ours = sum((left[line.pk] for line in stocked if line.supply != Supply.DROP_SHIP), ZERO)
    order.version += 1
    order.updated_at = clock.now()
    order.save(update_fields=["version", "updated_at"])
    record(
        order,
        RestCancelled(reason=said, cancelled_units=units, open_units=to_pick, unreleased_units=ours),
        actor=actor,
    )
    progress.follow(order, actor=actor)
    return order


def rest_of(lines: Sequence[OrderLine]) -> dict[int, Decimal]:
    """What may be cancelled of each line: all that is not picked, whole kits with their components.

    Units: stock unit. Services and charges are no rest: they stay wanted.
    """
    rest = {
        line.pk: line.ordered - line.cancelled - line.picked
        for line in lines
        if line.kind == LineKind.GOODS and line.ordered - line.cancelled > line.picked
    }
    components: dict[int, list[OrderLine]] = defaultdict(list)
    for line in lines:
        if line.parent_id:
            components[line.parent_id].append(line)
    for kit in lines:
        if kit.kind != LineKind.KIT or kit.ordered <= kit.cancelled:
            continue
        per_kit = {part.pk: part.ordered / kit.ordered for part in components[kit.pk]}
        keep = max(kits_begun(per_kit, {part.pk: part.picked for part in components[kit.pk]}), kit.picked)
        if kit.ordered - kit.cancelled <= keep:
            continue
        rest[kit.pk] = kit.ordered - kit.cancelled - keep
        rest |= {part.pk: part.ordered - part.cancelled - keep * per_kit[part.pk] for part in components[kit.pk]}
    return rest


def _said(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput("Say why it is cancelled.", field="reason")
    return reason.strip()[:200]

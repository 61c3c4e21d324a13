"""Ask for a return, authorize it, say no to it, or give it up."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.money import plain, round_amount
from omc.lib.service import verb
from orders.core import eventlog, lifecycle, numbers, progress
from orders.core.events import OrderReopened
from orders.core.models import Customer, Order, OrderState, Supplier
from orders.core.services.search import Findable, index
from returns.claims import rules
from returns.claims.events import ReturnAuthorized, ReturnCancelled, ReturnRejected, ReturnRequested
from returns.claims.models import Return, ReturnLine, ReturnReason, ReturnState
from returns.claims.selectors import Returnable, return_warehouses, returnable_lines, senders_of
from returns.claims.services.locking import ReturnRefused, lock_return, publish_open_claims


@dataclass(frozen=True, kw_only=True)
class ReturnInput:
    """So much of an order line is to come back, and why. Units: the item's stock unit."""

    order_line_id: int
    quantity: Decimal
    reason: str


@verb(events=(ReturnRequested, OrderReopened))
def request_return(*, order_id: int, lines: Sequence[ReturnInput], actor: Actor, note: str = "") -> Return:
    """Ask for goods of an order to come back; a closed order is open again from now on.

    Raises: ReturnRefused naming the line of which less may come back, InvalidInput, NotFound
    Events: return_requested, order_reopened
    """
    require(actor, "claims.request_return")
    order = lifecycle.lock(order_id, actor)
    asked = _checked(order, lines)
    warehouse = order.warehouse or return_warehouses(actor).first()
    document = Return(
        company_id=order.company_id,
        number=numbers.next_number(order.company_id, "return"),
        customer_id=order.customer_id,
        order=order,
        warehouse=warehouse,
        currency=order.currency,
        note=note.strip()[:300],
        created_at=clock.now(),
    )
    rows = [_line(document, position, found, wanted) for position, (found, wanted) in enumerate(asked, start=1)]
    document.net_amount = sum((row.net_amount for row in rows), Decimal(0))
    document.net_base = sum((row.net_base for row in rows), Decimal(0))
    document.save(force_insert=True)
    ReturnLine.objects.bulk_create(rows)
    if order.state == OrderState.CLOSED:
        reopened = OrderReopened(reason=f"return {document.number} requested")
        lifecycle.advance(order, OrderState.DELIVERED, reopened, actor=actor, stamp={"closed_at": None})
    eventlog.record(
        document,
        ReturnRequested(
            number=document.number,
            units=sum((row.quantity for row in rows), Decimal(0)),
            lines=len(rows),
            reasons=tuple(sorted({row.reason for row in rows})),
        ),
        actor=actor,
        to_state=ReturnState.REQUESTED,
    )
    index(order.company_id, [findable(document, order.customer, order)])
    publish_open_claims(document)
    return document


def findable(document: Return, customer: Customer, order: Order | None) -> Findable:
    """How search finds a return."""
    return Findable(
        kind="return",
        object_id=document.pk,
        title=document.number,
        url=reverse("claims:return", args=[document.pk]),
        words=[(order.number or "") if order else "", customer.name, customer.code],
        permission="claims.view_return",
    )


@verb(events=(ReturnAuthorized,))
def authorize_return(
    *, return_id: int, actor: Actor, warehouse_id: int | None = None, supplier_id: int | None = None
) -> Return:
    """Let the goods come back, to the warehouse of the order or to another one; or to the ``supplier_id`` that sent them.

    Raises: ReturnRefused, IllegalTransition, NotFound
    Events: return_authorized
    """
    require(actor, "claims.authorize_return")
    locked = lock_return(return_id, actor)
    document = locked.document
    if supplier_id is not None:
        document.warehouse, document.supplier = None, _sender(document, supplier_id)
    elif warehouse_id is not None:
        document.warehouse = return_warehouses(actor).filter(pk=warehouse_id).first()
    place = document.supplier or document.warehouse
    if place is None:
        raise ReturnRefused("Say to which warehouse the goods come back.", field="warehouse_id")
    left = {row.line.pk: row for row in returnable_lines(locked.order, but_not=document.pk)}
    for line in locked.lines.values():
        _refuse_too_much(left.get(line.order_line_id or 0), line.quantity)
    units = sum((line.quantity for line in locked.lines.values()), Decimal(0))
    event = ReturnAuthorized(number=document.number, units=units, warehouse=str(place))
    stamp = {"warehouse_id": document.warehouse_id, "supplier_id": document.supplier_id}
    locked.move(ReturnState.AUTHORIZED, event, actor, **stamp)
    return document


def _sender(document: Return, supplier_id: int) -> Supplier:
    """Raises: ReturnRefused for a supplier that did not send all of it to the customer"""
    found = next((sender for sender in senders_of(document) if sender.pk == supplier_id), None)
    if found is None:
        raise ReturnRefused(
            "Only what a supplier sent to the customer goes back to that supplier.", field="supplier_id"
        )
    return found


@verb(events=(ReturnRejected,))
def reject_return(*, return_id: int, reason: str, actor: Actor) -> Return:
    """Say no to a return.

    Raises: InvalidInput without a reason, IllegalTransition, NotFound
    Events: return_rejected
    """
    require(actor, "claims.authorize_return")
    return _end(return_id, ReturnState.REJECTED, ReturnRejected, reason, actor)


@verb(events=(ReturnCancelled,))
def cancel_return(*, return_id: int, reason: str, actor: Actor) -> Return:
    """Give up a return of which nothing has arrived.

    Raises: InvalidInput without a reason, IllegalTransition, NotFound
    Events: return_cancelled
    """
    require(actor, "claims.request_return")
    return _end(return_id, ReturnState.CANCELLED, ReturnCancelled, reason, actor)


def _end(
    return_id: int, to: str, event: type[ReturnRejected] | type[ReturnCancelled], reason: str, actor: Actor
) -> Return:
    if not reason.strip():
        raise InvalidInput("Say why.", field="reason")
    locked = lock_return(return_id, actor)
    locked.move(to, event(number=locked.document.number, reason=reason.strip()[:300]), actor)
    publish_open_claims(locked.document)
    progress.follow(locked.order, actor=actor)
    return locked.document


def _checked(order: Order, lines: Sequence[ReturnInput]) -> list[tuple[Returnable, ReturnInput]]:
    """What was asked for beside what may come back, each line once."""
    if not lines:
        raise InvalidInput("Say what is to come back.", field="lines")
    known = {row.line.pk: row for row in returnable_lines(order)}
    seen: set[int] = set()
    for wanted in lines:
        if wanted.order_line_id not in known:
            raise NotFound(f"{order} has no line {wanted.order_line_id} of goods.", line_id=wanted.order_line_id)
        if wanted.order_line_id in seen:
            raise InvalidInput("A line is asked for twice.", field="lines")
        if wanted.reason not in ReturnReason.values or wanted.reason == ReturnReason.UNKNOWN:
            raise InvalidInput("Say why it comes back.", field="reason")
        if wanted.quantity <= 0:
            raise InvalidInput("A quantity to come back is more than 0.", field="quantity")
        _refuse_too_much(known[wanted.order_line_id], wanted.quantity)
        seen.add(wanted.order_line_id)
    return [(known[wanted.order_line_id], wanted) for wanted in lines]


def _refuse_too_much(found: Returnable | None, quantity: Decimal) -> None:
    left = found.quantity if found else Decimal(0)
    if quantity > left:
        position = found.line.position if found else 0
        sku = str(found.line.product or found.line.description) if found else ""
        raise ReturnRefused(
            f"Line {position} ({sku}): {plain(quantity)} asked for, but only {plain(left)} can still come back.",
            field=f"quantity_{found.line.pk}" if found else None,
            position=position,
            sku=sku,
            wanted=plain(quantity),
            returnable=plain(left),
        )


def _line(document: Return, position: int, found: Returnable, wanted: ReturnInput) -> ReturnLine:
    """A return line with the price of the order line; the credit note takes the invoice's."""
    sold, quantity = found.line, wanted.quantity

    def part(amount: Decimal) -> Decimal:
        return rules.share_of(amount, ordered=sold.ordered, quantity=quantity)

    return ReturnLine(
        return_order=document,
        position=position,
        order_line=sold,
        kind=sold.kind,
        product_id=sold.product_id,
        description=sold.description,
        unit=sold.unit,
        unit_factor=sold.unit_factor,
        typed_quantity=quantity,
        quantity=quantity,
        unit_price=sold.unit_price,
        list_price=sold.list_price,
        net_amount=part(sold.net_amount),
        net_base=part(sold.net_base),
        unit_cost=sold.unit_cost,
        cost_base=None if sold.unit_cost is None else round_amount(sold.unit_cost * quantity),
        tax_code=sold.tax_code,
        tax_rate=sold.tax_rate,
        tax_amount=part(sold.tax_amount),
        reason=wanted.reason,
        caused_by_stage=rules.likely_stage(wanted.reason),
    )

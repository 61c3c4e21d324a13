"""Goods come back, and somebody looks at them."""

from collections.abc import Mapping
from decimal import Decimal

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.money import QUANTITY_STEP, plain
from omc.lib.service import verb
from orders.core import ledger
from planning import services as planning
from returns.claims import rules
from returns.claims.events import ReturnInspected, ReturnReceived
from returns.claims.machines import RETURN
from returns.claims.models import Return, ReturnLine, ReturnState
from returns.claims.selectors import costs_of_sent, stock_shares
from returns.claims.services.locking import Locked, ReturnRefused, lock_return


@verb(events=(ReturnReceived,))
def receive_return(*, return_id: int, received: Mapping[int, Decimal], actor: Actor) -> Return:
    """Book what arrived, by return line; the rest may come in further parcels. It is not for sale until inspected.

    What a supplier had sent enters our stock at what we paid; what goes back to the supplier enters no stock.

    Raises: ReturnRefused when more came than was authorized, IllegalTransition, NotFound
    Events: return_received
    """
    require(actor, "claims.receive_return")
    locked = lock_return(return_id, actor)
    document = locked.document
    RETURN.check(document, ReturnState.RECEIVED)
    came = {line_id: quantity for line_id, quantity in received.items() if quantity}
    if not came:
        raise InvalidInput("Say how much arrived.", field="received")
    for line_id, quantity in came.items():
        line = locked.line(line_id)
        if quantity < 0 or line.received + quantity > line.quantity:
            raise ReturnRefused(
                f"Line {line.position}: {plain(line.quantity - line.received)} still to come, not {plain(quantity)}.",
                field=f"received_{line_id}",
                position=line.position,
            )
        line.received += quantity
    ledger.post(locked.order.pk, [(_sold(locked, line_id), "returned", came[line_id]) for line_id in came])
    stocked = [] if document.supplier_id else _stocked(locked, came)
    paid = costs_of_sent([line_id for _product_id, line_id, _quantity in stocked])
    for product_id, line_id, quantity in stocked:
        planning.put_back(
            product_id=product_id,
            warehouse_id=_warehouse(locked),
            quantity=quantity,
            order_line_id=line_id,
            unit_cost=paid.get(line_id),
            reference=document.number,
            actor=actor,
        )
    ReturnLine.objects.bulk_update([locked.lines[line_id] for line_id in came], ["received"])
    missing = sum((line.quantity - line.received for line in locked.lines.values()), Decimal(0))
    event = ReturnReceived(number=document.number, units=sum(came.values(), Decimal(0)), missing_units=missing)
    locked.move(ReturnState.RECEIVED, event, actor, received_at=clock.now())
    return document


@verb(events=(ReturnInspected,))
def inspect_return(*, return_id: int, outcome: Mapping[int, tuple[Decimal, str]], actor: Actor) -> Return:
    """Say for each line how much is accepted and what becomes of it; the rest of it goes back to the customer.

    ``outcome`` is (accepted, disposition) by return line. What the customer keeps needs no arrival.

    Raises: ReturnRefused naming the line, IllegalTransition, NotFound
    Events: return_inspected
    """
    require(actor, "claims.inspect_return")
    locked = lock_return(return_id, actor)
    RETURN.check(locked.document, ReturnState.INSPECTED)
    results = _results(locked, outcome)
    sent_back = {line_id: result.send_back for line_id, result in results.items() if result.send_back}
    ledger.post(locked.order.pk, [(_sold(locked, line_id), "returned", -sent_back[line_id]) for line_id in sent_back])
    _settle_stock(locked, results, actor)
    for line_id in results:
        locked.lines[line_id].accepted, locked.lines[line_id].disposition = outcome[line_id]
    ReturnLine.objects.bulk_update([locked.lines[line_id] for line_id in results], ["accepted", "disposition"])
    event = ReturnInspected(
        number=locked.document.number,
        accepted_units=sum((result.credit for result in results.values()), Decimal(0)),
        restock_units=sum((result.restock for result in results.values()), Decimal(0)),
        scrap_units=sum((result.scrap for result in results.values()), Decimal(0)),
        send_back_units=sum(sent_back.values(), Decimal(0)),
        supplier_units=sum((result.to_supplier for result in results.values()), Decimal(0)),
    )
    locked.move(ReturnState.INSPECTED, event, actor)
    return locked.document


def _results(locked: Locked, outcome: Mapping[int, tuple[Decimal, str]]) -> dict[int, rules.Inspected]:
    """What each inspected line means; every line that came must be among them."""
    results = {}
    for line_id, (accepted, disposition) in outcome.items():
        line = locked.line(line_id)
        try:
            if not line.received and disposition != "keep":
                raise ValueError("nothing of it came back; leave it out.")
            results[line_id] = rules.inspected(
                quantity=line.quantity,
                received=line.received,
                accepted=accepted,
                disposition=disposition,
                at_supplier=locked.document.supplier_id is not None,
            )
        except ValueError as no:
            raise ReturnRefused(
                f"Line {line.position}: {no}", field=f"accepted_{line_id}", position=line.position
            ) from no
    for line_id, line in locked.lines.items():
        if line.received and line_id not in results:
            raise ReturnRefused(
                f"Line {line.position}: say what becomes of it.", field=f"accepted_{line_id}", position=line.position
            )
    if not results:
        raise ReturnRefused("Nothing has come back yet, and the customer keeps nothing.")
    return results


def _settle_stock(locked: Locked, results: Mapping[int, rules.Inspected], actor: Actor) -> None:
    """Restocked goods are for sale again; scrapped ones, and those that are sent on, leave the warehouse."""
    if locked.document.supplier_id:
        return
    restock = _stocked(locked, {line_id: result.restock for line_id, result in results.items()})
    scrap = _stocked(locked, {line_id: result.scrap for line_id, result in results.items()})
    gone = {line_id: result.send_back + result.to_supplier for line_id, result in results.items()}
    sent_on = _stocked(locked, gone)
    levels: dict[int, list[Decimal]] = {}
    for place, rows in enumerate((restock, scrap, sent_on)):
        for product_id, _line_id, quantity in rows:
            levels.setdefault(product_id, [Decimal(0)] * 3)[place] += quantity
    for product_id, (restocked, scrapped, sent) in sorted(levels.items()):
        planning.settle_returned(
            product_id=product_id,
            warehouse_id=_warehouse(locked),
            restock=restocked,
            scrap=scrapped + sent,
            reference=locked.document.number,
            actor=actor,
        )


def _stocked(locked: Locked, quantities: Mapping[int, Decimal]) -> list[tuple[int, int, Decimal]]:
    """(item, order line, quantity) of the stock behind these return lines, by item: locks are taken in this order."""
    sold = {line_id: locked.lines[line_id].order_line for line_id, quantity in quantities.items() if quantity}
    shares = stock_shares([line for line in sold.values() if line is not None])
    rows = [
        (part.product_id, part.pk, (quantities[line_id] * per_unit).quantize(QUANTITY_STEP))
        for line_id, line in sold.items()
        if line is not None
        for part, per_unit in shares.get(line.pk, [])
        if part.product_id is not None
    ]
    return sorted(rows)


def _warehouse(locked: Locked) -> int:
    if locked.document.warehouse_id is None:
        raise ReturnRefused("Say to which warehouse the goods come back.")
    return locked.document.warehouse_id


def _sold(locked: Locked, line_id: int) -> int:
    """The order line behind a return line."""
    sold = locked.lines[line_id].order_line_id
    if sold is None:
        raise ReturnRefused(f"Line {locked.lines[line_id].position} came without its order line.")
    return sold

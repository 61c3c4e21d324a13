"""The customer gets the money, and the return ends."""

from decimal import Decimal

from billing import services as billing
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.service import verb
from orders.core import progress
from returns.claims.events import ReturnClosed, ReturnSettled
from returns.claims.machines import RETURN
from returns.claims.models import Return, ReturnState
from returns.claims.services.locking import lock_return, publish_open_claims


@verb(events=(ReturnSettled,))
def settle_return(*, return_id: int, actor: Actor) -> Return:
    """Credit what was accepted, at the price of its invoice. Without anything accepted there is no credit note.

    Raises: CreditRefused naming the line of which less was invoiced, IllegalTransition, NotFound
    Events: return_settled, credit_note_posted
    """
    require(actor, "claims.settle_return")
    customer_id = Return.objects.filter(pk=return_id, company_id=actor.company_id).values_list("customer_id", flat=True)
    if customer_id:
        billing.lock_customer(customer_id[0], actor)  # what it owes changes: before the order's lock
    locked = lock_return(return_id, actor)
    document = locked.document
    RETURN.check(document, ReturnState.SETTLED)
    credit = [
        (line.order_line_id, line.accepted)
        for line in locked.lines.values()
        if line.accepted and line.order_line_id is not None
    ]
    note = None
    if credit:
        reason = f"Return {document.number}"
        note = billing.credit_lines(order=locked.order, quantities=credit, reason=reason, actor=actor)
    event = ReturnSettled(
        number=document.number,
        credited_units=sum((quantity for _, quantity in credit), Decimal(0)),
        credit_note=str(note.number) if note else "",
    )
    locked.move(
        ReturnState.SETTLED,
        event,
        actor,
        settled_at=clock.now(),
        credit_note_id=note.pk if note else None,
        net_amount=note.net_amount if note else Decimal(0),
        net_base=note.net_base if note else Decimal(0),
    )
    return document


@verb(events=(ReturnClosed,))
def close_return(*, return_id: int, actor: Actor) -> Return:
    """End a settled return; the order closes again when nothing else is open.

    Raises: IllegalTransition, NotFound
    Events: return_closed, order_closed
    """
    require(actor, "claims.settle_return")
    locked = lock_return(return_id, actor)
    locked.move(ReturnState.CLOSED, ReturnClosed(number=locked.document.number), actor)
    publish_open_claims(locked.document)
    progress.follow(locked.order, actor=actor)
    return locked.document

"""The customer gets the money, and the return ends."""

from decimal import Decimal

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError
from omc.lib.service import verb
from billing import services as billing
from orders.core import progress
from orders.core.models import Order, OrderLine
from returns.claims.events import ReturnClosed, ReturnSettled
from returns.claims.machines import RETURN
from returns.claims.models import Return, ReturnState
from returns.claims.services.locking import lock_return, plain, publish_open_claims


class NotInvoiced(DomainError):
    """More is to be credited than was invoiced and not yet credited."""

    code = "not_invoiced"


@verb(events=(ReturnSettled,))
def settle_return(*, return_id: int, actor: Actor) -> Return:
    """Credit what was accepted, at the price of its invoice. Without anything accepted there is no credit note.

    Raises: NotInvoiced naming the line, IllegalTransition, NotFound
    Events: return_settled, credit_note_posted
    """
    require(actor, "claims.settle_return")
    locked = lock_return(return_id, actor)
    document = locked.document
    RETURN.check(document, ReturnState.SETTLED)
    credit = [
        (line.order_line_id, line.accepted)
        for line in locked.lines.values()
        if line.accepted and line.order_line_id is not None
    ]
    _refuse_uninvoiced(locked.order, dict(credit))
    document.settled_at, document.net_amount, document.net_base = clock.now(), Decimal(0), Decimal(0)
    if credit:
        note = billing.credit_lines(order=locked.order, lines=credit, reason=f"Return {document.number}", actor=actor)
        document.credit_note = note
        document.net_amount, document.net_base = note.net_amount, note.net_base
    document.save(update_fields=["settled_at", "credit_note", "net_amount", "net_base"])
    event = ReturnSettled(
        number=document.number,
        credited_units=sum((quantity for _, quantity in credit), Decimal(0)),
        credit_note=str(document.credit_note.number) if document.credit_note else "",
    )
    locked.move(ReturnState.SETTLED, event, actor)
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


def _refuse_uninvoiced(order: Order, credit: dict[int, Decimal]) -> None:
    for line in OrderLine.objects.filter(order=order, pk__in=credit).order_by("position"):
        left = line.invoiced - line.credited
        if credit[line.pk] > left:
            raise NotInvoiced(
                f"Line {line.position}: {plain(credit[line.pk])} are to be credited, but only {plain(left)} "
                "were invoiced and not credited yet. Invoice the shipment first.",
                position=line.position,
                wanted=plain(credit[line.pk]),
                creditable=plain(left),
            )

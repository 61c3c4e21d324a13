"""What every verb on a return starts and ends with."""

from dataclasses import dataclass
from typing import Any

from omc.lib.actor import Actor
from omc.lib.errors import DomainError, NotFound
from omc.lib.events import Event
from orders.core import eventlog, lifecycle
from orders.core.models import Order
from orders.core.services.facts import publish_customer_facts
from returns.claims.machines import RETURN
from returns.claims.models import Return, ReturnLine
from returns.claims.selectors import open_returns_by_customer


class ReturnRefused(DomainError):
    """This cannot be asked back, received or decided like this."""

    code = "return_refused"


@dataclass
class Locked:
    """A return with its order and lines, locked in that order."""

    document: Return
    order: Order
    lines: dict[int, ReturnLine]

    def move(self, to: str, event: Event, actor: Actor, **stamp: Any) -> None:
        """Move the return, with the columns that change along, and write its event, or raise IllegalTransition."""
        RETURN.advance(self.document, to, event, actor=actor, record=eventlog.record_many, stamp=stamp)

    def line(self, line_id: int) -> ReturnLine:
        if line_id not in self.lines:
            raise NotFound(f"{self.document} has no line {line_id}.", line_id=line_id)
        return self.lines[line_id]


def lock_return(return_id: int, actor: Actor) -> Locked:
    """The return of the actor's company under the lock of its order.

    Raises: NotFound; ReturnRefused for imported history that has no order to act on
    """
    known = Return.objects.filter(pk=return_id, company_id=actor.company_id).values_list("order_id", flat=True).first()
    if known is None:
        if Return.objects.filter(pk=return_id, company_id=actor.company_id).exists():
            raise ReturnRefused("This return came without its order; it can be read, not worked on.")
        raise NotFound(f"There is no return {return_id}.", return_id=return_id)
    order = lifecycle.lock(known, actor)
    document = Return.objects.select_for_update(of=("self",)).select_related("warehouse").get(pk=return_id)
    lines = ReturnLine.objects.filter(return_order=document).select_related("order_line").order_by("position")
    return Locked(document=document, order=order, lines={line.pk: line for line in lines})


def publish_open_claims(document: Return) -> None:
    """Tell earlier stages how many returns this customer has open."""
    publish_customer_facts(
        "claims",
        document.number,
        {document.customer_id: {"open_claims": open_returns_by_customer(document.customer_id)}},
    )

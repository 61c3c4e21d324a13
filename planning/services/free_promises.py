"""Allocated stock is taken back from promises that stay: the shelf did not hold what the books said."""

from collections.abc import Mapping
from decimal import Decimal

from omc.lib.actor import Actor
from orders.core import eventlog
from orders.core.ledger import Move
from orders.core.models import Order
from planning.events import SpecialWanted
from planning.models import Promise, PromiseSource
from planning.rules.availability import ZERO
from planning.services.promises import as_open, change_promises


def free_promises(order: Order, quantities: Mapping[int, Decimal], actor: Actor) -> list[Move]:
    """Take allocated stock back from promises of a locked order, so much each. Answers the ledger moves to post.

    The promises stay open and wait to be allocated and planned again; nothing is back-ordered by this.

    Events: special_wanted, where it came for a special order
    """
    promises = list(Promise.objects.filter(pk__in=list(quantities), order=order, is_open=True).order_by("id"))
    after = {promise.pk: as_open(promise).freed(quantities[promise.pk]) for promise in promises}
    moves = change_promises(promises, after, actor.company_id)
    special = [quantities[promise.pk] for promise in promises if promise.source == PromiseSource.SPECIAL]
    if special:
        eventlog.record(order, SpecialWanted(units=sum(special, ZERO), lines=len(special)), actor=actor)
    return moves

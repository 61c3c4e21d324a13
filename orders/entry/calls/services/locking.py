"""The call in hand: its row held until the transaction ends."""

from typing import Any

from omc.accounts.models import User
from omc.lib.actor import Actor
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.events import Event
from orders.core.eventlog import record_many
from orders.entry.calls.machines import CALL
from orders.entry.calls.models import Call, CallState


class CallOver(DomainError):
    """Nothing more is written on a call that has ended."""

    code = "call_ended"


class NotYourCall(DomainError):
    """A colleague speaks on it."""

    code = "not_your_call"


def lock_person(actor: Actor) -> int:
    """Hold the actor's own row: one person takes, parks and resumes one call after the other.

    Raises: InvalidInput for what is no person
    """
    if actor.user_id is None:
        raise InvalidInput("Only a person takes calls.")
    User.objects.select_for_update(no_key=True).get(pk=actor.user_id)
    return actor.user_id


def lock(call_id: int, actor: Actor) -> Call:
    """Raises: NotFound"""
    call = (
        Call.objects.select_for_update(of=("self",), no_key=True)
        .select_related("company", "customer")
        .filter(pk=call_id, company_id=actor.company_id)
        .first()
    )
    if call is None:
        raise NotFound(f"There is no call {call_id}.", call_id=call_id)
    return call


def lock_own(call_id: int, actor: Actor) -> Call:
    """The call that the actor speaks on or has parked; colleagues first take it up.

    Raises: NotFound, CallOver, NotYourCall
    """
    call = lock(call_id, actor)
    if call.state == CallState.ENDED:
        raise CallOver(f"{call} has ended. Take a new one.", call_id=call.pk)
    if call.taken_by_id != actor.user_id:
        raise NotYourCall(f"{call.taken_by} has {call}. Take it up first, once it is parked.", call_id=call.pk)
    return call


def move(call: Call, to: str, event: Event, actor: Actor, **stamp: Any) -> None:
    CALL.advance(call, to, event, actor=actor, record=record_many, stamp=stamp)

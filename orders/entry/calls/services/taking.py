"""From the ringing to the end: take a call, say whose it is, note, park, take up again, end."""

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import IllegalTransition, InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.eventlog import record
from orders.core.models import Contact, Customer
from orders.entry.calls.events import CallEnded, CallerNamed, CallParked, CallResumed, CallStarted
from orders.entry.calls.models import Call, CallState, Outcome
from orders.entry.calls.services.locking import NotYourCall, lock, lock_own, lock_person, move

LONGEST_NOTES = 10_000


@verb(events=(CallStarted, CallParked))
def start_call(
    *, actor: Actor, customer_id: int | None = None, contact_id: int | None = None, found_by: str = ""
) -> Call:
    """Take a call. What the person had on the line is parked: nobody is hung up on.

    Raises: NotFound, InvalidInput
    Events: call_started, and call_parked on the other one
    """
    require(actor, "orders.take_call")
    person = lock_person(actor)
    _park_what_is_on(actor)
    customer, contact = _caller(customer_id, contact_id, actor)
    call = Call.objects.create(
        company_id=actor.company_id,
        customer=customer,
        contact=contact,
        taken_by_id=person,
        found_by=found_by.strip()[:80],
        started_at=clock.now(),
    )
    record(call, CallStarted(known_caller=customer is not None), actor=actor, to_state=CallState.OPEN)
    return call


@verb(events=(CallerNamed,))
def name_caller(*, call_id: int, customer_id: int, actor: Actor, contact_id: int | None = None) -> Call:
    """Say whose call it is, or that it is somebody else's. What was answered for another customer stays as it was said.

    Raises: NotFound, CallOver, NotYourCall, InvalidInput when something was made of it for another customer
    Events: caller_named
    """
    require(actor, "orders.take_call")
    call = lock_own(call_id, actor)
    if call.customer_id not in (None, customer_id) and call.links.exists():
        raise InvalidInput(f"Something was already made of {call} for {call.customer}. Take a new call.", field="q")
    call.customer, call.contact = _caller(customer_id, contact_id, actor)
    record(call, CallerNamed(), actor=actor, stamp={"customer": call.customer_id, "contact": call.contact_id})
    return call


@verb(silent="what is noted while one speaks is told when the call ends")
def write_notes(*, call_id: int, notes: str, actor: Actor) -> Call:
    """Keep what is noted while one speaks.

    Raises: NotFound, CallOver, NotYourCall, InvalidInput
    """
    require(actor, "orders.take_call")
    call = lock_own(call_id, actor)
    if len(notes) > LONGEST_NOTES:
        raise InvalidInput("That is more than 10,000 characters.", field="notes")
    call.notes = notes.strip()
    call.save(update_fields=["notes"])
    return call


@verb(events=(CallParked,))
def park_call(*, call_id: int, actor: Actor) -> Call:
    """Let the caller wait, or call back later: it is a duty until somebody takes it up.

    Raises: NotFound, CallOver, NotYourCall, IllegalTransition
    Events: call_parked
    """
    require(actor, "orders.take_call")
    call = lock_own(call_id, actor)
    move(call, CallState.PARKED, CallParked(), actor, parked_at=clock.now())
    return call


@verb(events=(CallResumed, CallParked))
def resume_call(*, call_id: int, actor: Actor) -> Call:
    """Take a parked call up again, one's own or a colleague's; what was on the line is parked.

    Raises: NotFound, IllegalTransition when it is not parked
    Events: call_resumed, and call_parked on the other one
    """
    require(actor, "orders.take_call")
    person = lock_person(actor)
    call = lock(call_id, actor)
    if call.state == CallState.OPEN and call.taken_by_id == person:
        return call
    if call.state == CallState.OPEN:
        raise NotYourCall(f"{call.taken_by} speaks on {call} already.", call_id=call.pk)
    if call.state != CallState.PARKED:
        raise IllegalTransition(f"{call} has ended.", document=str(call), state=call.state, to=CallState.OPEN)
    _park_what_is_on(actor)
    move(call, CallState.OPEN, CallResumed(), actor, taken_by=person, parked_at=None)
    return call


@verb(events=(CallEnded,))
def end_call(*, call_id: int, actor: Actor, outcome: str = "", notes: str | None = None) -> Call:
    """Hang up. Without an ``outcome`` it is what came of the call last, else answered, else nothing.

    Raises: NotFound, CallOver, NotYourCall, InvalidInput
    Events: call_ended
    """
    require(actor, "orders.take_call")
    if outcome and outcome not in Outcome.values:
        raise InvalidInput(f"A call does not end with “{outcome}”.", field="outcome")
    call = lock_own(call_id, actor)
    if notes is not None:
        call = write_notes(call_id=call_id, notes=notes, actor=actor)
    at, questions = clock.now(), call.questions.count()
    outcome = outcome or _outcome(call, questions)
    seconds = int((at - call.started_at).total_seconds())
    event = CallEnded(outcome=str(Outcome(outcome).label).lower(), seconds=seconds, questions=questions)
    move(call, CallState.ENDED, event, actor, ended_at=at, outcome=outcome)
    return call


def _outcome(call: Call, questions: int) -> str:
    last = call.links.order_by("-pk").first()
    if last is not None and last.subject_type in Outcome.values:
        return last.subject_type
    return Outcome.ANSWERED if questions or call.notes or call.customer_id else Outcome.NOTHING


def _park_what_is_on(actor: Actor) -> None:
    for call in Call.objects.select_for_update(of=("self",), no_key=True).filter(
        company_id=actor.company_id, taken_by_id=actor.user_id, state=CallState.OPEN
    ):
        move(call, CallState.PARKED, CallParked(), actor, parked_at=clock.now())


def _caller(customer_id: int | None, contact_id: int | None, actor: Actor) -> tuple[Customer | None, Contact | None]:
    """Raises: NotFound"""
    if customer_id is None:
        return None, None
    customer = Customer.objects.filter(pk=customer_id, company_id=actor.company_id).first()
    if customer is None:
        raise NotFound("There is no such customer.", field="customer_id")
    people = Contact.objects.filter(customer=customer).order_by("-is_primary", "id")
    contact = people.filter(pk=contact_id).first() if contact_id else people.first()
    if contact_id and contact is None:
        raise NotFound(f"{customer} has no such contact.", field="contact_id")
    return customer, contact

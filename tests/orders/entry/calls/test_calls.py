"""Taking, parking, resuming and ending calls."""

import pytest

from omc.lib.errors import IllegalTransition, NotFound, PermissionRefused
from orders.core.models import Duty, Event
from orders.core.selectors.home import things_to_do
from orders.entry.calls.models import Call
from orders.entry.calls.services import end_call, name_caller, park_call, resume_call, start_call, write_notes
from orders.entry.calls.services.locking import CallOver, NotYourCall
from tests.factories import make_actor
from tests.orders.entry.calls.factories import CallDesk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> CallDesk:
    return CallDesk()


def open_duty(call: Call) -> Duty | None:
    return Duty.objects.filter(subject_type="call", subject_id=call.pk, closed_at__isnull=True).first()


def test_a_call_knows_who_called_and_who_took_it(desk: CallDesk) -> None:
    call = start_call(customer_id=desk.acme.pk, found_by="acme", actor=desk.csr)
    assert (call.state, call.customer, call.taken_by_id) == ("open", desk.acme, desk.csr.user_id)
    assert call.contact is not None
    assert call.contact.name == "Ann Buyer"
    assert Event.objects.get(subject_type="call", subject_id=call.pk).type == "call_started"


def test_the_next_call_parks_the_one_on_the_line(desk: CallDesk) -> None:
    first, second = desk.call(), desk.call()
    first.refresh_from_db()
    assert (first.state, second.state) == ("parked", "open")
    assert open_duty(first) is not None


def test_a_parked_call_waits_as_a_duty_and_on_the_home(desk: CallDesk) -> None:
    call = park_call(call_id=desk.call().pk, actor=desk.csr)
    duty = open_duty(call)
    assert duty is not None
    assert (duty.stage, duty.name, duty.customer) == (4, "Take up parked call", desk.acme)
    shown = [str(thing.todo.what) for thing in things_to_do(desk.csr)]
    assert f"Take up {call}, which is parked" in shown


@pytest.mark.parametrize("verb", [resume_call, end_call])
def test_whoever_takes_it_up_or_ends_it_has_done_the_duty(desk: CallDesk, verb) -> None:
    call = park_call(call_id=desk.call().pk, actor=desk.csr)
    verb(call_id=call.pk, actor=desk.csr)
    assert open_duty(call) is None


def test_a_colleague_takes_up_what_is_parked_and_parks_their_own(desk: CallDesk) -> None:
    call = park_call(call_id=desk.call().pk, actor=desk.csr)
    own = desk.call(desk.lead)
    resumed = resume_call(call_id=call.pk, actor=desk.lead)
    own.refresh_from_db()
    assert (resumed.state, resumed.taken_by_id, own.state) == ("open", desk.lead.user_id, "parked")


def test_a_call_on_the_line_cannot_be_taken_away(desk: CallDesk) -> None:
    call = desk.call()
    for verb in (resume_call, park_call, end_call):
        with pytest.raises(NotYourCall):
            verb(call_id=call.pk, actor=desk.lead)
    call.refresh_from_db()
    assert (call.state, call.taken_by_id, call.event_seq) == ("open", desk.csr.user_id, 1)


def test_parking_twice_is_refused(desk: CallDesk) -> None:
    call = park_call(call_id=desk.call().pk, actor=desk.csr)
    with pytest.raises(IllegalTransition):
        park_call(call_id=call.pk, actor=desk.csr)
    assert Event.objects.filter(subject_type="call", subject_id=call.pk, type="call_parked").count() == 1


def test_an_unknown_caller_is_named_later(desk: CallDesk) -> None:
    call = start_call(actor=desk.csr)
    named = name_caller(call_id=call.pk, customer_id=desk.acme.pk, actor=desk.csr)
    assert named.customer == desk.acme
    assert Call.objects.get(pk=call.pk).customer == desk.acme


@pytest.mark.parametrize(("notes", "customer", "outcome"), [("", False, "nothing"), ("", True, "answered")])
def test_a_call_ends_with_what_came_of_it(desk: CallDesk, notes: str, customer: bool, outcome: str) -> None:
    call = desk.call() if customer else start_call(actor=desk.csr)
    assert end_call(call_id=call.pk, actor=desk.csr).outcome == outcome


def test_nothing_is_written_on_a_call_that_ended(desk: CallDesk) -> None:
    call = end_call(call_id=desk.call().pk, notes="Wants a visit", actor=desk.csr)
    with pytest.raises(CallOver):
        write_notes(call_id=call.pk, notes="more", actor=desk.csr)
    assert Call.objects.get(pk=call.pk).notes == "Wants a visit"


def test_another_companys_customer_or_call_is_not_there(desk: CallDesk) -> None:
    other = CallDesk()
    with pytest.raises(NotFound):
        start_call(customer_id=other.acme.pk, actor=desk.csr)
    with pytest.raises(NotFound):
        park_call(call_id=other.call().pk, actor=desk.csr)
    assert not Call.objects.filter(company=desk.company).exists()


def test_the_warehouse_takes_no_calls(desk: CallDesk) -> None:
    with pytest.raises(PermissionRefused):
        start_call(customer_id=desk.acme.pk, actor=make_actor(desk.company, "warehouse"))
    assert not Call.objects.exists()

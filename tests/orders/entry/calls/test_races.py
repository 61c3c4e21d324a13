"""Two at once: one telephone, one person, one call."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from omc.lib.errors import DomainError
from orders.core.models import Event
from orders.entry.calls.models import Call, CallState
from orders.entry.calls.services import answer_question, park_call, resume_call, start_call
from tests.orders.entry.calls.factories import CallDesk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run all at the same moment; what they returned or refused."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            gate.wait()
            return act()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_calls_taken_at_once_leave_one_on_the_line() -> None:
    desk = CallDesk()
    at_once(*[lambda: start_call(customer_id=desk.acme.pk, actor=desk.csr)] * 3)
    states = sorted(Call.objects.values_list("state", flat=True))
    assert states == [CallState.OPEN, CallState.PARKED, CallState.PARKED]


def test_a_parked_call_is_taken_up_by_one_of_two() -> None:
    desk = CallDesk()
    call = park_call(call_id=desk.call().pk, actor=desk.csr)
    answers = at_once(
        lambda: resume_call(call_id=call.pk, actor=desk.csr), lambda: resume_call(call_id=call.pk, actor=desk.lead)
    )
    assert sum(isinstance(one, DomainError) for one in answers) == 1
    assert Event.objects.filter(subject_type="call", subject_id=call.pk, type="call_resumed").count() == 1
    call.refresh_from_db()
    assert call.state == CallState.OPEN


def test_two_questions_at_once_are_both_kept() -> None:
    desk = CallDesk()
    call = desk.call()
    at_once(
        lambda: answer_question(call_id=call.pk, text="1 PIPE-15", actor=desk.csr),
        lambda: answer_question(call_id=call.pk, text="2 PIPE-15", actor=desk.csr),
    )
    assert sorted(call.questions.values_list("position", flat=True)) == [1, 2]
    assert set(call.questions.values_list("typed_quantity", flat=True)) == {1, 2}

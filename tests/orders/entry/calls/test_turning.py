"""What comes of a call is made by the stages' own services, without typing again, and stays linked."""

from dataclasses import replace
from decimal import Decimal

import pytest

from omc.lib.errors import DomainError, InvalidInput, PermissionRefused
from orders.core.models import Note, Order
from orders.entry.calls.models import Call, CallLink
from orders.entry.calls.selectors.calls import calls_about, made_of
from orders.entry.calls.services import answer_question, end_call, start_call, turn_call, write_notes
from orders.pricing.models import Quote
from returns.postsales.models import Case
from tests.orders.entry.calls.factories import CallDesk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> CallDesk:
    return CallDesk()


@pytest.fixture
def call(desk: CallDesk) -> Call:
    call = desk.call()
    for text in ("40 PIPE-15", "4 ELBOW-15"):
        answer_question(call_id=call.pk, text=text, actor=desk.csr)
    return write_notes(call_id=call.pk, notes="Burst main\nneeds it soon", actor=desk.csr)


def test_an_order_takes_all_that_was_asked_at_the_told_prices(desk: CallDesk, call: Call) -> None:
    order = turn_call(call_id=call.pk, into="order", actor=desk.csr)
    lines = [
        (line.product, line.ordered, line.typed_quantity, line.unit_price) for line in order.lines.order_by("position")
    ]
    assert (order.customer, order.channel, order.state) == (desk.acme, "phone", "draft")
    assert lines == [(desk.pipe, 40, 40, Decimal("3.20")), (desk.elbow, 4, 4, Decimal("1.10"))]
    assert [question.unit_price for question in call.questions.order_by("position")] == [row[3] for row in lines]
    assert calls_about(desk.csr, "order", order.pk) == [call]


def test_only_what_was_chosen_is_taken_along(desk: CallDesk, call: Call) -> None:
    order = turn_call(call_id=call.pk, into="order", positions=[2], actor=desk.csr)
    assert [line.product for line in order.lines.all()] == [desk.elbow]


def test_of_an_item_asked_twice_the_last_word_counts(desk: CallDesk, call: Call) -> None:
    answer_question(call_id=call.pk, text="60 PIPE-15", actor=desk.csr)
    order = turn_call(call_id=call.pk, into="order", positions=[1, 3], actor=desk.csr)
    assert [line.typed_quantity for line in order.lines.all()] == [60]


def test_a_quote_a_case_and_a_note(desk: CallDesk, call: Call) -> None:
    quote = turn_call(call_id=call.pk, into="quote", actor=desk.csr)
    case = turn_call(call_id=call.pk, into="case", actor=desk.csr)
    note = turn_call(call_id=call.pk, into="note", actor=desk.csr)
    assert isinstance(quote, Quote)
    assert [line.product for line in quote.lines.order_by("position")] == [desk.pipe, desk.elbow]
    assert isinstance(case, Case)
    assert (case.customer, case.subject) == (desk.acme, "Burst main")
    assert "40 pc of Copper pipe 15 mm (PIPE-15)" in case.body
    assert isinstance(note, Note)
    assert (note.subject_type, note.subject_id) == ("customer", desk.acme.pk)
    assert "3.20" not in note.body  # a note is read by people who see no prices
    kinds = [made.kind for made in made_of(desk.csr, [call])[call.pk]]
    assert kinds == ["quote", "case", "note"]
    assert end_call(call_id=call.pk, actor=desk.csr).outcome == "note"


@pytest.mark.parametrize("into", ["order", "quote", "case", "note"])
def test_whose_call_it_is_must_be_known_first(desk: CallDesk, into: str) -> None:
    call = start_call(actor=desk.csr)
    with pytest.raises(DomainError) as refused:
        turn_call(call_id=call.pk, into=into, actor=desk.csr)
    assert refused.value.code == "caller_unknown"
    assert not CallLink.objects.exists()


def test_each_way_asks_for_its_own_permission(desk: CallDesk) -> None:
    call = desk.call(desk.service)
    with pytest.raises(PermissionRefused):
        turn_call(call_id=call.pk, into="order", actor=desk.service)
    blind = replace(desk.service, permissions=desk.service.permissions - {"postsales.open_case"})
    with pytest.raises(PermissionRefused):
        turn_call(call_id=call.pk, into="case", actor=blind)
    assert not Order.objects.exists()
    assert not Case.objects.exists()
    assert not CallLink.objects.exists()


@pytest.mark.parametrize("into", ["quote", "poem"])
def test_what_cannot_be_made_is_refused(desk: CallDesk, into: str) -> None:
    with pytest.raises(InvalidInput):
        turn_call(call_id=desk.call().pk, into=into, actor=desk.csr)
    assert not Quote.objects.exists()

"""What comes of a call, without typing anything again."""

from collections.abc import Sequence
from typing import Any

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.registry import registry
from omc.lib.service import verb
from orders.core.eventlog import record
from orders.core.inputs import LineInput
from orders.core.models import Channel, Note, Order
from orders.core.services.notes import write_note
from orders.entry.calls.events import CallTurned
from orders.entry.calls.models import Call, CallLink, CallQuestion
from orders.entry.calls.services.locking import lock_own
from orders.entry.calls.wording import told
from orders.entry.services import save_draft, start_order
from orders.pricing.models import Quote
from orders.pricing.services import write_quote


class CallerUnknown(DomainError):
    """It must be known first whose call it is."""

    code, status = "caller_unknown", 422


@verb(events=(CallTurned,))
def turn_call(*, call_id: int, into: str, actor: Actor, positions: Sequence[int] | None = None) -> Any:
    """Make an order, a quote, a case or a note of what was said; the call stays linked to it. Returns the document.

    ``positions`` are the questions to take along, None all of them.

    Raises: CallerUnknown, InvalidInput, NotFound, CallOver, NotYourCall, and whatever the document's own service says
    Events: call_turned
    """
    require(actor, "orders.take_call")
    way = registry.call_outcomes.get(into)
    if way is None:
        raise InvalidInput(f"A call cannot become “{into}”.", field="into")
    require(actor, way.permission)
    call = lock_own(call_id, actor)
    if call.customer is None:
        raise CallerUnknown("Say first whose call it is.", field="q")
    questions = call.questions.select_related("product").order_by("position")
    chosen = [one for one in questions if positions is None or one.position in positions]
    document = way.make(call, chosen, actor)
    CallLink.objects.get_or_create(
        company_id=call.company_id,
        call=call,
        subject_type=document._meta.model_name,
        subject_id=document.pk,
        defaults={"made_at": clock.now()},
    )
    record(call, CallTurned(into=str(way.key), subject_id=document.pk), actor=actor)
    return document


def lines_of(questions: Sequence[CallQuestion]) -> list[LineInput]:
    """What was asked, as lines of a document; of an item asked twice in one unit the last word counts."""
    last = {(question.product_id, question.unit): question for question in questions}
    return [
        LineInput(
            product_id=question.product_id,
            quantity=question.typed_quantity,
            unit=question.unit,
            requested_date=question.wanted,
        )
        for question in last.values()
    ]


def make_order(call: Call, questions: Sequence[CallQuestion], actor: Actor) -> Order:
    """A draft with what was asked, by phone; at today's prices, which are those that were told unless they changed."""
    order = start_order(customer_id=call.customer_id, actor=actor, channel=Channel.PHONE)  # type: ignore[arg-type]
    header = {"contact_id": call.contact_id} if call.contact_id else {}
    return save_draft(order_id=order.pk, header=header, lines=lines_of(questions), actor=actor)


def make_quote(call: Call, questions: Sequence[CallQuestion], actor: Actor) -> Quote:
    """A quote over what was asked. Raises: InvalidInput when nothing was"""
    lines = lines_of(questions)
    if not lines:
        raise InvalidInput("Ask for an item first: a quote needs a line.", field="text")
    return write_quote(customer_id=call.customer_id, lines=lines, contact_id=call.contact_id, actor=actor)  # type: ignore[arg-type]


def make_note(call: Call, questions: Sequence[CallQuestion], actor: Actor) -> Note:
    """A note on the customer's page with what was said."""
    text = told(call, questions)
    return write_note(subject_type="customer", subject_id=call.customer_id, body=text, actor=actor)  # type: ignore[arg-type]

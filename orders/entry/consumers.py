"""What order entry does when it hears of confirmations and new dates: the customer is told, outside the stock locks. So
is the customer's program, of what it sent and what we promise."""

from django.db.models import QuerySet

from omc.lib.actor import system
from orders.core.message_kinds import kind_of, setting_of
from orders.core.models import Event
from orders.core.selectors.companies import setting
from orders.entry.inbox import services as inbox
from orders.entry.inbox.answering import answers_offered
from orders.entry.inbox.messages import RECEIPT, RESPONSE
from orders.entry.inbox.models import InboxDocument
from orders.entry.services import acknowledge_order, tell_new_dates


def tell(event: Event) -> None:
    """One after the other per order, so that new dates are told after the first. What moved at once is told at once:
    the first of several events finds all of it, the others find nothing new."""
    actor = system("order acknowledgement", event.company_id)
    if event.type == "order_confirmed":
        acknowledge_order(order_id=event.order_id or 0, actor=actor)
    elif not _came_with_a_change(event):
        tell_new_dates(order_id=event.order_id or 0, cause=event.pk, actor=actor)


def _came_with_a_change(event: Event) -> bool:
    """Whether the date moved because the order was changed: then the message of the change tells it."""
    of_order = Event.objects.filter(subject_type=event.subject_type, subject_id=event.subject_id)
    return of_order.filter(seq=event.seq - 1, type="order_changed").exists()


def acknowledge_file(event: Event) -> None:
    """A file of a program was read: it is told what was accepted of it, once."""
    _answer(event, RECEIPT, ("997",), InboxDocument.objects.filter(pk=event.subject_id))


def answer_order(event: Event) -> None:
    """The order of a program's document was confirmed: it is told what we promise; and again what of it was changed."""
    if event.type == "order_changed":
        _answer_change(event)
    else:
        _answer(event, RESPONSE, ("855", "response"), InboxDocument.objects.filter(order_id=event.order_id or 0))


def _answer_change(event: Event) -> None:
    if setting(event.company_id, setting_of(kind_of(RESPONSE))) == "nobody":
        return
    actor = system("answers to programs", event.company_id)
    for document in InboxDocument.objects.filter(company_id=event.company_id, order_id=event.order_id or 0):
        inbox.answer_change(document_id=document.pk, change=event.pk, actor=actor)


def _answer(event: Event, kind: str, answers: tuple[str, ...], documents: QuerySet[InboxDocument]) -> None:
    if setting(event.company_id, setting_of(kind_of(kind))) == "nobody":
        return
    actor = system("answers to programs", event.company_id)
    for document in documents.filter(company_id=event.company_id).select_related("order"):
        for answer in answers_offered(document):
            if answer in answers:
                inbox.answer_document(document_id=document.pk, answer=answer, actor=actor)

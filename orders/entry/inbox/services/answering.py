"""The answer to a customer's program: written once, numbered without gaps, sent as every message is."""

from typing import Final

from django.core.exceptions import ValidationError
from django.utils import translation

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.eventlog import record
from orders.core.message_kinds import kind_of
from orders.core.models import Change, Message
from orders.core.selectors.messages import common_values, said, wording_in_force
from orders.core.services.messages import File, send_message
from orders.core.speech import spoken
from orders.entry.inbox.answering import (
    answer_key,
    answer_lines,
    answers_offered,
    messages_of,
    receipts_of_document,
)
from orders.entry.inbox.events import DocumentAnswered
from orders.entry.inbox.messages import RECEIPT, RESPONSE
from orders.entry.inbox.models import EdiPartner, InboxDocument
from orders.entry.inbox.rules.answers import Ends, write_855, write_997, write_order_response
from orders.entry.inbox.rules.dates import read_compact
from orders.entry.inbox.services.locking import lock

_X12: Final = "application/edi-x12"
_XML: Final = "application/xml"
_OF_LINES: Final = (b"CUR*", b"PO1*", b"ACK*", b"<cac:OrderLine>")


@verb(events=(DocumentAnswered,))
def answer_document(*, document_id: int, answer: str, actor: Actor) -> Message:
    """Write one answer ("997", "855", "response") and send it to the partner's address, or to whoever sent the document.

    Asked twice, it is written once. Without an address it waits to be downloaded.

    Raises: NotFound for an answer that the document does not allow (yet)
    Events: document_answered
    """
    require(actor, "entry.write_order")
    document = lock(document_id, actor)
    key = answer_key(document, answer)
    before: Message | None = Message.objects.filter(company_id=actor.company_id, key=key).first()
    if before is not None:
        return before
    if answer not in answers_offered(document):
        raise NotFound("There is no such answer to this document.")
    partner = _partner(document)
    file, numbers = _written(document, answer, partner.last_control + 1)
    partner.last_control += numbers
    partner.save(update_fields=["last_control"])
    message: Message = _send(document, answer, key, file, partner, actor)
    record(document, DocumentAnswered(answer=answer, control=partner.last_control), actor=actor)
    return message


@verb(events=(DocumentAnswered,))
def answer_change(*, document_id: int, change: int, actor: Actor) -> Message | None:
    """Tell a customer's program what is promised now that its order was changed; it replaces what it was told before.

    ``change`` is the event of the change. None where nothing of what was told is other now, or nothing was told yet.

    Raises: NotFound
    Events: document_answered
    """
    require(actor, "entry.write_order")
    document = lock(document_id, actor)
    told = messages_of(document).exclude(key=answer_key(document, "997")).last()
    if told is None:
        return None
    answer = told.key.split(":")[2]
    key = answer_key(document, answer, change)
    if key == told.key:
        return told
    partner = _partner(document)
    file, numbers = _written(document, answer, partner.last_control + 1, replaces=True)
    with told.attachments.get().file.open("rb") as before:
        if _promised(before.read()) == _promised(file.content):
            return None
    partner.last_control += numbers
    partner.save(update_fields=["last_control"])
    message: Message = _send(document, answer, key, file, partner, actor)
    record(document, DocumentAnswered(answer=answer, control=partner.last_control), actor=actor)
    return message


def _promised(content: bytes) -> list[bytes]:
    """What an answer says of the lines, without its own number and time."""
    return [line for line in content.splitlines() if line.startswith(_OF_LINES)]


def _partner(document: InboxDocument) -> EdiPartner:
    """The program's row, held until the answer is written."""
    receipts = receipts_of_document(document)
    facts = receipts[0].facts if receipts else document.facts
    edi_id = f"{facts.get('sender_qualifier', '')}:{facts.get('sender', '')}" if "sender" in facts else ""
    key = edi_id or document.facts.get("buyer_end") or f"customer:{document.customer_id}"
    EdiPartner.objects.get_or_create(company_id=document.company_id, key=key.upper()[:200])
    return EdiPartner.objects.select_for_update(no_key=True).get(company_id=document.company_id, key=key.upper()[:200])


def _written(document: InboxDocument, answer: str, number: int, *, replaces: bool = False) -> tuple[File, int]:
    """The file, and how many control numbers it took. ``replaces``: one like it was sent before."""
    now, order, facts = clock.now(), document.order, document.facts
    if answer == "997":
        receipts = receipts_of_document(document)
        stem = receipts[0].facts["interchange"] or document.pk
        return File(f"997-{stem}.edi", write_997(receipts, number, now).encode("ascii"), _X12), len(receipts)
    if order is None:
        raise NotFound("There is no such answer to this document.")
    lines = answer_lines(document)
    name = f"{_name(document)}-{number}" if replaces else _name(document)
    if answer == "855":
        ordered_on = read_compact(facts.get("ordered_on", "")) or document.received_at.date()
        our = str(order)
        text = write_855(
            facts, document.customer_po, our, order.currency, ordered_on, lines, number, now, replaces=replaces
        )
        return File(f"855-{name}.edi", text.encode("ascii"), _X12), 1
    ends = Ends(
        str(document.company), str(order.customer), str(facts.get("seller_end", "")), str(facts.get("buyer_end", ""))
    )
    text = write_order_response(document.customer_po, str(order), number, order.currency, ends, lines, now)
    return File(f"response-{name}.xml", text.encode(), _XML), 1


def _name(document: InboxDocument) -> str:
    kept = "".join(letter if letter.isalnum() or letter in "-._" else "-" for letter in document.customer_po)
    return kept[:60] or str(document.pk)


def _send(document: InboxDocument, answer: str, key: str, file: File, partner: EdiPartner, actor: Actor) -> Message:
    kind = kind_of(RECEIPT if answer == "997" else RESPONSE)
    customer = document.customer
    language = spoken(customer.language if customer else "")
    address = partner.answers_to or str((document.sender or {}).get("email") or "")
    with translation.override(language):
        values = common_values(document.company, customer, "") | dict(kind.values(document))
        words = said(wording_in_force(document.company_id, kind, language), values)
        sent: Message = send_message(
            key=key,
            template=kind.key,
            about=document,
            recipient=address,
            subject=words.subject,
            body=words.body,
            actor=actor,
            customer_id=customer.pk if customer else None,
            order_id=document.order_id,
            files=[file],
            status=Message.Status.QUEUED if address else Message.Status.TO_FETCH,
        )
    return sent


@verb(silent="master data keeps its own before/after history")
def save_partner(*, partner_id: int, answers_to: str, actor: Actor) -> EdiPartner:
    """Say where answers to a customer's program go by mail; empty lets them wait to be downloaded.

    Raises: NotFound, InvalidInput
    """
    require(actor, "entry.import_orders")
    partner = EdiPartner.objects.select_for_update().filter(pk=partner_id, company_id=actor.company_id).first()
    if partner is None:
        raise NotFound("There is no such partner.")
    before, partner.answers_to = partner.answers_to, answers_to.strip()
    try:
        partner.clean_fields(exclude=["company", "key", "last_control"])
    except ValidationError as error:
        raise InvalidInput("This is no e-mail address.", field="answers_to") from error
    if before != partner.answers_to:
        partner.save(update_fields=["answers_to"])
        Change.objects.create(
            company_id=actor.company_id,
            table="edi partner",
            row_id=partner.pk,
            before={"answers go to": before},
            after={"answers go to": partner.answers_to},
            user_id=actor.user_id,
            job=actor.job,
            at=clock.now(),
        )
    return partner

"""Read a document, or read it again after somebody mended it."""

from dataclasses import asdict
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.eventlog import record
from orders.core.models import Attachment
from orders.core.selectors.companies import zone_of
from orders.core.services.jobs import Job, register_job
from orders.entry.inbox.events import DocumentBroken, DocumentProposed, DocumentRead, DocumentReceived
from orders.entry.inbox.machines import WAITING
from orders.entry.inbox.models import DocumentKind, DocumentState, InboxDocument
from orders.entry.inbox.rules import Reading, kind_of, read
from orders.entry.inbox.rules.shapes import OrderRead
from orders.entry.inbox.services.locking import lock, move
from orders.entry.inbox.services.proposing import propose

READ_JOB: Final = "inbox.read"
LONGEST_MENDING: Final = 1_000_000
MOST_ORDERS: Final = 200


@verb(events=(DocumentRead, DocumentProposed, DocumentBroken, DocumentReceived))
def read_document(*, document_id: int, actor: Actor) -> InboxDocument:
    """Read a waiting document anew: what was proposed before gives way. Further orders in it become documents too.

    Raises: NotFound, InvalidInput for one that waits no more
    Events: document_proposed, document_read or document_broken; document_received for each further order
    """
    require(actor, "entry.write_order")
    document = lock(document_id, actor)
    if document.state not in WAITING:
        raise InvalidInput(f"{document} does not wait any more.")
    reading = _reading(document)
    document.text = reading.text
    if reading.trouble or len(reading.orders) < document.part:
        reason = reading.trouble or f"The file has no order number {document.part} any more."
        document.lines.all().delete()
        document.reason, document.line_count, document.doubtful_count = reason, 0, 0
        document.version += 1
        if reading.sender.email:
            document.sender = asdict(reading.sender)
        document.save(update_fields=["text", "reason", "sender", "line_count", "doubtful_count", "version"])
        move(document, DocumentState.BROKEN, DocumentBroken(kind=document.kind), actor)
        return document
    _take(document, reading.orders[document.part - 1], actor)
    if document.part == 1:
        _take_the_others(document, reading.orders[1:], actor)
    return document


@verb(events=(DocumentRead, DocumentProposed, DocumentBroken, DocumentReceived))
def mend_document(*, document_id: int, text: str, actor: Actor) -> InboxDocument:
    """Read this text in place of what the document holds; the original stays as it came. Empty: the original again.

    Raises: NotFound, InvalidInput
    Events: as ``read_document``
    """
    require(actor, "entry.write_order")
    document = lock(document_id, actor)
    if len(text) > LONGEST_MENDING:
        raise InvalidInput("That is too long. Split it.", field="text")
    document.mended = text.replace("\x00", " ").replace("\r\n", "\n").strip()
    document.save(update_fields=["mended"])
    mended: InboxDocument = read_document(document_id=document_id, actor=actor)
    return mended


def _reading(document: InboxDocument) -> Reading:
    """What the document says, its days counted from the one on which it came."""
    today = document.received_at.astimezone(zone_of(document.company_id)).date()
    day_first = document.company.country != "US"
    if document.mended:
        content = document.mended.encode()
        kind = kind_of(content, document.filename if document.kind == DocumentKind.CSV else "")
        return read(content, "", today, day_first=day_first, kind=kind or "text")
    whole = document.whole_id or document.pk
    kept = Attachment.objects.filter(
        company_id=document.company_id, subject_type="inboxdocument", subject_id=whole, message=None
    )
    original = kept.filter(sha256=document.sha256).order_by("id").first()
    if original is None:
        raise NotFound(f"The original of {document} is lost.", document_id=document.pk)
    with original.file.open("rb") as file:
        content = file.read()
    kind = "" if document.kind == DocumentKind.UNKNOWN else document.kind
    return read(content, document.filename, today, day_first=day_first, kind=kind)


def _take(document: InboxDocument, order: OrderRead, actor: Actor) -> None:
    propose(document, order)
    if document.customer_id is None:
        move(document, DocumentState.READ, DocumentRead(lines=document.line_count), actor)
    else:
        fact = DocumentProposed(lines=document.line_count, doubtful=document.doubtful_count)
        move(document, DocumentState.PROPOSED, fact, actor)


def _take_the_others(document: InboxDocument, others: list[OrderRead], actor: Actor) -> None:
    """Every further order of the file is a document of its own, once."""
    there = set(document.parts.values_list("part", flat=True))
    for part, order in enumerate(others[:MOST_ORDERS], start=2):
        if part in there:
            continue
        other = InboxDocument(
            company=document.company,
            kind=document.kind,
            door=document.door,
            filename=document.filename,
            sha256=document.sha256,
            size_bytes=document.size_bytes,
            part=part,
            whole=document,
            copy_of=document.copy_of,
            received_at=document.received_at,
            received_by_id=document.received_by_id,
            assignee_id=document.assignee_id,
            text=document.text,
        )
        other.save(force_insert=True)
        fact = DocumentReceived(door=other.door, kind=other.kind, size_bytes=other.size_bytes)
        record(other, fact, actor=actor)
        _take(other, order, actor)
    if len(others) > MOST_ORDERS:
        document.remarks = [
            *document.remarks,
            f"The file holds more than {MOST_ORDERS} orders; the rest was not taken.",
        ]
        document.save(update_fields=["remarks"])


def _body(job: Job) -> dict[str, Any]:
    """Read one large document."""
    job.report(0, 1, "Reading")
    document = read_document(document_id=int(job.inputs["document"]), actor=job.actor)
    job.report(1, 1, "Read")
    return {"document": document.pk, "state": document.state, "lines": document.line_count}


def register_jobs() -> None:
    register_job(READ_JOB, permission="entry.write_order", queue="default", body=_body, name=_("Read order document"))

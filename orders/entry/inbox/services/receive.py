import hashlib
import mimetypes
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import formats

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.service import verb
from orders.core.eventlog import record
from orders.core.models import Company
from orders.core.selectors.companies import zone_of
from orders.core.services.jobs import start_job
from orders.core.services.messages import File, attach
from orders.entry.inbox.events import DocumentBroken, DocumentProposed, DocumentRead, DocumentReceived
from orders.entry.inbox.models import DocumentKind, DocumentState, Door, InboxDocument
from orders.entry.inbox.rules import kind_of
from orders.entry.inbox.services.reading import READ_JOB, read_document
from orders.entry.services.header import customer_of

LARGEST_BYTES: Final = 10 * 1024 * 1024
AT_ONCE: Final = {"pdf": 300_000, "xlsx": 100_000}  # bytes; what is larger is read by a job
AT_ONCE_ELSE: Final = 200_000


class DocumentTaken(DomainError):
    """The same document came in before; ``data`` says which it is."""

    code = "document_taken"


@verb(events=(DocumentReceived, DocumentRead, DocumentProposed, DocumentBroken))
def receive_document(
    *,
    content: bytes,
    filename: str,
    actor: Actor,
    door: str = Door.UPLOAD,
    customer_id: int | None = None,
    again: bool = False,
) -> InboxDocument:
    """Take a document in, keep its original, and read it: at once, or by a job when it is large.

    It stays whatever comes of the reading. ``again`` takes one that came in before a second time.

    Raises: DocumentTaken, InvalidInput for nothing or too much, NotFound and CustomerClosed for ``customer_id``
    Events: document_received, then what the reading comes to
    """
    require(actor, "entry.write_order")
    if not content.strip():
        raise InvalidInput("There is nothing in it.", field="file")
    if len(content) > LARGEST_BYTES:
        raise InvalidInput("The file is larger than 10 MB.", field="file")
    if door not in Door.values:
        raise InvalidInput(f"There is no door {door}.", field="door")
    digest = hashlib.sha256(content).hexdigest()
    first = InboxDocument.objects.filter(company_id=actor.company_id, sha256=digest, part=1, copy_of=None).first()
    if first is not None and not again:
        raise _taken(first)
    kind = ("text" if door == Door.PASTE else "") or kind_of(content, filename)
    if door == Door.PASTE and kind_of(content) in ("x12", "ubl", "mail"):
        kind = kind_of(content)
    document = InboxDocument(
        company=Company.objects.get(pk=actor.company_id),
        kind=kind or DocumentKind.UNKNOWN,
        door=door,
        filename=_name(filename),
        sha256=digest,
        size_bytes=len(content),
        copy_of=first,
        received_at=clock.now(),
        received_by_id=actor.user_id,
    )
    if customer_id is not None:
        document.customer = customer_of(customer_id, actor.company_id)
        document.sure = {"customer": 100}
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError:  # the same file, a moment ago
        raise _taken(
            InboxDocument.objects.get(company_id=actor.company_id, sha256=digest, part=1, copy_of=None)
        ) from None
    content_type = mimetypes.guess_type(document.filename)[0] or "application/octet-stream"
    attach(document, File(document.filename, content, content_type), actor=actor)
    record(document, DocumentReceived(door=door, kind=document.kind, size_bytes=len(content)), actor=actor)
    if len(content) > AT_ONCE.get(document.kind, AT_ONCE_ELSE):
        document.job = start_job(kind=READ_JOB, inputs={"document": document.pk}, actor=actor)
        document.save(update_fields=["job"])
        return document
    read: InboxDocument = read_document(document_id=document.pk, actor=actor)
    return read


def _name(filename: str) -> str:
    """The bare name of a file, without folders and without what cannot be printed."""
    bare = filename.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter if letter.isprintable() else " " for letter in bare)
    return " ".join(plain.split())[:160] or "document"


def _taken(first: InboxDocument) -> DocumentTaken:
    at = first.received_at.astimezone(zone_of(first.company_id))
    became = {
        DocumentState.ORDERED: f" and was made into an order ({first.order})" if first.order_id else "",
        DocumentState.SET_ASIDE: " and was set aside",
    }.get(DocumentState(first.state), " and waits in the inbox")
    return DocumentTaken(
        f"The same document came in on {formats.date_format(at, 'j M Y H:i')} as {first.filename}{became}.",
        field="file",
        document_id=first.pk,
        order_id=first.order_id,
    )

"""Who works on a document, and what becomes of one that is no order."""

from omc.accounts.models import User
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.eventlog import record
from orders.core.models import Duty, Membership
from orders.core.services.duties import take_duty
from orders.entry.inbox.events import DocumentAssigned, DocumentBroughtBack, DocumentSetAside
from orders.entry.inbox.machines import DOCUMENT, WAITING
from orders.entry.inbox.models import DocumentState, InboxDocument
from orders.entry.inbox.services.locking import lock, move
from orders.entry.inbox.services.reading import read_document


@verb(events=(DocumentAssigned,))
def assign_document(*, document_id: int, actor: Actor, user_id: int | None = None) -> InboxDocument:
    """Take a document on, or give it to a colleague.

    Raises: NotFound, InvalidInput for one that waits no more
    Events: document_assigned
    """
    require(actor, "entry.write_order")
    document = lock(document_id, actor)
    if document.state not in WAITING:
        raise InvalidInput(f"{document} does not wait any more.")
    owner = user_id or actor.user_id
    members = Membership.objects.filter(company_id=actor.company_id, user_id=owner or 0, user__is_active=True)
    if not members.exists():
        raise NotFound("That person does not work here.", field="user_id")
    document.assignee = User.objects.get(pk=owner or 0)
    document.save(update_fields=["assignee"])
    record(document, DocumentAssigned(to=str(document.assignee)), actor=actor)
    duty = Duty.objects.filter(subject_type="inboxdocument", subject_id=document.pk, closed_at=None).first()
    if duty is not None:
        take_duty(duty_id=duty.pk, actor=actor, owner_id=owner)
    return document


@verb(events=(DocumentSetAside,))
def set_aside(*, document_id: int, reason: str, actor: Actor) -> InboxDocument:
    """Put a document away that is no order, and say why.

    Raises: InvalidInput without a reason, IllegalTransition, NotFound
    Events: document_set_aside
    """
    require(actor, "entry.write_order")
    if not reason.strip():
        raise InvalidInput("Say why it is set aside.", field="reason")
    document = lock(document_id, actor)
    said = reason.strip()[:200]
    move_to = DocumentState.SET_ASIDE
    DOCUMENT.check(document, move_to)
    move(document, move_to, DocumentSetAside(reason=said), actor, reason=said)
    return document


@verb(events=(DocumentBroughtBack,))
def bring_back(*, document_id: int, actor: Actor) -> InboxDocument:
    """Let a document wait again: one that was set aside, or whose draft order was given up.

    Raises: IllegalTransition, with the order where one stands; NotFound
    Events: document_brought_back, and what reading it comes to when it has no lines yet
    """
    require(actor, "entry.write_order")
    document = lock(document_id, actor)
    has_lines = document.lines.exists()
    to = DocumentState.PROPOSED if has_lines and document.customer_id else DocumentState.RECEIVED
    DOCUMENT.check(document, to)
    document.order = None
    move(document, to, DocumentBroughtBack(), actor, order=None, reason="")
    if to == DocumentState.RECEIVED:
        read: InboxDocument = read_document(document_id=document_id, actor=actor)
        return read
    return document

"""The document in hand: its row held until the transaction ends."""

from typing import Any

from omc.lib.actor import Actor
from omc.lib.errors import NotFound, StaleVersion
from omc.lib.events import Event
from orders.core.eventlog import record, record_many
from orders.entry.inbox.machines import DOCUMENT
from orders.entry.inbox.models import InboxDocument


def lock(document_id: int, actor: Actor, *, version: int | None = None) -> InboxDocument:
    """Raises: NotFound; StaleVersion when ``version`` is given and somebody saved since"""
    document = (
        InboxDocument.objects.select_for_update(of=("self",))
        .select_related("company", "customer", "order")
        .filter(pk=document_id, company_id=actor.company_id)
        .first()
    )
    if document is None:
        raise NotFound(f"There is no document {document_id} in the inbox.", document_id=document_id)
    if version is not None and version != document.version:
        raise StaleVersion(
            f"Somebody changed {document} meanwhile. Look at it again.", seen=version, current=document.version
        )
    return document


def move(document: InboxDocument, to: str, event: Event, actor: Actor, **stamp: Any) -> None:
    """Move a locked document and write its event; where it is there already, only the event."""
    if document.state == to:
        record(document, event, actor=actor, stamp=stamp)
    else:
        DOCUMENT.advance(document, to, event, actor=actor, record=record_many, stamp=stamp)

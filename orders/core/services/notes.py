"""Notes on documents, with mentions and watchers."""

import re

from omc.accounts.models import User
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.service import verb
from orders.core.models import Membership, Note, Notification, Watch

_MENTION = re.compile(r"(?<!\w)@([\w.+-]+)")


@verb(silent="a note is its own record")
def write_note(
    *, subject_type: str, subject_id: int, body: str, url: str, actor: Actor, order_id: int | None = None
) -> Note:
    """Write a note on a document; @mentions and watchers are notified, and the author watches from now on.

    Raises: InvalidInput for an empty note or an unknown @name
    """
    require(actor, "orders.write_note")
    if not body.strip():
        raise InvalidInput("Write something first.", field="body")
    names = set(_MENTION.findall(body))
    members = {
        member.user.username: member.user
        for member in Membership.objects.filter(
            company_id=actor.company_id, user__username__in=names, user__is_active=True
        ).select_related("user")
    }
    if unknown := names - set(members):
        raise InvalidInput(f"Nobody here is called @{', @'.join(sorted(unknown))}.", field="body")
    note = Note.objects.create(
        company_id=actor.company_id,
        subject_type=subject_type,
        subject_id=subject_id,
        order_id=order_id,
        body=body.strip(),
        author_id=actor.user_id,
        created_at=clock.now(),
    )
    note.mentions.set(members.values())
    _notify(note, list(members.values()), url, actor)
    if actor.user_id:
        watch(subject_type=subject_type, subject_id=subject_id, actor=actor)
    return note


@verb(silent="who watches what is no fact about the document")
def watch(*, subject_type: str, subject_id: int, actor: Actor) -> None:
    """Hear of what happens to a document from now on."""
    if actor.user_id is None:
        raise InvalidInput("Only a person can watch.")
    Watch.objects.get_or_create(
        company_id=actor.company_id, subject_type=subject_type, subject_id=subject_id, user_id=actor.user_id
    )


@verb(silent="who watches what is no fact about the document")
def stop_watching(*, subject_type: str, subject_id: int, actor: Actor) -> None:
    """Hear no more of a document."""
    Watch.objects.filter(subject_type=subject_type, subject_id=subject_id, user_id=actor.user_id or 0).delete()


@verb(silent="a notification is its own record")
def mark_read(*, notification_id: int, actor: Actor) -> None:
    """The user has seen it."""
    Notification.objects.filter(pk=notification_id, user_id=actor.user_id or 0, read_at__isnull=True).update(
        read_at=clock.now()
    )


def _notify(note: Note, mentioned: list[User], url: str, actor: Actor) -> None:
    watchers = Watch.objects.filter(subject_type=note.subject_type, subject_id=note.subject_id).values_list(
        "user_id", flat=True
    )
    told = {user.pk: f"{actor.name} mentioned you: {note.body[:120]}" for user in mentioned}
    for user_id in watchers:
        told.setdefault(user_id, f"{actor.name} wrote: {note.body[:120]}")
    told.pop(actor.user_id or 0, None)
    Notification.objects.bulk_create(
        Notification(company_id=note.company_id, user_id=user_id, text=text, url=url, created_at=note.created_at)
        for user_id, text in told.items()
    )

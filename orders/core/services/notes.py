"""Notes on documents, with mentions and watchers, and what people are told."""

import re
from collections.abc import Mapping

from django.db.models import Max

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.service import verb
from orders.core.models import Event, Membership, Note, Notification, Watch
from orders.core.selectors.documents import Found, document_of, notifications_of

_MENTION = re.compile(r"(?<!\w)@([\w.+-]*\w)")


@verb(silent="a note is its own record")
def write_note(*, subject_type: str, subject_id: int, body: str, actor: Actor) -> Note:
    """Write a note on a document; @mentions and watchers are notified, and the author watches from now on.

    Raises: NotFound, InvalidInput for an empty note or an unknown @name
    """
    require(actor, "orders.write_note")
    found = document_of(subject_type, subject_id, actor)
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
        **found.subject,
        order_id=found.order_id,
        body=body.strip(),
        author_id=actor.user_id,
        created_at=clock.now(),
    )
    note.mentions.set(members.values())
    called = {user.pk: f"{actor.name} mentioned you on {found.row}: {note.body}" for user in members.values()}
    tell_about(found, f"{actor.name} wrote on {found.row}: {note.body}", actor, called)
    if actor.user_id:
        watch(subject_type=subject_type, subject_id=subject_id, actor=actor)
    return note


@verb(silent="who watches what is no fact about the document")
def watch(*, subject_type: str, subject_id: int, actor: Actor) -> None:
    """Hear of what happens to a document from now on.

    Raises: NotFound, InvalidInput
    """
    if actor.user_id is None:
        raise InvalidInput("Only a person can watch.")
    found = document_of(subject_type, subject_id, actor)
    latest = Event.objects.aggregate(latest=Max("id"))["latest"] or 0
    Watch.objects.get_or_create(
        company_id=actor.company_id, **found.subject, user_id=actor.user_id, defaults={"told_event_id": latest}
    )


@verb(silent="who watches what is no fact about the document")
def stop_watching(*, subject_type: str, subject_id: int, actor: Actor) -> None:
    """Hear no more of a document."""
    Watch.objects.filter(
        company_id=actor.company_id, subject_type=subject_type, subject_id=subject_id, user_id=actor.user_id or 0
    ).delete()


@verb(silent="a notification is its own record")
def mark_read(*, notification_id: int, actor: Actor) -> None:
    """The user has seen it."""
    Notification.objects.filter(pk=notification_id, user_id=actor.user_id or 0, read_at__isnull=True).update(
        read_at=clock.now()
    )


@verb(silent="a notification is its own record")
def mark_all_read(*, actor: Actor) -> int:
    """The user has seen everything that they were told in this company; returns how many that were."""
    return notifications_of(actor).filter(read_at__isnull=True).update(read_at=clock.now())


def tell_about(found: Found, text: str, actor: Actor, mentioned: Mapping[int, str] | None = None) -> None:
    """Notify everybody else who watches a document; ``mentioned`` has other words for some."""
    watchers = Watch.objects.filter(**found.subject).values_list("user_id", flat=True)
    told = dict.fromkeys(watchers, text) | dict(mentioned or {})
    told.pop(actor.user_id or 0, None)
    Notification.objects.bulk_create(
        Notification(
            company_id=actor.company_id,
            user_id=user_id,
            text=words[:200],
            url=f"{found.url}#notes",
            created_at=clock.now(),
        )
        for user_id, words in told.items()
    )

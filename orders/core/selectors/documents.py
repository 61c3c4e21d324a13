"""Any document by its subject type: whether it is there for the actor, and what people said about it."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.urls import reverse

from omc.accounts.models import User
from omc.lib.actor import Actor, require
from omc.lib.errors import NotFound
from omc.lib.registry import Document, registry
from orders.core.models import Attachment, Note, Notification, Watch
from orders.core.selectors.messages import messages_seen

PEOPLE = 8
NOTES = 50
FILES = 20


@dataclass(frozen=True)
class Found:
    """A document that the actor may see."""

    document: Document
    row: Any
    order_id: int | None

    @property
    def url(self) -> str:
        return reverse(self.document.page, args=[self.row.pk])

    @property
    def subject(self) -> dict[str, Any]:
        return {"subject_type": self.document.key, "subject_id": self.row.pk}


def document_of(subject_type: str, subject_id: int, actor: Actor) -> Found:
    """The document behind a subject type and id, of the actor's company and for the actor's role.

    Raises: NotFound, also where the role may not look
    """
    document = registry.documents.get(subject_type)
    row = None
    if document is not None and actor.can(document.permission):
        model: Any = apps.get_model(document.model)
        row = model._default_manager.filter(pk=subject_id, company_id=actor.company_id).first()
    if document is None or row is None:
        raise NotFound(f"There is no {subject_type} {subject_id}.")
    if not document.order_field:
        return Found(document, row, None)
    order_id = row.pk if document.order_field == "pk" else getattr(row, f"{document.order_field}_id")
    return Found(document, row, order_id)


def notes_on(found: Found) -> QuerySet[Note]:
    """What colleagues wrote, the newest first."""
    return Note.objects.filter(**found.subject).select_related("author").order_by("-id")


def files_on(found: Found) -> QuerySet[Attachment]:
    """Files that lie on the document itself, the newest first."""
    return Attachment.objects.filter(**found.subject, message=None).select_related("uploaded_by").order_by("-id")


def may_open(row: Attachment, actor: Actor) -> bool:
    """Whoever sees prices may open a file, which may tell some; everybody what they put there themselves."""
    return actor.can("orders.view_price") or (row.uploaded_by_id is not None and row.uploaded_by_id == actor.user_id)


def file_of(attachment_id: int, actor: Actor) -> Attachment:
    """A private file of the actor's company.

    Raises: NotFound, PermissionRefused
    """
    row = Attachment.objects.filter(pk=attachment_id, company_id=actor.company_id).first()
    if row is None or (row.message_id and not messages_seen(actor).filter(pk=row.message_id).exists()):
        raise NotFound(f"There is no file {attachment_id}.")
    if not may_open(row, actor):
        require(actor, "orders.view_price")
    return row


def watchers_of(found: Found) -> list[User]:
    """Who hears of it, by name."""
    rows = Watch.objects.filter(**found.subject).select_related("user").order_by("user__full_name", "user__username")
    return [row.user for row in rows]


def people(actor: Actor, text: str) -> QuerySet[User]:
    """Colleagues whose user name or name begins with the text, for @mentions."""
    rows = User.objects.filter(memberships__company_id=actor.company_id, is_active=True).exclude(pk=actor.user_id or 0)
    if text:
        rows = rows.filter(
            Q(username__istartswith=text) | Q(full_name__istartswith=text) | Q(full_name__icontains=f" {text}")
        )
    return rows.order_by("username")[:PEOPLE]


def notifications_of(actor: Actor) -> QuerySet[Notification]:
    """What the person was told in this company."""
    return Notification.objects.filter(user_id=actor.user_id or 0, company_id=actor.company_id)


def unread_count(actor: Actor) -> int:
    """How many of them wait to be read, up to 100."""
    return notifications_of(actor).filter(read_at__isnull=True).order_by()[:100].count()

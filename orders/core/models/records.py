"""What every stage leaves beside its documents: jobs, messages, notes, files, search, history."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Collate, Upper
from django.utils.translation import gettext_lazy as _

from omc.lib.registry import registry
from orders.core.models.base import CompanyOwned


class JobState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class JobRun(CompanyOwned):
    """One run of a long job: what went in, how far it is, what came out. The lease tells a dead worker from a slow one."""

    kind = models.CharField(max_length=40)
    status = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    inputs = models.JSONField(default=dict)
    code_version = models.CharField(max_length=40, blank=True, default="")
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    step = models.CharField(max_length=120, blank=True, default="")
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True, default="")
    cancel_requested = models.BooleanField(default=False)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.SmallIntegerField(default=0)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    rerun_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company", "-id"], name="job_run_newest"),
            models.Index(fields=["lease_until"], condition=Q(status="running"), name="job_run_leases"),
        ]

    def __str__(self) -> str:
        return f"{registry.jobs.get(self.kind) or self.kind} #{self.pk}"

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


class Message(CompanyOwned):
    """A mail or document to somebody outside, rendered as it left.

    A failed one is tried again at ``retry_at``; where that is empty, only by hand. One that is sent ``again_of`` another
    has its words and files. One that is to be downloaded holds a file for a program, and no address is known. ``told``
    keeps facts that a later message builds on (the dates the customer knows).
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        NOT_SENT = "not_sent", _("Not sent: chosen so")
        TO_FETCH = "to_fetch", _("To be downloaded")

    key = models.CharField(max_length=120, help_text=_("Unique: the same message is never written twice."))
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=10, default="en")
    recipient = models.CharField(max_length=200)
    contact = models.ForeignKey("orders.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    customer = models.ForeignKey("orders.Customer", models.PROTECT, null=True, blank=True, related_name="messages")
    subject_type = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="messages")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    error = models.TextField(blank=True, default="")
    attempts = models.SmallIntegerField(default=0, db_default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    again_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="sent_again")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    told = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "key"], name="message_key_unique")]
        indexes: ClassVar = [
            models.Index(fields=["company", "created_at", "id"], name="message_by_time"),
            models.Index(fields=["subject_type", "subject_id"], name="message_by_subject"),
            models.Index(
                fields=["id"],
                condition=Q(status="queued") | Q(status="failed", retry_at__isnull=False),
                name="message_to_send",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class Attachment(CompanyOwned):
    """A private file on a document or message."""

    subject_type = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="attachments")
    file = models.FileField(upload_to="private/%Y/%m/")
    filename = models.CharField(max_length=160)
    content_type = models.CharField(max_length=100)
    size_bytes = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_type", "subject_id"], name="attachment_by_subject")]

    def __str__(self) -> str:
        return self.filename


class Note(CompanyOwned):
    """What somebody wrote about a document, for colleagues only."""

    subject_type = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="written_notes")
    body = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_type", "subject_id", "-id"], name="note_by_subject")]

    def __str__(self) -> str:
        return self.body[:60]


class Watch(CompanyOwned):
    """Somebody wants to hear what happens to a document."""

    subject_type = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watches")
    told_event_id = models.BigIntegerField(default=0, help_text=_("The last event that the watcher was told of."))

    class Meta:
        verbose_name_plural = "watches"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "user"], name="watch_unique")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} watches {self.subject_type} {self.subject_id}"


class Notification(CompanyOwned):
    """Something a user should see: a mention, or news of what they watch."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    text = models.CharField(max_length=200)
    url = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], condition=Q(read_at__isnull=True), name="notification_unread")
        ]

    def __str__(self) -> str:
        return self.text


class Change(CompanyOwned):
    """What a master-data row was before and after somebody changed it, in our own time."""

    table = models.CharField(max_length=40)
    row_id = models.BigIntegerField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    job = models.CharField(max_length=60, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["table", "row_id", "-id"], name="change_by_row")]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"


class MasterFile(CompanyOwned):
    """A file of customers or items: its rows as they were read and mended, and what became of them."""

    kind = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    filename = models.CharField(max_length=160)
    heads = models.JSONField(default=list)
    rows = models.JSONField(default=list, help_text=_("Each row's cells by column, as text."))
    created_at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    job = models.ForeignKey(JobRun, models.SET_NULL, null=True, blank=True, related_name="+")
    entered = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    same = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "kind", "sha256"], name="master_file_once")]

    def __str__(self) -> str:
        return self.filename


class SearchEntry(CompanyOwned):
    """One thing that search finds: written by the stage that owns it."""

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(help_text=_("Lower case: every word it should be found by."))
    url = models.CharField(max_length=200)
    permission = models.CharField(max_length=40, blank=True, default="")
    weight = models.SmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "search entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "kind", "object_id"], name="search_entry_unique")
        ]
        indexes: ClassVar = [
            GinIndex(
                fields=["text"], name="search_party_trigram", opclasses=["gin_trgm_ops"], condition=Q(weight__gt=0)
            ),
            GinIndex(
                fields=["text"], name="search_document_trigram", opclasses=["gin_trgm_ops"], condition=Q(weight=0)
            ),
            models.Index("company", Collate(Upper("title"), "C"), name="search_by_title"),
        ]

    def __str__(self) -> str:
        return self.title


class IdempotencyKey(CompanyOwned):
    """A POST that creates, seen before: the fingerprint of what was sent and what was answered."""

    key = models.CharField(max_length=80)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    fingerprint = models.CharField(max_length=64)
    status = models.SmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "user", "key"], nulls_distinct=False, name="idempotency_key_unique"
            )
        ]

    def __str__(self) -> str:
        return self.key

"""The append-only log, what is waiting to be delivered from it, and the time people spent."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models.base import CompanyOwned


class Event(CompanyOwned):
    """One fact about one subject, chained to the subject's previous one by ``hash``. Never changed or deleted."""

    subject_type = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    seq = models.IntegerField()
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, related_name="events", db_index=False)
    stage = models.SmallIntegerField()
    type = models.CharField(max_length=40)
    version = models.SmallIntegerField(default=1)
    from_state = models.CharField(max_length=20, blank=True, default="")
    to_state = models.CharField(max_length=20, blank=True, default="")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    contact_id = models.BigIntegerField(null=True)
    job = models.CharField(max_length=60, blank=True, default="")
    department = models.ForeignKey("orders.Department", models.PROTECT, null=True, related_name="+", db_index=False)
    channel = models.CharField(max_length=12)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    touch_seconds = models.IntegerField(default=0)
    rule_version = models.IntegerField(null=True)
    request_id = models.CharField(max_length=64, blank=True, default="")
    lines_digest = models.CharField(max_length=64, blank=True, default="")
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "seq"], name="event_seq_unique")
        ]
        indexes: ClassVar = [
            models.Index(fields=["order", "id"], condition=Q(order__isnull=False), name="event_by_order"),
            models.Index(fields=["company", "type", "at"], name="event_by_type"),
            models.Index(fields=["company", "at"], name="event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.type} #{self.seq} of {self.subject_type} {self.subject_id}"


class EventLine(models.Model):
    """A quantity or price change of one line within an event; covered by the event's hash."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="lines")
    ordinal = models.IntegerField()
    line_id = models.BigIntegerField()
    field = models.CharField(max_length=20)
    before = models.CharField(max_length=40, blank=True, default="")
    after = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "ordinal"], name="event_line_unique")]

    def __str__(self) -> str:
        return f"{self.field}: {self.before} → {self.after}"


class Delivery(models.Model):
    """An event that one subscriber has still to deal with; gone once it has."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=60)
    key = models.CharField(max_length=40, help_text=_("Deliveries of one key are handled in order."))
    company = models.ForeignKey("orders.Company", models.CASCADE, related_name="+", db_index=False)
    due_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    parked = models.BooleanField(default=False)
    error = models.TextField(blank=True, default="")

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "subscriber"], name="delivery_unique")]
        indexes: ClassVar = [
            models.Index(fields=["subscriber", "due_at"], condition=Q(parked=False), name="delivery_due"),
            models.Index(fields=["subscriber", "key", "id"], name="delivery_by_key"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.subscriber}"


class TouchTime(CompanyOwned):
    """Measured active seconds of a user on a subject in a stage on a day.

    ``open_seconds`` are those that no event has taken up yet.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    subject_type = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    stage = models.SmallIntegerField()
    day = models.DateField()
    seconds = models.IntegerField(default=0)
    open_seconds = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "subject_type", "subject_id", "stage", "day"], name="touch_time_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}: {self.seconds} s"

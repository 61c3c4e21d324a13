"""A change order: what somebody wants of a confirmed order instead, written against the version that they saw."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import Subject


class ChangeState(models.TextChoices):
    OPEN = "open", _("Open")
    CONFLICTED = "conflicted", _("Somebody else saved first")
    APPLIED = "applied", _("Saved")
    EXPIRED = "expired", _("Ran out")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ChangeReason(models.TextChoices):
    MIS_ORDERED = "mis_ordered", _("Mis-ordered")
    CHANGED_MIND = "changed_mind", _("Customer changed their mind")
    OUR_ERROR = "our_error", _("Our error")
    PRICE_CORRECTION = "price_correction", _("Price correction")
    SUBSTITUTION = "substitution", _("Substitution")
    DATE_CHANGE = "date_change", _("Date change")


class ChangeSet(Subject):
    """One person's change of one confirmed order. While it is open its ``hold`` keeps the order from being released.

    ``order_version`` is the version that it was written against, ``seen`` the order as it stood then:
    ``{"order": {field: value}, "lines": {line id: {field: value}}}``. ``revision`` counts its own edits.
    """

    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="changes")
    order_version = models.IntegerField()
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.OPEN)
    seen = models.JSONField(default=dict)
    revision = models.IntegerField(default=1)
    hold = models.ForeignKey("orders.Hold", models.PROTECT, null=True, blank=True, related_name="+")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ChangeState.values), name="change_state_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("opened_at")), name="change_expires_later"),
            models.UniqueConstraint(
                fields=["order", "opened_by"],
                condition=Q(state__in=["open", "conflicted"]),
                name="one_open_change_per_order_and_person",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "expires_at"],
                condition=Q(state__in=["open", "conflicted"]),
                name="change_open_by_expiry",
            ),
            models.Index(fields=["order", "-id"], name="change_of_order"),
        ]

    def __str__(self) -> str:
        return f"{self.order} change {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in (ChangeState.OPEN, ChangeState.CONFLICTED)


class ChangeEdit(models.Model):
    """What a change wants of one line, of the order itself (``what`` is order), or of a line to be added.

    ``fields`` holds the new values as text, only those that differ from what was seen. Units: quantities in the
    line's own unit, prices per stock unit in the order's currency.
    """

    class What(models.TextChoices):
        ORDER = "order", _("The order")
        LINE = "line", _("A line")
        ADDED = "added", _("A new line")

    change = models.ForeignKey(ChangeSet, models.CASCADE, related_name="edits")
    what = models.CharField(max_length=6, choices=What)
    line = models.ForeignKey("orders.OrderLine", models.PROTECT, null=True, blank=True, related_name="+")
    position = models.IntegerField(default=0)
    fields = models.JSONField(default=dict)
    reason = models.CharField(max_length=20, choices=ChangeReason, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(what="line", line__isnull=False) | (~Q(what="line") & Q(line__isnull=True)),
                name="change_edit_of_a_line",
            ),
            models.CheckConstraint(condition=Q(reason__in=["", *ChangeReason.values]), name="change_reason_known"),
            models.UniqueConstraint(fields=["change", "line"], name="change_edit_once"),
        ]
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.what} {self.line_id or self.position or ''}"

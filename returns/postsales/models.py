"""Stage 10: cases that customers open, and what we owe them after delivery."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import CompanyOwned, Subject


class CaseState(models.TextChoices):
    NEW = "new", _("New")
    ASSIGNED = "assigned", _("Assigned")
    WAITING_CUSTOMER = "waiting_customer", _("Waiting for the customer")
    WAITING_INTERNAL = "waiting_internal", _("Waiting for a colleague")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")


class CaseKind(models.TextChoices):
    QUESTION = "question", _("Question")
    PROBLEM = "problem", _("Problem")
    COMPLAINT = "complaint", _("Complaint")
    TRAINING = "training", _("Training")
    WARRANTY = "warranty", _("Warranty")
    FEEDBACK = "feedback", _("Feedback")


class Case(Subject):
    """Something a customer wants from us, until they say it is settled."""

    number = models.CharField(max_length=20)
    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="cases")
    contact = models.ForeignKey("orders.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="cases")
    return_order = models.ForeignKey(
        "returns_claims.Return", models.PROTECT, null=True, blank=True, related_name="cases"
    )
    kind = models.CharField(max_length=10, choices=CaseKind, default=CaseKind.QUESTION)
    state = models.CharField(max_length=16, choices=CaseState, default=CaseState.NEW)
    subject = models.CharField(max_length=160)
    body = models.TextField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    resolution = models.TextField(blank=True)
    satisfaction = models.SmallIntegerField(null=True, blank=True, help_text=_("1 to 5, said by the customer."))
    reply_due_at = models.DateTimeField(null=True, blank=True)
    first_reply_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="case_number_unique"),
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_known"),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__range=(1, 5)), name="case_satisfaction_range"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "created_at", "id"], name="case_by_time"),
            models.Index(fields=["company", "state", "-id"], name="case_by_state"),
        ]

    def __str__(self) -> str:
        return self.number


class CaseMessage(models.Model):
    """One thing said in a case; only ``to_customer`` ones leave the house, ``by_customer`` ones came in."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    to_customer = models.BooleanField(default=False)
    by_customer = models.BooleanField(default=False)
    body = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(to_customer=True, by_customer=True), name="case_message_one_direction")
        ]

    def __str__(self) -> str:
        return self.body[:60]


class FollowUp(CompanyOwned):
    """A call or visit that we owe a customer, from a case or a delivered order."""

    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="follow_ups")
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="follow_ups")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="follow_ups")
    purpose = models.CharField(max_length=160)
    due_on = models.DateField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(order__isnull=False) | Q(case__isnull=False), name="follow_up_about_something"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "due_on"], condition=Q(done_at__isnull=True), name="follow_up_open")
        ]

    def __str__(self) -> str:
        return self.purpose

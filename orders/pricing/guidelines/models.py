"""How far discounts may go, and who was asked to let one go further."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import AmountField, Subject
from orders.core.models.base import known


class Mode(models.TextChoices):
    WARN = "warn", _("Warn")
    APPROVE = "approve", _("Ask for approval")
    BLOCK = "block", _("Refuse")


class DiscountGuideline(models.Model):
    """One row of a version of the guidelines: for whom and what it holds (a condition tree), and how far one may go.

    Rows are written with their version and never changed.
    """

    version = models.ForeignKey("orders.RuleVersion", models.PROTECT, related_name="discount_guidelines")
    position = models.SmallIntegerField()
    tree = models.JSONField(default=dict)
    max_discount_percent = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    min_margin_percent = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.APPROVE)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "position"], name="guideline_position_unique"),
            known("mode", Mode, "guideline_mode_known"),
            models.CheckConstraint(
                condition=Q(max_discount_percent__isnull=False) | Q(min_margin_percent__isnull=False),
                name="guideline_limits_something",
            ),
            models.CheckConstraint(
                condition=Q(max_discount_percent__isnull=True)
                | Q(max_discount_percent__gte=0, max_discount_percent__lte=100),
                name="guideline_discount_in_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.position}"


class ApprovalState(models.TextChoices):
    REQUESTED = "requested", _("Asked for")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    EXPIRED = "expired", _("Expired")
    VOIDED = "voided", _("Void: prices changed")


class Approval(Subject):
    """One request to let a quote or an order go further than the guidelines, as its prices stood then.

    ``fingerprint`` is what was priced: when it is another one, the approval is void. ``findings`` say per line what goes
    too far and by which guideline. Units: company currency; ``system_base`` is the value at the prices in force.
    """

    quote = models.ForeignKey("orders_pricing.Quote", models.PROTECT, null=True, blank=True, related_name="approvals")
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="approvals")
    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="+")
    version = models.ForeignKey("orders.RuleVersion", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ApprovalState, default=ApprovalState.REQUESTED)
    reason = models.CharField(max_length=300, blank=True, default="")
    findings = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64)
    system_base = AmountField()
    net_base = AmountField()
    cost_base = AmountField(null=True, blank=True, help_text=_("Empty when any line's cost is unknown."))
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", help_text=_("Asked by name.")
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            known("state", ApprovalState, "approval_state_known"),
            models.CheckConstraint(
                condition=Q(quote__isnull=False, order__isnull=True) | Q(quote__isnull=True, order__isnull=False),
                name="approval_of_one_document",
            ),
            models.UniqueConstraint(
                fields=["quote"], condition=Q(state__in=["requested", "approved"]), name="one_approval_per_quote"
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state__in=["requested", "approved"]), name="one_approval_per_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-id"], name="approval_newest"),
            models.Index(fields=["company", "expires_at"], condition=Q(state="requested"), name="approval_to_expire"),
            models.Index(fields=["company", "decided_at"], condition=Q(state="approved"), name="approval_granted"),
        ]

    def __str__(self) -> str:
        return f"discount request {self.pk}"

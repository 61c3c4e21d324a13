"""Who must do what next, and what stops an order."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.core.models.base import AmountField, CompanyOwned, known


class Duty(CompanyOwned):
    """Something that a department (its ``queue``), or one ``owner`` in it, must do next. Waiting is measured on these."""

    subject_type = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    stage = models.SmallIntegerField()
    name = models.CharField(max_length=60)
    order = models.ForeignKey(
        "orders.Order", models.CASCADE, null=True, blank=True, related_name="duties", db_index=False
    )
    customer = models.ForeignKey(
        "orders.Customer", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    queue = models.ForeignKey("orders.Department", models.PROTECT, related_name="duties", db_index=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="duties")
    value_base = AmountField(default=Decimal(0))
    waits_for_customer = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        verbose_name_plural = "duties"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "stage"],
                condition=Q(closed_at__isnull=True),
                name="one_open_duty_per_subject_and_stage",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "stage", "opened_at", "id"],
                include=["order"],
                condition=Q(closed_at__isnull=True),
                name="duty_open_with_order",
            ),
            models.Index(
                fields=["company", "opened_at", "id"], condition=Q(closed_at__isnull=True), name="duty_open_by_age"
            ),
            models.Index(
                fields=["company", "due_at", "id"], condition=Q(closed_at__isnull=True), name="duty_open_by_due"
            ),
            models.Index(
                fields=["company", "value_base", "id"], condition=Q(closed_at__isnull=True), name="duty_open_by_value"
            ),
            models.Index(
                fields=["company", "stage", "name", "opened_at", "id"],
                condition=Q(closed_at__isnull=True),
                name="duty_open_by_kind",
            ),
            models.Index(fields=["order", "stage"], condition=Q(closed_at__isnull=True), name="duty_open_by_order"),
            models.Index(fields=["order", "opened_at"], name="duty_by_order"),
            models.Index(fields=["company", "stage", "closed_at"], name="duty_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.subject_type} {self.subject_id})"


class HoldCause(models.TextChoices):
    CUSTOMER = "customer", _("The customer")
    US = "us", _("Us")
    SUPPLY = "supply", _("Supply")


class HoldScope(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    ORDER = "order", _("Order")
    LINE = "line", _("Line")


class Touched(models.TextChoices):
    """What of a confirmed order a change may touch."""

    QUANTITY = "quantity", _("A quantity")
    PRICE = "unit_price", _("A price")
    DATE = "requested_date", _("A requested date")
    ADDRESS = "ship_to_id", _("An address")
    ADDED = "added", _("A line is added")


class HoldType(CompanyOwned):
    """A kind of stop: what it blocks, who may lift it, when it places itself.

    ``blocks`` holds transition words: confirm, allocate, release, pick, ship, invoice. It places itself when its
    published condition is met at submit, when a change order touches one of ``on_change``, and on an order from
    which a hold of the kind ``after`` was lifted.
    """

    code = models.CharField(max_length=30)
    name = models.CharField(max_length=60)
    scope = models.CharField(max_length=8, choices=HoldScope, default=HoldScope.ORDER)
    cause = models.CharField(max_length=8, choices=HoldCause, default=HoldCause.US)
    blocks = ArrayField(models.CharField(max_length=12), default=list)
    is_credit = models.BooleanField(default=False)
    keeps_stock = models.BooleanField(default=True)
    resolve_permission = models.CharField(max_length=40, default="orders.resolve_hold")
    rule_key = models.CharField(
        max_length=40, blank=True, help_text=_("The published condition that places it at submit.")
    )
    on_change = ArrayField(models.CharField(max_length=20, choices=Touched), default=list, blank=True)
    after = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    sla_minutes = models.IntegerField(default=480)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "code"], name="hold_type_code_unique"),
            models.CheckConstraint(
                condition=Q(on_change__contained_by=Touched.values), name="hold_type_on_change_known"
            ),
            models.CheckConstraint(
                condition=Q(scope=HoldScope.ORDER) | Q(after=None, on_change=[]),
                name="only_order_holds_place_themselves",
            ),
            models.CheckConstraint(condition=~Q(after=F("id")), name="hold_type_not_after_itself"),
            known("cause", HoldCause, "hold_type_cause_known"),
            models.CheckConstraint(
                condition=Q(is_credit=False) | ~Q(blocks__contains=["invoice"]),
                name="credit_hold_never_blocks_invoicing",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class HoldState(models.TextChoices):
    ACTIVE = "active", _("Active")
    RESOLVED = "resolved", _("Resolved")
    REJECTED = "rejected", _("Rejected")


class Hold(CompanyOwned):
    """One stop on one customer, order or line, with its reason, owner and clock. A rejected one still blocks."""

    hold_type = models.ForeignKey(HoldType, models.PROTECT, related_name="holds")
    customer = models.ForeignKey("orders.Customer", models.PROTECT, null=True, blank=True, related_name="holds")
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="holds")
    line = models.ForeignKey("orders.OrderLine", models.PROTECT, null=True, blank=True, related_name="holds")
    status = models.CharField(max_length=8, choices=HoldState, default=HoldState.ACTIVE)
    reason = models.CharField(max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    placed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True, help_text=_("When it was brought before a lead."))
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=300, blank=True, default="")
    hops = models.SmallIntegerField(
        default=0, db_default=0, help_text=_("How many holds before it placed one another.")
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(customer__isnull=False, order__isnull=True, line__isnull=True)
                | Q(customer__isnull=True, order__isnull=False),
                name="hold_on_one_thing",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["order"], condition=~Q(status="resolved"), name="hold_open_by_order"),
            models.Index(fields=["customer"], condition=~Q(status="resolved"), name="hold_open_by_customer"),
            models.Index(fields=["company", "-placed_at"], condition=~Q(status="resolved"), name="hold_open"),
            models.Index(
                fields=["due_at"], condition=Q(status="active", escalated_at__isnull=True), name="hold_to_escalate"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hold_type_id}: {self.reason}"


class RuleState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class RuleVersion(CompanyOwned):
    """One version of a named condition; at most one per key is published. ``tree`` is a typed condition tree."""

    key = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    number = models.IntegerField()
    status = models.CharField(max_length=10, choices=RuleState, default=RuleState.DRAFT)
    tree = models.JSONField(default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "key", "number"], name="rule_version_unique"),
            models.UniqueConstraint(
                fields=["company", "key"], condition=Q(status="published"), name="one_published_rule_version"
            ),
            known("status", RuleState, "rule_version_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

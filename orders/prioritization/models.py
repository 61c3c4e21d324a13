"""Stage 5: rule sets, each open order's rank with its reasons, allocation runs."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import QuantityField, Subject


class RuleSetState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class RuleSet(Subject):
    """A version of how orders are ranked. ``body`` holds groups and rules; one per company is published.

    Units: points; ``points_per_day`` per working day waited, uncapped.
    """

    number = models.IntegerField()
    name = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=RuleSetState, default=RuleSetState.DRAFT)
    points_per_day = models.DecimalField(max_digits=10, decimal_places=4, default=Decimal(25))
    body = models.JSONField(default=dict)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="rule_set_number_unique"),
            models.UniqueConstraint(fields=["company"], condition=Q(state="published"), name="rule_set_one_published"),
            models.CheckConstraint(condition=Q(state__in=RuleSetState.values), name="rule_set_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


class Ranking(models.Model):
    """Why an open order stands where it stands. ``parts`` are the points with their sentences and sum to ``points``.

    ``sort_key`` is points minus slope × start of waiting (in working days), so that the passing of time rewrites
    nothing: higher stands earlier. Position is a count. ``basis`` is a hash of what the parts were made from.
    """

    order = models.OneToOneField("orders.Order", models.CASCADE, primary_key=True, related_name="ranking")
    company = models.ForeignKey("orders.Company", models.CASCADE, related_name="+", db_index=False)
    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="+", db_index=False)
    points = models.DecimalField(max_digits=14, decimal_places=4)
    sort_key = models.DecimalField(max_digits=20, decimal_places=4)
    waiting_since = models.DateTimeField()
    parts = models.JSONField(default=list)
    basis = models.BigIntegerField(null=True)
    is_open = models.BooleanField(default=True)
    computed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company", "-sort_key", "order"], condition=Q(is_open=True), name="ranking_queue")
        ]

    def __str__(self) -> str:
        return str(self.order)


class AllocationRunState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    APPLIED = "applied", _("Applied")
    DISCARDED = "discarded", _("Discarded")


class AllocationRun(Subject):
    """One pass over waiting promises in rank order: a proposal, then what was applied of it."""

    state = models.CharField(max_length=10, choices=AllocationRunState, default=AllocationRunState.PROPOSED)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=AllocationRunState.values), name="allocation_run_state_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "created_at", "id"], name="allocation_run_by_time")]

    def __str__(self) -> str:
        return f"Allocation run {self.pk}"


class AllocationRow(models.Model):
    """What a run gives one promise, and why; ``skipped`` names what had changed when it was applied."""

    run = models.ForeignKey(AllocationRun, models.CASCADE, related_name="rows")
    position = models.IntegerField()
    promise = models.ForeignKey("planning.Promise", models.CASCADE, related_name="+")
    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="+")
    wanted = QuantityField()
    before = QuantityField()
    after = QuantityField()
    reason = models.CharField(max_length=160)
    skipped = models.CharField(max_length=160, blank=True, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "position"], name="allocation_row_unique")]

    def __str__(self) -> str:
        return f"{self.promise_id}: {self.before} → {self.after}"

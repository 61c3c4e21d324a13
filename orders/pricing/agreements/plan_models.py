"""The plan of a blanket agreement: which of its items the customer wants on which days."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import QuantityField, Subject
from orders.core.models.base import known


class PlannedReleaseState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DUE = "due", _("To be ordered")
    ORDERED = "ordered", _("Ordered")
    SKIPPED = "skipped", _("Skipped")


class PlannedRelease(Subject):
    """What a customer is to take of an agreement on a day, and the order that was made of it.

    ``number`` counts the planned releases of an agreement; releases (orders that draw) are numbered for themselves.
    """

    agreement = models.ForeignKey("orders_pricing.Agreement", models.PROTECT, related_name="planned")
    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    day = models.DateField(help_text=_("When the customer wants it."))
    state = models.CharField(max_length=10, choices=PlannedReleaseState, default=PlannedReleaseState.PLANNED)
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="planned_releases")
    because = models.CharField(max_length=200, blank=True, default="", help_text=_("Why it was moved or skipped."))
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "number"], name="planned_release_number_unique"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(order__isnull=False), name="planned_release_once_per_order"
            ),
            models.CheckConstraint(
                condition=Q(state="ordered", order__isnull=False) | (~Q(state="ordered") & Q(order__isnull=True)),
                name="planned_release_ordered_by_an_order",
            ),
            known("state", PlannedReleaseState, "planned_release_state_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "day", "id"], name="planned_release_by_day"),
            models.Index(
                fields=["company", "day"], condition=Q(state__in=["planned", "due"]), name="planned_release_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement}/{self.number}"


class PlannedLine(models.Model):
    """One item of a planned release, as typed and in the stock unit."""

    release = models.ForeignKey(PlannedRelease, models.CASCADE, related_name="lines")
    item = models.ForeignKey("orders_pricing.AgreementItem", models.PROTECT, related_name="planned")
    unit = models.CharField(max_length=10)
    unit_factor = QuantityField(default=Decimal(1))
    typed_quantity = QuantityField()
    quantity = QuantityField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "item"], name="planned_line_once_per_item"),
            models.CheckConstraint(condition=Q(quantity__gt=Decimal(0)), name="planned_line_wants_something"),
            models.CheckConstraint(
                condition=Q(quantity=F("typed_quantity") * F("unit_factor")), name="planned_line_converts_exactly"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release_id}/{self.item_id}"

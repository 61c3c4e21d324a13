"""Places that are to be counted, because somebody found less there than the books say."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import QuantityField, Subject


class CountState(models.TextChoices):
    TO_COUNT = "to_count", _("To count")
    COUNTED = "counted", _("Counted")


class CycleCount(Subject):
    """One item in one bin that is to be counted; without a bin, what of it is not placed. At most one is open per place.

    Units: stock unit. ``expected`` is what the books said was there when it was counted, ``difference`` what was posted.
    """

    product = models.ForeignKey("orders.Product", models.PROTECT, related_name="+")
    warehouse = models.ForeignKey("orders.Warehouse", models.PROTECT, related_name="+")
    bin = models.CharField(max_length=20, blank=True, default="")
    state = models.CharField(max_length=8, choices=CountState, default=CountState.TO_COUNT)
    reason = models.CharField(max_length=60)
    reference = models.CharField(max_length=60, blank=True, default="")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    expected = QuantityField(null=True, blank=True)
    counted = QuantityField(null=True, blank=True)
    difference = QuantityField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product", "warehouse", "bin"], condition=Q(state="to_count"), name="count_open_once"
            ),
            models.CheckConstraint(condition=Q(state__in=CountState.values), name="count_state_known"),
            models.CheckConstraint(
                condition=Q(state="to_count", counted__isnull=True) | Q(state="counted", counted__gte=0),
                name="count_has_its_number",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "asked_at", "id"], name="count_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.product} · {self.bin or '–'}"

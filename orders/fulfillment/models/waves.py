"""Waves of shipments that are picked on one walk, and what was taken from which place."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import CompanyOwned, QuantityField, Subject


class WaveState(models.TextChoices):
    OPEN = "open", _("Waits for a picker")
    PICKING = "picking", _("Picking")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Wave(Subject):
    """Shipments of one warehouse that are picked on one walk, each into a tote of its own.

    Units: ``minutes`` of planned warehouse work. ``chosen_by`` says by which filter they were chosen.
    """

    number = models.CharField(max_length=20)
    warehouse = models.ForeignKey("orders.Warehouse", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=WaveState, default=WaveState.OPEN)
    minutes = models.IntegerField(default=0)
    chosen_by = models.CharField(max_length=200, blank=True, default="")
    picker = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="wave_number_unique"),
            models.CheckConstraint(condition=Q(state__in=WaveState.values), name="wave_state_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-id"], name="wave_newest"),
            models.Index(fields=["company", "created_at", "id"], name="wave_by_time"),
        ]

    def __str__(self) -> str:
        return self.number


class PickTake(CompanyOwned):
    """So much of a shipment's line was taken from a place. ``client_id`` is made by the device that scanned it, so that
    a scan which is sent again is known.

    Units: stock unit. ``unit`` is empty for what is not placed, and once nothing of the unit is left.
    """

    line = models.ForeignKey("orders_fulfillment.ShipmentLine", models.CASCADE, related_name="takes")
    unit = models.ForeignKey("planning.StockUnit", models.SET_NULL, null=True, blank=True, related_name="+")
    quantity = QuantityField()
    bin = models.CharField(max_length=20, blank=True, default="")
    lot = models.CharField(max_length=40, blank=True, default="")
    serial = models.CharField(max_length=60, blank=True, default="")
    client_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "client_id"], name="pick_take_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="pick_take_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} from {self.bin or '–'}"

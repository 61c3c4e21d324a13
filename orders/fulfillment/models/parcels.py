"""Parcels: what a carrier takes, each with what lies in it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from orders.core.models import AmountField, QuantityField
from orders.fulfillment.models.shipments import Shipment, ShipmentLine


class Parcel(models.Model):
    """One box of a shipment. Units: kilograms, centimeters; costs in company currency, None is not known.

    ``sscc`` is its number for ever (18 digits, GS1), where the company has a prefix of its own.
    """

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="parcels")
    position = models.SmallIntegerField()
    weight_kg = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    length_cm = models.DecimalField(max_digits=7, decimal_places=1, null=True, blank=True)
    width_cm = models.DecimalField(max_digits=7, decimal_places=1, null=True, blank=True)
    height_cm = models.DecimalField(max_digits=7, decimal_places=1, null=True, blank=True)
    tracking_number = models.CharField(max_length=60, blank=True, default="")
    sscc = models.CharField(max_length=18, blank=True, default="", db_default="")
    quoted_cost = AmountField(null=True, blank=True)
    actual_cost = AmountField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shipment", "position"], name="parcel_unique"),
            models.UniqueConstraint(fields=["sscc"], condition=~Q(sscc=""), name="parcel_sscc_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}/{self.position}"


class ParcelContent(models.Model):
    """How much of a shipment's line lies in a parcel. Units: stock unit.

    The only parcel of a shipment holds all of it and has no rows; nor have several that nobody wrote down.
    """

    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="contents")
    line = models.ForeignKey(ShipmentLine, models.CASCADE, related_name="contents")
    quantity = QuantityField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parcel", "line"], name="parcel_content_unique"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="parcel_content_something"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of line {self.line_id}"

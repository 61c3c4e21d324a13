"""What happened to parcels on their way."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.fulfillment.models.parcels import Parcel
from orders.fulfillment.models.shipments import Shipment


class TrackingKind(models.TextChoices):
    ACCEPTED = "accepted", _("Taken over by the carrier")
    IN_TRANSIT = "in_transit", _("On its way")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    DELIVERED = "delivered", _("Delivered")
    EXCEPTION = "exception", _("Something went wrong")


class TrackingEvent(models.Model):
    """One thing that a carrier said of a parcel; said again it is the same row."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="tracking")
    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="tracking")
    kind = models.CharField(max_length=20, choices=TrackingKind)
    at = models.DateTimeField()
    place = models.CharField(max_length=80, blank=True)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parcel", "kind", "at"], name="tracking_event_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["accepted", "in_transit", "out_for_delivery", "delivered", "exception"]),
                name="tracking_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parcel_id}: {self.kind}"

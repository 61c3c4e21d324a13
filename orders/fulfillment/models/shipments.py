"""Shipments, their lines and their parcels."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import QuantityField, Subject


class ShipmentState(models.TextChoices):
    PICKING = "picking", _("Picking")
    PICKED = "picked", _("Picked")
    CHECKED = "checked", _("Checked")
    PACKED = "packed", _("Packed")
    SHIPPED = "shipped", _("Shipped")
    IN_TRANSIT = "in_transit", _("In transit")
    DELIVERED = "delivered", _("Delivered")
    EXCEPTION = "exception", _("Exception")
    RETURNED = "returned", _("Returned")
    CANCELLED = "cancelled", _("Cancelled")


# It has left the house, whatever became of it since: it is billed, and no longer picked back.
GONE = (
    ShipmentState.SHIPPED,
    ShipmentState.IN_TRANSIT,
    ShipmentState.EXCEPTION,
    ShipmentState.RETURNED,
    ShipmentState.DELIVERED,
)


class ExceptionReason(models.TextChoices):
    ADDRESS = "address", _("Address incomplete or wrong")
    NOBODY_THERE = "nobody_there", _("Nobody there")
    REFUSED = "refused", _("Refused")
    DAMAGED = "damaged", _("Damaged on the way")
    LOST = "lost", _("Lost")
    OTHER = "other", _("Something else")


class ShortReason(models.TextChoices):
    NOT_FOUND = "not_found", _("Not found")
    DAMAGED = "damaged", _("Damaged")
    MISCOUNT = "miscount", _("Stock was miscounted")
    WRONG_PLACE = "wrong_place", _("In the wrong place")


class Shipment(Subject):
    """What leaves a warehouse for one address, made from exactly one released planned shipment.

    It exists from the start of picking; un-picked it is cancelled, and its planned shipment waits again. With a
    ``supply`` order the supplier sent it to the customer himself, and it exists from then on. One that
    ``is_collected`` waits at the warehouse, packed, until the customer fetches it. One that is picked in a wave has a
    ``tote`` on its cart.

    ``service`` is the one planned, then the one whose labels were bought (at ``labels_at``, for the ``labels_bought``th
    time); ``proposed_service`` was the cheapest then that kept the promise. ``expected_on`` is when it should arrive.
    """

    number = models.CharField(max_length=20)
    planned = models.ForeignKey("orders_scheduling.PlannedShipment", models.PROTECT, related_name="shipments")
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="shipments")
    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="+", db_index=False)
    warehouse = models.ForeignKey("orders.Warehouse", models.PROTECT, related_name="+")
    ship_to = models.ForeignKey("orders.Address", models.PROTECT, null=True, blank=True, related_name="+")
    service = models.ForeignKey("planning.CarrierService", models.PROTECT, null=True, blank=True, related_name="+")
    supply = models.ForeignKey("planning.SupplyOrder", models.PROTECT, null=True, blank=True, related_name="shipments")
    proposed_service = models.ForeignKey(
        "planning.CarrierService", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    is_residential = models.BooleanField(default=False, db_default=False)
    labels_at = models.DateTimeField(null=True, blank=True)
    labels_bought = models.SmallIntegerField(default=0, db_default=0)
    expected_on = models.DateField(null=True, blank=True)
    is_collected = models.BooleanField(default=False, db_default=False)
    wave = models.ForeignKey("orders_fulfillment.Wave", models.PROTECT, null=True, blank=True, related_name="shipments")
    tote = models.SmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ShipmentState, default=ShipmentState.PICKING)
    tracking_number = models.CharField(max_length=60, blank=True, default="")
    picker = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    checker = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    picked_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    packed_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    exception_reason = models.CharField(max_length=20, choices=ExceptionReason, blank=True, default="", db_default="")
    received_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="shipment_number_unique"),
            models.CheckConstraint(condition=Q(state__in=ShipmentState.values), name="shipment_state_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "created_at", "id"], name="shipment_by_time"),
            models.Index(fields=["company", "state", "-id"], name="shipment_by_state"),
            models.Index(
                fields=["company", "created_at", "id"],
                condition=Q(state="picking") | Q(state="picked") | Q(state="checked") | Q(state="packed"),
                name="shipment_at_warehouse",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ShipmentLine(models.Model):
    """How much of an order line a shipment carries. Units: stock unit.

    ``quantity`` is what was to be picked; a ``short_reason`` says why less of it was, and the rest left this shipment.
    ``taken`` is Σ of its takes: what was scanned off the shelves while it is picked.
    ``counted`` is what whoever checked the pick found; None: nobody checked it.
    """

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="lines")
    order_line = models.ForeignKey("orders.OrderLine", models.PROTECT, related_name="shipment_lines")
    promise = models.ForeignKey("planning.Promise", models.PROTECT, related_name="+")
    quantity = QuantityField()
    taken = QuantityField(default=Decimal(0), db_default=Decimal(0))
    picked = QuantityField(default=Decimal(0))
    packed = QuantityField(default=Decimal(0))
    shipped = QuantityField(default=Decimal(0))
    short_reason = models.CharField(max_length=20, blank=True, default="")
    counted = QuantityField(null=True, blank=True)
    unit = models.ForeignKey("planning.StockUnit", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shipment", "promise"], name="shipment_line_unique"),
            models.CheckConstraint(condition=Q(taken__gte=0) & Q(taken__lte=F("quantity")), name="shipment_line_taken"),
            models.CheckConstraint(
                condition=Q(picked__gte=0)
                & Q(picked__lte=F("quantity"))
                & Q(packed__gte=0)
                & Q(packed__lte=F("picked"))
                & Q(shipped__gte=0)
                & Q(shipped__lte=F("packed")),
                name="shipment_line_quantities",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of line {self.order_line_id}"

    @property
    def short_word(self) -> str:
        return (
            str(ShortReason(self.short_reason).label) if self.short_reason in ShortReason.values else self.short_reason
        )

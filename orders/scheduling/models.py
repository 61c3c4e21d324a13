"""Stage 6: which part of an order leaves from where on which day."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import QuantityField, Subject


class PlanState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    FROZEN = "frozen", _("Frozen")
    RELEASED = "released", _("Released")
    DONE = "done", _("Taken over by a shipment")
    CANCELLED = "cancelled", _("Cancelled")


class PlannedShipment(Subject):
    """A part of an order that is to leave a warehouse for an address on a day (its slot).

    Units: ``work_minutes`` of warehouse work, counted against the day's capacity. What a supplier sends
    to the customer (``supplier_ships``) has no work of ours and is never released: he says when it left.
    """

    number = models.CharField(max_length=20)
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="planned_shipments")
    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="+", db_index=False)
    warehouse = models.ForeignKey("orders.Warehouse", models.PROTECT, related_name="+")
    ship_to = models.ForeignKey("orders.Address", models.PROTECT, null=True, blank=True, related_name="+")
    service = models.ForeignKey("planning.CarrierService", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=PlanState, default=PlanState.PLANNED)
    slot_date = models.DateField()
    due_date = models.DateField(help_text=_("Ship date the promise asks for."))
    work_minutes = models.IntegerField(default=0)
    late_reason = models.CharField(max_length=20, blank=True, default="")
    supplier_ships = models.BooleanField(default=False, db_default=False)
    is_pinned = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="planned_shipment_number_unique"),
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="planned_shipment_state_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "created_at", "id"], name="planned_shipment_by_time"),
            models.Index(fields=["company", "state", "slot_date", "id"], name="planned_shipment_board"),
            models.Index(
                fields=["company", "slot_date", "id"],
                condition=Q(state="planned") | Q(state="frozen"),
                name="planned_open_by_day",
            ),
            models.Index(
                fields=["company", "due_date", "id"],
                condition=(Q(state="planned") | Q(state="frozen")) & Q(slot_date__gt=F("due_date")),
                name="planned_open_late",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PlannedLine(models.Model):
    """How much of which promise a planned shipment carries."""

    planned = models.ForeignKey(PlannedShipment, models.CASCADE, related_name="lines")
    order_line = models.ForeignKey("orders.OrderLine", models.PROTECT, related_name="planned_lines")
    promise = models.ForeignKey("planning.Promise", models.PROTECT, related_name="planned_lines")
    quantity = QuantityField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["planned", "promise"], name="planned_line_unique"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="planned_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of line {self.order_line_id}"

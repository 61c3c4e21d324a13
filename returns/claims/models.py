"""Stage 9: what comes back, why, and what the customer gets for it."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import Origin, PricedLine, QuantityField, Subject


class ReturnState(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    AUTHORIZED = "authorized", _("Authorized")
    REJECTED = "rejected", _("Rejected")
    RECEIVED = "received", _("Received")
    INSPECTED = "inspected", _("Inspected")
    SETTLED = "settled", _("Settled")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class ReturnReason(models.TextChoices):
    DAMAGED = "damaged", _("Damaged")
    WRONG_ITEM = "wrong_item", _("Wrong item")
    WRONG_QUANTITY = "wrong_quantity", _("Wrong quantity")
    DEFECTIVE = "defective", _("Defective")
    LATE = "late", _("Too late")
    NOT_WANTED = "not_wanted", _("No longer wanted")
    ORDERED_WRONG = "ordered_wrong", _("Ordered by mistake")
    UNKNOWN = "unknown", _("Not in this data")


class Disposition(models.TextChoices):
    RESTOCK = "restock", _("Back to stock")
    SCRAP = "scrap", _("Scrap")
    SUPPLIER = "supplier", _("Back to the supplier")
    KEEP = "keep", _("Customer keeps it")
    SEND_BACK = "send_back", _("Send back to the customer")


class Return(Subject):
    """A return authorization: goods a customer sends back from one order (or, imported, from none we can prove).

    They come back to our ``warehouse``, or what a ``supplier`` sent goes straight back to it, past our stock.
    Units: amounts in ``currency``; ``net_base`` in company currency.
    """

    number = models.CharField(max_length=40)
    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="returns")
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="returns")
    warehouse = models.ForeignKey("orders.Warehouse", models.PROTECT, null=True, blank=True, related_name="+")
    supplier = models.ForeignKey("orders.Supplier", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=ReturnState, default=ReturnState.REQUESTED)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.LIVE)
    currency = models.CharField(max_length=3)
    net_amount = models.DecimalField(max_digits=18, decimal_places=2, default=Decimal(0))
    net_base = models.DecimalField(max_digits=18, decimal_places=2, default=Decimal(0))
    note = models.CharField(max_length=300, blank=True, default="")
    credit_note = models.ForeignKey("billing.Invoice", models.PROTECT, null=True, blank=True, related_name="returns")
    created_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="return_number_unique"),
            models.CheckConstraint(condition=Q(state__in=ReturnState.values), name="return_state_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "created_at", "id"], name="return_by_time"),
            models.Index(fields=["company", "state", "-id"], name="return_by_state"),
        ]

    def __str__(self) -> str:
        return self.number


class ReturnLine(PricedLine):
    """One line that comes back. ``unmatched_reason`` says why an imported line has no original.

    Units: stock unit; ``quantity`` is what was asked to come back, then ``received``, then ``accepted``. What the
    customer keeps never comes back: it is accepted without being received.
    """

    return_order = models.ForeignKey(Return, models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(
        "orders.OrderLine", models.PROTECT, null=True, blank=True, related_name="return_lines"
    )
    quantity = QuantityField()
    received = QuantityField(default=Decimal(0))
    accepted = QuantityField(default=Decimal(0))
    reason = models.CharField(max_length=16, choices=ReturnReason, default=ReturnReason.UNKNOWN)
    caused_by_stage = models.SmallIntegerField(null=True, blank=True)
    disposition = models.CharField(max_length=10, choices=Disposition, blank=True, default="")
    unmatched_reason = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["return_order", "position"], name="return_line_unique"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & Q(received__gte=0) & Q(received__lte=F("quantity")) & Q(accepted__gte=0),
                name="return_line_quantities",
            ),
            models.CheckConstraint(
                condition=Q(accepted__lte=F("received"))
                | Q(disposition="keep", received=0, accepted__lte=F("quantity")),
                name="return_line_accepted_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.return_order_id}/{self.position}"

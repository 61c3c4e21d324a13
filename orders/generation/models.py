"""Stage 2: what customers ask before they order."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import AmountField, Channel, QuantityField, Subject


class EnquiryState(models.TextChoices):
    RECEIVED = "received", _("Received")
    WORKING = "working", _("Being worked on")
    QUOTED = "quoted", _("Quoted")
    ORDERED = "ordered", _("Ordered")
    CLOSED = "closed", _("Closed")


class Enquiry(Subject):
    """A customer's question that may become an order."""

    number = models.CharField(max_length=20)
    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="enquiries")
    contact = models.ForeignKey("orders.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.PHONE)
    state = models.CharField(max_length=10, choices=EnquiryState, default=EnquiryState.RECEIVED)
    subject = models.CharField(max_length=160)
    body = models.TextField(blank=True)
    requested_date = models.DateField(null=True, blank=True)
    value_base = AmountField(null=True, blank=True, help_text=_("Estimated worth, company currency."))
    probability_percent = models.SmallIntegerField(default=50)
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="enquiries")
    close_reason = models.CharField(max_length=120, blank=True, default="")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "enquiries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="enquiry_number_unique"),
            models.CheckConstraint(condition=Q(state__in=EnquiryState.values), name="enquiry_state_known"),
            models.CheckConstraint(
                condition=Q(probability_percent__range=(0, 100)), name="enquiry_probability_percent"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "created_at", "id"], name="enquiry_by_time"),
            models.Index(fields=["company", "state", "-id"], name="enquiry_by_state"),
        ]

    def __str__(self) -> str:
        return self.number


class EnquiryLine(models.Model):
    """One thing the customer asks for; without an item it is only words."""

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="lines")
    position = models.IntegerField()
    product = models.ForeignKey("orders.Product", models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=200, blank=True)
    quantity = QuantityField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enquiry", "position"], name="enquiry_line_unique"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="enquiry_line_positive"),
        ]

    def __str__(self) -> str:
        return self.text or str(self.product_id)

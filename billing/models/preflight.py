"""What the pre-flight found in an invoice that was about to be posted."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.invoices import Invoice
from orders.core.models.base import known


class Severity(models.TextChoices):
    WARN = "warn", _("Warns")
    BLOCK = "block", _("Stops the invoice")


class InvoiceFinding(models.Model):
    """One difference between an invoice and what it is checked against, with both values in words.

    ``position`` is that of the invoice's line, empty where it is about the whole invoice. A stop that somebody cleared
    keeps who, when and why.
    """

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="findings")
    code = models.CharField(max_length=30)
    severity = models.CharField(max_length=5, choices=Severity)
    position = models.IntegerField(null=True, blank=True)
    expected = models.CharField(max_length=120, blank=True)
    found = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_because = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints: ClassVar = [
            known("severity", Severity, "invoice_finding_severity_known"),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True) | ~Q(cleared_because=""), name="invoice_finding_cleared_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.invoice_id}"

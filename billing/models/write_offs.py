"""Small differences that nobody collects."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.invoices import Invoice
from orders.core.models import AmountField, Subject
from orders.core.models.base import known


class WriteOffState(models.TextChoices):
    REQUESTED = "requested", _("Waits for a second person")
    APPLIED = "applied", _("Written off")
    REFUSED = "refused", _("Refused")


class WriteOff(Subject):
    """So much of an invoice that is given up. Above the limit of who asks, somebody else has to agree.

    Units: ``amount`` in the invoice's currency, ``amount_base`` in company currency.
    """

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="write_offs")
    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=WriteOffState, default=WriteOffState.REQUESTED)
    currency = models.CharField(max_length=3)
    amount = AmountField()
    amount_base = AmountField()
    reason = models.CharField(max_length=300)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            known("state", WriteOffState, "write_off_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="write_off_positive"),
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(state="requested"), name="one_requested_write_off_per_invoice"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-id"], name="write_off_newest")]

    def __str__(self) -> str:
        return f"write-off {self.pk}"

    @property
    def net_base(self) -> object:
        """What a duty on it is worth."""
        return self.amount_base

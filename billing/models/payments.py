"""Money that came in, and what it settled."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.invoices import Invoice
from orders.core.models import AmountField, Subject


class PaymentState(models.TextChoices):
    OPEN = "open", _("Not fully applied")
    APPLIED = "applied", _("Applied")
    REVERSED = "reversed", _("Reversed")


class Payment(Subject):
    """Money that came in from a customer. ``unapplied_amount`` lies on account.

    Units: amounts in ``currency``; ``currency_rate`` is company units per unit of it on the day it came.
    """

    number = models.CharField(max_length=20)
    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="payments")
    state = models.CharField(max_length=8, choices=PaymentState, default=PaymentState.OPEN)
    currency = models.CharField(max_length=3)
    currency_rate = models.DecimalField(max_digits=18, decimal_places=8, default=Decimal(1))
    amount = AmountField()
    unapplied_amount = AmountField()
    refunded_amount = AmountField(
        default=Decimal(0), db_default=Decimal(0), help_text=_("What of it lay on account and was paid back.")
    )
    reason = models.CharField(
        max_length=300, blank=True, default="", db_default="", help_text=_("Why it was reversed.")
    )
    received_on = models.DateField()
    method = models.CharField(max_length=20, default="transfer")
    reference = models.CharField(max_length=80, blank=True, default="")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="payment_number_unique"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=Q(unapplied_amount__gte=0) & Q(unapplied_amount__lte=models.F("amount")),
                name="payment_unapplied_within",
            ),
            models.CheckConstraint(condition=Q(state__in=PaymentState.values), name="payment_state_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "created_at", "id"], name="payment_by_time"),
            models.Index(
                fields=["company", "unapplied_amount", "id"],
                condition=Q(unapplied_amount__gt=0),
                name="payment_on_account",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def applied_amount(self) -> Decimal:
        """What of it settled invoices; of a reversed one nothing does."""
        return (
            self.amount - self.unapplied_amount - self.refunded_amount
            if self.state != PaymentState.REVERSED
            else Decimal(0)
        )


class Application(models.Model):
    """So much of a payment, a credit note or a write-off settles so much of an invoice.

    ``discount_amount`` is the part of ``amount`` that was not paid but saved by paying early. One whose payment was
    reversed settles nothing any more.
    """

    payment = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="applications")
    credit_note = models.ForeignKey(Invoice, models.PROTECT, null=True, blank=True, related_name="applied_to")
    write_off = models.ForeignKey(
        "billing.WriteOff", models.PROTECT, null=True, blank=True, related_name="applications"
    )
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="applications")
    amount = AmountField()
    discount_amount = AmountField(default=Decimal(0), db_default=Decimal(0))
    at = models.DateTimeField()
    reversed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="application_positive"),
            models.CheckConstraint(
                condition=Q(payment__isnull=False, credit_note__isnull=True, write_off__isnull=True)
                | Q(payment__isnull=True, credit_note__isnull=False, write_off__isnull=True)
                | Q(payment__isnull=True, credit_note__isnull=True, write_off__isnull=False),
                name="application_from_one",
            ),
            models.CheckConstraint(
                condition=Q(discount_amount__gte=0) & Q(discount_amount__lte=models.F("amount")),
                name="application_discount_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.invoice_id}"

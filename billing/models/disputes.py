"""What customers do not want to pay, and which stage caused it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.invoices import Invoice, InvoiceLine
from orders.core.models import AmountField, Subject
from orders.core.models.base import known


class DisputeReason(models.TextChoices):
    PRICE = "price", _("Price")
    QUANTITY_SHORT = "quantity_short", _("Less came than is billed")
    DAMAGED = "damaged", _("Damaged")
    NOT_ORDERED = "not_ordered", _("Not ordered")
    FREIGHT = "freight", _("Freight or other charges")
    TAX = "tax", _("Tax")
    PO_MISSING = "po_missing", _("Order number missing or wrong")
    DUPLICATE = "duplicate", _("Billed twice")
    TERMS = "terms", _("Terms of payment")


class DisputeState(models.TextChoices):
    OPEN = "open", _("Open")
    CREDITED = "credited", _("Credited")
    PARTLY = "partly", _("Credited in part")
    UPHELD = "upheld", _("Invoice upheld")
    WITHDRAWN = "withdrawn", _("Withdrawn by the customer")


class Dispute(Subject):
    """What a customer does not want to pay of an invoice (of one ``line``, or of all of it), and why.

    ``stage`` is the stage of the cycle that caused it: proposed by the reason, changed by whoever looked. ``contact``
    is who said so on the signed page; ``raised_by`` who wrote it down here.
    Units: ``amount`` and ``credited_amount`` with tax in the invoice's currency, those in ``_base`` in company currency.
    """

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="disputes")
    line = models.ForeignKey(InvoiceLine, models.PROTECT, null=True, blank=True, related_name="disputes")
    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=DisputeState, default=DisputeState.OPEN)
    reason = models.CharField(max_length=16, choices=DisputeReason)
    stage = models.SmallIntegerField()
    currency = models.CharField(max_length=3)
    amount = AmountField()
    amount_base = AmountField()
    words = models.TextField(blank=True, default="")
    by_customer = models.BooleanField(default=False)
    name = models.CharField(max_length=120, blank=True, default="", help_text=_("What the customer typed as a name."))
    contact = models.ForeignKey("orders.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    credit_note = models.ForeignKey(Invoice, models.PROTECT, null=True, blank=True, related_name="settled_disputes")
    credited_amount = AmountField(null=True, blank=True)
    credited_base = AmountField(null=True, blank=True)
    decision = models.CharField(max_length=300, blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            known("state", DisputeState, "dispute_state_known"),
            known("reason", DisputeReason, "dispute_reason_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_positive"),
            models.CheckConstraint(condition=Q(stage__gte=1, stage__lte=10), name="dispute_stage_known"),
            models.CheckConstraint(
                condition=Q(credited_amount__isnull=True) | Q(credited_amount__lte=F("amount")),
                name="dispute_credited_within",
            ),
            models.UniqueConstraint(
                fields=["invoice", "line"],
                condition=Q(state="open"),
                nulls_distinct=False,
                name="one_open_dispute_per_line",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "due_at", "id"], condition=Q(state="open"), name="dispute_open_by_due"),
            models.Index(fields=["company", "raised_at", "id"], name="dispute_by_time"),
            models.Index(fields=["customer", "raised_at"], name="dispute_by_customer"),
        ]

    def __str__(self) -> str:
        return f"dispute {self.pk}"

    @property
    def net_base(self) -> object:
        """What a duty on it is worth."""
        return self.amount_base

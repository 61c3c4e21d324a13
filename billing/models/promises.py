"""What customers said they would pay, and by when."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.invoices import Invoice
from orders.core.models import AmountField, Subject
from orders.core.models.base import known


class PromiseState(models.TextChoices):
    OPEN = "open", _("Waits for its day")
    KEPT = "kept", _("Kept")
    BROKEN = "broken", _("Broken")
    SUPERSEDED = "superseded", _("Replaced by a later one")


class PaymentPromise(Subject):
    """A customer's word to pay so much of an invoice by a day. At most one of an invoice waits for its day.

    ``open_before`` is what was open when it was given: it is kept once ``amount`` less is open, by the end of the day.
    Units: amounts in the invoice's currency, ``amount_base`` in company currency.
    """

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="payment_promises")
    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=PromiseState, default=PromiseState.OPEN)
    currency = models.CharField(max_length=3)
    amount = AmountField()
    amount_base = AmountField()
    open_before = AmountField()
    promised_on = models.DateField(help_text=_("The day by which it will be paid."))
    words = models.CharField(max_length=300, blank=True, default="")
    by_customer = models.BooleanField(default=False)
    name = models.CharField(max_length=120, blank=True, default="")
    contact = models.ForeignKey("orders.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            known("state", PromiseState, "payment_promise_state_known"),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & Q(amount__lte=models.F("open_before")), name="payment_promise_within"
            ),
            models.UniqueConstraint(fields=["invoice"], condition=Q(state="open"), name="one_open_payment_promise"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "promised_on", "id"], condition=Q(state="open"), name="payment_promise_open"
            ),
            models.Index(fields=["customer", "state"], name="payment_promise_by_customer"),
            models.Index(fields=["company", "given_at", "id"], name="payment_promise_by_time"),
        ]

    def __str__(self) -> str:
        return f"payment promise {self.pk}"

    @property
    def net_base(self) -> object:
        """What a duty on it is worth."""
        return self.amount_base

"""When which part of an invoice is to be paid."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from billing.models.invoices import Invoice
from orders.core.models import AmountField


class InvoiceDue(models.Model):
    """One part of a posted invoice that is due on one day; an invoice without instalments has one.

    Units: the invoice's currency. The parts sum to the invoice's total, what is open of them to its open amount: what
    is paid or credited settles the earliest part first. Only ``billing.dues`` writes it.
    """

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="dues")
    position = models.SmallIntegerField()
    due_date = models.DateField()
    amount = AmountField()
    open_amount = AmountField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_due_unique"),
            models.CheckConstraint(
                condition=Q(open_amount__gte=0) & Q(open_amount__lte=F("amount")), name="invoice_due_open_within"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_date", "invoice"], condition=Q(open_amount__gt=0), name="invoice_due_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.position}: {self.amount} on {self.due_date}"

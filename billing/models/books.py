"""The double-entry rows behind every document."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import AmountField, CompanyOwned


class Account(models.TextChoices):
    RECEIVABLE = "receivable", _("Accounts receivable")
    REVENUE = "revenue", _("Revenue")
    TAX = "tax", _("Tax payable")
    CASH = "cash", _("Cash")
    ON_ACCOUNT = "on_account", _("Customer deposits")
    DEPOSITS = "deposits", _("Deposits billed ahead")
    EXCHANGE = "exchange", _("Exchange and rounding differences")
    DISCOUNT = "discount", _("Discounts for paying early")
    WRITE_OFF = "write_off", _("Write-offs")


class Posting(CompanyOwned):
    """One side of a double entry, in company currency. Per document Σ debit = Σ credit."""

    document_type = models.CharField(max_length=20)
    document_id = models.BigIntegerField()
    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="+")
    account = models.CharField(max_length=12, choices=Account)
    debit = AmountField(default=Decimal(0))
    credit = AmountField(default=Decimal(0))
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0)), name="posting_one_side"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["document_type", "document_id"], name="posting_by_document"),
            models.Index(fields=["company", "account", "day"], name="posting_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.debit}/{self.credit}"

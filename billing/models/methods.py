"""How a customer, or one order, is billed where it differs from the house."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import CompanyOwned


class Method(models.TextChoices):
    ON_SHIPMENT = "on_shipment", _("When it has left")
    ON_ORDER = "on_order", _("When it is confirmed")
    ON_DELIVERY = "on_delivery", _("When it has arrived")
    CONSOLIDATED = "consolidated", _("Together, once a period")


class Every(models.TextChoices):
    WEEK = "week", _("Every week, on Monday")
    HALF_MONTH = "half_month", _("On the 1st and 16th")
    MONTH = "month", _("On the 1st of the month")


class FreightRule(models.TextChoices):
    FIRST = "first", _("All with the first invoice")
    BY_VALUE = "by_value", _("With each invoice, by value")


class DepositRule(models.TextChoices):
    PRO_RATA = "pro_rata", _("With each invoice, its share")
    FIRST = "first", _("With the first invoices, as far as it goes")


class BillingRule(CompanyOwned):
    """What is agreed about billing with one customer, or for one of its orders; empty is as above says.

    ``deposit_percent`` of the order's total is billed when it is confirmed. ``instalments`` are pairs of percent of an
    invoice and days after its date, as texts and numbers: [["50", 30], ["50", 60]].
    """

    customer = models.OneToOneField(
        "orders.Customer", models.CASCADE, null=True, blank=True, related_name="billing_rule"
    )
    order = models.OneToOneField("orders.Order", models.CASCADE, null=True, blank=True, related_name="billing_rule")
    method = models.CharField(max_length=12, choices=Method, blank=True)
    every = models.CharField(max_length=10, choices=Every, blank=True)
    by_purchase_order = models.BooleanField(null=True, blank=True)
    freight = models.CharField(max_length=10, choices=FreightRule, blank=True)
    deposit_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    deposit_rule = models.CharField(max_length=10, choices=DepositRule, blank=True)
    deposit_holds = models.BooleanField(null=True, blank=True)
    instalments = models.JSONField(default=list, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(customer__isnull=False, order__isnull=True) | Q(customer__isnull=True, order__isnull=False),
                name="billing_rule_of_one",
            ),
            models.CheckConstraint(
                condition=Q(deposit_percent__isnull=True) | Q(deposit_percent__gte=0, deposit_percent__lte=100),
                name="billing_rule_deposit_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"Billing of {self.order or self.customer}"

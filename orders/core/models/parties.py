"""Customers, their people and places."""

from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from orders.core.models.base import AmountField, CompanyOwned, known


class ShipRule(models.TextChoices):
    """What may leave when not all is there."""

    BACK_ORDER = "back_order", _("Ship what is there, back-order the rest")
    SHIP_COMPLETE_ORDER = "ship_complete_order", _("Ship the order complete")
    SHIP_COMPLETE_LINE = "ship_complete_line", _("Ship lines complete")
    CANCEL_REMAINDER = "cancel_remainder", _("Ship what is there, cancel the rest")
    KIT_TOGETHER = "kit_together", _("Keep kits together")


class PaymentTerms(CompanyOwned):
    """When an invoice is due, and what paying early saves."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    net_days = models.IntegerField(default=30)
    discount_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    discount_days = models.IntegerField(default=0)
    prepaid = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="terms_code_unique")]
        verbose_name_plural = "payment terms"

    def __str__(self) -> str:
        return self.name


class Customer(CompanyOwned):
    """Who buys: terms, class and what they expect of us."""

    class CustomerClass(models.TextChoices):
        A = "A"
        B = "B"
        C = "C"
        D = "D"

    code = models.CharField(max_length=30)
    name = models.CharField(max_length=160)
    customer_class = models.CharField(max_length=1, choices=CustomerClass, default=CustomerClass.C)
    price_group = models.CharField(max_length=20, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    language = models.CharField(max_length=10, default="en")
    tax_registration = models.CharField(max_length=40, blank=True)
    tax_exempt = models.BooleanField(default=False)
    credit_limit = AmountField(null=True, blank=True, help_text=_("Company currency; empty is no limit."))
    terms = models.ForeignKey(PaymentTerms, models.PROTECT, null=True, blank=True, related_name="+")
    ship_rule = models.CharField(max_length=20, choices=ShipRule, default=ShipRule.BACK_ORDER)
    default_warehouse = models.ForeignKey("orders.Warehouse", models.PROTECT, null=True, blank=True, related_name="+")
    po_required = models.BooleanField(default=False)
    is_cash = models.BooleanField(default=False, help_text=_("Stands for sales without a named customer."))
    is_active = models.BooleanField(default=True)
    salesperson = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")
    csr = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")
    wanted_lead_time_days = models.IntegerField(null=True, blank=True)
    wanted_accuracy_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    delivery_window = models.CharField(max_length=80, blank=True)
    label_instructions = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "code"], name="customer_code_unique"),
            known("ship_rule", ShipRule, "customer_ship_rule_known"),
        ]
        indexes: ClassVar = [
            models.Index(OpClass(Upper("code"), "text_pattern_ops"), name="customer_code_prefix"),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="customer_name_trigram"),
            models.Index(fields=["company", "name", "id"], name="customer_by_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person at a customer."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=60, blank=True)
    is_primary = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True, db_default=True)

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    """A place that a customer is billed at or shipped to."""

    class Use(models.TextChoices):
        SHIP = "ship", _("Ship to")
        BILL = "bill", _("Bill to")
        BOTH = "both", _("Ship and bill to")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses")
    use = models.CharField(max_length=4, choices=Use, default=Use.BOTH)
    name = models.CharField(max_length=120)
    street = models.CharField(max_length=160, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, default="US")
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "addresses"

    def __str__(self) -> str:
        return f"{self.name}, {self.city}" if self.city else self.name

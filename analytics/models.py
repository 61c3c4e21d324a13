"""Read models. Nothing here is the truth; everything can be rebuilt."""

from decimal import Decimal
from typing import ClassVar

from django.db import models

from orders.core.models import AmountField, CompanyOwned, QuantityField


class DirtyOrder(models.Model):
    """An order that changed since the read models last saw it."""

    order = models.OneToOneField("orders.Order", models.CASCADE, primary_key=True, related_name="+")
    company = models.ForeignKey("orders.Company", models.CASCADE, related_name="+")
    marked_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.order_id)


class MonthlySales(CompanyOwned):
    """Net sales of an item to a customer in a month, credits netted in the month of the credit.

    Units: stock unit and company currency. ``cost_base`` is NULL when any line's cost is unknown; what is known then
    stands in ``known_*``.
    """

    month = models.DateField()
    customer = models.ForeignKey("orders.Customer", models.CASCADE, related_name="+", db_index=False)
    product = models.ForeignKey("orders.Product", models.CASCADE, null=True, related_name="+", db_index=False)
    quantity = QuantityField()
    net_base = AmountField()
    cost_base = AmountField(null=True)
    known_quantity = QuantityField(default=Decimal(0))
    known_net_base = AmountField(default=Decimal(0))
    known_cost_base = AmountField(default=Decimal(0))
    line_count = models.IntegerField()

    class Meta:
        verbose_name_plural = "monthly sales"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "month", "customer", "product"], nulls_distinct=False, name="monthly_sales_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.net_base}"


class VarianceReport(CompanyOwned):
    """A gross-profit bridge from one month to another. Units: company currency."""

    run = models.OneToOneField("orders.JobRun", models.PROTECT, related_name="+")
    base_month = models.DateField()
    current_month = models.DateField()
    growth = models.CharField(max_length=14, default="constant_price")
    base_profit = AmountField()
    current_profit = AmountField()
    price = AmountField()
    cost = AmountField()
    volume = AmountField()
    mix = AmountField()
    new = AmountField()
    lost = AmountField()
    residual = AmountField()
    excluded_net = AmountField(default=Decimal(0))
    excluded_lines = models.IntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "-id"], name="variance_newest")]

    def __str__(self) -> str:
        return f"{self.base_month:%Y-%m} → {self.current_month:%Y-%m}"


class VarianceDriver(models.Model):
    """What one customer × item contributed to a bridge."""

    report = models.ForeignKey(VarianceReport, models.CASCADE, related_name="drivers")
    customer = models.ForeignKey("orders.Customer", models.CASCADE, related_name="+")
    product = models.ForeignKey("orders.Product", models.CASCADE, null=True, related_name="+")
    effect = models.CharField(max_length=8)
    amount = AmountField()
    base_quantity = QuantityField(null=True)
    current_quantity = QuantityField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["report", "effect"], name="variance_driver_lookup")]

    def __str__(self) -> str:
        return f"{self.effect}: {self.amount}"

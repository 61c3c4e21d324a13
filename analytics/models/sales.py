"""Net sales by month, customer and item."""

from decimal import Decimal
from typing import ClassVar

from django.db import models

from orders.core.models import AmountField, CompanyOwned, QuantityField


class SoldTo(models.Model):
    """What was sold to whom; without an item it was none of ours."""

    customer = models.ForeignKey("orders.Customer", models.CASCADE, related_name="+", db_index=False)
    product = models.ForeignKey("orders.Product", models.CASCADE, null=True, related_name="+", db_index=False)

    class Meta:
        abstract = True


class MonthlySales(SoldTo, CompanyOwned):
    """Net sales of an item to a customer in a month, credits netted in the month of the credit.

    Units: stock unit and company currency. ``cost_base`` is NULL when any line's cost is unknown; what is known then
    stands in ``known_*``, over ``known_lines`` of the ``line_count`` lines.
    """

    month = models.DateField()
    quantity = QuantityField()
    net_base = AmountField()
    cost_base = AmountField(null=True)
    known_quantity = QuantityField(default=Decimal(0))
    known_net_base = AmountField(default=Decimal(0))
    known_cost_base = AmountField(default=Decimal(0))
    line_count = models.IntegerField()
    known_lines = models.IntegerField(default=0)

    class Meta:
        verbose_name_plural = "monthly sales"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "month", "customer", "product"], nulls_distinct=False, name="monthly_sales_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.net_base}"

"""The executive's figures, day by day."""

from decimal import Decimal
from typing import ClassVar

from django.db import models

from orders.core.models import AmountField, CompanyOwned


class OrderDay(CompanyOwned):
    """What one order added to the figures of one day. Units: company currency, net of tax.

    ``booked_base`` and ``goods_base`` stand on the day of its confirmation and are what it is worth now: all of it, and
    what of it has to be shipped; ``shipped_base`` on the day its goods left. A line is due on its original promise.
    """

    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    bookings = models.SmallIntegerField(default=0)
    booked_base = AmountField(default=Decimal(0))
    goods_base = AmountField(default=Decimal(0))
    shipped_base = AmountField(default=Decimal(0))
    due_lines = models.IntegerField(default=0)
    on_time_lines = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["order", "day"], name="order_day_unique")]
        indexes: ClassVar = [models.Index(fields=["company", "day", "id"], name="order_day_by_day")]

    def __str__(self) -> str:
        return f"{self.order_id} on {self.day}"


class CompanyDay(CompanyOwned):
    """One day's figures: the sums of its ``OrderDay`` rows, and what was invoiced on it, credits taken off.

    Units: company currency, net of tax; ``known_*`` is what has a known cost.
    """

    day = models.DateField()
    bookings = models.IntegerField(default=0)
    booked_base = AmountField(default=Decimal(0))
    goods_base = AmountField(default=Decimal(0))
    shipped_base = AmountField(default=Decimal(0))
    due_lines = models.IntegerField(default=0)
    on_time_lines = models.IntegerField(default=0)
    invoices = models.IntegerField(default=0)
    net_base = AmountField(default=Decimal(0))
    invoice_lines = models.IntegerField(default=0)
    known_lines = models.IntegerField(default=0)
    known_net_base = AmountField(default=Decimal(0))
    known_cost_base = AmountField(default=Decimal(0))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "day"], name="company_day_unique")]

    def __str__(self) -> str:
        return str(self.day)

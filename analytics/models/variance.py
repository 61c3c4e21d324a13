"""Bridges of gross profit."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from analytics.models.sales import SoldTo
from orders.core.models import AmountField, CompanyOwned, QuantityField


class Growth(models.TextChoices):
    CONSTANT_PRICE = "constant_price", _("Sales at base prices")
    UNITS = "units", _("Units sold")


class Effect(models.TextChoices):
    PRICE = "price", _("Price")
    COST = "cost", _("Cost")
    VOLUME = "volume", _("Volume")
    MIX = "mix", _("Mix")
    NEW = "new", _("New")
    LOST = "lost", _("Lost")
    PROMOTIONAL = "promotional", _("Free goods")


class VarianceReport(CompanyOwned):
    """A gross-profit bridge from one month to another. Units: company currency.

    The effects add up to the change of profit to the cent. ``excluded_*`` is what was left out because its cost is
    unknown.
    """

    run = models.OneToOneField("orders.JobRun", models.PROTECT, related_name="+")
    base_month = models.DateField()
    current_month = models.DateField()
    growth = models.CharField(max_length=14, choices=Growth, default=Growth.CONSTANT_PRICE)
    growth_rate = models.DecimalField(max_digits=14, decimal_places=6, help_text=_("1 is no growth."))
    base_profit = AmountField()
    current_profit = AmountField()
    price = AmountField()
    cost = AmountField()
    volume = AmountField()
    mix = AmountField()
    new = AmountField()
    lost = AmountField()
    promotional = AmountField()
    residual = AmountField()
    excluded_net = AmountField(default=Decimal(0))
    excluded_lines = models.IntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    residual=F("current_profit")
                    - F("base_profit")
                    - F("price")
                    - F("cost")
                    - F("volume")
                    - F("mix")
                    - F("new")
                    - F("lost")
                    - F("promotional")
                ),
                name="variance_adds_up",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-id"], name="variance_newest")]

    def __str__(self) -> str:
        return f"{self.base_month:%Y-%m} → {self.current_month:%Y-%m}"

    @property
    def change(self) -> Decimal:
        return self.current_profit - self.base_profit


class VarianceDriver(SoldTo):
    """What one customer × item contributed to one effect of a bridge, beside what was sold in both months.

    Units: stock unit and company currency; NULL where nothing was sold. ``impact`` is the size of ``amount``.
    """

    report = models.ForeignKey(VarianceReport, models.CASCADE, related_name="drivers")
    effect = models.CharField(max_length=12, choices=Effect)
    amount = AmountField()
    impact = AmountField()
    base_quantity = QuantityField(null=True)
    base_net = AmountField(null=True)
    base_cost = AmountField(null=True)
    current_quantity = QuantityField(null=True)
    current_net = AmountField(null=True)
    current_cost = AmountField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["report", "-impact", "id"], name="variance_driver_by_impact"),
            models.Index(fields=["report", "effect", "-impact", "id"], name="variance_driver_by_effect"),
        ]

    def __str__(self) -> str:
        return f"{self.effect}: {self.amount}"


class VarianceExcluded(SoldTo):
    """Sales of one customer × item in one month that a bridge left out because their cost is unknown."""

    report = models.ForeignKey(VarianceReport, models.CASCADE, related_name="excluded")
    month = models.DateField()
    quantity = QuantityField()
    net_base = AmountField()
    line_count = models.IntegerField()

    class Meta:
        verbose_name_plural = "variance exclusions"
        indexes: ClassVar = [models.Index(fields=["report", "-net_base", "id"], name="variance_excluded_by_value")]

    def __str__(self) -> str:
        return f"{self.net_base} without cost"

"""What shipments may miss their promise, and the measured times that say so."""

from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.core.models import AmountField, CompanyOwned
from orders.core.models.base import known


class Step(models.TextChoices):
    """What a shipment still goes through before it leaves, in this order."""

    RELEASE = "release", _("Release")
    PICK = "pick", _("Pick")
    PACK = "pack", _("Pack")
    SHIP = "ship", _("Ship")


class RiskLevel(models.TextChoices):
    """How its promise stands."""

    SAFE = "on_track", _("On track")
    RISK = "at_risk", _("At risk")
    LIKELY = "probably_late", _("Probably late")
    LATE = "late", _("Late")


class Help(models.TextChoices):
    """The one thing that helps most now."""

    HOLD = "hold", _("Decide the hold")
    RELEASE = "release", _("Release to the warehouse")
    PICK = "pick", _("Start picking")
    FINISH = "finish", _("Finish picking")
    PACK = "pack", _("Pack")
    SHIP = "ship", _("Hand to the carrier")
    CALL = "call", _("Tell the customer")


class StepTime(CompanyOwned):
    """How long a step took lately, in one warehouse or (without one) in the whole company.

    ``minutes`` are the 0th, 5th, … 100th percentile. Units: working minutes of the company's calendar.
    """

    warehouse = models.ForeignKey("orders.Warehouse", models.CASCADE, null=True, blank=True, related_name="+")
    step = models.CharField(max_length=8, choices=Step)
    samples = models.IntegerField()
    minutes = ArrayField(models.FloatField())
    measured_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "warehouse", "step"], nulls_distinct=False, name="step_time_unique"
            ),
            known("step", Step, "step_time_step_known"),
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.samples}"


class ShipRisk(CompanyOwned):
    """How the promise of one planned shipment that has not left stands, as of the last look.

    Units: working minutes from that look until it has to leave (``left_minutes``, negative when that is past), until
    half of its like have left (``p50_minutes``) and nine in ten (``p90_minutes``).
    """

    planned = models.OneToOneField(
        "orders_scheduling.PlannedShipment", models.CASCADE, primary_key=True, related_name="risk"
    )
    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="ship_risks")
    customer = models.ForeignKey("orders.Customer", models.CASCADE, related_name="+", db_index=False)
    warehouse = models.ForeignKey("orders.Warehouse", models.CASCADE, related_name="+", db_index=False)
    shipment = models.ForeignKey(
        "orders_fulfillment.Shipment", models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    hold = models.ForeignKey("orders.Hold", models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    step = models.CharField(max_length=8, choices=Step)
    level = models.CharField(max_length=16, choices=RiskLevel)
    help = models.CharField(max_length=8, choices=Help)
    late_percent = models.SmallIntegerField(help_text=_("How likely it leaves too late."))
    left_minutes = models.IntegerField()
    p50_minutes = models.IntegerField()
    p90_minutes = models.IntegerField()
    due_at = models.DateTimeField(help_text=_("When it has to leave."))
    p50_at = models.DateTimeField()
    p90_at = models.DateTimeField()
    value_base = AmountField(default=Decimal(0))
    looked_at = models.DateTimeField()

    class Meta:
        verbose_name = "risk"
        constraints: ClassVar = [
            known("step", Step, "ship_risk_step_known"),
            known("level", RiskLevel, "ship_risk_level_known"),
            known("help", Help, "ship_risk_help_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-late_percent", "due_at", "planned"], name="ship_risk_worst"),
            models.Index(fields=["company", "due_at", "planned"], name="ship_risk_by_due"),
        ]

    def __str__(self) -> str:
        return str(self.planned)

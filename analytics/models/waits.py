"""What waits, measured: one row per open duty, and their sums per stage.

Waiting grows with working time alone, so a row says what it was at one ``position`` of the company's calendar (working
minutes since the calendar began) and whose time runs on from there; a read adds the minutes that have passed since.
"""

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.core.models import AmountField, CompanyOwned


class MinutesField(models.DecimalField[Any, Any]):
    """Working minutes, to the ten-thousandth. Migrations see an ordinary DecimalField."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"], kwargs["decimal_places"] = 20, 4
        kwargs.setdefault("default", Decimal(0))
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DecimalField", args, kwargs


class RunsFor(models.TextChoices):
    US = "us", _("Us")
    CUSTOMER = "customer", _("The customer")
    SUPPLY = "supply", _("Supply")


class Measured(CompanyOwned):
    """Waiting of one stage as it was at ``position`` of the calendar. Units: working minutes; company currency."""

    stage = models.SmallIntegerField()
    value_base = AmountField()
    position = MinutesField()
    unattended = MinutesField()
    customer_minutes = MinutesField()
    supply_minutes = MinutesField()
    worked = MinutesField()

    class Meta:
        abstract = True


class OpenWait(Measured):
    """How long one open duty had waited when it was measured, and whose time it was.

    Units: working minutes; they add up to ``position - opened_position``. ``value_base`` in company currency.
    """

    duty = models.OneToOneField("orders.Duty", models.CASCADE, primary_key=True, related_name="+")
    subject_type = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    order = models.ForeignKey("orders.Order", models.CASCADE, null=True, related_name="+", db_index=False)
    customer = models.ForeignKey("orders.Customer", models.CASCADE, null=True, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    opened_position = MinutesField()
    runs_for = models.CharField(max_length=8, choices=RunsFor)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company", "stage", "due_at"], name="open_wait_overdue"),
            models.Index(fields=["company", "stage", "opened_at", "duty"], name="open_wait_oldest"),
            models.Index(fields=["company", "stage", "value_base", "duty"], name="open_wait_by_value"),
        ]

    def __str__(self) -> str:
        return f"duty {self.duty_id}"


class StageWait(Measured):
    """What waits in one stage: the sums of its ``OpenWait`` rows at one ``position``.

    Units: working minutes; ``value_minutes`` is company currency x unattended minutes. ``for_us``, ``for_customer`` and
    ``for_supply`` count the rows whose time runs on for each, ``value_for_us`` is the value of the first. What falls due after
    ``measured_at`` is counted when it is read.
    """

    documents = models.IntegerField()
    orders = models.IntegerField()
    median_opened_position = MinutesField()
    value_minutes = models.DecimalField(max_digits=30, decimal_places=4)
    for_us = models.IntegerField()
    for_customer = models.IntegerField()
    for_supply = models.IntegerField()
    value_for_us = AmountField()
    oldest_opened_at = models.DateTimeField()
    overdue = models.IntegerField(default=0)
    measured_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "stage"], name="stage_wait_unique")]

    def __str__(self) -> str:
        return f"stage {self.stage}: {self.documents}"

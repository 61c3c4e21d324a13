"""What carriers charge: terms of a service, and what it costs to which zone."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q

from orders.core.models import AmountField
from planning.models import CarrierService


class CarrierTerms(models.Model):
    """How a carrier's service is asked and what it adds to its rates. Units: company currency, centimeters, cm³ per kg.

    ``adapter`` is who answers for it (``orders.fulfillment.carriers.adapters``).
    """

    service = models.OneToOneField(CarrierService, models.CASCADE, related_name="terms")
    adapter = models.CharField(max_length=30, default="table")
    volume_divisor = models.IntegerField(default=5000)
    fuel_percent = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal(0))
    residential_amount = AmountField(default=Decimal(0))
    oversize_cm = models.IntegerField(null=True, blank=True)
    oversize_amount = AmountField(default=Decimal(0))

    class Meta:
        verbose_name_plural = "carrier terms"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(volume_divisor__gt=0)
                & Q(fuel_percent__gte=0)
                & Q(residential_amount__gte=0)
                & Q(oversize_amount__gte=0),
                name="carrier_terms_sound",
            )
        ]

    def __str__(self) -> str:
        return str(self.service)


class CarrierZone(models.Model):
    """Where a service goes (a country, or the postal codes in it that begin so) and what it costs by weight.

    ``rates`` are pairs of texts, up to so many kilograms and the price, the lightest first. ``days`` on the way are working
    days; None: those that planning promises by.
    """

    service = models.ForeignKey(CarrierService, models.CASCADE, related_name="zones")
    name = models.CharField(max_length=40)
    country = models.CharField(max_length=2)
    postal_prefix = models.CharField(max_length=10, blank=True)
    days = models.SmallIntegerField(null=True, blank=True)
    rates = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "country", "postal_prefix"], name="carrier_zone_unique"),
            models.CheckConstraint(condition=Q(days__isnull=True) | Q(days__gte=0), name="carrier_zone_days"),
        ]

    def __str__(self) -> str:
        return self.name

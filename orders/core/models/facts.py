"""Published facts: what an earlier stage must know from a later one. Written through ``core.services.facts``.

Each publisher has its own columns, with ``_at`` and ``_source``; NULL is "not known".
"""

from typing import ClassVar

from django.db import models

from orders.core.models.base import AmountField


class CustomerFacts(models.Model):
    """What later stages know of a customer. Money in company currency."""

    customer = models.OneToOneField("orders.Customer", models.CASCADE, primary_key=True, related_name="facts")
    open_receivable_base = AmountField(null=True)
    overdue_base = AmountField(null=True)
    overdue_days = models.IntegerField(null=True)
    average_days_late = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    median_days_late = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    paid_invoices = models.IntegerField(null=True)  # in the last 365 days: how many the days late are measured on
    open_disputes = models.IntegerField(null=True)
    disputes_90_days = models.IntegerField(null=True)  # raised in the last 90 days
    receivable_at = models.DateTimeField(null=True)
    receivable_source = models.CharField(max_length=40, blank=True, default="")
    margin_class = models.CharField(max_length=1, blank=True, default="")
    churn_band = models.CharField(max_length=10, blank=True, default="")
    analytics_at = models.DateTimeField(null=True)
    analytics_source = models.CharField(max_length=40, blank=True, default="")
    open_claims = models.IntegerField(null=True)
    claims_at = models.DateTimeField(null=True)
    claims_source = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        verbose_name_plural = "customer facts"

    def __str__(self) -> str:
        return f"Facts of customer {self.customer_id}"


class OrderFacts(models.Model):
    """What later stages know of an order."""

    order = models.OneToOneField("orders.Order", models.CASCADE, primary_key=True, related_name="facts")
    rank_score = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    rank_at = models.DateTimeField(null=True)
    rank_source = models.CharField(max_length=40, blank=True, default="")
    slot_date = models.DateField(null=True)
    is_frozen = models.BooleanField(null=True)
    eta_date = models.DateField(null=True)
    times_displaced = models.IntegerField(null=True)
    schedule_at = models.DateTimeField(null=True)
    schedule_source = models.CharField(max_length=40, blank=True, default="")
    cost_to_serve_base = AmountField(null=True)
    analytics_at = models.DateTimeField(null=True)
    analytics_source = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        verbose_name_plural = "order facts"

    def __str__(self) -> str:
        return f"Facts of order {self.order_id}"


class LaneFacts(models.Model):
    """Measured durations of a lane (warehouse, carrier service, destination country). Units: working minutes."""

    company = models.ForeignKey("orders.Company", models.CASCADE, related_name="+")
    warehouse = models.ForeignKey("orders.Warehouse", models.CASCADE, related_name="+")
    service = models.CharField(max_length=40)
    country = models.CharField(max_length=2)
    transit_days_p50 = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    transit_days_p90 = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    pick_minutes_standard = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    measured_at = models.DateTimeField(null=True)
    measured_source = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["warehouse", "service", "country"], name="lane_unique")
        ]
        verbose_name_plural = "lane facts"

    def __str__(self) -> str:
        return f"{self.warehouse_id} {self.service} {self.country}"

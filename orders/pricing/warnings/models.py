"""Costs that moved while prices did not: one warning per batch of changes, its items, and all that it reaches."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orders.core.models import AmountField, PriceField, ProductCost, QuantityField, Subject
from orders.core.models.base import known


class WarningState(models.TextChoices):
    NEW = "new", _("New")
    PROPOSED = "proposed", _("Prices proposed")
    ACTED = "acted", _("Acted on")
    SET_ASIDE = "set_aside", _("Set aside")


class Reach(models.TextChoices):
    """What a moved cost reaches."""

    QUOTE = "quote", _("Open quotes")
    ORDER = "order", _("Open orders")
    PRICE = "price", _("Prices on lists and contracts")
    SALE = "sale", _("Sold in twelve months")


class CostWarning(Subject):
    """Costs of some items rose together, and what is offered, ordered, agreed or usually sold falls under the floor.

    ``reason`` and ``changed_by`` are those of the changes, which make them one batch. The counts are of ``counted_at``:
    quotes, orders and prices with a line under the floor. Units: company currency; ``stake_base`` is what falls short of
    the floor in a year at the quantities of the last twelve months, ``rise_base`` what these cost more.
    """

    reason = models.CharField(max_length=120, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=WarningState, default=WarningState.NEW)
    changed_at = models.DateTimeField(help_text=_("When the latest of its costs changed."))
    raised_at = models.DateTimeField()
    limit_percent = models.DecimalField(max_digits=7, decimal_places=2, help_text=_("From how far on one is warned."))
    items = models.IntegerField(default=0)
    quotes = models.IntegerField(default=0)
    orders = models.IntegerField(default=0)
    prices = models.IntegerField(default=0)
    stake_base = AmountField(default=0)
    rise_base = AmountField(default=0)
    counted_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            known("state", WarningState, "cost_warning_state_known"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, state__in=["new", "proposed"])
                | Q(decided_at__isnull=False, state__in=["acted", "set_aside"]) & ~Q(decision=""),
                name="cost_warning_decided_with_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-id"], name="cost_warning_newest"),
            models.Index(fields=["company", "-stake_base", "-id"], name="cost_warning_by_stake"),
        ]

    def __str__(self) -> str:
        return self.reason or f"Cost warning {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("pricing:cost-warning", args=[self.pk])


class CostWarningItem(models.Model):
    """How the cost of one item moved. Units: company currency per stock unit; the quantity is that of twelve months."""

    warning = models.ForeignKey(CostWarning, models.CASCADE, related_name="moved", db_index=False)
    product = models.ForeignKey("orders.Product", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=ProductCost.Kind)
    before = PriceField()
    after = PriceField()
    floor_percent = models.DecimalField(max_digits=7, decimal_places=2)
    year_quantity = QuantityField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["warning", "product"], name="cost_warning_item_unique"),
            models.CheckConstraint(condition=Q(before__gt=0, after__gt=0), name="cost_warning_item_known"),
        ]

    def __str__(self) -> str:
        return f"{self.warning_id}/{self.product_id}"


class CostWarningRow(models.Model):
    """Something under the floor at the new cost: a line of a quote or an order, a price, or what a customer usually buys.

    Units: company currency per stock unit; margins in percent of the price. ``quantity`` is what is still open, or what
    was sold in twelve months; a price has none. ``short_base`` is what that quantity falls short of the floor, less what
    it fell short before.
    """

    warning = models.ForeignKey(CostWarning, models.CASCADE, related_name="reached", db_index=False)
    kind = models.CharField(max_length=8, choices=Reach)
    product = models.ForeignKey("orders.Product", models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(
        "orders.Customer", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    quote = models.ForeignKey("orders_pricing.Quote", models.CASCADE, null=True, related_name="+", db_index=False)
    order = models.ForeignKey("orders.Order", models.CASCADE, null=True, related_name="+", db_index=False)
    price_break = models.ForeignKey("orders_pricing.PriceBreak", models.CASCADE, null=True, related_name="reached")
    quantity = QuantityField(null=True)
    price = PriceField()
    needed_price = PriceField()
    margin_before = models.DecimalField(max_digits=9, decimal_places=2)
    margin_after = models.DecimalField(max_digits=9, decimal_places=2)
    short_base = AmountField(default=0)

    class Meta:
        constraints: ClassVar = [known("kind", Reach, "cost_warning_row_kind_known")]
        indexes: ClassVar = [models.Index(fields=["warning", "kind", "-short_base", "id"], name="cost_warning_rows")]

    def __str__(self) -> str:
        return f"{self.warning_id}/{self.kind} {self.pk}"


class PriceProposal(models.Model):
    """A price file that a warning led to: the prices of one list with their margin restored."""

    warning = models.ForeignKey(CostWarning, models.CASCADE, related_name="proposals")
    price_file = models.OneToOneField("orders_pricing.PriceFile", models.CASCADE, related_name="proposal")

    def __str__(self) -> str:
        return f"{self.warning_id} → {self.price_file_id}"

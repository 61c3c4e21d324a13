"""What is sold: items, their packs, what they are called, what they cost."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from omc.lib.money import plain
from orders.core.models.base import CompanyOwned, LineKind, PriceField, QuantityField


class Category(CompanyOwned):
    """A family of items."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="category_code_unique")]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class Product(CompanyOwned):
    """An item, service or charge. Quantities count in ``stock_unit``.

    Units: ``weight_kg`` and the sizes in millimeters per stock unit; costs in company currency per stock unit.
    """

    sku = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=LineKind, default=LineKind.GOODS)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="products")
    stock_unit = models.CharField(max_length=10, default="pc")
    barcode = models.CharField(max_length=40, blank=True)
    weight_kg = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    length_mm = models.IntegerField(null=True, blank=True)
    width_mm = models.IntegerField(null=True, blank=True)
    height_mm = models.IntegerField(null=True, blank=True)
    lead_time_days = models.IntegerField(default=14)
    list_price = PriceField(null=True, blank=True, help_text=_("Company currency, the price of last resort."))
    standard_cost = PriceField(null=True, blank=True)
    average_cost = PriceField(null=True, blank=True)
    last_cost = PriceField(null=True, blank=True)
    replacement_cost = PriceField(null=True, blank=True)
    tax_class = models.CharField(max_length=20, default="standard")
    tracks_lots = models.BooleanField(default=False)
    tracks_serials = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "sku"], name="product_sku_unique"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "sku"], name="product_sku_prefix", opclasses=["int8_ops", "varchar_pattern_ops"]
            ),
            models.Index(OpClass(Upper("sku"), "text_pattern_ops"), name="product_sku_any_case"),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="product_name_trigram"),
            models.Index(fields=["barcode"], name="product_by_barcode", condition=~Q(barcode="")),
        ]

    def __str__(self) -> str:
        return self.sku

    @property
    def cost(self) -> Decimal | None:
        """The unit cost in force: moving average, else standard, else last; None is unknown."""
        return self.average_cost or self.standard_cost or self.last_cost or None


class ProductUnit(models.Model):
    """A pack the item is also sold in: ``factor`` stock units each."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="units")
    unit = models.CharField(max_length=10)
    factor = QuantityField()
    barcode = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "unit"], name="product_unit_unique"),
            models.CheckConstraint(condition=Q(factor__gt=0), name="product_unit_factor_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} of {plain(self.factor)}"


class ProductAlias(CompanyOwned):
    """Another name for an item; with a customer it is that customer's part number.

    Who taught it, and when, is not known of names that were entered with the item or came from elsewhere.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="aliases")
    customer = models.ForeignKey("orders.Customer", models.CASCADE, null=True, blank=True, related_name="+")
    alias = models.CharField(max_length=80)
    learned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    learned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "customer", "alias"], nulls_distinct=False, name="product_alias_unique"
            )
        ]
        verbose_name_plural = "product aliases"

    def __str__(self) -> str:
        return self.alias


class KitComponent(models.Model):
    """What one kit is made of."""

    kit = models.ForeignKey(Product, models.CASCADE, related_name="components")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    quantity = QuantityField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kit", "product"], name="kit_component_unique"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="kit_component_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.kit_id}: {self.quantity} × {self.product_id}"


class ProductCost(models.Model):
    """One change of one of an item's costs, with what it was."""

    class Kind(models.TextChoices):
        STANDARD = "standard", _("Standard")
        AVERAGE = "average", _("Moving average")
        LAST = "last", _("Last")
        REPLACEMENT = "replacement", _("Replacement")

    product = models.ForeignKey(Product, models.CASCADE, related_name="cost_history")
    kind = models.CharField(max_length=12, choices=Kind)
    before = PriceField(null=True)
    after = PriceField(null=True)
    at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["product", "-at"], name="product_cost_lookup")]

    def __str__(self) -> str:
        return f"{self.kind} {self.after}"

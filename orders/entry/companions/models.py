"""Which items go together, and which instead of another: computed from orders."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import CompanyOwned


class Relation(models.TextChoices):
    WITH = "with", _("Bought with it")
    INSTEAD = "instead", _("Bought instead of it")


class ItemCompanion(CompanyOwned):
    """One item that belongs beside another, as past orders show it. Written whole by its job, by nobody else.

    ``share`` percent of ``base``: for *with*, of the orders that have the item; for *instead*, of the customers that
    buy it. ``lift`` is how many times more often the two are in one order than chance would have it. ``place`` counts
    from 1: first what is bought with it most often, or instead of it by customers most alike.
    """

    product = models.ForeignKey("orders.Product", models.CASCADE, related_name="companions", db_index=False)
    other = models.ForeignKey("orders.Product", models.CASCADE, related_name="+", db_index=False)
    relation = models.CharField(max_length=7, choices=Relation)
    place = models.SmallIntegerField()
    base = models.IntegerField()
    both = models.IntegerField()
    share = models.DecimalField(max_digits=5, decimal_places=2)
    lift = models.DecimalField(max_digits=12, decimal_places=2)
    computed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "relation", "place"], name="item_companion_place_unique"),
            models.CheckConstraint(condition=Q(relation__in=Relation.values), name="item_companion_relation_known"),
            models.CheckConstraint(condition=~Q(product=models.F("other")), name="item_companion_is_another"),
            models.CheckConstraint(condition=Q(both__lte=models.F("base")), name="item_companion_within_base"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.relation} {self.other_id}"


class Substitute(CompanyOwned):
    """Somebody who knows says that ``other`` may be sold instead of the item. It holds one way only."""

    product = models.ForeignKey("orders.Product", models.CASCADE, related_name="substitutes", db_index=False)
    other = models.ForeignKey("orders.Product", models.CASCADE, related_name="+")
    note = models.CharField(max_length=120, blank=True, default="")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "other"], name="substitute_declared_once"),
            models.CheckConstraint(condition=~Q(product=models.F("other")), name="substitute_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} → {self.other_id}"

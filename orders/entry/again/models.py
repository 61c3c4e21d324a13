"""What customers order again and again, kept under a name."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from orders.core.models import CompanyOwned, DeliveryWay, LineKind, QuantityField, Supply
from orders.core.models.base import known


class OrderTemplate(CompanyOwned):
    """A named set of lines for one customer, without prices: those of the day count when it is used.

    ``version`` rises with each change of name or lines.
    """

    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="order_templates")
    name = models.CharField(max_length=60)
    delivery = models.CharField(
        max_length=8, choices=DeliveryWay, default=DeliveryWay.SHIP, db_default=DeliveryWay.SHIP
    )
    version = models.IntegerField(default=1)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    kept_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("customer", Lower("name"), name="order_template_name_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="order_template_is_named"),
            known("delivery", DeliveryWay, "order_template_delivery_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-id"], name="order_template_newest")]

    def __str__(self) -> str:
        return self.name


class TemplateLine(models.Model):
    """One line of it, as one would type it. Units: ``quantity`` in ``unit``.

    ``ship_to`` is empty where the line goes with the order.
    """

    template = models.ForeignKey(OrderTemplate, models.CASCADE, related_name="lines")
    position = models.IntegerField()
    kind = models.CharField(max_length=10, choices=LineKind, default=LineKind.GOODS)
    product = models.ForeignKey("orders.Product", models.PROTECT, null=True, blank=True, related_name="+")
    description = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=10)
    quantity = QuantityField(default=Decimal(0))
    supply = models.CharField(max_length=10, choices=Supply, default=Supply.STOCK, db_default=Supply.STOCK)
    ship_to = models.ForeignKey(
        "orders.Address", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            known("supply", Supply, "template_line_supply_known"),
            models.UniqueConstraint(fields=["template", "position"], name="template_line_unique"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) | Q(kind="text", quantity=0), name="template_line_says_how_many"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id}/{self.position}"

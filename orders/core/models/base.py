"""Shapes that the tables of all stages share."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class _PlainDecimal(models.DecimalField[Any, Any]):
    """Migrations see an ordinary DecimalField, so that they import no application code."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DecimalField", args, kwargs


class QuantityField(_PlainDecimal):
    """A quantity in the stock unit, numeric(18,6)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"], kwargs["decimal_places"] = 18, 6
        super().__init__(*args, **kwargs)


class AmountField(_PlainDecimal):
    """Money, 2 places; the currency stands beside it or is the company's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"], kwargs["decimal_places"] = 18, 2
        super().__init__(*args, **kwargs)


class PriceField(_PlainDecimal):
    """Money per unit, 4 places."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"], kwargs["decimal_places"] = 18, 4
        super().__init__(*args, **kwargs)


class CompanyOwned(models.Model):
    """A row that belongs to one selling entity; selectors take the company from the Actor."""

    company = models.ForeignKey("orders.Company", models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Subject(CompanyOwned):
    """A document that events are about: the number and the hash of its latest one.

    ``state`` moves only in the statement that writes the event (``omc.lib.machine``).
    """

    event_seq = models.IntegerField(default=0, editable=False)
    event_hash = models.CharField(max_length=64, default="", editable=False)

    class Meta:
        abstract = True


class Origin(models.TextChoices):
    LIVE = "live", _("Made here")
    IMPORT = "import", _("Imported history")


class LineKind(models.TextChoices):
    GOODS = "goods", _("Goods")
    SERVICE = "service", _("Service")
    CHARGE = "charge", _("Charge")
    KIT = "kit", _("Kit")
    COMPONENT = "component", _("Component")
    TEXT = "text", _("Text")


class PricedLine(models.Model):
    """A line of an order, quote, invoice or return: what, how much, at which price and why.

    Units: ``quantity`` and ``unit_price`` count in the stock unit; ``typed_quantity`` is what was entered, in
    ``unit``, with ``unit_factor`` stock units each. ``unit_price`` and ``net_amount`` are in document currency,
    ``net_base`` and ``cost_base`` in company currency.
    """

    position = models.IntegerField()
    kind = models.CharField(max_length=10, choices=LineKind, default=LineKind.GOODS)
    product = models.ForeignKey(
        "orders.Product", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    description = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=10, default="pc")
    unit_factor = QuantityField(default=Decimal(1))
    typed_quantity = QuantityField(default=Decimal(0))
    list_price = PriceField(null=True, blank=True)
    unit_price = PriceField(default=Decimal(0))
    net_amount = AmountField(default=Decimal(0))
    net_base = AmountField(default=Decimal(0))
    unit_cost = PriceField(null=True, blank=True, help_text=_("In company currency; empty is unknown."))
    cost_base = AmountField(null=True, blank=True)
    tax_code = models.CharField(max_length=20, blank=True)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4, default=Decimal(0), help_text=_("Percent."))
    tax_amount = AmountField(default=Decimal(0))
    price_steps = models.JSONField(default=list, blank=True)

    class Meta:
        abstract = True

    @property
    def margin_base(self) -> Decimal | None:
        return None if not self.cost_base else self.net_base - self.cost_base


def known(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """A CHECK that ``field`` holds one of the choices."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": choices.values}), name=name)

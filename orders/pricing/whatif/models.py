"""What if the prices of a list changed by a rule: the rule, the prices it makes, and last year's lines at them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import AmountField, CompanyOwned, PriceField, QuantityField
from orders.core.models.base import known


class Change(models.TextChoices):
    """How the rule moves a price."""

    PERCENT = "percent", _("by percent")
    AMOUNT = "amount", _("by an amount per stock unit")


class Rounding(models.TextChoices):
    """Where a moved price ends. Source: SPEC §4."""

    NINE = "nine", _("to the nearest .x9")
    FIVE = "five", _("to the nearest .05")
    CENT = "cent", _("to 2 places")
    FINE = "fine", _("to 4 places")


class Effect(models.TextChoices):
    """What the rule does to a line, or why nothing."""

    DEARER = "dearer", _("Dearer")
    CHEAPER = "cheaper", _("Cheaper")
    SAME = "same", _("Same price")
    OUTRANKED = "outranked", _("Priced elsewhere")
    TYPED = "typed", _("Typed or quoted price")
    GONE = "gone", _("No longer on the list")
    UNKNOWN = "unknown", _("Origin not known")


MOVED = (Effect.DEARER, Effect.CHEAPER)


class WhatIf(CompanyOwned):
    """A rule that would change a price list from a day on, and what last year's lines say to it.

    ``value`` is in percent, or in list currency per stock unit; ``tree`` says which items; ``min_margin_percent`` is
    the floor that lines are judged by and, where it ``lifts``, under which no price of the list ends. ``seen`` is the
    state of the list that the prices were made from. ``file`` is the draft of a version that was made of it.
    """

    price_list = models.ForeignKey("orders_pricing.PriceList", models.PROTECT, related_name="what_ifs")
    valid_from = models.DateField()
    tree = models.JSONField(default=dict)
    change = models.CharField(max_length=10, choices=Change)
    value = models.DecimalField(max_digits=12, decimal_places=4)
    rounding = models.CharField(max_length=10, choices=Rounding, default=Rounding.CENT)
    min_margin_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    lifts = models.BooleanField(default=False)
    first = models.DateField(help_text=_("Lines of orders entered from this day,"))
    last = models.DateField(help_text=_("to this one."))
    seen = models.CharField(max_length=64, blank=True, default="")
    computed_at = models.DateTimeField(null=True, blank=True)
    job = models.ForeignKey("orders.JobRun", models.SET_NULL, null=True, blank=True, related_name="+")
    edits = models.IntegerField(default=0, editable=False)
    file = models.ForeignKey("orders_pricing.PriceFile", models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            known("change", Change, "what_if_change_known"),
            known("rounding", Rounding, "what_if_rounding_known"),
            models.CheckConstraint(
                condition=Q(min_margin_percent=None) | Q(min_margin_percent__gte=0, min_margin_percent__lt=100),
                name="what_if_floor_is_a_share",
            ),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="what_if_period_in_order"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-id"], name="what_if_newest")]

    def __str__(self) -> str:
        return f"{self.price_list.code} {self.value:+.4f}".rstrip("0").rstrip(".")


class WhatIfPrice(models.Model):
    """A price of the list as the rule leaves it. Units: as on its row of the list, so per pack where it has one."""

    what_if = models.ForeignKey(WhatIf, models.CASCADE, related_name="prices", db_index=False)
    row = models.ForeignKey("orders_pricing.PriceBreak", models.CASCADE, related_name="+")
    product = models.ForeignKey("orders.Product", models.CASCADE, related_name="+", db_index=False)
    before = PriceField()
    after = PriceField()
    is_lifted = models.BooleanField(default=False, help_text=_("By the floor."))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["what_if", "row"], name="what_if_price_unique")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class WhatIfLine(models.Model):
    """A line of last year at the prices of today's list and at those of the rule.

    Units: ``quantity`` in the stock unit, what was not cancelled of the line; prices in list currency per stock unit;
    ``*_base`` in company currency at the order's rate, net of tax; cost as it is in force today, None unknown.
    """

    what_if = models.ForeignKey(WhatIf, models.CASCADE, related_name="lines", db_index=False)
    line = models.ForeignKey("orders.OrderLine", models.CASCADE, related_name="+")
    customer = models.ForeignKey("orders.Customer", models.CASCADE, related_name="+", db_index=False)
    product = models.ForeignKey("orders.Product", models.CASCADE, related_name="+", db_index=False)
    effect = models.CharField(max_length=10, choices=Effect)
    quantity = QuantityField()
    price_charged = PriceField()
    price_before = PriceField()
    price_after = PriceField()
    before_base = AmountField()
    after_base = AmountField()
    change_base = AmountField()
    known_cost_base = AmountField(null=True)
    is_under_before = models.BooleanField(default=False)
    is_under_after = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["what_if", "line"], name="what_if_line_unique"),
            known("effect", Effect, "what_if_line_effect_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["what_if", "change_base", "id"], name="what_if_line_by_change")]

    def __str__(self) -> str:
        return f"{self.what_if_id}/{self.line_id}"


class By(models.TextChoices):
    """What lines are added up by."""

    EFFECT = "effect", _("Effect")
    CUSTOMER = "customer", _("Customer")
    ITEM = "item", _("Item")


class WhatIfSum(models.Model):
    """The lines of one effect, customer or item, added up. Units: company currency; counts of lines.

    ``known_*`` are the lines whose cost is known alone: margins are counted with them.
    """

    what_if = models.ForeignKey(WhatIf, models.CASCADE, related_name="sums", db_index=False)
    by = models.CharField(max_length=10, choices=By)
    effect = models.CharField(max_length=10, choices=Effect, blank=True, default="")
    customer = models.ForeignKey("orders.Customer", models.CASCADE, null=True, related_name="+", db_index=False)
    product = models.ForeignKey("orders.Product", models.CASCADE, null=True, related_name="+", db_index=False)
    lines = models.IntegerField()
    moved = models.IntegerField()
    before_base = AmountField()
    after_base = AmountField()
    change_base = AmountField()
    known_before_base = AmountField()
    known_after_base = AmountField()
    known_cost_base = AmountField()
    unknown_lines = models.IntegerField()
    under_before = models.IntegerField()
    under_after = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            known("by", By, "what_if_sum_by_known"),
            models.UniqueConstraint(
                fields=["what_if", "by", "effect", "customer", "product"],
                nulls_distinct=False,
                name="what_if_sum_unique",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["what_if", "by", "change_base", "id"], name="what_if_sum_by_change")]

    def __str__(self) -> str:
        return f"{self.what_if_id}: {self.by}"

"""What the read models have still to see, and when they last looked."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.core.models import CompanyOwned


class DirtyOrder(models.Model):
    """An order that changed since the read models last saw it."""

    order = models.OneToOneField("orders.Order", models.CASCADE, primary_key=True, related_name="+")
    company = models.ForeignKey("orders.Company", models.CASCADE, related_name="+")
    marked_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.order_id)


class ReadModel(CompanyOwned):
    """When a read model of a company was last brought up to date, and when it was last built from nothing."""

    name = models.CharField(max_length=30)
    refreshed_at = models.DateTimeField()
    built_at = models.DateTimeField(null=True)
    last_event = models.BigIntegerField(default=0, help_text=_("The newest event that it has seen."))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "name"], name="read_model_unique")]

    def __str__(self) -> str:
        return self.name

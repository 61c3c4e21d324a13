"""The places of a warehouse where things lie."""

from typing import ClassVar

from django.db import models

from orders.core.models import CompanyOwned


class Bin(CompanyOwned):
    """A place in a warehouse. Pickers walk the bins by ``pick_sequence``; ``check_digits`` hang at the place, so that
    whoever types or scans them was there. What lies in it are the stock units that bear its code."""

    warehouse = models.ForeignKey("orders.Warehouse", models.PROTECT, related_name="bins")
    code = models.CharField(max_length=20)
    zone = models.CharField(max_length=20, blank=True, default="")
    pick_sequence = models.IntegerField(default=0)
    check_digits = models.CharField(max_length=10, blank=True, default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["warehouse", "code"], name="bin_unique"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "code", "id"], name="bin_by_code"),
            models.Index(fields=["company", "pick_sequence", "id"], name="bin_by_sequence"),
        ]

    def __str__(self) -> str:
        return self.code

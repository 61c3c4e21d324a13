"""A file of prices: what it says, what it would change on a list, and the version that was made of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import CompanyOwned, PriceField, QuantityField
from orders.core.models.base import known


class Outcome(models.TextChoices):
    """What a row would do to the list."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    SAME = "same", _("Unchanged")
    ENDED = "ended", _("Ends")
    REFUSED = "refused", _("Refused")
    PAST = "past", _("Over by then")


class PriceFile(CompanyOwned):
    """A file that came for a price list: the draft of its next version until it is published.

    ``rows`` are its cells by column, as text, mended in place; ``whole`` says that items which it does not name lose
    their prices. ``seen`` is the state of the list that the rows were compared with.
    """

    price_list = models.ForeignKey("orders_pricing.PriceList", models.PROTECT, related_name="files")
    filename = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    whole = models.BooleanField(default=False)
    valid_from = models.DateField()
    seen = models.CharField(max_length=64, blank=True, default="")
    counts = models.JSONField(default=dict, help_text=_("Rows by what they would do."))
    checked_at = models.DateTimeField(null=True, blank=True)
    job = models.ForeignKey("orders.JobRun", models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.ForeignKey(
        "orders_pricing.PriceList", models.PROTECT, null=True, blank=True, related_name="+", help_text=_("Made of it.")
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(version__isnull=False),
                name="price_file_published_as_version",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-id"], name="price_file_newest"),
            models.Index(fields=["company", "sha256"], name="price_file_by_content"),
        ]

    def __str__(self) -> str:
        return self.filename


class PriceFileRow(models.Model):
    """What became of one row of a file when it was last compared, or of a price that the file ends.

    Units: as in PriceBreak. ``number`` is the row of the file, the heading being 1; prices that end have numbers behind
    its last row. ``column`` is the cell that is wrong.
    """

    file = models.ForeignKey(PriceFile, models.CASCADE, related_name="compared", db_index=False)
    number = models.IntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    sku = models.CharField(max_length=300)
    product = models.ForeignKey(
        "orders.Product", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    min_quantity = QuantityField(null=True)
    unit = models.CharField(max_length=10, blank=True, default="")
    unit_factor = QuantityField(null=True)
    unit_price = PriceField(null=True)
    percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    break_group = models.CharField(max_length=20, blank=True, default="")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    price_before = PriceField(null=True)
    percent_before = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    change_percent = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    column = models.CharField(max_length=20, blank=True, default="")
    message = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "number"], name="price_file_row_unique"),
            known("outcome", Outcome, "price_file_row_outcome_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["file", "outcome", "number"], name="price_file_row_by_outcome")]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.number}"

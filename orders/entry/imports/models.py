"""Files of order lines as they were read and mended, what became of them, and how their columns were understood."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import CompanyOwned


class OrderFile(CompanyOwned):
    """A file of order lines, known by its content so that it is not taken twice unless somebody says so.

    ``rows`` are the cells below the heading as text, mended where somebody did; ``columns`` says for each what it is
    (empty: not used). ``outcome`` is what the last look at the rows found, for the rows and columns of ``outcome_of``.
    """

    sha256 = models.CharField(max_length=64)
    filename = models.CharField(max_length=160)
    has_heads = models.BooleanField(default=True)
    heads = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    customer = models.ForeignKey(
        "orders.Customer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Whose orders they are where no column says it."),
    )
    submit = models.BooleanField(default=False, help_text=_("Hand the orders in, not only write drafts."))
    outcome = models.JSONField(default=dict)
    outcome_of = models.CharField(max_length=16, blank=True, default="")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    job = models.ForeignKey("orders.JobRun", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    again = models.BooleanField(default=False, help_text=_("Taken although the same content was taken before."))
    orders_made = models.IntegerField(default=0)
    rows_refused = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "sha256"],
                condition=Q(taken_at__isnull=False, again=False),
                name="order_file_taken_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-id"], name="order_file_newest")]

    def __str__(self) -> str:
        return self.filename


class FileOrder(models.Model):
    """An order that was made of a file's rows; ``trouble`` is why it could not be handed in."""

    file = models.ForeignKey(OrderFile, models.CASCADE, related_name="made")
    order = models.OneToOneField("orders.Order", models.CASCADE, related_name="file_order")
    first_row = models.IntegerField(help_text=_("In the file, its heading being row 1."))
    trouble = models.CharField(max_length=300, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.file_id}: {self.order_id}"


class ColumnMap(CompanyOwned):
    """What the columns under these headings mean: for one customer's files, or (none) for files of many customers."""

    customer = models.ForeignKey("orders.Customer", models.CASCADE, null=True, blank=True, related_name="+")
    heads_sha = models.CharField(max_length=64)
    columns = models.JSONField()
    learned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    learned_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "customer", "heads_sha"], nulls_distinct=False, name="column_map_unique"
            )
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, self.columns))

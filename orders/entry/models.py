"""Stage 4 writes the shared order; of its own it keeps what came in: files of orders, and documents in the inbox."""

from typing import ClassVar

from django.db import models

from orders.core.models import CompanyOwned
from orders.entry.calls.models import Call, CallLink, CallQuestion
from orders.entry.inbox.models import InboxDocument, InboxLine, KnownSender

__all__ = ["Call", "CallLink", "CallQuestion", "InboxDocument", "InboxLine", "KnownSender", "OrderFile"]


class OrderFile(CompanyOwned):
    """A file of orders that came in, known by its content so that it is not taken twice."""

    sha256 = models.CharField(max_length=64)
    filename = models.CharField(max_length=160)
    job = models.ForeignKey("orders.JobRun", models.PROTECT, null=True, blank=True, related_name="+")
    orders_made = models.IntegerField(default=0)
    rows_refused = models.IntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "sha256"], name="order_file_unique")]

    def __str__(self) -> str:
        return self.filename

"""Stage 4 writes the shared order; of its own it keeps what came in, calls, and how clean an order was handed in."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from orders.core.models import CompanyOwned
from orders.entry.again.models import OrderTemplate, TemplateLine
from orders.entry.calls.models import Call, CallLink, CallQuestion
from orders.entry.changes.models import ChangeEdit, ChangeSet
from orders.entry.companions.models import ItemCompanion, Substitute
from orders.entry.inbox.models import InboxDocument, InboxLine, KnownSender

__all__ = [
    "Call",
    "CallLink",
    "CallQuestion",
    "ChangeEdit",
    "ChangeSet",
    "CleanScore",
    "InboxDocument",
    "InboxLine",
    "ItemCompanion",
    "KnownSender",
    "OrderFile",
    "OrderTemplate",
    "Substitute",
    "TemplateLine",
]


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


class CleanScore(models.Model):
    """How clean an order was when it was handed in: 100 less the points of every check that found something.

    ``score`` is that of the last submit, ``first_score`` that of the first; ``parts`` are the points lost by family
    and make 100 with ``score``; ``codes`` are the checks that found something.
    """

    order = models.OneToOneField("orders.Order", models.CASCADE, primary_key=True, related_name="clean_score")
    company = models.ForeignKey("orders.Company", models.CASCADE, related_name="+", db_index=False)
    score = models.SmallIntegerField()
    first_score = models.SmallIntegerField()
    parts = models.JSONField(default=dict)
    codes = ArrayField(models.CharField(max_length=24), default=list)
    checked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(score__range=(0, 100), first_score__range=(0, 100)), name="clean_score_in_range"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "checked_at"], name="clean_score_by_time")]

    def __str__(self) -> str:
        return f"{self.score} of 100"

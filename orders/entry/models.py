"""Stage 4 writes the shared order; of its own it keeps what came in, files, calls, and how clean an order was handed in."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from orders.entry.again.models import OrderTemplate, TemplateLine
from orders.entry.calls.models import Call, CallLink, CallQuestion
from orders.entry.changes.models import ChangeEdit, ChangeSet
from orders.entry.companions.models import ItemCompanion, Substitute
from orders.entry.imports.models import ColumnMap, FileOrder, OrderFile
from orders.entry.inbox.mailbox.models import Mailbox, MailTaken
from orders.entry.inbox.models import EdiPartner, InboxDocument, InboxLine, KnownSender

__all__ = [
    "Call",
    "CallLink",
    "CallQuestion",
    "ChangeEdit",
    "ChangeSet",
    "CleanScore",
    "ColumnMap",
    "EdiPartner",
    "FileOrder",
    "InboxDocument",
    "InboxLine",
    "ItemCompanion",
    "KnownSender",
    "MailTaken",
    "Mailbox",
    "OrderFile",
    "OrderTemplate",
    "Substitute",
    "TemplateLine",
]


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

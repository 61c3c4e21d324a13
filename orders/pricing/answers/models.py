"""What customers said about their quotes, and what we said back."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class QuoteAnswer(models.Model):
    """One thing said about a quote: by somebody at the customer (``name`` is what they typed), or by one of us."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        QUESTION = "question", _("Question")
        REPLY = "reply", _("Our answer")

    quote = models.ForeignKey("orders_pricing.Quote", models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120, blank=True)
    words = models.TextField(blank=True)
    contact = models.ForeignKey("orders.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["accepted", "declined", "question", "reply"]),
                name="quote_answer_kind_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quote_id}: {self.kind}"

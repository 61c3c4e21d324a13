"""The words of messages, and who wants which."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.core.models.base import CompanyOwned, known


class MessageWording(CompanyOwned):
    """One version of the words of a kind of message in one language. Rows are only added: the newest is in force."""

    kind = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    number = models.IntegerField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "kind", "language", "number"], name="message_wording_unique")
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language}) v{self.number}"


class Wish(models.TextChoices):
    """How a contact wants to be told."""

    EMAIL = "email", _("By e-mail")
    NONE = "none", _("Not at all")


class MessageChoice(models.Model):
    """What a contact chose for one kind of message. Without a row the company's usual way stands."""

    contact = models.ForeignKey("orders.Contact", models.CASCADE, related_name="message_choices")
    kind = models.CharField(max_length=60)
    wish = models.CharField(max_length=5, choices=Wish)
    chosen_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "kind"], name="message_choice_unique"),
            known("wish", Wish, "message_choice_known"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.kind} {self.wish}"

"""The mailbox that a company's orders come to, and each mail that was looked at in it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import CompanyOwned


class Security(models.TextChoices):
    TLS = "tls", _("Encrypted (TLS)")
    STARTTLS = "starttls", _("Encrypted after the greeting (STARTTLS)")
    PLAIN = "plain", _("Not encrypted: only inside one's own network")


class Mailbox(CompanyOwned):
    """Where a company's orders are mailed to. Its password is in the environment, never here.

    ``busy_until`` keeps two workers from reading it at once; a worker that died lets go then.
    """

    is_on = models.BooleanField(default=False)
    host = models.CharField(max_length=200)
    port = models.IntegerField(default=993)
    security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    user = models.CharField(max_length=200)
    folder = models.CharField(max_length=120, default="INBOX")
    busy_until = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True, help_text=_("When it was last read without trouble."))
    trouble = models.TextField(blank=True, default="")

    class Meta:
        verbose_name_plural = "mailboxes"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company"], name="one_mailbox_per_company"),
            models.CheckConstraint(condition=Q(security__in=Security.values), name="mailbox_security_known"),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="mailbox_port_possible"),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.host}"


class MailTaken(CompanyOwned):
    """One mail of a mailbox: the document that it became, or why it became none. Known by its Message-ID, else content."""

    message_id = models.CharField(max_length=255)
    document = models.ForeignKey(
        "orders_entry.InboxDocument", models.PROTECT, null=True, blank=True, related_name="mails"
    )
    trouble = models.TextField(blank=True, default="")
    attempts = models.SmallIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "mails taken"
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "message_id"], name="mail_taken_once")]

    def __str__(self) -> str:
        return self.message_id

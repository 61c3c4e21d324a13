"""What customers send: the documents as they came, the lines read from them, and what was learned on the way."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import CompanyOwned, PriceField, QuantityField, Subject


class DocumentState(models.TextChoices):
    RECEIVED = "received", _("Received")
    READ = "read", _("Read, customer unknown")
    PROPOSED = "proposed", _("Proposed")
    ORDERED = "ordered", _("Made into an order")
    SET_ASIDE = "set_aside", _("Set aside")
    BROKEN = "broken", _("Cannot be read")


class DocumentKind(models.TextChoices):
    MAIL = "mail", _("Mail")
    PDF = "pdf", _("PDF")
    XLSX = "xlsx", _("Excel")
    CSV = "csv", _("CSV")
    X12 = "x12", _("EDI X12")
    UBL = "ubl", _("UBL")
    TEXT = "text", _("Text")
    UNKNOWN = "unknown", _("Unknown")


class Door(models.TextChoices):
    UPLOAD = "upload", _("Uploaded")
    PASTE = "paste", _("Pasted")
    API = "api", _("API")
    MAILBOX = "mailbox", _("Mailbox")


class InboxDocument(Subject):
    """One order that a customer sent, or a file that should have been one. Its original lies with it as a file.

    A file with several orders is several documents: ``part`` counts them, ``whole`` is the first. ``text`` is what was
    read off it; ``mended`` is what somebody wrote instead, and is read in its place. ``sure`` and ``why`` hold the
    confidence (percent) of the fields of the header and what lowers it;
    ``header_checked`` says that a person looked at them.
    """

    kind = models.CharField(max_length=8, choices=DocumentKind)
    door = models.CharField(max_length=8, choices=Door)
    state = models.CharField(max_length=10, choices=DocumentState, default=DocumentState.RECEIVED)
    filename = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.IntegerField()
    part = models.SmallIntegerField(default=1)
    whole = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    copy_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="copies")
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True, default="", help_text=_("Why it cannot be read, or was set aside."))
    text = models.TextField(blank=True, default="")
    mended = models.TextField(blank=True, default="")
    sender = models.JSONField(default=dict, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    remarks = models.JSONField(default=list, blank=True)
    customer = models.ForeignKey("orders.Customer", models.PROTECT, null=True, blank=True, related_name="+")
    customer_po = models.CharField(max_length=60, blank=True, default="")
    requested_date = models.DateField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    ship_to_text = models.CharField(max_length=300, blank=True, default="")
    ship_to = models.ForeignKey("orders.Address", models.SET_NULL, null=True, blank=True, related_name="+")
    sure = models.JSONField(default=dict, blank=True)
    why = models.JSONField(default=dict, blank=True)
    header_checked = models.BooleanField(default=False)
    line_count = models.IntegerField(default=0)
    doubtful_count = models.IntegerField(default=0)
    version = models.IntegerField(default=1)
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="inbox_documents")
    job = models.ForeignKey("orders.JobRun", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "sha256", "part"], condition=Q(copy_of__isnull=True), name="inbox_document_once"
            ),
            models.CheckConstraint(condition=Q(state__in=DocumentState.values), name="inbox_state_known"),
            models.CheckConstraint(
                condition=Q(state="ordered", order__isnull=False) | (~Q(state="ordered") & Q(order__isnull=True)),
                name="inbox_ordered_has_order",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-id"], name="inbox_newest"),
            models.Index(
                fields=["company", "received_at", "id"],
                condition=Q(state__in=["received", "read", "proposed", "broken"]),
                name="inbox_waiting",
            ),
        ]

    @property
    def stated_currency(self) -> str:
        """What its prices are in: as it says, else as the customer pays; empty when neither is known."""
        return self.currency or (self.customer.currency if self.customer else "")

    def __str__(self) -> str:
        return f"{self.filename} ({self.part})" if self.part > 1 else self.filename


class InboxLine(models.Model):
    """One line of a document: what it says, and what we take it for.

    Units: ``quantity`` and ``stated_price`` per ``unit``; ``factor`` stock units each, None while the unit is not known.
    ``said`` is the line as read and never changes. ``checked`` says that a person looked at what is doubtful.
    """

    document = models.ForeignKey(InboxDocument, models.CASCADE, related_name="lines")
    position = models.IntegerField()
    said = models.JSONField(default=dict)
    item = models.CharField(max_length=80, blank=True, default="")
    product = models.ForeignKey("orders.Product", models.PROTECT, null=True, blank=True, related_name="+")
    quantity = QuantityField(null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True, default="")
    factor = QuantityField(null=True, blank=True)
    stated_price = PriceField(null=True, blank=True)
    wanted = models.DateField(null=True, blank=True)
    sure = models.JSONField(default=dict)
    why = models.JSONField(default=dict)
    checked = models.BooleanField(default=False)
    left_out = models.BooleanField(default=False)
    take_price = models.BooleanField(default=False, help_text=_("The customer's price, not ours."))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "position"], name="inbox_line_unique"),
            models.CheckConstraint(condition=Q(quantity__isnull=True) | Q(quantity__gt=0), name="inbox_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.position}"


class EdiPartner(CompanyOwned):
    """A customer's program that answers go to. Its row is locked while an answer takes the next control number, so
    that none is left out. ``key`` is its id as it writes it, with the kind of id before the colon."""

    key = models.CharField(max_length=200)
    last_control = models.IntegerField(default=0)
    answers_to = models.EmailField(blank=True, default="", help_text=_("Empty: answers wait to be downloaded."))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "key"], name="edi_partner_unique")]

    def __str__(self) -> str:
        return self.key


class KnownSender(CompanyOwned):
    """Whose documents come from an EDI id, mail address or name: learned when somebody made an order of one."""

    key = models.CharField(max_length=200, help_text=_("edi:…, mail:… or name:…"))
    customer = models.ForeignKey("orders.Customer", models.CASCADE, related_name="+")
    learned_from = models.ForeignKey(InboxDocument, models.SET_NULL, null=True, blank=True, related_name="+")
    learned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    learned_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "key"], name="known_sender_unique")]

    def __str__(self) -> str:
        return self.key

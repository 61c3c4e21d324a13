"""Blanket agreements: so much of some items at a price until a day, and the orders that draw on them."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import PriceField, QuantityField, Subject
from orders.core.models.base import known


class AgreementState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("In force")
    ENDED = "ended", _("Ended")
    CLOSED = "closed", _("Closed")


class Agreement(Subject):
    """What a customer agreed to take of some items, at which price, until which day.

    ``revision`` counts the times that its terms were changed while it was in force. Prices are in ``currency``.
    """

    number = models.CharField(max_length=20)
    revision = models.PositiveSmallIntegerField(default=1, db_default=1)
    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="agreements")
    currency = models.CharField(max_length=3)
    customer_po = models.CharField(max_length=60, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField()
    state = models.CharField(max_length=10, choices=AgreementState, default=AgreementState.DRAFT)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True, default="")
    closed_because = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True, help_text=_("When it ended or was closed."))
    told_end = models.DateField(null=True, blank=True, help_text=_("The last day that its owner was warned of."))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="agreement_number_unique"),
            known("state", AgreementState, "agreement_state_known"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="agreement_ends_after_start"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-id"], name="agreement_newest"),
            models.Index(fields=["company", "valid_to", "id"], name="agreement_by_end"),
            models.Index(fields=["customer"], condition=Q(state="active"), name="agreement_in_force"),
        ]

    def __str__(self) -> str:
        return self.number


class AgreementItem(models.Model):
    """How much of an item is agreed, at which price. Units: stock unit, the agreement's currency per stock unit.

    What is drawn is not kept here: it is what the lines of the releases still want, by their ledgers.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="items")
    product = models.ForeignKey("orders.Product", models.PROTECT, related_name="+")
    quantity = QuantityField()
    unit_price = PriceField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "product"], name="agreement_item_unique"),
            models.CheckConstraint(condition=Q(quantity__gt=Decimal(0)), name="agreement_item_wants_something"),
            models.CheckConstraint(condition=Q(unit_price__gte=Decimal(0)), name="agreement_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}/{self.product_id}"


class AgreementRevision(models.Model):
    """The terms of an agreement as they were from a moment on, kept whole and never changed."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    terms = models.JSONField()
    reason = models.CharField(max_length=200, blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "number"], name="agreement_revision_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}/{self.number}"


class Release(models.Model):
    """An order that draws on an agreement; it keeps its number when it goes back to draft and is handed in again."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="releases")
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "order"], name="release_once_per_order"),
            models.UniqueConstraint(fields=["agreement", "number"], name="release_number_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}/{self.number}"


class ReleaseLine(models.Model):
    """An order line at an agreement's price. It draws what it still wants: ordered less cancelled and returned."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="lines")
    item = models.ForeignKey(AgreementItem, models.PROTECT, related_name="draws")
    line = models.OneToOneField("orders.OrderLine", models.PROTECT, related_name="release")

    def __str__(self) -> str:
        return f"{self.release_id}/{self.line_id}"

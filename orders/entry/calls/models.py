"""What was said on the telephone: the calls, what was asked and answered, and what came of them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import AmountField, CompanyOwned, PriceField, QuantityField, Subject


class CallState(models.TextChoices):
    OPEN = "open", _("On the line")
    PARKED = "parked", _("Parked")
    ENDED = "ended", _("Ended")


class Outcome(models.TextChoices):
    ANSWERED = "answered", _("Answered")
    ORDER = "order", _("Order")
    QUOTE = "quote", _("Quote")
    CASE = "case", _("Case")
    NOTE = "note", _("Note")
    UNHELPED = "unhelped", _("Could not be helped")
    NOTHING = "nothing", _("Nothing: wrong number, or hung up")


class Call(Subject):
    """One call of a customer, from the first word to the last. ``customer`` is empty while nobody knows who it is.

    ``found_by`` is what was typed to find the caller. A person has at most one call on the line; the others are parked.
    """

    customer = models.ForeignKey("orders.Customer", models.PROTECT, null=True, blank=True, related_name="calls")
    contact = models.ForeignKey("orders.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=6, choices=CallState, default=CallState.OPEN)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="calls")
    found_by = models.CharField(max_length=80, blank=True, default="")
    started_at = models.DateTimeField()
    parked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    notes = models.TextField(blank=True, default="")
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=CallState.values), name="call_state_known"),
            models.CheckConstraint(condition=Q(outcome__in=["", *Outcome.values]), name="call_outcome_known"),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="ended") & Q(ended_at__isnull=True, outcome=""),
                name="call_ended_has_outcome",
            ),
            models.UniqueConstraint(
                fields=["company", "taken_by"], condition=Q(state="open"), name="one_call_on_the_line"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-id"], name="call_newest"),
            models.Index(fields=["customer", "-id"], name="call_of_customer"),
            models.Index(fields=["company", "parked_at", "id"], condition=Q(state="parked"), name="call_parked"),
        ]

    def __str__(self) -> str:
        return _("Call %(number)s") % {"number": self.pk}


class CallQuestion(models.Model):
    """What was asked on a call, and what was answered: kept as it was said, whatever happens to prices and stock later.

    Units: ``quantity`` and ``unit_price`` in stock units, ``typed_quantity`` in ``unit``; prices in ``currency``. What
    is empty was not known. ``in_stock`` is what lay in ``warehouse`` and was promised to nobody.
    """

    call = models.ForeignKey(Call, models.CASCADE, related_name="questions")
    position = models.IntegerField()
    asked = models.CharField(max_length=200)
    product = models.ForeignKey("orders.Product", models.PROTECT, related_name="+")
    typed_quantity = QuantityField()
    unit = models.CharField(max_length=10)
    quantity = QuantityField()
    wanted = models.DateField(null=True, blank=True)
    warehouse = models.ForeignKey("orders.Warehouse", models.PROTECT, null=True, blank=True, related_name="+")
    currency = models.CharField(max_length=3)
    unit_price = PriceField(null=True, blank=True)
    net_amount = AmountField(null=True, blank=True)
    price_steps = models.JSONField(default=list, blank=True)
    ship_date = models.DateField(null=True, blank=True)
    in_stock = QuantityField(null=True, blank=True)
    source = models.CharField(max_length=10, blank=True, default="")
    asked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "position"], name="call_question_unique"),
            models.CheckConstraint(condition=Q(quantity__gt=0, typed_quantity__gt=0), name="call_question_positive"),
        ]

    def __str__(self) -> str:
        return self.asked


class CallLink(CompanyOwned):
    """A document that came of a call: made from it without typing anything again."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="links")
    subject_type = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "subject_type", "subject_id"], name="call_link_unique")
        ]
        indexes: ClassVar = [models.Index(fields=["subject_type", "subject_id"], name="call_link_by_subject")]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}"

"""What people at the desk ask those who decide about prices, and what they were told."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from orders.core.models import AmountField, PriceField, QuantityField, Subject
from orders.core.models.base import known


class QuestionState(models.TextChoices):
    ASKED = "asked", _("Waits for an answer")
    ANSWERED = "answered", _("Answered")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Over before it was answered")


class Answer(models.TextChoices):
    YES = "yes", _("Yes")
    OTHER = "other", _("Another price")
    NO = "no", _("No")


class PriceQuestion(Subject):
    """May this customer have so many of an item at this price? One question, asked of one person at a time.

    Units: ``quantity`` and the prices in stock units, in ``currency``; ``unit_cost`` and ``net_base`` (the quantity at
    the price asked for, else at the one in force) in company currency. ``asked_price`` is empty where the question is
    which price one may offer. It was asked from an ``order``, a ``quote``, a call, or from nowhere in particular.
    ``bounces`` counts how often it was passed on. An answered price is put on one document, once: at ``used_at``.
    """

    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="price_questions")
    product = models.ForeignKey("orders.Product", models.PROTECT, related_name="price_questions")
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="price_questions")
    quote = models.ForeignKey(
        "orders_pricing.Quote", models.PROTECT, null=True, blank=True, related_name="price_questions"
    )
    call_id = models.BigIntegerField(null=True, blank=True, help_text=_("Calls belong to a later stage."))
    quantity = QuantityField()
    typed_quantity = QuantityField()
    unit = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    currency_rate = models.DecimalField(max_digits=18, decimal_places=8)
    asked_price = PriceField(null=True, blank=True)
    system_price = PriceField(null=True, blank=True, help_text=_("In force when it was asked; empty where none was."))
    unit_cost = PriceField(null=True, blank=True)
    net_base = AmountField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=QuestionState, default=QuestionState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    department = models.ForeignKey("orders.Department", models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decider = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    bounces = models.SmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=5, choices=Answer, blank=True, default="")
    unit_price = PriceField(null=True, blank=True, help_text=_("What the customer may have it for."))
    words = models.CharField(max_length=300, blank=True, default="")
    valid_until = models.DateField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    not_used_because = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            known("state", QuestionState, "price_question_state_known"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="price_question_quantity_positive"),
            models.CheckConstraint(
                condition=(Q(asked_price=None) | Q(asked_price__gte=0)) & (Q(unit_price=None) | Q(unit_price__gte=0)),
                name="price_question_price_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(state="answered", answer__in=["yes", "other"], unit_price__isnull=False)
                | Q(state="answered", answer="no", unit_price=None)
                | ~Q(state="answered") & Q(answer="", unit_price=None),
                name="price_question_answered_with_price",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", closed_at=None) | ~Q(state="asked") & Q(closed_at__isnull=False),
                name="price_question_closed_at",
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(unit_price__isnull=False), name="price_question_used_needs_price"
            ),
            models.CheckConstraint(condition=Q(order=None) | Q(quote=None), name="price_question_of_one_document"),
            models.UniqueConstraint(
                fields=["customer", "product", "order", "quote"],
                condition=Q(state="asked"),
                nulls_distinct=False,
                name="one_open_price_question",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-id"], name="price_question_newest"),
            models.Index(fields=["company", "due_at", "id"], name="price_question_due"),
            models.Index(fields=["decider"], condition=Q(state="asked"), name="price_question_waiting"),
        ]

    @property
    def because(self) -> str:
        """Why the answered price was given: the decider's words, else those of who asked."""
        return self.words or self.reason

    def __str__(self) -> str:
        return _now("Price question %(number)s") % {"number": self.pk}


class QuestionTurn(models.Model):
    """One person had the question in hand, from ``since`` until they answered or passed it on."""

    question = models.ForeignKey(PriceQuestion, models.CASCADE, related_name="turns")
    number = models.SmallIntegerField()
    decider = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    department = models.ForeignKey("orders.Department", models.PROTECT, null=True, blank=True, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=300, blank=True, default="")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "number"], name="question_turn_unique"),
            models.UniqueConstraint(fields=["question"], condition=Q(until=None), name="one_decider_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.number}"

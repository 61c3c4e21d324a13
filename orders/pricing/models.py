"""Stage 3: price lists, taxes, exchange rates, quotes."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import AmountField, CompanyOwned, Facet, PricedLine, PriceField, QuantityField, Subject, Supply
from orders.core.models.base import known
from orders.pricing.agreements.models import Agreement, AgreementItem, AgreementRevision, Release, ReleaseLine
from orders.pricing.agreements.plan_models import PlannedLine, PlannedRelease
from orders.pricing.answers.models import QuoteAnswer
from orders.pricing.files.models import PriceFile, PriceFileRow
from orders.pricing.guidelines.models import Approval, DiscountGuideline
from orders.pricing.questions.models import PriceQuestion, QuestionTurn
from orders.pricing.warnings.models import CostWarning, CostWarningItem, CostWarningRow, PriceProposal
from orders.pricing.whatif.models import WhatIf, WhatIfLine, WhatIfPrice, WhatIfSum

__all__ = [
    "Agreement",
    "AgreementItem",
    "AgreementRevision",
    "Approval",
    "CostWarning",
    "CostWarningItem",
    "CostWarningRow",
    "DiscountGuideline",
    "ExchangeRate",
    "PlannedLine",
    "PlannedRelease",
    "PriceBreak",
    "PriceFile",
    "PriceFileRow",
    "PriceList",
    "PriceListKind",
    "PriceProposal",
    "PriceQuestion",
    "QuestionTurn",
    "Quote",
    "QuoteAnswer",
    "QuoteConversion",
    "QuoteLine",
    "QuoteState",
    "RejectReason",
    "Release",
    "ReleaseLine",
    "TaxRule",
    "WhatIf",
    "WhatIfLine",
    "WhatIfPrice",
    "WhatIfSum",
]


class PriceListKind(models.TextChoices):
    """From the strongest source to the weakest. Source: SPEC §4.d."""

    CONTRACT = "contract", _("Customer contract")
    GROUP_CONTRACT = "group_contract", _("Group contract")
    PROMOTION = "promotion", _("Promotion")
    CUSTOMER = "customer", _("Customer price list")
    SEGMENT = "segment", _("Segment price list")
    BASE = "base", _("Base price list")


class PriceList(CompanyOwned):
    """Prices from one source for one customer, group, class or everybody, in one currency.

    A contract or promotion is one too: its kind says how strong it is. A version ends the day before the next begins.
    """

    code = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField(default=1, db_default=1)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=PriceListKind, default=PriceListKind.BASE)
    customer = models.ForeignKey("orders.Customer", models.CASCADE, null=True, blank=True, related_name="price_lists")
    price_group = models.CharField(max_length=20, blank=True)
    customer_class = models.CharField(max_length=1, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    reference = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text=_("The customer's own number for it.")
    )
    best_of = models.BooleanField(
        default=False, db_default=False, help_text=_("A promotion that counts where it is lower than a contract.")
    )
    pools_quantity = models.BooleanField(
        default=False, db_default=False, help_text=_("Breaks count an item's quantity over all lines of a document.")
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "code", "version"], name="price_list_version_unique"),
            models.CheckConstraint(
                condition=Q(best_of=False) | Q(kind="promotion"), name="price_list_best_of_promotion"
            ),
            models.CheckConstraint(condition=Q(kind__in=PriceListKind.values), name="price_list_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind__in=["contract", "customer"]) | Q(customer__isnull=False),
                name="price_list_has_customer",
            ),
            models.CheckConstraint(
                condition=~Q(kind="group_contract") | ~Q(price_group=""), name="price_list_has_group"
            ),
            models.CheckConstraint(
                condition=~Q(kind="segment") | ~Q(price_group="") | ~Q(customer_class=""),
                name="price_list_has_segment",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PriceBreak(models.Model):
    """What an item costs from a quantity on: a unit price, or percent off the list price.

    Units: ``min_quantity`` and ``unit_price`` count in ``unit`` of ``unit_factor`` stock units, and then hold for lines
    typed in that unit alone; an empty unit is the stock unit and holds for every line. Prices are in list currency.
    ``break_group`` names the items whose quantities count together on a list that pools them.

    A row is never changed or deleted, only replaced, so that every price once given leads back to its row.
    """

    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="breaks")
    product = models.ForeignKey("orders.Product", models.PROTECT, related_name="+")
    min_quantity = QuantityField(default=Decimal(1))
    unit = models.CharField(max_length=10, blank=True, default="", db_default="")
    unit_factor = QuantityField(default=Decimal(1), db_default=Decimal(1))
    unit_price = PriceField(null=True, blank=True)
    percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    break_group = models.CharField(max_length=20, blank=True, default="", db_default="")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["price_list", "product", "unit", "min_quantity", "valid_from"],
                condition=Q(replaced_at__isnull=True),
                nulls_distinct=False,
                name="price_break_unique_by_unit",
            ),
            models.CheckConstraint(
                condition=Q(min_quantity__gt=0, unit_factor__gt=0), name="price_break_from_positive"
            ),
            models.CheckConstraint(
                condition=Q(unit_price__gte=0, percent__isnull=True)
                | Q(unit_price__isnull=True, percent__gte=0, percent__lte=100),
                name="price_break_price_or_percent",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["product", "price_list"], condition=Q(replaced_at__isnull=True), name="price_break_lookup"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_price if self.percent is None else f'-{self.percent} %'} from {self.min_quantity}"

    @property
    def stock_quantity(self) -> Decimal:
        """The quantity it holds from. Units: stock unit."""
        return self.min_quantity * self.unit_factor


class TaxRule(CompanyOwned):
    """Which tax a class of item bears when shipped to a country. ``rate`` in percent.

    An empty country is everywhere that has no rule of its own, an empty region the whole country. A rule of
    reverse charge or of goods to another country of the Union is for customers with a tax registration; the others
    fall to the next rule.
    """

    class Category(models.TextChoices):
        STANDARD = "S", _("Standard rate")
        ZERO = "Z", _("Zero rated")
        EXEMPT = "E", _("Exempt")
        REVERSE = "AE", _("Reverse charge")
        INTRA_COMMUNITY = "K", _("Goods to another country of the European Union")
        EXPORT = "G", _("Export")
        OUTSIDE = "O", _("Not subject to VAT")

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=80, blank=True)
    tax_class = models.CharField(max_length=20, default="standard")
    category = models.CharField(max_length=2, choices=Category, default=Category.STANDARD)
    rate = models.DecimalField(max_digits=7, decimal_places=4)
    valid_from = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "country", "region", "tax_class", "category", "valid_from"],
                nulls_distinct=False,
                name="tax_rule_unique",
            ),
            models.CheckConstraint(
                condition=Q(category__in=["S", "Z", "E", "AE", "K", "G", "O"]), name="tax_rule_category_known"
            ),
            models.CheckConstraint(condition=Q(category="S") | Q(rate=0), name="tax_rule_rate_fits_category"),
            models.CheckConstraint(condition=Q(rate__gte=0), name="tax_rule_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class ExchangeRate(CompanyOwned):
    """Company-currency units per unit of ``currency`` from a day on."""

    currency = models.CharField(max_length=3)
    day = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "currency", "day"], name="exchange_rate_unique"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.rate}"


class QuoteState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    ACCEPTED = "accepted", _("Accepted")
    CONVERTED = "converted", _("Converted")
    REJECTED = "rejected", _("Rejected")
    EXPIRED = "expired", _("Expired")
    SUPERSEDED = "superseded", _("Superseded")


class RejectReason(models.TextChoices):
    PRICE = "price", _("Price")
    LEAD_TIME = "lead_time", _("Lead time")
    AVAILABILITY = "availability", _("Availability")
    TERMS = "terms", _("Terms")
    COMPETITOR = "competitor", _("A competitor")
    NO_DECISION = "no_decision", _("No decision")
    DUPLICATE = "duplicate", _("Duplicate")


class Quote(Subject):
    """Prices and dates offered to a customer, valid until a day."""

    number = models.CharField(max_length=20)
    revision = models.SmallIntegerField(default=1)
    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="quotes")
    contact = models.ForeignKey("orders.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    ship_to = models.ForeignKey("orders.Address", models.PROTECT, null=True, blank=True, related_name="+")
    enquiry = models.ForeignKey(
        "orders_generation.Enquiry", models.PROTECT, null=True, blank=True, related_name="quotes"
    )
    state = models.CharField(max_length=10, choices=QuoteState, default=QuoteState.DRAFT)
    currency = models.CharField(max_length=3)
    currency_rate = models.DecimalField(max_digits=18, decimal_places=8, default=Decimal(1))
    requested_date = models.DateField(null=True, blank=True)
    valid_until = models.DateField()
    net_amount = AmountField(default=Decimal(0))
    tax_amount = AmountField(default=Decimal(0))
    total_amount = AmountField(default=Decimal(0))
    net_base = AmountField(default=Decimal(0))
    cost_base = AmountField(null=True, blank=True)
    reject_reason = models.CharField(max_length=20, choices=RejectReason, blank=True, default="")
    customer_note = models.TextField(blank=True)
    customer_po = models.CharField(max_length=60, blank=True, default="", db_default="")
    conversion = models.CharField(
        max_length=10, choices=Facet, default=Facet.NONE, db_default="none", help_text=_("How far it became orders.")
    )
    order = models.ForeignKey(
        "orders.Order", models.PROTECT, null=True, blank=True, related_name="quotes",
        help_text=_("The latest made from it."),
    )  # fmt: skip
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    edits = models.IntegerField(default=0, db_default=0, editable=False)  # times that the draft was saved silently
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, help_text=_("That its last day is near."))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number", "revision"], name="quote_number_unique"),
            models.CheckConstraint(condition=Q(state__in=QuoteState.values), name="quote_state_known"),
            models.CheckConstraint(condition=Q(conversion__in=["none", "part", "done"]), name="quote_conversion_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-id"], name="quote_newest"),
            models.Index(fields=["company", "created_at", "id"], name="quote_by_created"),
            models.Index(fields=["company", "state", "-id"], name="quote_by_state"),
            models.Index(fields=["company", "valid_until"], condition=Q(state="sent"), name="quote_to_expire"),
            models.Index(
                fields=["company", "-net_base", "id"],
                condition=Q(state="accepted", order__isnull=True),
                name="quote_to_convert",
            ),
        ]

    def __str__(self) -> str:
        return self.number if self.revision == 1 else f"{self.number}/{self.revision}"

    @property
    def version(self) -> int:
        """Rises whenever anything about it changes, told by an event or (a draft's lines) by none."""
        version: int = self.event_seq + self.edits
        return version


class QuoteLine(PricedLine):
    """One offered item; whether the customer takes it, how much of it, and how much became orders.

    How it comes (``supply``) and where it goes (``ship_to``, empty: the quote's own) go with it into the order.

    Units: ``quantity``, ``taken_quantity`` and ``converted`` count in the stock unit.
    """

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="lines")
    quantity = QuantityField()
    supply = models.CharField(max_length=10, choices=Supply, default=Supply.STOCK, db_default=Supply.STOCK)
    ship_to = models.ForeignKey("orders.Address", models.PROTECT, null=True, blank=True, related_name="+")
    promised_date = models.DateField(null=True, blank=True)
    taken = models.BooleanField(default=True, db_default=True, help_text=_("False: the customer left it out."))
    taken_quantity = QuantityField(null=True, blank=True, help_text=_("Empty: all that was offered."))
    converted = QuantityField(default=Decimal(0), db_default=Decimal(0))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quote", "position"], name="quote_line_unique"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="quote_line_not_negative"),
            known("supply", Supply, "quote_line_supply_known"),
            models.CheckConstraint(
                condition=Q(converted__gte=0, converted__lte=models.F("quantity")), name="quote_line_never_over_quoted"
            ),
            models.CheckConstraint(
                condition=Q(taken_quantity=None) | Q(taken_quantity__gt=0, taken_quantity__lte=models.F("quantity")),
                name="quote_line_takes_what_is_offered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quote_id}/{self.position}"

    @property
    def wanted(self) -> Decimal:
        """What the customer takes of it. Units: stock unit."""
        return self.quantity if self.taken_quantity is None else self.taken_quantity


class QuoteConversion(models.Model):
    """How much of an offered line went into one order. Units: stock unit. A line's sum is its ``converted``.

    None once the order was given up before anything was picked: the quantity is open again.
    """

    line = models.ForeignKey(QuoteLine, models.PROTECT, related_name="conversions")
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="+")
    quantity = QuantityField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["line", "order"], name="quote_conversion_unique"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="quote_conversion_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} → {self.order_id}"

"""The shared order: header, lines, and each line's quantity ledger."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from orders.core.models.base import AmountField, LineKind, Origin, PricedLine, QuantityField, Subject, known
from orders.core.models.parties import ShipRule


class OrderState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PENDING = "pending", _("Pending")
    CONFIRMED = "confirmed", _("Confirmed")
    RELEASED = "released", _("Released")
    IN_FULFILLMENT = "in_fulfillment", _("In fulfillment")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")
    ABANDONED = "abandoned", _("Abandoned")


class Facet(models.TextChoices):
    NONE = "none", _("Nothing yet")
    PART = "part", _("In part")
    DONE = "done", _("All")
    EXCEPTION = "exception", _("Exception")


class Channel(models.TextChoices):
    DESK = "desk", _("Order desk")
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    WEB = "web", _("Web")
    EDI = "edi", _("EDI")
    API = "api", _("API")
    IMPORT = "import", _("Import")


class ShipRuleOrigin(models.TextChoices):
    CUSTOMER = "customer", _("The customer's default")
    ORDER = "order", _("Chosen on this order")
    COMPANY = "company", _("The company's default")


class DeliveryWay(models.TextChoices):
    SHIP = "ship", _("Shipped to the customer")
    COLLECT = "collect", _("The customer collects it")


class Order(Subject):
    """One customer's order. ``state`` is one short word about the whole; the facets say what is partial.

    Units: amounts in ``currency``; ``*_base`` in company currency at ``currency_rate`` (company units per
    document unit, frozen at entry). ``stage`` is the lowest stage with an open duty, empty when none is open.
    """

    number = models.CharField(max_length=40, null=True, blank=True, help_text=_("Given at submit."))
    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="orders")
    contact = models.ForeignKey("orders.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    bill_to = models.ForeignKey("orders.Address", models.PROTECT, null=True, blank=True, related_name="+")
    ship_to = models.ForeignKey("orders.Address", models.PROTECT, null=True, blank=True, related_name="+")
    warehouse = models.ForeignKey("orders.Warehouse", models.PROTECT, null=True, blank=True, related_name="+")
    terms = models.ForeignKey("orders.PaymentTerms", models.PROTECT, null=True, blank=True, related_name="+")
    customer_po = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.DESK)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.LIVE)
    state = models.CharField(max_length=16, choices=OrderState, default=OrderState.DRAFT)
    shipping = models.CharField(max_length=10, choices=Facet, default=Facet.NONE)
    billing = models.CharField(max_length=10, choices=Facet, default=Facet.NONE)
    claims = models.CharField(max_length=10, choices=Facet, default=Facet.NONE)
    stage = models.SmallIntegerField(null=True, blank=True)
    version = models.IntegerField(default=1, help_text=_("Counts commercial changes only."))
    currency = models.CharField(max_length=3, default="USD")
    currency_rate = models.DecimalField(max_digits=18, decimal_places=8, default=Decimal(1))
    ship_rule = models.CharField(max_length=20, choices=ShipRule, default=ShipRule.BACK_ORDER)
    ship_rule_origin = models.CharField(max_length=10, choices=ShipRuleOrigin, default=ShipRuleOrigin.CUSTOMER)
    delivery = models.CharField(
        max_length=7, choices=DeliveryWay, default=DeliveryWay.SHIP, db_default=DeliveryWay.SHIP
    )
    requested_date = models.DateField(null=True, blank=True)
    original_promise = models.DateField(null=True, blank=True)
    current_promise = models.DateField(null=True, blank=True)
    net_amount = AmountField(default=Decimal(0))
    tax_amount = AmountField(default=Decimal(0))
    total_amount = AmountField(default=Decimal(0))
    net_base = AmountField(default=Decimal(0))
    cost_base = AmountField(null=True, blank=True, help_text=_("Empty when any line's cost is unknown."))
    line_count = models.IntegerField(default=0)
    notes = models.TextField(blank=True, help_text=_("Printed for the customer."))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="order_number_unique"),
            known("state", OrderState, "order_state_known"),
            known("ship_rule", ShipRule, "order_ship_rule_known"),
            known("delivery", DeliveryWay, "order_delivery_known"),
            *(known(facet, Facet, f"order_{facet}_known") for facet in ("shipping", "billing", "claims")),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "abandoned"]) | Q(number__isnull=False), name="order_numbered"
            ),
            models.CheckConstraint(condition=Q(currency_rate__gt=0), name="order_rate_positive"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-id"], name="order_newest"),
            models.Index(fields=["company", "created_at", "id"], name="order_by_created"),
            models.Index(fields=["company", "state", "created_at", "id"], name="order_state_by_created"),
            models.Index(fields=["company", "state", "current_promise", "id"], name="order_state_by_promise"),
            models.Index(fields=["company", "state", "submitted_at", "id"], name="order_state_by_submitted"),
            models.Index(fields=["company", "stage", "-id"], condition=Q(stage__isnull=False), name="order_by_stage"),
            models.Index(fields=["company", "customer", "created_at", "id"], name="order_of_customer"),
            models.Index(fields=["company", "current_promise", "id"], name="order_by_promise"),
            models.Index(fields=["company", "total_amount", "id"], name="order_by_total"),
            models.Index(fields=["company", "submitted_at", "id"], name="order_by_submitted"),
            models.Index(fields=["customer", "customer_po"], name="order_by_po"),
            models.Index(fields=["company", "channel", "id"], name="order_by_channel"),
            models.Index(fields=["company"], condition=Q(shipping="part"), name="order_shipped_in_part"),
            models.Index(
                fields=["company", "billing"],
                condition=Q(billing__in=["part", "exception"]),
                name="order_billed_in_part",
            ),
            models.Index(fields=["company", "claims"], condition=~Q(claims="none"), name="order_with_claims"),
            models.Index(
                fields=["company", "id"],
                condition=~Q(shipping="none") & ~Q(billing="done"),
                name="order_to_bill",
            ),
            models.Index(
                fields=["company", "created_by", "net_base", "id"], condition=Q(state="draft"), name="order_drafts_of"
            ),
            models.Index(OpClass(Upper("number"), "text_pattern_ops"), name="order_number_prefix"),
            models.Index(OpClass(Upper("customer_po"), "text_pattern_ops"), name="order_po_prefix"),
        ]

    def __str__(self) -> str:
        return self.number or f"Draft {self.pk}"

    @property
    def is_collected(self) -> bool:
        """The customer fetches it from the warehouse: no carrier, no way."""
        return self.delivery == DeliveryWay.COLLECT

    @property
    def margin_base(self) -> Decimal | None:
        return None if not self.cost_base else self.net_base - self.cost_base


class Supply(models.TextChoices):
    STOCK = "stock", _("From stock")
    SPECIAL = "special", _("Special order")
    DROP_SHIP = "drop_ship", _("Drop ship")


LEDGER_COLUMNS = (
    "ordered", "cancelled", "allocated", "picked", "packed", "shipped", "delivered", "invoiced", "returned", "credited",
)  # fmt: skip


class OrderLine(PricedLine):
    """One line and its quantity ledger, which only ``ledger.post`` writes.

    Units: all ledger columns in the stock unit. A kit line carries price and invoice, its components carry stock.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="components")
    supply = models.CharField(max_length=10, choices=Supply, default=Supply.STOCK)
    ship_to = models.ForeignKey("orders.Address", models.PROTECT, null=True, blank=True, related_name="+")
    warehouse = models.ForeignKey(
        "orders.Warehouse", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    requested_date = models.DateField(null=True, blank=True)
    original_promise = models.DateField(null=True, blank=True)
    current_promise = models.DateField(null=True, blank=True)
    expected_date = models.DateField(null=True, blank=True)
    invoice_ahead = models.BooleanField(default=False, help_text=_("Invoiced without shipping first."))
    note = models.CharField(max_length=200, blank=True)

    ordered = QuantityField(default=Decimal(0))
    cancelled = QuantityField(default=Decimal(0))
    allocated = QuantityField(default=Decimal(0))
    picked = QuantityField(default=Decimal(0))
    packed = QuantityField(default=Decimal(0))
    shipped = QuantityField(default=Decimal(0))
    delivered = QuantityField(default=Decimal(0))
    invoiced = QuantityField(default=Decimal(0))
    returned = QuantityField(default=Decimal(0))
    credited = QuantityField(default=Decimal(0))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "position"], name="line_position_unique", deferrable=models.Deferrable.DEFERRED
            ),
            known("kind", LineKind, "line_kind_known"),
            known("supply", Supply, "line_supply_known"),
            models.CheckConstraint(condition=Q(unit_factor__gt=0), name="line_factor_positive"),
            models.CheckConstraint(
                condition=Q(**{f"{column}__gte": 0 for column in LEDGER_COLUMNS}), name="ledger_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(picked__lte=F("ordered") - F("cancelled")), name="ledger_picked_within_ordered"
            ),
            models.CheckConstraint(condition=Q(packed__lte=F("picked")), name="ledger_packed_within_picked"),
            models.CheckConstraint(condition=Q(shipped__lte=F("packed")), name="ledger_shipped_within_packed"),
            models.CheckConstraint(condition=Q(delivered__lte=F("shipped")), name="ledger_delivered_within_shipped"),
            models.CheckConstraint(condition=Q(returned__lte=F("shipped")), name="ledger_returned_within_shipped"),
            models.CheckConstraint(
                condition=Q(allocated__lte=F("ordered") - F("cancelled") - F("shipped")),
                name="ledger_allocated_within_open",
            ),
            models.CheckConstraint(
                condition=Q(invoice_ahead=True) | Q(invoiced__lte=F("shipped")),
                name="ledger_invoiced_within_shipped",
            ),
            models.CheckConstraint(condition=Q(invoiced__lte=F("ordered")), name="ledger_invoiced_within_ordered"),
            models.CheckConstraint(condition=Q(credited__lte=F("invoiced")), name="ledger_credited_within_invoiced"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["product", "order"], name="line_by_product"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"

    @property
    def open_quantity(self) -> Decimal:
        """Units: stock unit, still to ship."""
        return self.ordered - self.cancelled - self.shipped

    @property
    def is_stocked(self) -> bool:
        return self.kind in (LineKind.GOODS, LineKind.COMPONENT) and self.supply == Supply.STOCK

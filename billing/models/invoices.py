"""Invoices, credit notes and their lines."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.core.models import AmountField, Origin, PricedLine, QuantityField, Subject


class InvoiceKind(models.TextChoices):
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")
    ADJUSTMENT = "adjustment", _("Adjustment")


class InvoiceState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PREFLIGHT_OK = "preflight_ok", _("Ready to post")
    PREFLIGHT_FAILED = "preflight_failed", _("Stopped before posting")
    POSTED = "posted", _("Posted")
    PART_PAID = "part_paid", _("Part paid")
    PAID = "paid", _("Paid")
    VOID = "void", _("Void")


class Invoice(Subject):
    """What a customer owes (or, as a credit note, is owed). Immutable once posted; a correction refers to the original.

    Units: amounts in ``currency``, positive for both kinds; ``open_amount`` is what is not yet paid or credited.
    """

    number = models.CharField(max_length=40, null=True, blank=True)
    kind = models.CharField(max_length=12, choices=InvoiceKind, default=InvoiceKind.INVOICE)
    customer = models.ForeignKey("orders.Customer", models.PROTECT, related_name="invoices")
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="invoices")
    shipment = models.ForeignKey(
        "orders_fulfillment.Shipment", models.PROTECT, null=True, blank=True, related_name="invoices"
    )
    original = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    bill_to = models.ForeignKey("orders.Address", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=20, choices=InvoiceState, default=InvoiceState.DRAFT)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.LIVE)
    customer_po = models.CharField(max_length=60, blank=True)
    is_deposit = models.BooleanField(default=False, db_default=False, help_text=_("Billed before anything left."))
    currency = models.CharField(max_length=3)
    currency_rate = models.DecimalField(max_digits=18, decimal_places=8, default=Decimal(1))
    net_amount = AmountField(default=Decimal(0))
    tax_amount = AmountField(default=Decimal(0))
    total_amount = AmountField(default=Decimal(0))
    open_amount = AmountField(default=Decimal(0))
    net_base = AmountField(default=Decimal(0))
    total_base = AmountField(default=Decimal(0))
    reason = models.CharField(max_length=160, blank=True, default="")
    preflight = models.CharField(
        max_length=10, blank=True, default="", db_default="", help_text=_("How it came through its pre-flight.")
    )
    invoice_date = models.DateField(null=True, blank=True)
    due_date = models.DateField(null=True, blank=True, help_text=_("The last day, where it is due in parts."))
    discount_amount = AmountField(
        default=Decimal(0), db_default=Decimal(0), help_text=_("What paying by the discount's last day saves.")
    )
    discount_until = models.DateField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="invoice_number_unique"),
            models.UniqueConstraint(
                fields=["shipment"], condition=Q(kind="invoice") & ~Q(state="void"), name="invoice_one_per_shipment"
            ),
            models.CheckConstraint(condition=Q(state__in=InvoiceState.values), name="invoice_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "preflight_ok", "preflight_failed", "void"]) | Q(number__isnull=False),
                name="invoice_numbered",
            ),
            models.CheckConstraint(condition=Q(open_amount__gte=0), name="invoice_open_not_negative"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "created_at", "id"], name="invoice_by_time"),
            models.Index(fields=["company", "state", "-id"], name="invoice_by_state"),
            models.Index(fields=["customer", "due_date"], condition=Q(open_amount__gt=0), name="invoice_open"),
            models.Index(fields=["company", "invoice_date", "id"], name="invoice_by_date"),
            models.Index(
                fields=["company", "due_date", "id"],
                condition=Q(kind="invoice", open_amount__gt=0),
                name="invoice_due",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"Invoice draft {self.pk}"


class InvoiceLine(PricedLine):
    """One invoiced (or credited) line. The amounts of all invoices of an order line sum to that line's, to the cent."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(
        "orders.OrderLine", models.PROTECT, null=True, blank=True, related_name="invoice_lines"
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="credits", help_text=_("The line that is credited.")
    )
    deducts = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deductions",
        help_text=_("The deposit's line that is taken off."),
    )
    quantity = QuantityField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_unique"),
        ]
        indexes: ClassVar = [models.Index(fields=["product", "invoice"], name="invoice_line_by_product")]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.position}"

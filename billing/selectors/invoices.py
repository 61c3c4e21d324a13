"""Invoices and payments, and what is still to be invoiced."""

from datetime import date

from django.db.models import DecimalField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, NullIf

from billing.methods.selectors import METHOD
from billing.models import Invoice, InvoiceKind, InvoiceLine, InvoiceState, Method, Payment
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.prepared import Prepared
from orders.core.models import Order
from orders.core.selectors.companies import setting
from orders.fulfillment.models import Shipment, ShipmentLine, ShipmentState
from orders.fulfillment.models.shipments import GONE


def shipments_to_invoice(actor: Actor) -> QuerySet[Shipment]:
    """Shipments that have left, carry something not billed yet, and have no posted invoice; with their value.

    Those that are billed when they arrive count once they have arrived, those billed once a period not at all.
    """
    posted = Invoice.objects.filter(shipment=OuterRef("pk"), kind=InvoiceKind.INVOICE, number__isnull=False)
    carried = ShipmentLine.objects.filter(shipment=OuterRef("pk"))
    unbilled = carried.filter(
        Q(order_line__parent__isnull=True, order_line__shipped__gt=F("order_line__invoiced"))
        | Q(order_line__parent__shipped__gt=F("order_line__parent__invoiced"))
    )
    value = (
        carried.filter(order_line__ordered__gt=0)
        .values("shipment")
        .annotate(
            total=Sum(
                ExpressionWrapper(
                    F("order_line__net_amount") * F("shipped") / F("order_line__ordered"),
                    DecimalField(max_digits=18, decimal_places=2),
                )
            )
        )
    )
    house = setting(actor.company_id, METHOD)
    method = Coalesce(
        NullIf(F("order__billing_rule__method"), Value("")),
        NullIf(F("order__customer__billing_rule__method"), Value("")),
        Value(house),
    )
    return (
        Shipment.objects.filter(company_id=actor.company_id, state__in=GONE)
        .filter(~Q(order__shipping="none"), ~Q(order__billing="done"))  # what follows, said as an index keeps it
        .filter(Exists(unbilled), ~Exists(posted))
        .alias(method=method)
        .exclude(method=Method.CONSOLIDATED)
        .exclude(Q(method=Method.ON_DELIVERY) & ~Q(state=ShipmentState.DELIVERED))
        .select_related("order", "customer", "warehouse")
        .annotate(goods_value=Subquery(value.values("total")))
    )


def invoices_list(
    actor: Actor,
    *,
    state: str = "",
    kind: str = "",
    customer_id: int | None = None,
    overdue_on: date | None = None,
    text: str = "",
) -> QuerySet[Invoice]:
    """The company's invoices and credit notes; ``overdue_on`` leaves those that are past due on that day."""
    rows = Invoice.objects.filter(company_id=actor.company_id).select_related("customer", "order", "original")
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if customer_id:
        rows = rows.filter(customer_id=customer_id)
    if overdue_on:
        rows = rows.filter(kind=InvoiceKind.INVOICE, open_amount__gt=0, due_date__lt=overdue_on)
    if text:
        rows = rows.filter(Q(number__istartswith=text) | Q(order__number__istartswith=text))
    return rows


def invoice_page(invoice_id: int, actor: Actor) -> Invoice:
    """One invoice with what its page and its PDF show. Raises: NotFound"""
    invoice = (
        Invoice.objects.select_related(
            "customer",
            "company",
            "order__ship_to",
            "order__terms",
            "bill_to",
            "shipment__ship_to",
            "original",
            "posted_by",
        )
        .filter(pk=invoice_id, company_id=actor.company_id)
        .first()
    )
    if invoice is None:
        raise NotFound(f"There is no invoice {invoice_id}.", invoice_id=invoice_id)
    return invoice


def invoice_lines(invoice: Invoice) -> list[InvoiceLine]:
    return list(invoice.lines.select_related("product", "order_line__order").order_by("position"))


_OF_ORDER = Prepared(
    lambda gaps: (
        Invoice.objects.filter(
            Q(order_id=gaps.order)
            | Q(pk__in=InvoiceLine.objects.filter(order_line__order_id=gaps.order).order_by().values("invoice_id"))
        )
        .exclude(state=InvoiceState.VOID)
        .select_related("shipment")
        .order_by("id")
    )
)


def invoices_of_order(order: Order) -> list[Invoice]:
    """All invoices and credit notes of an order, also those that it shares with others; oldest first."""
    return _OF_ORDER.rows(order=order.pk)


def open_invoices_of(customer_id: int, actor: Actor) -> list[Invoice]:
    """What a customer still has to pay, the oldest due first."""
    return list(
        Invoice.objects.filter(
            company_id=actor.company_id,
            customer_id=customer_id,
            kind=InvoiceKind.INVOICE,
            open_amount__gt=0,
            invoice_date__isnull=False,
        )
        .select_related("order")
        .order_by("due_date", "id")
    )


def payments_list(actor: Actor, *, customer_id: int | None = None, open_only: bool = False) -> QuerySet[Payment]:
    """The company's payments; ``open_only`` leaves those with money on account."""
    rows = Payment.objects.filter(company_id=actor.company_id).select_related("customer")
    if customer_id:
        rows = rows.filter(customer_id=customer_id)
    return rows.filter(unapplied_amount__gt=0) if open_only else rows

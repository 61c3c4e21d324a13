"""What an order is billed under, read along with the order or its shipment: no statement of its own where one is read."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet

from billing.methods.selectors import Billing, billing_of
from billing.models import BillingRule, Invoice, InvoiceKind
from omc.lib.prepared import Prepared
from orders.core.models import Address, Order, PaymentTerms
from orders.pricing.models import TaxRule


@dataclass(frozen=True)
class Conditions:
    """``terms`` are those in force (the order's, else the customer's), ``usual`` the customer's."""

    terms: PaymentTerms | None
    usual: PaymentTerms | None
    bill_to: Address | None
    bills_elsewhere: bool
    reverse_codes: frozenset[str]
    alike: tuple[tuple[str, Decimal], ...]
    billing: Billing
    has_deposit: bool


def with_conditions(rows: QuerySet[Any], order: str = "") -> QuerySet[Any]:
    """Orders, or what leads to them by ``order`` ("order__"), with all that ``conditions_of`` needs."""
    twins = Invoice.objects.filter(
        customer_id=OuterRef(f"{order}customer_id"),
        customer_po=OuterRef(f"{order}customer_po"),
        customer_po__gt="",
        kind=InvoiceKind.INVOICE,
        open_amount__gt=0,
        number__isnull=False,
    ).exclude(order_id=OuterRef(f"{order}id"))
    reverse = TaxRule.objects.filter(company_id=OuterRef("company_id"), category=TaxRule.Category.REVERSE)
    address = Address.objects.filter(
        customer_id=OuterRef(f"{order}customer_id"), is_active=True, use__in=[Address.Use.BILL, Address.Use.BOTH]
    )
    deposits = Invoice.objects.filter(order_id=OuterRef(f"{order}id"), is_deposit=True, number__isnull=False)
    return rows.select_related(
        f"{order}terms",
        f"{order}bill_to",
        f"{order}billing_rule",
        f"{order}customer__terms",
        f"{order}customer__billing_rule",
    ).annotate(
        has_deposit=Exists(deposits),
        twin_numbers=ArraySubquery(twins.order_by("id").values("number")),
        twin_totals=ArraySubquery(twins.order_by("id").values("total_amount")),
        reverse_codes=ArraySubquery(reverse.order_by("id").values("code")),
        bill_addresses=ArraySubquery(address.order_by("id").values("id")[:1]),
    )


def conditions_of(row: Any, order: Order) -> Conditions:
    """From a row of ``with_conditions`` and its order as it was read there."""
    bill_to = order.bill_to
    return Conditions(
        terms=order.terms or order.customer.terms,
        usual=order.customer.terms,
        bill_to=bill_to,
        bills_elsewhere=bool(row.bill_addresses),
        reverse_codes=frozenset(row.reverse_codes),
        alike=tuple(zip(row.twin_numbers, row.twin_totals, strict=True)),
        billing=billing_of(order.company_id, _rule(order), _rule(order.customer)),
        has_deposit=row.has_deposit,
    )


def _rule(owner: Any) -> BillingRule | None:
    """The reverse of a one-to-one that was read along; None where there is none."""
    return getattr(owner, "billing_rule", None)


_ORDER = Prepared(lambda gaps: with_conditions(Order.objects.filter(pk=gaps.order)))


def conditions_for(order_id: int) -> Conditions:
    """Of one order. One query."""
    row = _ORDER.rows(order=order_id)[0]
    return conditions_of(row, row)

"""Shipments that wait to be invoiced together, by the invoice that they will be on."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, NullIf

from billing.methods.rules import period_end
from billing.methods.selectors import METHOD
from billing.models import Every, Method
from omc.lib.actor import Actor
from orders.core.models import Company
from orders.core.selectors.companies import setting, today
from orders.fulfillment.models import Shipment, ShipmentLine
from orders.fulfillment.models.shipments import GONE


@dataclass(frozen=True)
class Key:
    """What one invoice has in common. ``customer_po`` is None where purchase orders share an invoice."""

    customer_id: int
    bill_to_id: int | None
    currency: str
    rate: Decimal
    terms_id: int | None
    customer_po: str | None


@dataclass(frozen=True)
class Group:
    """The shipments of one invoice to come. ``until`` is the last day of the period that is over."""

    key: Key
    customer: str
    every: str
    until: date
    due: tuple[int, ...]  # shipments that left by then
    later: tuple[int, ...]

    @property
    def all(self) -> tuple[int, ...]:
        return (*self.due, *self.later)


def waiting_groups(actor: Actor, customer_id: int | None = None) -> list[Group]:
    """What waits to be invoiced together, by customer; any number of shipments by two queries."""
    company = Company.objects.get(pk=actor.company_id)
    day, zone = today(company), ZoneInfo(company.time_zone)
    found: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    rows = _unbilled(actor)
    if customer_id:
        rows = rows.filter(customer_id=customer_id)
    for row in rows:
        key = Key(
            row["customer_id"],
            row["order__bill_to_id"],
            row["order__currency"],
            row["order__currency_rate"],
            row["order__terms_id"] or row["customer__terms_id"],
            row["order__customer_po"] if row["apart"] else None,
        )
        found[key].append(row)
    groups = []
    for key, shipments in found.items():
        every = shipments[0]["every"]
        until = period_end(every, day)
        left = {row["pk"]: row["shipped_at"].astimezone(zone).date() for row in shipments}
        groups.append(
            Group(
                key,
                shipments[0]["customer__name"],
                every,
                until,
                due=tuple(pk for pk, on in left.items() if on <= until),
                later=tuple(pk for pk, on in left.items() if on > until),
            )
        )
    return groups


def _unbilled(actor: Actor) -> Any:
    """Shipments of orders that are billed once a period, with something that is not billed yet."""
    unbilled = ShipmentLine.objects.filter(shipment=OuterRef("pk")).filter(
        Q(order_line__parent__isnull=True, order_line__shipped__gt=F("order_line__invoiced"))
        | Q(order_line__parent__shipped__gt=F("order_line__parent__invoiced"))
    )
    return (
        Shipment.objects.filter(company_id=actor.company_id, state__in=GONE)
        .filter(~Q(order__shipping="none"), ~Q(order__billing="done"))
        .filter(Exists(unbilled), billed_together__isnull=True, invoices__number__isnull=True)
        .annotate(
            method=_said("method", setting(actor.company_id, METHOD)),
            every=_said("every", Every.MONTH),
            apart=Coalesce(
                F("order__billing_rule__by_purchase_order"),
                F("order__customer__billing_rule__by_purchase_order"),
                Value(False),
            ),
        )
        .filter(method=Method.CONSOLIDATED)
        .order_by("customer_id", "order_id", "pk")
        .values(
            "pk", "customer_id", "customer__name", "customer__terms_id", "shipped_at", "order__bill_to_id",
            "order__currency", "order__currency_rate", "order__terms_id", "order__customer_po", "every", "apart",
        )
    )  # fmt: skip


def _said(field: str, house: str) -> Coalesce:
    return Coalesce(
        NullIf(F(f"order__billing_rule__{field}"), Value("")),
        NullIf(F(f"order__customer__billing_rule__{field}"), Value("")),
        Value(str(house)),
    )

"""What an order or quote asks of us, read off its saved lines, beside the company's rates."""

from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import CharField, Count, F, Q, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat

from omc.lib.actor import Actor
from omc.lib.money import ZERO, round_amount
from orders.core.models import LineKind, Order, PaymentTerms, Supply
from orders.core.selectors.companies import settings_in_force, today
from orders.pricing.models import Quote
from orders.pricing.serving.rules import Rates, Served, Serving, serving_of

RATES: Final = {field.name: f"pricing.serve_{field.name}" for field in fields(Rates)}
RUSH_DAYS: Final = "pricing.serve_rush_days"
SOURCE: Final = "pricing.serve_source"
_HANDLED: Final = [LineKind.GOODS, LineKind.SERVICE, LineKind.KIT]


def cost_to_serve(document: Order | Quote, actor: Actor) -> Serving | None:
    """The margin of a saved document before and after serving it; None for whoever may not see costs, and without
    lines. Two queries, however many lines: the counts, and what the customer is known to pay late.
    """
    if not actor.can("orders.view_cost"):
        return None
    counts = _of_order(document) if isinstance(document, Order) else _of_quote(document)
    if not counts["lines"]:
        return None
    owed = round_amount(document.total_amount * document.currency_rate)
    served = Served(
        lines=counts["lines"],
        picks=counts["picks"],
        shipments=counts["shipments"],
        is_rush=_is_rush(document),
        weight_kg=counts["weight"] or ZERO,
        unweighed=counts["unweighed"],
        charged_cost=counts["charged"] or ZERO,
        payment_days=_payment_days(document),
        owed_base=owed,
        is_picked=counts.get("to_pick") == 0,
        is_shipped=counts.get("to_ship") == 0,
    )
    return serving_of(served, rates_of(document.company_id), net_base=document.net_base, cost_base=document.cost_base)


def rates_of(company_id: int) -> Rates:
    """The rates that the company has set."""
    values = settings_in_force(company_id, list(RATES.values()))
    return Rates(**{name: Decimal(values[key]) if values[key] != "" else None for name, key in RATES.items()})


def source_of(company_id: int) -> str:
    """Where the company has its rates from, in its own words."""
    said: str = settings_in_force(company_id, [SOURCE])[SOURCE]
    return said


def _of_order(order: Order) -> dict[str, Any]:
    """Stock is picked and weighed line by line, parts of kits too; what suppliers ship costs us neither.

    What was picked and shipped by the ledger counts once nothing is left to be.
    """
    stands = Q(ordered__gt=F("cancelled"))
    carried = stands & Q(kind__in=[LineKind.GOODS, LineKind.COMPONENT]) & ~Q(supply=Supply.DROP_SHIP)
    place = Concat(
        Cast(Coalesce("ship_to_id", Value(0)), CharField()),
        Value("/"),
        Cast(Coalesce("warehouse_id", Value(0)), CharField()),
        Value("/"),
        Coalesce(Cast("requested_date", CharField()), Value("")),
    )
    from_stock = carried & Q(supply=Supply.STOCK)
    found: dict[str, Any] = order.lines.aggregate(
        to_pick=Count("id", filter=from_stock & Q(picked__lt=F("ordered") - F("cancelled"))),
        to_ship=Count("id", filter=carried & Q(shipped__lt=F("ordered") - F("cancelled"))),
        lines=Count("id", filter=stands & Q(kind__in=_HANDLED)),
        picks=Count("id", filter=from_stock),
        shipments=Count(place, distinct=True, filter=carried),
        weight=Sum((F("ordered") - F("cancelled")) * F("product__weight_kg"), filter=carried),
        unweighed=Count("id", filter=carried & Q(product__weight_kg=None)),
        charged=Sum("cost_base", filter=Q(kind=LineKind.CHARGE)),
    )
    return found


def _of_quote(quote: Quote) -> dict[str, Any]:
    """A quote has no warehouses and parts yet: a shipment for each place, a pick for each line of goods from stock."""
    carried = Q(kind__in=[LineKind.GOODS, LineKind.KIT]) & ~Q(supply=Supply.DROP_SHIP)
    found: dict[str, Any] = quote.lines.aggregate(
        lines=Count("id", filter=Q(kind__in=_HANDLED)),
        picks=Count("id", filter=carried & Q(supply=Supply.STOCK)),
        shipments=Count(Coalesce("ship_to_id", Value(0)), distinct=True, filter=carried),
        weight=Sum(F("quantity") * F("product__weight_kg"), filter=carried),
        unweighed=Count("id", filter=carried & Q(product__weight_kg=None)),
        charged=Sum("cost_base", filter=Q(kind=LineKind.CHARGE)),
    )
    return found


def _is_rush(document: Order | Quote) -> bool:
    wanted = document.requested_date
    if wanted is None:
        return False
    days: int = settings_in_force(document.company_id, [RUSH_DAYS])[RUSH_DAYS]
    return bool(wanted <= _asked_on(document) + timedelta(days=days))


def _asked_on(document: Order | Quote) -> date:
    at = document.submitted_at if isinstance(document, Order) else document.sent_at
    return at.astimezone(ZoneInfo(document.company.time_zone)).date() if at else today(document.company)


def _payment_days(document: Order | Quote) -> Decimal:
    """Days until the money is there: the terms, and how late this customer usually is."""
    terms: PaymentTerms | None = document.terms if isinstance(document, Order) else document.customer.terms
    if terms is not None and terms.prepaid:
        return ZERO
    facts = getattr(document.customer, "facts", None)
    late = facts.average_days_late if facts is not None else None
    return Decimal(terms.net_days if terms else 0) + max(late or ZERO, ZERO)

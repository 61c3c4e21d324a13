"""Agreements as pages and lists show them: what is agreed, drawn and left, and how that compares with the plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import DateField, DecimalField, F, Func, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.money import ZERO, round_amount
from omc.lib.prepared import Prepared
from orders.core.models import Company, Customer, Order
from orders.core.selectors.companies import as_of, setting
from orders.pricing.agreements.models import Agreement, AgreementItem, AgreementState, ReleaseLine
from orders.pricing.agreements.rules import SETTLING, Pace, burn_down, marks, pace_of, plan_line
from orders.pricing.agreements.selectors.prices import with_drawn

LEAST_PACE: Final = "pricing.agreement_pace_percent"
_AMOUNT: Final = DecimalField(max_digits=24, decimal_places=10)
_WANTED: Final = F("line__ordered") - F("line__cancelled") - F("line__returned")


class _Share(Func):
    """How much of a term has passed on a day, of 1. Takes first day, last day, the day."""

    template = "%(expressions)s"
    output_field = DecimalField()

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        (first, first_args), (last, last_args), (day, day_args) = (
            compiler.compile(each) for each in self.source_expressions
        )
        sql = f"(GREATEST(LEAST({day}, {last}) - {first} + 1, 0)::numeric / ({last} - {first} + 1))"
        return sql, [*day_args, *last_args, *first_args, *last_args, *first_args]


def agreement_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Agreement]:
    """Agreements of the company that meet the filters: text, state, customer, ends_by, behind.

    Each has ``agreed`` and ``drawn``, what its items come to. Units: the agreement's currency, unrounded.
    """
    agreed = AgreementItem.objects.filter(agreement=OuterRef("pk")).order_by().values("agreement")
    drawn = ReleaseLine.objects.filter(item__agreement=OuterRef("pk")).order_by().values("item__agreement")
    rows = (
        Agreement.objects.filter(company_id=actor.company_id)
        .select_related("customer", "owner", "company")
        .annotate(
            agreed=_sum(agreed.annotate(found=Sum(F("quantity") * F("unit_price"), output_field=_AMOUNT))),
            drawn=_sum(drawn.annotate(found=Sum(_WANTED * F("item__unit_price"), output_field=_AMOUNT))),
        )
    )
    if text := str(filters.get("text") or "").strip():
        rows = rows.filter(
            Q(number__istartswith=text)
            | Q(customer__name__icontains=text)
            | Q(customer__code__iexact=text)
            | Q(customer_po__istartswith=text)
        )
    state = filters.get("state") or ""
    if state == "open":
        rows = rows.filter(state__in=[AgreementState.DRAFT, AgreementState.ACTIVE])
    elif state and state != "all":
        rows = rows.filter(state=state)
    if filters.get("customer"):
        rows = rows.filter(customer=filters["customer"])
    if filters.get("mine"):
        rows = rows.filter(owner_id=actor.user_id)
    if filters.get("ends_by"):
        rows = rows.filter(valid_to__lte=filters["ends_by"])
    return _behind(rows, actor.company_id) if filters.get("behind") else rows


def _sum(found: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(found.values("found")), Value(ZERO, output_field=_AMOUNT))


def _behind(rows: QuerySet[Agreement], company_id: int) -> QuerySet[Agreement]:
    """Those in force that are taken slower than planned; the same words as ``rules.pace_of``."""
    today = as_of(Company.objects.get(pk=company_id))
    share = _Share(F("valid_from"), F("valid_to"), Value(today, output_field=DateField()))
    least = Decimal(setting(company_id, LEAST_PACE)) / 100
    slow = Q(share__gt=SETTLING, drawn__lt=F("agreed") * F("share") * least)
    return rows.filter(state=AgreementState.ACTIVE).annotate(share=share).filter(slow)


def agreement_of(actor: Actor, agreement_id: int) -> Agreement:
    """One agreement of the company, with what its items come to. Raises: NotFound"""
    found = agreement_list(actor, {}).filter(pk=agreement_id).first()
    if found is None:
        raise NotFound(f"There is no agreement {agreement_id}.", agreement_id=agreement_id)
    return found


def pace_on(agreement: Agreement, today: date) -> Pace:
    """How what is drawn compares with the plan, by worth. Wants ``agreed`` and ``drawn`` of ``agreement_list``."""
    least = Decimal(setting(agreement.company_id, LEAST_PACE))
    agreed, drawn = agreement.agreed, agreement.drawn  # type: ignore[attr-defined]
    return pace_of(agreed, drawn, agreement.valid_from, agreement.valid_to, _last_day(agreement, today), least)


def _last_day(agreement: Agreement, today: date) -> date:
    """The plan stands still when the agreement is over."""
    return min(today, agreement.over_at.date()) if agreement.over_at else today


@dataclass(frozen=True, slots=True)
class AgreedItem:
    """One row of an agreement. Units: stock unit; amounts in its currency. ``pace`` is None unless it is in force."""

    item: AgreementItem
    drawn: Decimal
    left: Decimal
    agreed_amount: Decimal
    left_amount: Decimal
    pace: Pace | None


def items_of(agreement: Agreement, today: date) -> list[AgreedItem]:
    """The agreed items with what is left of them."""
    least = Decimal(setting(agreement.company_id, LEAST_PACE))
    rows = []
    for item in with_drawn(agreement.items.select_related("product")).order_by("product__sku"):
        drawn: Decimal = item.drawn  # type: ignore[attr-defined]
        left = item.quantity - drawn
        pace = None
        if agreement.state == AgreementState.ACTIVE:
            pace = pace_of(item.quantity, drawn, agreement.valid_from, agreement.valid_to, today, least)
        amount = round_amount(item.quantity * item.unit_price)
        rows.append(AgreedItem(item, drawn, left, amount, round_amount(left * item.unit_price), pace))
    return rows


def draws_of(agreement: Agreement) -> QuerySet[ReleaseLine]:
    """Every line that draws on an agreement, with what it ``wanted`` of it (stock units)."""
    rows = ReleaseLine.objects.filter(release__agreement=agreement)
    return rows.select_related("release__order", "line", "item__product").annotate(
        wanted=_WANTED, number=F("release__number")
    )


@dataclass(frozen=True, slots=True)
class BurnDown:
    """What was left of an agreement's worth at some days, beside the plan. ``left`` is None after today."""

    days: list[date]
    left: list[Decimal | None]
    planned: list[Decimal]


def burn_down_of(agreement: Agreement, today: date) -> BurnDown | None:
    """The curve of an agreement that began; a draft has none. Units: the agreement's currency."""
    if agreement.state == AgreementState.DRAFT or today < agreement.valid_from:
        return None
    first, last = agreement.valid_from, agreement.valid_to
    until = _last_day(agreement, today)
    days = sorted({*marks(first, last), *([until] if until < last else [])})
    rows: Any = draws_of(agreement).values_list("release__at", F("wanted"), "item__unit_price")
    zone = ZoneInfo(agreement.company.time_zone)
    draws = [(at.astimezone(zone).date(), wanted * price) for at, wanted, price in rows]
    agreed: Decimal = agreement.agreed  # type: ignore[attr-defined]
    seen = [day for day in days if day <= until]
    left: list[Decimal | None] = [round_amount(each) for each in burn_down(agreed, draws, seen)]
    planned = [round_amount(each) for each in plan_line(agreed, first, last, days)]
    return BurnDown(days, left + [None] * (len(days) - len(seen)), planned)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line of an order that draws on an agreement. Units: stock unit; ``left`` after all orders, this one too."""

    line_id: int
    position: int
    sku: str
    unit: str
    agreement_id: int
    number: str
    release: int
    wanted: Decimal
    quantity: Decimal
    left: Decimal


_DRAWING: Prepared[Any] = Prepared(
    lambda gaps: (
        ReleaseLine.objects.filter(line__order=gaps.order)
        .select_related("release__agreement", "line", "item__product")
        .annotate(wanted=_WANTED)
        .order_by("line__position")
    )
)


def drawn_by(order: Order) -> list[Drawn]:
    """What an order draws on agreements, by line; at most two queries."""
    lines = _DRAWING.rows(order=order.pk)
    if not lines:
        return []
    items = {item.pk: item for item in with_drawn(AgreementItem.objects.filter(pk__in={one.item_id for one in lines}))}
    return [
        Drawn(
            one.line_id,
            one.line.position,
            one.item.product.sku,
            one.item.product.stock_unit,
            one.release.agreement_id,
            one.release.agreement.number,
            one.release.number,
            one.wanted,
            items[one.item_id].quantity,
            items[one.item_id].quantity - items[one.item_id].drawn,  # type: ignore[attr-defined]
        )
        for one in lines
    ]


def of_customer(customer: Customer, actor: Actor) -> list[Agreement]:
    """A customer's agreements that are not over, the one that ends first above."""
    rows = agreement_list(actor, {"state": "open", "customer": customer.pk})
    return list(rows.order_by("valid_to", "id")[:30])


def ending_soon(actor: Actor, days: int) -> QuerySet[Agreement]:
    """One's own agreements in force that end within so many days."""
    today = as_of(Company.objects.get(pk=actor.company_id))
    rows = agreement_list(actor, {"state": AgreementState.ACTIVE, "mine": True})
    return rows.filter(valid_to__range=(today, today + timedelta(days=days)))


def left_amount(agreement: Agreement) -> Decimal:
    """What its customer may still take, at the agreed prices. Units: its currency."""
    return round_amount(agreement.agreed - agreement.drawn)  # type: ignore[attr-defined]


def customer_code(actor: Actor, customer_id: int) -> str:
    """The code of a customer of the company, empty for any other."""
    found = Customer.objects.filter(pk=customer_id, company_id=actor.company_id).values_list("code", flat=True)
    return found.first() or ""

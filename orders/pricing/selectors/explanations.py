"""Why this price: the frozen steps of a line, as a person reads them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from omc.lib.actor import Actor
from omc.lib.money import ZERO, margin_percent
from orders.core.models import LineKind, OrderLine, PricedLine
from orders.pricing.agreements.rules import BLANKET
from orders.pricing.models import PriceListKind
from orders.pricing.rules import shares_of_discount


@dataclass(frozen=True, slots=True)
class ReadMissed:
    """A list above the one that counted, whose first price is for more. Units: stock unit."""

    label: str
    list_id: int
    list_code: str
    min_quantity: Decimal


@dataclass(frozen=True, slots=True)
class ReadStep:
    """One step with its words. Units: document currency per stock unit; ``min_quantity`` in stock units.

    Of a typed price: when and why it was typed, and over which price in force (``instead_of``).
    """

    label: str
    amount: Decimal
    price: Decimal
    list_id: int | None
    agreement_id: int | None
    list_code: str
    break_id: int | None
    min_quantity: Decimal | None
    percent: Decimal | None
    unit: str
    author: str
    on: date | None
    at: datetime | None = None
    reason: str = ""
    instead_of: Decimal | None = None
    missed: Sequence[ReadMissed] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """What the line costs us, in company currency; ``margin_percent`` is None when the cost is unknown.

    ``discount_base`` is the line's share of the discounts on the whole document; margins count after it.
    """

    unit_cost: Decimal | None
    cost_base: Decimal | None
    net_base: Decimal
    discount_base: Decimal
    margin_base: Decimal | None
    margin_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a line has its price. ``cost`` is None for whoever may not see it."""

    position: int
    sku: str
    description: str
    unit: str
    list_price: Decimal | None
    unit_price: Decimal
    discount_percent: Decimal | None
    steps: Sequence[ReadStep]
    cost: Cost | None


def explain(line: PricedLine, actor: Actor, discount: Decimal = ZERO) -> Explanation | None:
    """The price of a line step by step; None for an actor who may not see prices.

    ``discount`` is its share of the document's discounts, of ``discounts_over`` its lines.
    """
    if not actor.can("orders.view_price"):
        return None
    product = line.product
    return Explanation(
        position=line.position,
        sku=product.sku if product else "",
        description=line.description or (product.name if product else ""),
        unit=product.stock_unit if product else line.unit,
        list_price=line.list_price,
        unit_price=line.unit_price,
        discount_percent=_discount(line),
        steps=read_steps(line.price_steps),
        cost=cost_of(line, discount) if actor.can("orders.view_cost") else None,
    )


def read_steps(rows: Sequence[dict[str, Any]]) -> list[ReadStep]:
    """Frozen steps with their words."""
    return [_read(step) for step in rows]


def discounts_over(lines: Iterable[PricedLine]) -> dict[int, Decimal]:
    """By position, the share of a document's discounts that each of its lines bears. Units: company currency."""
    rows = list(lines)
    shares = shares_of_discount([line.net_base for line in rows], [_is_discount(line) for line in rows])
    return {line.position: share for line, share in zip(rows, shares, strict=True)}


def discount_on(line: OrderLine) -> Decimal:
    """What the discounts of its order take off a line. Units: company currency."""
    lines = OrderLine.objects.filter(order_id=line.order_id).only("position", "kind", "net_base")
    return discounts_over(lines.order_by("position"))[line.position]


def cost_of(line: PricedLine, discount: Decimal = ZERO) -> Cost:
    """What a line costs us and leaves us, after its share of the document's discounts."""
    net = line.net_base + discount
    return Cost(
        unit_cost=line.unit_cost,
        cost_base=line.cost_base,
        net_base=line.net_base,
        discount_base=discount,
        margin_base=None if not line.cost_base else net - line.cost_base,
        margin_percent=margin_percent(net, line.cost_base),
    )


def _is_discount(line: PricedLine) -> bool:
    return line.kind == LineKind.CHARGE and line.net_base < 0


def _discount(line: PricedLine) -> Decimal | None:
    if not line.list_price:
        return None
    share: Decimal = (line.list_price - line.unit_price) / line.list_price * 100
    return share.quantize(Decimal("0.01"))


def _read(step: dict[str, Any]) -> ReadStep:
    least, percent = step.get("min_quantity"), step.get("percent")
    agreed = step["source"] == BLANKET
    return ReadStep(
        label=_label(step),
        amount=Decimal(step["amount"]),
        price=Decimal(step["price"]),
        list_id=None if agreed else step.get("list_id"),
        agreement_id=step.get("list_id") if agreed else None,
        list_code=step.get("list_code", ""),
        break_id=step.get("break_id"),
        min_quantity=None if least is None else Decimal(least),
        percent=None if percent is None else Decimal(percent),
        unit=step.get("unit", ""),
        author=step.get("author", ""),
        on=date.fromisoformat(step["on"]) if step.get("on") else None,
        at=datetime.fromisoformat(step["at"]) if step.get("at") else None,
        reason=step.get("reason", ""),
        instead_of=Decimal(step["instead_of"]) if step.get("instead_of") else None,
        missed=[
            ReadMissed(_source(row["source"]), row["list_id"], row["list_code"], Decimal(row["min_quantity"]))
            for row in step.get("missed", ())
        ],
    )


def _label(step: dict[str, Any]) -> str:
    kind, source = step["step"], step["source"]
    if source == "question":
        return _("Price asked for and answered")
    if kind == "manual":
        return _("Price typed by hand")
    if kind == "break":
        return _("Quantity break")
    if source == BLANKET:
        return _("Blanket agreement")
    if source == "item":
        return _("List price of the item")
    return _source(source)


def _source(source: str) -> str:
    return str(PriceListKind(source).label) if source in PriceListKind.values else source

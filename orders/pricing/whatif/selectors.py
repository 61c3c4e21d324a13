"""What-ifs as pages show them, and which items a rule is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, F, Max, Q, QuerySet

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.money import ZERO, margin_percent
from orders.core import conditions
from orders.core.conditions import Field
from orders.core.models import Product
from orders.pricing.files.selectors import state_of_list
from orders.pricing.models import PriceBreak
from orders.pricing.whatif.models import MOVED, By, Effect, WhatIf, WhatIfLine, WhatIfSum

# What the condition of a rule may ask about an item. It has several suppliers: one of them is enough.
FIELDS: Final[dict[str, Field]] = {
    field.key: field
    for field in (
        Field("item", "item", "text", "sku"),
        Field("category", "item category", "text", "category__code"),
        Field("supplier", "supplier", "text", "supplier_items__supplier__code"),
    )
}


def product_ids(what_if: WhatIf) -> list[int]:
    """The items of the rule that are, or were, on the list."""
    on_list = PriceBreak.objects.filter(
        price_list__company_id=what_if.company_id, price_list__code=what_if.price_list.code
    )
    tree = conditions.parse(what_if.tree, FIELDS)
    items = Product.objects.filter(
        conditions.where(tree, FIELDS), company_id=what_if.company_id, pk__in=on_list.values("product_id")
    )
    return list(items.order_by().values_list("pk", flat=True).distinct())


def words_of(what_if: WhatIf) -> str:
    """Which items the rule is about, in words."""
    tree = conditions.parse(what_if.tree, FIELDS)
    return conditions.sentence(tree, FIELDS) if tree.groups else "every item of the list"


def what_ifs(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[WhatIf]:
    """What-ifs of the company, of one list (any version) where ``price_list`` names it."""
    found = WhatIf.objects.filter(company_id=actor.company_id).select_related(
        "company", "price_list", "created_by", "file", "file__version", "job"
    )
    if filters.get("mine"):
        found = found.filter(created_by_id=actor.user_id)
    if price_list := filters.get("price_list"):
        found = found.filter(price_list__code=price_list.code)
    return found


def what_if_of(actor: Actor, what_if_id: int) -> WhatIf:
    """One what-if of the company. Raises: NotFound"""
    found = what_ifs(actor, {}).filter(pk=what_if_id).first()
    if found is None:
        raise NotFound(f"There is no what-if {what_if_id}.", what_if_id=what_if_id)
    return found


@dataclass(frozen=True, slots=True)
class Total:
    """Lines added up. Units: company currency; margins in percent of the lines whose cost is known."""

    lines: int
    before: Decimal
    after: Decimal
    known_before: Decimal
    known_after: Decimal
    cost: Decimal
    unknown_lines: int
    under_before: int
    under_after: int

    @property
    def change(self) -> Decimal:
        return self.after - self.before

    @property
    def change_percent(self) -> Decimal | None:
        return None if not self.before else self.change / self.before * 100

    @property
    def margin_before(self) -> Decimal | None:
        return margin_percent(self.known_before, self.cost)

    @property
    def margin_after(self) -> Decimal | None:
        return margin_percent(self.known_after, self.cost)

    @property
    def profit_before(self) -> Decimal:
        return self.known_before - self.cost

    @property
    def profit_after(self) -> Decimal:
        return self.known_after - self.cost


@dataclass(frozen=True, slots=True)
class Result:
    """What last year's lines say. ``winners`` are those who would pay less, the most first; ``losers`` more."""

    whole: Total
    by_effect: Sequence[tuple[str, str, Total]]
    moved: int
    untouched: int
    winners: int
    losers: int
    prices: Mapping[str, Any]
    is_outdated: bool


def result_of(what_if: WhatIf) -> Result:
    """The sums of a what-if that is computed. Five queries, however many lines."""
    sums = {row.effect: _total(row) for row in what_if.sums.filter(by=By.EFFECT)}
    parts = sums.values()
    whole = Total(*(sum((getattr(one, name) for one in parts), zero) for name, zero in _ZEROS))
    sides = what_if.sums.filter(by=By.CUSTOMER).aggregate(
        winners=Count("id", filter=Q(change_base__lt=0)), losers=Count("id", filter=Q(change_base__gt=0))
    )
    moved = sum(sums[effect].lines for effect in MOVED if effect in sums)
    return Result(
        whole=whole,
        by_effect=[(one.value, str(one.label), sums[one]) for one in Effect if one in sums],
        moved=moved,
        untouched=whole.lines - moved,
        winners=sides["winners"],
        losers=sides["losers"],
        prices=what_if.prices.aggregate(
            all=Count("id"),
            up=Count("id", filter=Q(after__gt=F("before"))),
            down=Count("id", filter=Q(after__lt=F("before"))),
            lifted=Count("id", filter=Q(is_lifted=True)),
            items=Count("product_id", filter=~Q(after=F("before")), distinct=True),
        ),
        is_outdated=what_if.file_id is None and what_if.seen != state_of_list(what_if.price_list),
    )


_ZEROS: Final[tuple[tuple[str, Any], ...]] = (
    ("lines", 0), ("before", ZERO), ("after", ZERO), ("known_before", ZERO), ("known_after", ZERO), ("cost", ZERO),
    ("unknown_lines", 0), ("under_before", 0), ("under_after", 0),
)  # fmt: skip


def _total(row: WhatIfSum) -> Total:
    return Total(
        row.lines,
        row.before_base,
        row.after_base,
        row.known_before_base,
        row.known_after_base,
        row.known_cost_base,
        row.unknown_lines,
        row.under_before,
        row.under_after,
    )


def sums_of(what_if: WhatIf, by: str) -> QuerySet[WhatIfSum]:
    """Customers or items of a what-if that it would move."""
    return what_if.sums.filter(by=by).select_related("customer", "product", "what_if")


def most_moved(what_if: WhatIf, by: str, limit: int = 8) -> tuple[list[WhatIfSum], list[WhatIfSum]]:
    """Those who would pay less and those who would pay more, the most first; of items likewise."""
    rows = sums_of(what_if, by)
    return (
        list(rows.filter(change_base__lt=0).order_by("change_base", "id")[:limit]),
        list(rows.filter(change_base__gt=0).order_by("-change_base", "-id")[:limit]),
    )


def sum_list(actor: Actor, filters: Mapping[str, Any], by: str) -> QuerySet[WhatIfSum]:
    """Customers or items of one what-if, the company's latest where none is named; by side: winners, losers."""
    rows = WhatIfSum.objects.filter(what_if_id=_asked(actor, filters), by=by)
    rows = rows.select_related("customer", "product", "what_if")
    if filters.get("side") == "winners":
        rows = rows.filter(change_base__lt=0)
    elif filters.get("side") == "losers":
        rows = rows.filter(change_base__gt=0)
    if filters.get("under"):
        rows = rows.filter(under_after__gt=0)
    return rows


def line_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[WhatIfLine]:
    """Lines of one what-if that meet the filters: effect ("moved", "untouched"), customer, product, under."""
    rows = WhatIfLine.objects.filter(what_if_id=_asked(actor, filters)).select_related(
        "line__order", "customer", "product", "what_if__price_list"
    )
    effect = filters.get("effect")
    if effect == "moved":
        rows = rows.filter(effect__in=MOVED)
    elif effect == "untouched":
        rows = rows.exclude(effect__in=MOVED)
    elif effect:
        rows = rows.filter(effect=effect)
    if filters.get("customer"):
        rows = rows.filter(customer=filters["customer"])
    if filters.get("product"):
        rows = rows.filter(product=filters["product"])
    if filters.get("under") == "before":
        rows = rows.filter(is_under_before=True)
    elif filters.get("under") == "after":
        rows = rows.filter(is_under_after=True)
    elif filters.get("under") == "unknown":
        rows = rows.filter(known_cost_base=None)
    return rows


def _asked(actor: Actor, filters: Mapping[str, Any]) -> int | None:
    """The what-if that a link names, else the latest of the company."""
    asked: WhatIf | None = filters.get("what_if")
    if asked is not None:
        return asked.pk
    latest: int | None = WhatIf.objects.filter(company_id=actor.company_id).aggregate(last=Max("id"))["last"]
    return latest

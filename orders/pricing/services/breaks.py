"""Set what items cost on a price list, from which quantity on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, NotFound
from omc.lib.money import QUANTITY_STEP, round_price
from omc.lib.service import verb
from orders.core.models import Product, ProductUnit
from orders.pricing.models import PriceBreak, PriceList
from orders.pricing.rules import Rung, ladder_problems

Key = tuple[object, ...]


class BadLadder(DomainError):
    """Breaks that contradict each other; ``data["problems"]`` names row and sentence."""

    code, status = "bad_ladder", 422

    @property
    def problems(self) -> list[dict[str, Any]]:
        """Row (from 1), SKU and message each."""
        return cast(list[dict[str, Any]], self.data["problems"])


@dataclass(frozen=True, kw_only=True)
class BreakInput:
    """What an item costs from a quantity on: a price, or percent off the list price.

    Units: quantity and price count in ``unit``, one of the item's packs; empty is its stock unit. List currency.
    """

    sku: str
    min_quantity: Decimal
    unit_price: Decimal | None = None
    percent: Decimal | None = None
    unit: str = ""
    break_group: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class _Read:
    """A row with its item, and the factor of its unit."""

    product_id: int
    unit: str
    factor: Decimal
    typed: BreakInput

    @property
    def key(self) -> Key:
        """What tells one row of a list from another."""
        row = self.typed
        return (
            self.product_id,
            self.unit,
            self.factor,
            row.min_quantity.quantize(QUANTITY_STEP),
            None if row.unit_price is None else round_price(row.unit_price),
            None if row.percent is None else round_price(row.percent),
            row.break_group.strip(),
            row.valid_from,
            row.valid_to,
        )

    @property
    def rung(self) -> Rung:
        _, unit, factor, quantity, price, percent, _, first, last = cast(Any, self.key)
        return Rung(quantity, price, first, last, percent, unit, factor)


COLUMNS = (
    "product_id", "unit", "unit_factor", "min_quantity", "unit_price", "percent", "break_group", "valid_from", "valid_to",
)  # fmt: skip


@verb(silent="price lists are master data; their rows keep author and time and are only replaced")
def set_breaks(*, list_id: int, rows: Sequence[BreakInput], actor: Actor, also: Sequence[str] = ()) -> int:
    """Make ``rows`` the prices of the items they name; other items of the list stay. Returns the rows written.

    Items of ``also`` without a row lose their prices on this list. Rows that stay the same are kept; what is replaced
    is marked so and stays readable. All or nothing, in eight statements at most however many rows.

    Raises: BadLadder naming each unsound row, NotFound
    """
    require(actor, "pricing.edit_price_list")
    price_list = lock_price_list(list_id, actor)
    products = _products(rows, also, actor)
    read = _read(rows, products)
    _check_ladders(read)
    wanted = {row.key for row in read}
    named = [product.pk for product in products.values()]
    standing = price_list.breaks.filter(product_id__in=named, replaced_at=None).values_list(*COLUMNS, "pk")
    current = {tuple(row[:-1]): row[-1] for row in standing}
    now = clock.now()
    PriceBreak.objects.filter(pk__in=[pk for key, pk in current.items() if key not in wanted]).update(
        replaced_at=now, replaced_by_id=actor.user_id
    )
    new = [
        PriceBreak(
            price_list=price_list,
            author_id=actor.user_id,
            created_at=now,
            **dict(zip(COLUMNS, cast(Any, row.key), strict=True)),
        )
        for row in read
        if row.key not in current
    ]
    PriceBreak.objects.bulk_create(new, batch_size=2000)
    return len(new)


def lock_price_list(list_id: int, actor: Actor) -> PriceList:
    """The list, locked. Raises: NotFound"""
    found = PriceList.objects.select_for_update(of=("self",)).filter(pk=list_id, company_id=actor.company_id).first()
    if found is None:
        raise NotFound(f"There is no price list {list_id}.")
    return found


def _products(rows: Sequence[BreakInput], also: Sequence[str], actor: Actor) -> dict[str, Product]:
    """Items by SKU in upper case. Raises: BadLadder naming the rows without an item."""
    named = {row.sku for row in rows} | set(also)
    found = Product.objects.filter(company_id=actor.company_id, sku__in=named | {sku.upper() for sku in named})
    products = {product.sku.upper(): product for product in found.only("sku", "stock_unit")}
    unknown = [
        (number, row.sku, f"There is no item {row.sku}.")
        for number, row in enumerate(rows)
        if row.sku.upper() not in products
    ]
    if unknown:
        raise _bad(unknown)
    if missing := [sku for sku in also if sku.upper() not in products]:
        raise NotFound(f"There is no item {missing[0]}.", field="sku")
    return products


def _read(rows: Sequence[BreakInput], products: Mapping[str, Product]) -> list[_Read]:
    """The rows with their units. Raises: BadLadder naming the rows whose item is not sold so."""
    packs: dict[tuple[int, str], Decimal] = {}
    if wanted := {products[row.sku.upper()].pk for row in rows if row.unit.strip()}:
        units = ProductUnit.objects.filter(product_id__in=wanted).values_list("product_id", "unit", "factor")
        packs = {(product_id, unit): factor for product_id, unit, factor in units}
    read, unknown = [], []
    for number, row in enumerate(rows):
        product, unit = products[row.sku.upper()], row.unit.strip()
        if unit in ("", product.stock_unit):
            read.append(_Read(product.pk, "", Decimal(1), row))
        elif (factor := packs.get((product.pk, unit))) is not None:
            read.append(_Read(product.pk, unit, factor, row))
        else:
            unknown.append((number, row.sku, f"{product.sku} is not sold by {unit}."))
    if unknown:
        raise _bad(unknown)
    return read


def _check_ladders(read: Sequence[_Read]) -> None:
    ladders: dict[int, list[int]] = {}
    for number, row in enumerate(read):
        ladders.setdefault(row.product_id, []).append(number)
    problems = []
    for numbers in ladders.values():
        for at, sentence in ladder_problems([read[i].rung for i in numbers]):
            problems.append((numbers[at], read[numbers[at]].typed.sku, sentence))
    if problems:
        raise _bad(sorted(problems))


def _bad(problems: Sequence[tuple[int, str, str]]) -> BadLadder:
    number, sku, sentence = problems[0]
    more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
    return BadLadder(
        f"Row {number + 1}, {sku}: {sentence}{more}",
        field="rows",
        problems=[{"row": number + 1, "sku": sku, "message": sentence} for number, sku, sentence in problems],
    )

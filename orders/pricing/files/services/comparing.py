"""Compare the rows of a price file with the prices that would stand without it. A constant number of queries."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q

from omc.lib import clock
from orders.core.models import Product, ProductUnit
from orders.pricing.files.models import Outcome, PriceFile, PriceFileRow
from orders.pricing.files.rules import Typed, change_percent, read_row
from orders.pricing.files.selectors import state_of_list
from orders.pricing.models import PriceBreak
from orders.pricing.rules import Rung, ladder_problems

BATCH: Final = 2000
_TERMS: Final = ("unit_price", "percent", "break_group", "valid_to")
_Key = tuple[int, str, Decimal, date | None]


@dataclass(slots=True)
class _Read:
    """A row that names an item, with the factor of its unit."""

    product: Product
    unit: str
    factor: Decimal
    typed: Typed
    starts: date | None

    @property
    def key(self) -> _Key:
        return (self.product.pk, self.unit, self.typed.min_quantity, self.starts)

    @property
    def rung(self) -> Rung:
        row = self.typed
        return Rung(row.min_quantity, row.unit_price, self.starts, row.valid_to, row.percent, self.unit, self.factor)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What every row would do, against a list in the state ``seen``."""

    rows: list[PriceFileRow]
    seen: str


def compare_file(file: PriceFile, report: Callable[[int], None] = lambda done: None) -> Comparison:
    """What each row would do to the list. Reads only."""
    seen = state_of_list(file.price_list)
    wrong: dict[int, tuple[str, str]] = {}
    typed: list[Typed] = []
    past: list[int] = []
    for number, cells in enumerate(file.rows, start=2):
        row, problems = read_row(number, cells)
        if row is None:
            wrong[number] = next(iter(problems.items()))
        elif row.valid_to and row.valid_to < file.valid_from:
            past.append(number)
        else:
            typed.append(row)
    report(len(file.rows) // 4)
    read = _find_items(file, typed, wrong)
    _climb(read, wrong)
    report(len(file.rows) // 2)
    found = _against_list(file, [row for row in read if row.typed.number not in wrong], wrong)
    found += [_left_out(file, number, Outcome.REFUSED, *why) for number, why in wrong.items()]
    found += [_left_out(file, number, Outcome.PAST) for number in past]
    return Comparison(sorted(found, key=lambda row: row.number), seen)


def keep_comparison(file: PriceFile, found: Comparison) -> None:
    """Write it in place of what was found before. Inside a verb that holds the file."""
    file.compared.all().delete()
    PriceFileRow.objects.bulk_create(found.rows, batch_size=BATCH)
    file.counts = dict(Counter(str(row.outcome) for row in found.rows))
    file.seen, file.checked_at = found.seen, clock.now()
    file.save(update_fields=["counts", "seen", "checked_at"])


def _find_items(file: PriceFile, typed: list[Typed], wrong: dict[int, tuple[str, str]]) -> list[_Read]:
    """The rows with their items and units; those without are put among the wrong ones."""
    named = {row.sku for row in typed}
    rows = Product.objects.filter(company_id=file.company_id, sku__in=named | {sku.upper() for sku in named})
    products = {product.sku.upper(): product for product in rows.only("sku", "stock_unit", "is_active")}
    packs = {
        (product_id, unit): factor
        for product_id, unit, factor in ProductUnit.objects.filter(
            product__in=products.values(), unit__in={row.unit for row in typed}
        ).values_list("product_id", "unit", "factor")
    }
    found = []
    for row in typed:
        product = products.get(row.sku.upper())
        if product is None:
            wrong[row.number] = ("sku", f"There is no item {row.sku}.")
        elif row.unit in ("", product.stock_unit):
            found.append(_Read(product, "", Decimal(1), row, _starts(row.valid_from, file)))
        elif (factor := packs.get((product.pk, row.unit))) is not None:
            found.append(_Read(product, row.unit, factor, row, _starts(row.valid_from, file)))
        else:
            wrong[row.number] = ("unit", f"{product.sku} is not sold by {row.unit}.")
    return found


def _starts(day: date | None, file: PriceFile) -> date | None:
    """A price that begins no later than the version begins with it."""
    return None if day is None or day <= file.valid_from else day


def _climb(read: list[_Read], wrong: dict[int, tuple[str, str]]) -> None:
    """Put the rows among the wrong ones whose ladder is not sound."""
    ladders: dict[int, list[_Read]] = defaultdict(list)
    for row in read:
        ladders[row.product.pk].append(row)
    for ladder in ladders.values():
        for at, sentence in ladder_problems([row.rung for row in ladder]):
            row = ladder[at]
            wrong.setdefault(row.typed.number, ("unit_price" if row.typed.percent is None else "percent", sentence))


def _against_list(file: PriceFile, sound: list[_Read], wrong: Mapping[int, tuple[str, str]]) -> list[PriceFileRow]:
    standing: dict[_Key, dict[str, Any]] = {}
    rows = standing_breaks(file).values("product_id", "product__sku", "min_quantity", "unit", "unit_factor",
                                        "unit_price", "percent", "break_group", "valid_from", "valid_to")  # fmt: skip
    for row in rows.iterator(chunk_size=BATCH):
        row["valid_from"] = _starts(row["valid_from"], file)
        standing[row["product_id"], row["unit"], row["min_quantity"], row["valid_from"]] = row
    found = []
    for one in sound:
        before = standing.pop(one.key, None)
        found.append(_compared(file, one, before))
    # An item with a refused row keeps what it has until the row is mended; it ends nothing.
    held = {(file.rows[number - 2].get("sku") or "").strip().upper() for number in wrong}
    named = {one.product.pk for one in sound}
    gone = [
        row for row in standing.values()
        if row["product__sku"].upper() not in held and (file.whole or row["product_id"] in named)
    ]  # fmt: skip
    behind = len(file.rows) + 2
    return found + [_ended(file, behind + place, row) for place, row in enumerate(gone)]


def standing_breaks(file: PriceFile) -> Any:
    """The prices of the list that would go on from the file's day."""
    return PriceBreak.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=file.valid_from), price_list_id=file.price_list_id, replaced_at=None
    ).order_by("product__sku", "min_quantity", "id")


def _compared(file: PriceFile, one: _Read, before: dict[str, Any] | None) -> PriceFileRow:
    row = one.typed
    after = {name: getattr(row, name) for name in _TERMS}
    if before is None:
        outcome = Outcome.NEW
    else:
        outcome = Outcome.SAME if all(before[name] == after[name] for name in _TERMS) else Outcome.CHANGED
    was = before or {}
    return PriceFileRow(
        file=file,
        number=row.number,
        outcome=outcome,
        sku=one.product.sku,
        product=one.product,
        min_quantity=row.min_quantity,
        unit=one.unit,
        unit_factor=one.factor,
        valid_from=one.starts,
        price_before=was.get("unit_price"),
        percent_before=was.get("percent"),
        change_percent=change_percent(was.get("unit_price"), row.unit_price),
        **after,
    )


def _ended(file: PriceFile, number: int, row: dict[str, Any]) -> PriceFileRow:
    return PriceFileRow(
        file=file,
        number=number,
        outcome=Outcome.ENDED,
        sku=row["product__sku"],
        price_before=row["unit_price"],
        percent_before=row["percent"],
        **{name: row[name] for name in ("product_id", "min_quantity", "unit", "unit_factor", "valid_from", "valid_to")},
    )


def _left_out(file: PriceFile, number: int, outcome: Outcome, column: str = "", message: str = "") -> PriceFileRow:
    sku = (file.rows[number - 2].get("sku") or "").strip()
    return PriceFileRow(file=file, number=number, outcome=outcome, sku=sku[:300], column=column, message=message[:300])

"""What may be wrong with an order, each check one small rule, and the score that follows.

Values in, findings out. A finding has a code and figures; its words are made where they are shown. Each family of
checks can cost its points once, however many rows it is about, so that the points lost and the score make 100.
Source: SPEC §5.c-2 and §5.d.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from statistics import mean, median
from typing import Final

from omc.lib.money import plain

ZERO: Final = Decimal(0)
FULL: Final = 100
ENOUGH_HISTORY: Final = 5
FAR_AHEAD: Final = timedelta(days=730)
SEES_PRICE, SEES_COST = "orders.view_price", "orders.view_cost"
_NOISE = re.compile(r"[^A-Z0-9]")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at. ``holds`` is the type of hold that it places; without one it only warns.

    ``leads_to`` is the field of the header, or (``by_row``) the cell of the row, that mends it; ``needs`` the
    permission to see that it was found.
    """

    family: str
    points: int
    leads_to: str
    holds: str = ""
    by_row: bool = False
    needs: str = ""


CHECKS: Final[Mapping[str, Check]] = {
    "po_missing": Check("purchase_order", 10, "customer_po", holds="po_missing"),
    "po_used_before": Check("purchase_order", 5, "customer_po"),
    "po_duplicate": Check("purchase_order", 15, "customer_po", holds="po_duplicate"),
    "same_order": Check("purchase_order", 10, "lines"),
    "large_quantity": Check("quantity", 15, "quantity", holds="large_quantity", by_row=True),
    "odd_quantity": Check("quantity", 10, "quantity", by_row=True),
    "agreement_exceeded": Check("quantity", 10, "quantity", holds="over_agreement", by_row=True),
    "price_changed": Check("price", 10, "price", by_row=True, needs=SEES_PRICE),
    "margin_low": Check("margin", 10, "price", by_row=True, needs=SEES_COST),
    "ship_to_new": Check("ship_to", 5, "ship_to_id"),
    "date_impossible": Check("date", 15, "requested_date", holds="date_impossible"),
    "row_date_impossible": Check("date", 15, "wanted", holds="date_impossible", by_row=True),
    "date_far": Check("date", 5, "requested_date"),
    "row_date_far": Check("date", 5, "wanted", by_row=True),
    "pack_broken": Check("pack", 5, "quantity", by_row=True),
    "credit_short": Check("credit", 15, "", holds="credit_limit"),
    "overdue": Check("overdue", 5, "", holds="overdue"),
    "company_rule": Check("company_rule", 5, "lines"),
}
FAMILIES: Final = tuple(dict.fromkeys(check.family for check in CHECKS.values()))


@dataclass(frozen=True, slots=True)
class Row:
    """A line that somebody typed; components of kits are none. Units: stock unit; prices per stock unit.

    ``gross`` is its amount with tax in the order's currency, the ``*_base`` amounts are in company currency.
    ``agreed_item`` is what it ``draws`` on of a blanket agreement.
    """

    number: int
    position: int
    product_id: int | None = None
    sku: str = ""
    quantity: Decimal = ZERO
    unit_price: Decimal | None = None
    wanted: date | None = None
    net_base: Decimal = ZERO
    cost_base: Decimal | None = None
    gross: Decimal = ZERO
    agreed_item: int | None = None
    draws: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Blanket:
    """What a blanket agreement has left of an item, beside this order. Units: stock unit."""

    number: str
    left: Decimal


@dataclass(frozen=True, slots=True)
class Asked:
    """An order as it stands on the screen."""

    customer_po: str
    requested_date: date | None
    rows: Sequence[Row]
    places: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Bought:
    """One earlier line of the customer. Units: stock unit; ``price`` per stock unit in the order's currency, or None."""

    quantity: Decimal
    price: Decimal | None = None
    order: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """An earlier order of the same customer that looks like this one."""

    order_id: int
    name: str
    same_po: bool
    is_recent: bool
    contents: tuple[tuple[int, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the checks must know beside the order. History is newest first; empty means that there is none."""

    today: date
    po_required: bool = False
    others: Sequence[Other] = ()
    history: Mapping[int, Sequence[Bought]] = field(default_factory=dict)
    packs: Mapping[int, tuple[str, Decimal]] = field(default_factory=dict)
    places_before: frozenset[int] = frozenset()
    credit_limit: Decimal | None = None
    exposure: Decimal = ZERO
    overdue_days: int = 0
    is_overdue: bool = False
    price_change_percent: Decimal = Decimal(5)
    margin_floor_percent: Decimal = ZERO
    rules: Sequence[tuple[str, str]] = ()
    blankets: Mapping[int, Blanket] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found, in row ``row`` of the screen or (None) in the header."""

    code: str
    row: int | None = None
    position: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    order_id: int | None = None

    @property
    def check(self) -> Check:
        return CHECKS[self.code]


def findings(asked: Asked, known: Known) -> list[Finding]:
    """Everything that is wrong, in the order in which people read a page."""
    return [finding for check in _ALL for finding in check(asked, known)]


def parts(found: Sequence[Finding]) -> dict[str, int]:
    """Points lost by family: the dearest of its findings, once.

    >>> parts([Finding("odd_quantity", 1), Finding("large_quantity", 2), Finding("overdue")])
    {'quantity': 15, 'overdue': 5}
    """
    lost: dict[str, int] = {}
    for finding in found:
        check = finding.check
        lost[check.family] = max(lost.get(check.family, 0), check.points)
    return lost


def score(lost: Mapping[str, int]) -> int:
    """0 to 100; with the points lost it makes 100.

    >>> score({}), score({"quantity": 15, "overdue": 5})
    (100, 80)
    """
    return FULL - sum(lost.values())


# The checks, one by one


def _purchase_order(asked: Asked, known: Known) -> Iterator[Finding]:
    if not normal_po(asked.customer_po):
        if known.po_required:
            yield Finding("po_missing")
        return
    used = [other for other in known.others if other.same_po]
    twin = next((other for other in used if other.is_recent and other.contents == contents(asked.rows)), None)
    if twin is not None:
        yield Finding("po_duplicate", facts={"order": twin.name}, order_id=twin.order_id)
    elif used:
        yield Finding("po_used_before", facts={"order": used[0].name}, order_id=used[0].order_id)


def _same_order(asked: Asked, known: Known) -> Iterator[Finding]:
    """The same lines within a week under another number, or under none."""
    wanted = contents(asked.rows)
    for other in known.others:
        if wanted and other.is_recent and not other.same_po and other.contents == wanted:
            yield Finding("same_order", facts={"order": other.name}, order_id=other.order_id)
            return


def _ship_to(asked: Asked, known: Known) -> Iterator[Finding]:
    if known.places_before and asked.places - known.places_before:
        yield Finding("ship_to_new")


def _dates(asked: Asked, known: Known) -> Iterator[Finding]:
    if code := _date_code(asked.requested_date, known.today):
        yield Finding(code, facts={"day": f"{asked.requested_date}"})
    for row in asked.rows:
        if code := _date_code(row.wanted, known.today):
            yield _on(row, f"row_{code}", day=f"{row.wanted}")


def _date_code(day: date | None, today: date) -> str:
    if day is None or today <= day <= today + FAR_AHEAD:
        return ""
    return "date_impossible" if day < today else "date_far"


def _quantities(asked: Asked, known: Known) -> Iterator[Finding]:
    for row in asked.rows:
        before = [one.quantity for one in known.history.get(row.product_id or 0, ())]
        usual = plain(median(before)) if before else ""
        if is_unusual(row.quantity, before):
            yield _on(row, "large_quantity", usual=usual, orders=str(len(before)))
        elif is_odd(row.quantity, before):
            yield _on(row, "odd_quantity", usual=usual, orders=str(len(before)))


def _packs(asked: Asked, known: Known) -> Iterator[Finding]:
    for row in asked.rows:
        unit, size = known.packs.get(row.product_id or 0, ("", ZERO))
        if breaks_pack(row.quantity, size):
            whole = row.quantity // size
            yield _on(
                row, "pack_broken", unit=unit, size=plain(size), whole=plain(whole), over=plain(row.quantity % size),
                below=plain(whole * size), above=plain((whole + 1) * size),
            )  # fmt: skip


def _blankets(asked: Asked, known: Known) -> Iterator[Finding]:
    """Rows that take more than was agreed; the rows of an item take what is left one after the other."""
    left = {item: blanket.left for item, blanket in known.blankets.items()}
    for row in asked.rows:
        blanket = known.blankets.get(row.agreed_item or 0)
        if blanket is None or not row.draws:
            continue
        before = max(left[row.agreed_item or 0], ZERO)
        left[row.agreed_item or 0] = before - row.draws
        if row.draws > before:
            over = plain(row.draws - before)
            yield _on(row, "agreement_exceeded", agreement=blanket.number, left=plain(before), over=over)


def _prices(asked: Asked, known: Known) -> Iterator[Finding]:
    for row in asked.rows:
        last = next((one for one in known.history.get(row.product_id or 0, ()) if one.price is not None), None)
        if last is None or row.unit_price is None:
            continue
        change = change_percent(last.price or ZERO, row.unit_price)
        if change is not None and abs(change) > known.price_change_percent:
            yield _on(
                row, "price_changed", order=last.order, before=plain(last.price or ZERO), now=plain(row.unit_price),
                percent=f"{change:+.1f}",
            )  # fmt: skip


def _margins(asked: Asked, known: Known) -> Iterator[Finding]:
    """The floor is a share of cost, not of price; without a cost nothing is said."""
    for row in asked.rows:
        if row.cost_base and row.net_base < row.cost_base * (1 + known.margin_floor_percent / 100):
            markup = (row.net_base - row.cost_base) / row.cost_base * 100
            yield _on(row, "margin_low", markup=f"{markup:.1f}", floor=plain(known.margin_floor_percent))


def _credit(asked: Asked, known: Known) -> Iterator[Finding]:
    if known.credit_limit is not None and known.exposure > known.credit_limit:
        percent = credit_percent(known.exposure, known.credit_limit)
        yield Finding("credit_short", facts={"percent": "" if percent is None else str(percent)})


def _overdue(asked: Asked, known: Known) -> Iterator[Finding]:
    if known.is_overdue:
        yield Finding("overdue", facts={"days": str(known.overdue_days)})


def _rules(asked: Asked, known: Known) -> Iterator[Finding]:
    for hold, sentence in known.rules:
        yield Finding("company_rule", facts={"hold": hold, "sentence": sentence})


_ALL: Final[tuple[Callable[[Asked, Known], Iterator[Finding]], ...]] = (
    _purchase_order, _same_order, _ship_to, _dates, _quantities, _packs, _blankets, _prices, _margins, _credit, _overdue, _rules,
)  # fmt: skip


def _on(row: Row, code: str, **facts: str) -> Finding:
    return Finding(code, row.number, row.position, facts)


# What they are made of


def normal_po(text: str) -> str:
    """A purchase order number as it is compared: letters and digits only, upper case.

    >>> normal_po(" po-00 12/a ")
    'PO0012A'
    """
    return _NOISE.sub("", text.upper())


def contents(rows: Sequence[Row]) -> tuple[tuple[int, Decimal], ...]:
    """What an order is of, whatever the order of its rows."""
    return tuple(sorted((row.product_id, row.quantity) for row in rows if row.product_id))


def credit_percent(used: Decimal, limit: Decimal) -> int | None:
    """How much of the limit is used, rounded up; None when the limit is zero.

    >>> credit_percent(Decimal("1000.01"), Decimal(1000))
    101
    """
    if limit <= 0:
        return None
    return int((used / limit * 100).to_integral_value(ROUND_CEILING))


def robust_deviation(history: Sequence[Decimal]) -> Decimal:
    """How far quantities usually lie from their median: 1.4826 × the median absolute deviation.

    Where most are equal that is zero: then 1.2533 × the mean absolute deviation, and at least a sixth of the median.

    >>> robust_deviation([Decimal(n) for n in (8, 9, 10, 11, 12)]), robust_deviation([Decimal(12)] * 5)
    (Decimal('1.4826'), Decimal('2'))
    """
    middle = median(history)
    distances = [abs(value - middle) for value in history]
    if usual := median(distances):
        return usual * Decimal("1.4826")
    return max(mean(distances) * Decimal("1.2533"), middle / 6)


def is_odd(quantity: Decimal, history: Sequence[Decimal]) -> bool:
    """Whether a quantity lies more than three robust deviations from what this customer ordered of the item before.

    Fewer than five earlier lines say nothing.

    >>> is_odd(Decimal(14), [Decimal(n) for n in (8, 9, 10, 11, 12)])
    False
    >>> is_odd(Decimal(15), [Decimal(n) for n in (8, 9, 10, 11, 12)])
    True
    """
    if len(history) < ENOUGH_HISTORY:
        return False
    return abs(quantity - median(history)) > 3 * robust_deviation(history)


def is_unusual(quantity: Decimal, history: Sequence[Decimal]) -> bool:
    """Whether a quantity is so far above what this customer ordered of the item before that somebody must look.

    Odd, and more than four times the median.

    >>> is_unusual(Decimal(100), [Decimal(10)] * 5), is_unusual(Decimal(40), [Decimal(10)] * 5)
    (True, False)
    """
    return is_odd(quantity, history) and quantity > 4 * median(history)


def breaks_pack(quantity: Decimal, size: Decimal) -> bool:
    """Whether whole packs and something over are wanted; less than one pack is a wish for single pieces.

    >>> breaks_pack(Decimal(30), Decimal(12)), breaks_pack(Decimal(24), Decimal(12)), breaks_pack(Decimal(5), Decimal(12))
    (True, False, False)
    """
    return size > 1 and quantity > size and quantity % size != 0


def change_percent(before: Decimal, now: Decimal) -> Decimal | None:
    """By how much a price moved; None from nothing.

    >>> change_percent(Decimal(8), Decimal(9))
    Decimal('12.500')
    """
    return (now - before) / before * 100 if before > 0 else None

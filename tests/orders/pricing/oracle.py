"""What a line costs, by brute force over plain rows: written from the specification, without a look at the code.

Nothing of the application is imported here.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

STRENGTH = ["blanket", "contract", "group_contract", "promotion", "customer", "segment", "base"]
STEP = Decimal("0.0001")


@dataclass
class Buyer:
    id: int
    group: str
    grade: str
    currency: str


@dataclass
class Terms:
    """A price list as a row of a table."""

    id: int
    kind: str
    buyer: int | None
    group: str
    grade: str
    currency: str
    first: date | None
    last: date | None
    in_force: bool
    best_of: bool
    pools: bool


@dataclass
class Row:
    """A break as a row of a table."""

    id: int
    terms: Terms
    item: int
    least: Decimal
    unit: str
    factor: int
    price: Decimal | None
    percent: Decimal | None
    group: str
    first: date | None
    last: date | None
    replaced: bool


@dataclass
class Blanket:
    """An item of a blanket agreement as a row of a table; ``drawn`` is what other orders took of it."""

    id: int
    buyer: int
    item: int
    currency: str
    quantity: Decimal
    drawn: Decimal
    price: Decimal
    first: date
    last: date
    in_force: bool


@dataclass
class Ask:
    """A line: so many stock units of an item, typed in a unit; ``listed`` is the item's own price, in its currency."""

    item: int
    quantity: Decimal
    unit: str
    listed: Decimal | None


@dataclass
class Answer:
    price: Decimal | None
    rule: int | None = None
    kind: str = ""
    because: set[str] = field(default_factory=set)


def answers(
    rows: Sequence[Row], blankets: Sequence[Blanket], buyer: Buyer, asks: Sequence[Ask], day: date
) -> list[Answer]:
    """What every line of a document costs, and which of the rules had to speak."""
    agreed = [
        one
        for one in blankets
        if one.in_force and one.buyer == buyer.id and one.currency == buyer.currency and one.first <= day <= one.last
    ]
    theirs = [row for row in rows if _for_buyer(row, buyer) and _on_day(row, day)]
    foreign = [row for row in theirs if row.terms.currency != buyer.currency]
    own = [row for row in theirs if row.terms.currency == buyer.currency]
    return [_answer_with(agreed, ask, asks, own, foreign) for ask in asks]


def _answer_with(
    agreed: Sequence[Blanket], ask: Ask, asks: Sequence[Ask], own: Sequence[Row], foreign: Sequence[Row]
) -> Answer:
    """An agreement with anything left comes first; of several the one that ends first and has enough left."""
    without = _answer(ask, asks, own, foreign)
    of_item = [one for one in agreed if one.item == ask.item]
    some_left = [one for one in of_item if one.drawn < one.quantity]
    if not some_left:
        if of_item:
            without.because.add("blanket: used up")
        return without
    enough = [one for one in some_left if one.drawn + ask.quantity <= one.quantity]
    chosen = min(enough or some_left, key=lambda one: (one.last, one.id))
    because = {"blanket", "blanket: enough" if enough else "blanket: too little"}
    if any((one.last, one.id) < (chosen.last, chosen.id) for one in some_left):
        because.add("blanket: the next one")
    rival = _best_promotion(ask, asks, own, foreign)
    if rival is not None and rival[1] < chosen.price:
        return Answer(rival[1], rival[0].id, "promotion", {"promotion", "best of: over a blanket"})
    return Answer(chosen.price, chosen.id, "blanket", because)


def _best_promotion(
    ask: Ask, asks: Sequence[Ask], own: Sequence[Row], foreign: Sequence[Row]
) -> tuple[Row, Decimal] | None:
    """The promotion that is compared with an agreement, and its price."""
    listed = _answer(ask, asks, [row for row in own if row.terms.kind == "base"], foreign, entry=True).price
    reached = [
        (row, price)
        for row in own
        if row.item == ask.item and row.terms.kind == "promotion" and row.terms.best_of
        if row.unit in ("", ask.unit) and row.least * row.factor <= _quantity(row, ask, asks, own)
        if (price := _money(row, listed)) is not None
    ]
    return min(reached, key=lambda offer: _rank(offer[0]), default=None)


def _answer(
    ask: Ask, asks: Sequence[Ask], own: Sequence[Row], foreign: Sequence[Row], *, entry: bool = False
) -> Answer:
    of_item = [row for row in own if row.item == ask.item]
    of_unit = [row for row in of_item if row.unit in ("", ask.unit)]
    reached = [row for row in of_unit if row.least * row.factor <= _quantity(row, ask, asks, own)]

    base = [row for row in reached if row.terms.kind == "base"]
    item_price = None if ask.listed is None else _round(ask.listed)
    base = [row for row in base if row.percent is None or item_price is not None]
    listed = item_price
    if base:
        best = sorted(base, key=_rank)[0]
        first = sorted(
            (row for row in base if row.terms is best.terms), key=lambda row: (row.least * row.factor, *_rank(row)[2:])
        )[0]
        listed = _money(first, item_price)
    if entry:  # the list price is all that is asked for
        return Answer(listed)
    offers = [(row, _money(row, item_price if row.terms.kind == "base" else listed)) for row in reached]
    priced = sorted(((row, price) for row, price in offers if price is not None), key=lambda offer: _rank(offer[0]))
    if not priced:
        return Answer(item_price, None, "", {"item" if item_price is not None else "nothing"})

    row, price = priced[0]
    because = {row.terms.kind} | _notes(row, priced, of_unit, of_item, ask, foreign)
    if row.terms.kind in ("contract", "group_contract"):
        rivals = [offer for offer in priced if offer[0].terms.kind == "promotion" and offer[0].terms.best_of]
        if rivals:
            if rivals[0][1] < price:
                row, price = rivals[0]
                because = {"promotion", "best of: promotion"}
            else:
                because.add("best of: contract")
    if row.percent is not None:
        because.add("percent")
    return Answer(price, row.id, row.terms.kind, because)


def _notes(row: Row, priced: Sequence[tuple[Row, Decimal]], of_unit: Sequence[Row], of_item: Sequence[Row], ask: Ask,
           foreign: Sequence[Row]) -> set[str]:  # fmt: skip
    """Which rules made the difference, beside the source."""
    rivals = [other for other, _ in priced if other is not row and other.terms.kind == row.terms.kind]
    depth = row.least * row.factor
    same_depth = [other for other in rivals if other.least * other.factor == depth]
    notes = set()
    if any(other.least * other.factor < depth for other in rivals):
        notes.add("break")
    if any(_start(other) < _start(row) for other in same_depth):
        notes.add("date tie")
    if any(_start(other) == _start(row) for other in same_depth):
        notes.add("id tie")
    if any(STRENGTH.index(other.terms.kind) < STRENGTH.index(row.terms.kind) for other in of_unit):
        notes.add("fall-through")
    if any(other.item == ask.item and STRENGTH.index(other.terms.kind) <= STRENGTH.index(row.terms.kind)
           for other in foreign):  # fmt: skip
        notes.add("currency")
    if row.unit:
        notes.add("unit: pack")
    if any(other.unit not in ("", ask.unit) and _rank(other) < _rank(row) for other in of_item):
        notes.add("unit: another one's")
    if row.terms.pools and depth > ask.quantity:
        notes.add("pool: group" if row.group else "pool: item")
    return notes


def _for_buyer(row: Row, buyer: Buyer) -> bool:
    terms = row.terms
    return (
        terms.in_force
        and not row.replaced
        and terms.buyer in (None, buyer.id)
        and terms.group in ("", buyer.group)
        and terms.grade in ("", buyer.grade)
    )


def _on_day(row: Row, day: date) -> bool:
    began = all(first is None or first <= day for first in (row.first, row.terms.first))
    return began and all(last is None or day <= last for last in (row.last, row.terms.last))


def _quantity(row: Row, ask: Ask, asks: Sequence[Ask], own: Sequence[Row]) -> Decimal:
    if not row.terms.pools:
        return ask.quantity
    items = {ask.item}
    if row.group:
        items |= {other.item for other in own if other.terms is row.terms and other.group == row.group}
    return sum((other.quantity for other in asks if other.item in items), Decimal(0))


def _rank(row: Row) -> tuple[int, Decimal, int, int]:
    return (STRENGTH.index(row.terms.kind), -row.least * row.factor, -_start(row), row.id)


def _start(row: Row) -> int:
    return max((day.toordinal() for day in (row.first, row.terms.first) if day), default=1)


def _money(row: Row, off: Decimal | None) -> Decimal | None:
    if row.percent is None:
        return None if row.price is None else row.price / row.factor
    return None if off is None else _round(off - off * row.percent / 100)


def _round(price: Decimal) -> Decimal:
    return price.quantize(STEP, ROUND_HALF_UP)


def tally(found: Sequence[Answer]) -> Counter[str]:
    return Counter(reason for answer in found for reason in answer.because)

"""Which of the prices that a customer may get sets the price of a line, and the way from the list to it.

Source: SPEC §4.d.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final, cast

from omc.lib.money import ZERO, round_price

BLANKETS: Final = ("blanket",)
CONTRACTS: Final = ("contract", "group_contract")
PROMOTIONS: Final = ("promotion",)
OWN_LISTS: Final = ("customer", "segment")
BASE: Final = ("base",)
SOURCES: Final = (*BLANKETS, *CONTRACTS, *PROMOTIONS, *OWN_LISTS, *BASE)  # strongest first


@dataclass(frozen=True, slots=True)
class Break:
    """A price that this customer may get on this day, in money or in percent off the list price.

    Units: stock unit, document currency. ``unit`` names the only pack that it is for; empty is every unit.
    ``pools`` counts the quantity over the whole document: of the item, or of all items of ``group`` on the list.
    Of a blanket agreement, ``left`` is what may still be drawn and ``ends`` its last day.
    """

    break_id: int
    list_id: int
    list_code: str
    source: str
    min_quantity: Decimal
    unit_price: Decimal | None
    starts: date | None = None
    author: str = ""
    written_on: date | None = None
    percent: Decimal | None = None
    unit: str = ""
    best_of: bool = False
    pools: bool = False
    group: str = ""
    left: Decimal | None = None
    ends: date | None = None

    @property
    def price(self) -> Decimal:
        """The price in money, once a percentage has been worked out."""
        return cast(Decimal, self.unit_price)


@dataclass(frozen=True, slots=True)
class Pool:
    """What a whole document asks for: of one item, and of the groups of breaks by (list, group). Units: stock unit."""

    item: Decimal
    groups: Mapping[tuple[int, str], Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Missed:
    """A list of a stronger source that gives a price only from more on. Units: stock unit."""

    source: str
    list_id: int
    list_code: str
    min_quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step from nothing to the unit price; ``amount`` is added, ``price`` is what stands after it.

    ``step`` is list, list_specific, break, contract, blanket, promotion or manual: what each of them makes of the price
    that would stand without it. The steps of a line add up to its unit price exactly. The step that sets the price of
    the lists names what was ``missed``: why a contract, say, did not count.
    """

    step: str
    source: str
    amount: Decimal
    price: Decimal
    list_id: int | None = None
    list_code: str = ""
    break_id: int | None = None
    min_quantity: Decimal | None = None
    percent: Decimal | None = None
    unit: str = ""
    author: str = ""
    on: date | None = None
    missed: tuple[Missed, ...] = ()

    def row(self) -> dict[str, object]:
        """As it is frozen on the line: numbers and dates as strings, what is not known left out."""
        return {key: _plain(value) for key, value in asdict(self).items() if value not in (None, "", ())}


@dataclass(frozen=True, slots=True)
class Price:
    """What an item costs this customer, and how that came about."""

    list_price: Decimal | None
    unit_price: Decimal
    steps: tuple[Step, ...]


def best_blanket(breaks: Iterable[Break], quantity: Decimal) -> Break | None:
    """The blanket agreement that a line draws on: the first to end of those that have enough left, else of those that
    have anything left; then the lowest id. One that is used up gives no price.
    """
    return min(
        (found for found in breaks if found.source in BLANKETS and (found.left or ZERO) > 0),
        key=lambda found: ((found.left or ZERO) < quantity, found.ends or date.max, found.break_id),
        default=None,
    )


def best_break(breaks: Iterable[Break], sources: Sequence[str] = SOURCES) -> Break | None:
    """The break that sets the price, of those reached: strongest source, deepest break, latest start, lowest id."""
    by_rank = {source: rank for rank, source in enumerate(sources)}
    return min(
        (found for found in breaks if found.source in by_rank),
        key=lambda found: (by_rank[found.source], -found.min_quantity, *_preference(found)),
        default=None,
    )


def pools(quantities: Mapping[int, Decimal], breaks: Mapping[int, Sequence[Break]]) -> dict[int, Pool]:
    """What counts for breaks over a whole document, given its quantities and breaks by item. Units: stock unit."""
    groups: dict[tuple[int, str], Decimal] = {}
    for item, quantity in quantities.items():
        for key in {(found.list_id, found.group) for found in breaks.get(item, ()) if found.pools and found.group}:
            groups[key] = groups.get(key, ZERO) + quantity
    return {item: Pool(quantity, groups) for item, quantity in quantities.items()}


def resolve(
    breaks: Sequence[Break],
    quantity: Decimal,
    *,
    unit: str = "",
    pool: Pool | None = None,
    last_resort: Decimal | None = None,
    manual: Decimal | None = None,
    author: str = "",
    on: date | None = None,
) -> Price | None:
    """The unit price at ``quantity``, typed in ``unit``, with its steps; None when nothing gives one.

    A source without a break at this quantity gives way to the next. Percentages are taken off the list price, each
    for itself: the first price of the base list, else ``last_resort``, the item's own price in document currency.
    ``manual`` is a price typed by ``author``.

    Rounds: prices to 4 places.
    """
    reached = [
        each for each in breaks if each.unit in ("", unit) and each.min_quantity <= _counts(each, quantity, pool)
    ]
    steps: list[Step] = []
    if last_resort is not None:
        listed = round_price(last_resort)
        steps.append(Step(step="list", source="item", amount=listed, price=listed))
    base = _in_money([each for each in reached if each.source in BASE], _standing(steps))
    if (chosen := best_break(base)) is not None:
        steps = [_step("list", _entry(base, chosen), [])]
    list_price = _standing(steps)
    priced = base + _in_money([each for each in reached if each.source not in BASE], list_price)
    for step, found in _way(priced, quantity):
        steps.append(_step(step, found, steps))
    price = _standing(steps)
    if steps and (missed := _missed(breaks, reached, unit, steps[-1].source)):
        steps[-1] = replace(steps[-1], missed=missed)
    if manual is not None and (price is None or round_price(manual) != price):
        typed = round_price(manual)
        amount = typed - (price or ZERO)
        steps.append(Step(step="manual", source="manual", amount=amount, price=typed, author=author, on=on))
        price = typed
    return None if price is None else Price(list_price, price, tuple(steps))


def overrides(steps: Sequence[Mapping[str, object]]) -> bool:
    """Whether a typed price stands in place of one that the lists gave."""
    return len(steps) > 1 and steps[-1].get("step") == "manual"


def _way(reached: Sequence[Break], quantity: Decimal) -> list[tuple[str, Break]]:
    """What changes the list price, in order; the last one sets the price."""
    way: list[tuple[str, Break]] = []
    if (listed := best_break(reached, (*OWN_LISTS, *BASE))) is not None:
        entry = _entry(reached, listed)
        if listed.source in OWN_LISTS:
            way.append(("list_specific", entry))
        if listed is not entry:
            way.append(("break", listed))
    contract = best_break(reached, CONTRACTS)
    if contract is not None:
        way.append(("contract", contract))
    agreed = best_blanket(reached, quantity) or contract
    if agreed is not None and agreed is not contract:
        way.append(("blanket", agreed))
    may_win = [each for each in reached if agreed is None or each.best_of]
    promotion = best_break(may_win, PROMOTIONS)
    if promotion is not None and (agreed is None or promotion.price < agreed.price):
        way.append(("promotion", promotion))
    return way


def _missed(breaks: Sequence[Break], reached: Sequence[Break], unit: str, source: str) -> tuple[Missed, ...]:
    """Of each list of a source above the one that counts, the first break, where the quantity reaches none of it."""
    if len(reached) == len(breaks):
        return ()
    by_rank = {each: rank for rank, each in enumerate(SOURCES)}
    given = {each.source for each in reached}
    first: dict[int, Break] = {}
    for each in breaks:
        if (
            each.unit not in ("", unit)
            or each.source in given
            or by_rank[each.source] > by_rank.get(source, len(SOURCES))
        ):
            continue
        known = first.setdefault(each.list_id, each)
        if each.min_quantity < known.min_quantity:
            first[each.list_id] = each
    nearest = sorted(first.values(), key=lambda each: (by_rank[each.source], each.min_quantity, each.list_id))
    return tuple(Missed(each.source, each.list_id, each.list_code, each.min_quantity) for each in nearest)


def _counts(found: Break, quantity: Decimal, pool: Pool | None) -> Decimal:
    """The quantity that a break looks at."""
    if pool is None or not found.pools:
        return quantity
    return pool.groups.get((found.list_id, found.group), pool.item) if found.group else pool.item


def _in_money(breaks: Iterable[Break], off: Decimal | None) -> list[Break]:
    """The breaks with their percentages taken off ``off``; without it those in percent say nothing."""
    worked_out = []
    for found in breaks:
        if found.percent is None:
            worked_out.append(found)
        elif off is not None:
            worked_out.append(replace(found, unit_price=round_price(off * (100 - found.percent) / 100)))
    return worked_out


def _entry(reached: Iterable[Break], chosen: Break) -> Break:
    """The first break of the chosen one's list: what the list asks before any quantity counts."""
    same_list = [found for found in reached if found.list_id == chosen.list_id]
    entry = min(same_list, key=lambda found: (found.min_quantity, *_preference(found)))
    return chosen if entry.min_quantity == chosen.min_quantity else entry


def _preference(found: Break) -> tuple[int, int]:
    return (-(found.starts or date.min).toordinal(), found.break_id)


def _step(step: str, found: Break, before: Sequence[Step]) -> Step:
    return Step(
        step=step,
        source=found.source,
        amount=found.price - (_standing(before) or ZERO),
        price=found.price,
        list_id=found.list_id,
        list_code=found.list_code,
        break_id=found.break_id,
        min_quantity=found.min_quantity or None,  # an agreement holds from any quantity
        percent=found.percent,
        unit=found.unit,
        author=found.author,
        on=found.written_on,
    )


def _standing(steps: Collection[Step]) -> Decimal | None:
    return list(steps)[-1].price if steps else None


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [{key: _plain(each) for key, each in row.items()} for row in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value

"""Which price, which tax, and whether a ladder of breaks is sound. Source: SPEC §4.d."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from omc.lib.money import CENT, ZERO, round_amount, round_price

SOURCES: Final = ("contract", "group_contract", "promotion", "customer", "segment", "base")  # strongest first
REVERSE_CHARGE: Final = "AE"


@dataclass(frozen=True, slots=True)
class Break:
    """A price that this customer may get on this day. Units: stock unit, document currency."""

    break_id: int
    list_id: int
    list_code: str
    source: str
    min_quantity: Decimal
    unit_price: Decimal
    starts: date | None = None
    author: str = ""
    written_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step from nothing to the unit price; ``amount`` is added, ``price`` is what stands after it.

    ``step`` is list, agreement, break or manual. The steps of a line add up to its unit price exactly.
    """

    step: str
    source: str
    amount: Decimal
    price: Decimal
    list_id: int | None = None
    list_code: str = ""
    break_id: int | None = None
    min_quantity: Decimal | None = None
    author: str = ""
    on: date | None = None

    def row(self) -> dict[str, object]:
        """As it is frozen on the line: numbers and dates as strings, what is not known left out."""
        return {key: _plain(value) for key, value in asdict(self).items() if value not in (None, "")}


@dataclass(frozen=True, slots=True)
class Price:
    """What an item costs this customer, and how that came about."""

    list_price: Decimal | None
    unit_price: Decimal
    steps: tuple[Step, ...]


def best_break(breaks: Iterable[Break], quantity: Decimal) -> Break | None:
    """The break that sets the price: strongest source, then deepest break reached, latest start, lowest id.

    A source without a break at this quantity gives way to the next one.
    """
    reached = [found for found in breaks if found.min_quantity <= quantity]
    for source in SOURCES:
        if of_source := [found for found in reached if found.source == source]:
            return min(of_source, key=lambda found: (-found.min_quantity, *_preference(found)))
    return None


def resolve(
    breaks: Sequence[Break],
    quantity: Decimal,
    *,
    last_resort: Decimal | None = None,
    manual: Decimal | None = None,
    author: str = "",
    on: date | None = None,
) -> Price | None:
    """The unit price at ``quantity`` with its steps; None when nothing gives one.

    ``last_resort`` is the item's own list price in document currency; ``manual`` a price typed by ``author``.
    Rounds: prices to 4 places.
    """
    base = best_break([found for found in breaks if found.source == "base"], quantity)
    chosen = best_break(breaks, quantity)
    steps: list[Step] = []
    if base is not None:
        entry = _entry(breaks, base, quantity)
        steps.append(_from_break("list", entry, before=ZERO))
    elif last_resort is not None:
        listed = round_price(last_resort)
        steps.append(Step(step="list", source="item", amount=listed, price=listed))
    list_price = _standing(steps)
    if chosen is not None:
        entry = _entry(breaks, chosen, quantity)
        if chosen.source != "base":
            steps.append(_from_break("agreement", entry, before=list_price or ZERO))
        if chosen is not entry:
            steps.append(_from_break("break", chosen, before=entry.unit_price))
    price = _standing(steps)
    if manual is not None and (price is None or round_price(manual) != price):
        typed = round_price(manual)
        steps.append(
            Step(step="manual", source="manual", amount=typed - (price or ZERO), price=typed, author=author, on=on)
        )
        price = typed
    return None if price is None else Price(list_price, price, tuple(steps))


def overrides(steps: Sequence[Mapping[str, object]]) -> bool:
    """Whether a typed price stands in place of one that the lists gave."""
    return len(steps) > 1 and steps[-1].get("step") == "manual"


def _entry(breaks: Sequence[Break], chosen: Break, quantity: Decimal) -> Break:
    """The first break of the chosen one's list: what the list asks before any quantity counts."""
    same_list = [found for found in breaks if found.list_id == chosen.list_id and found.min_quantity <= quantity]
    entry = min(same_list, key=lambda found: (found.min_quantity, *_preference(found)))
    return chosen if entry.min_quantity == chosen.min_quantity else entry


def _preference(found: Break) -> tuple[int, int]:
    return (-(found.starts or date.min).toordinal(), found.break_id)


def _from_break(step: str, found: Break, *, before: Decimal) -> Step:
    return Step(
        step=step,
        source=found.source,
        amount=found.unit_price - before,
        price=found.unit_price,
        list_id=found.list_id,
        list_code=found.list_code,
        break_id=found.break_id,
        min_quantity=found.min_quantity,
        author=found.author,
        on=found.written_on,
    )


def _standing(steps: Sequence[Step]) -> Decimal | None:
    return steps[-1].price if steps else None


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class Rung:
    """One row of an item's ladder in one list, as somebody wants to save it."""

    min_quantity: Decimal
    unit_price: Decimal
    valid_from: date | None = None
    valid_to: date | None = None

    def overlaps(self, other: "Rung") -> bool:
        first, last = date.min, date.max
        return (self.valid_from or first) <= (other.valid_to or last) and (other.valid_from or first) <= (
            self.valid_to or last
        )


def ladder_problems(rungs: Sequence[Rung]) -> list[tuple[int, str]]:
    """What is wrong with a ladder: (row, sentence) each; empty for a sound one.

    The price may not rise with the quantity, and no two rows may answer for one quantity on one day.
    """
    problems = []
    for row, rung in enumerate(rungs):
        if rung.min_quantity <= 0:
            problems.append((row, "The quantity must be above zero."))
        if rung.unit_price < 0:
            problems.append((row, "The price may not be negative."))
        if rung.valid_from and rung.valid_to and rung.valid_to < rung.valid_from:
            problems.append((row, f"It would end on {rung.valid_to} before it starts on {rung.valid_from}."))
            continue
        for other in rungs[:row]:
            if not rung.overlaps(other):
                continue
            low, high = sorted((rung, other), key=lambda each: each.min_quantity)
            if low.min_quantity == high.min_quantity:
                problems.append((row, f"There is another price from {_short(low.min_quantity)} for the same days."))
            elif high.unit_price > low.unit_price:
                problems.append(
                    (
                        row,
                        f"From {_short(high.min_quantity)} the price would rise to {high.unit_price}:"
                        f" from {_short(low.min_quantity)} it is {low.unit_price}.",
                    )
                )
    return problems


def _short(quantity: Decimal) -> str:
    return format(quantity.normalize(), "f")


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax rule. An empty country is everywhere else, an empty region the whole country. ``rate`` in percent."""

    rule_id: int
    code: str
    category: str
    rate: Decimal
    country: str = ""
    region: str = ""
    tax_class: str = "standard"
    starts: date | None = None


def tax_for(rules: Iterable[Tax], *, country: str, region: str, tax_class: str, registered: bool) -> Tax | None:
    """The rule for goods of a class shipped to a place: the most specific place wins, then reverse charge for a
    registered customer, then the item's own class over the standard one, then the latest start, then the lowest id.
    """
    fitting = [
        rule
        for rule in rules
        if rule.country in ("", country)
        and (not rule.region or (bool(rule.country) and rule.region.casefold() == region.casefold()))
        and rule.tax_class in (tax_class, "standard")
        and (registered or rule.category != REVERSE_CHARGE)
    ]
    return min(
        fitting,
        key=lambda rule: (
            not rule.country,
            not rule.region,
            rule.category != REVERSE_CHARGE,
            rule.tax_class != tax_class,
            -(rule.starts or date.min).toordinal(),
            rule.rule_id,
        ),
        default=None,
    )


def line_taxes(nets: Sequence[Decimal], taxes: Sequence[tuple[str, Decimal]]) -> list[Decimal]:
    """Each line's tax, given its net amount and its (code, rate in percent).

    Rounds: half-up to the cent once per code and rate over all its lines; the cents that single rounding would
    differ by go to the lines with the largest remainders, so that the lines sum to the tax of the whole.
    """
    exact = [net * rate / 100 for net, (_, rate) in zip(nets, taxes, strict=True)]
    parts = [round_amount(value) for value in exact]
    for group in dict.fromkeys(taxes):
        members = [i for i, tax in enumerate(taxes) if tax == group]
        missing = round_amount(sum((exact[i] for i in members), ZERO)) - sum((parts[i] for i in members), ZERO)
        cents, cent = int(abs(missing) / CENT), CENT.copy_sign(missing)
        by_remainder = sorted(members, key=lambda i: ((parts[i] - exact[i]) * cent, i))
        for i in by_remainder[:cents]:
            parts[i] += cent
    return parts

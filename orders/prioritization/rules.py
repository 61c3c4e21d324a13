"""How points are given and stock is shared, as pure arithmetic.

score(order) = Σ over groups of clamp(Σ points of its matching rules) + points per day × working days waited.
The part without waiting is what a rule book gives; waiting is linear, so it lives in the sort key.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from itertools import groupby
from typing import Any, Final

ZERO: Final = Decimal(0)
STEP: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Constant:
    """The same points for every order that matches."""

    points: Decimal


@dataclass(frozen=True, slots=True)
class Factor:
    """``factor`` points per unit of the field, never outside ``low`` to ``high``."""

    field: str
    factor: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Lookup:
    """Points per word of the field."""

    field: str
    table: Mapping[str, Decimal]
    otherwise: Decimal


@dataclass(frozen=True, slots=True)
class Bands:
    """Points from a number on: the last (from, points) that the field reaches counts."""

    field: str
    bands: tuple[tuple[Decimal, Decimal], ...]
    otherwise: Decimal


Points = Constant | Factor | Lookup | Bands


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that count together, between ``low`` and ``high`` points (zero lies between)."""

    key: str
    name: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Rule:
    """Points for orders that satisfy ``when`` (a condition tree as JSON). ``because`` may say {value}."""

    key: str
    name: str
    group: str
    when: Mapping[str, Any]
    points: Points
    because: str

    @property
    def field(self) -> str:
        """The field that decides its points; empty for a constant."""
        return "" if isinstance(self.points, Constant) else self.points.field


@dataclass(frozen=True, slots=True)
class RuleBook:
    groups: tuple[Group, ...]
    rules: tuple[Rule, ...]

    def rules_of(self, group: Group) -> list[Rule]:
        return [rule for rule in self.rules if rule.group == group.key]


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the points: of one rule, or (``rule`` empty) what the limit of a group adds or takes."""

    rule: str
    group: str
    points: Decimal
    value: str


def read(body: Mapping[str, Any]) -> RuleBook:
    """The rule book in a rule set's body.

    Raises: ValueError, saying what is wrong with which rule
    """
    groups = tuple(
        Group(str(item["key"]), str(item["name"]), _number(item, "low"), _number(item, "high"))
        for item in body.get("groups", [])
    )
    for group in groups:
        if not group.low <= 0 <= group.high:
            raise ValueError(f"Group “{group.name}”: zero must lie between its lowest and highest points.")
    known = {group.key for group in groups}
    rules = tuple(_rule(item, known) for item in body.get("rules", []))
    keys = [rule.key for rule in rules]
    if len(known) != len(groups) or len(set(keys)) != len(keys):
        raise ValueError("Two groups or two rules have the same key.")
    return RuleBook(groups, rules)


def _rule(item: Mapping[str, Any], groups: set[str]) -> Rule:
    name = str(item.get("name", item.get("key")))
    if item.get("group") not in groups:
        raise ValueError(f"Rule “{name}”: there is no group “{item.get('group')}”.")
    points = _points(name, item.get("points", {}))
    because = str(item.get("because") or name)
    return Rule(str(item["key"]), name, str(item["group"]), item.get("when") or {}, points, because)


def _points(name: str, item: Mapping[str, Any]) -> Points:
    kind, field = item.get("kind"), str(item.get("field", ""))
    if kind == "constant":
        return Constant(_number(item, "points"))
    if kind == "factor":
        factor = Factor(field, _number(item, "factor"), _number(item, "low"), _number(item, "high"))
        if factor.low > factor.high:
            raise ValueError(f"Rule “{name}”: the lowest points exceed the highest.")
        return factor
    if kind == "lookup":
        table = {str(word): _number(item["table"], word) for word in item.get("table", {})}
        return Lookup(field, table, _number(item, "otherwise"))
    if kind == "bands":
        pairs = [
            (_number({"from": start}, "from"), _number({"points": points}, "points")) for start, points in item["bands"]
        ]
        if pairs != sorted(pairs, key=lambda pair: pair[0]):
            raise ValueError(f"Rule “{name}”: its steps must rise.")
        return Bands(field, tuple(pairs), _number(item, "otherwise"))
    raise ValueError(f"Rule “{name}”: points are constant, factor, lookup or bands, not “{kind}”.")


def _number(item: Mapping[Any, Any], key: Any) -> Decimal:
    try:
        value = Decimal(str(item.get(key, 0)))
    except InvalidOperation:
        raise ValueError(f"“{item.get(key)}” is no number of points.") from None
    if not value.is_finite() or abs(value) > 1_000_000_000:
        raise ValueError(f"“{value}” is no number of points.")
    return value.quantize(STEP, ROUND_HALF_UP)


def points_for(points: Points, value: Any) -> Decimal:
    """What one rule gives for the value of its field; nothing where the value is not known.

    Rounds: half-up to 4 places.
    """
    if isinstance(points, Constant):
        return points.points
    if value is None:
        return ZERO
    if isinstance(points, Factor):
        return _clamp((Decimal(value) * points.factor).quantize(STEP, ROUND_HALF_UP), points.low, points.high)
    if isinstance(points, Lookup):
        return points.table.get(word(value), points.otherwise)
    reached = [given for start, given in points.bands if start <= Decimal(value)]
    return reached[-1] if reached else points.otherwise


def score(book: RuleBook, facts: Mapping[str, Any], matching: Callable[[Rule], bool]) -> list[Part]:
    """The parts of an order's points, without waiting: every rule that gives some, and what the groups' limits do.

    ``facts``: field key → value or None. ``matching`` says whether a rule's condition holds for the order.
    """
    parts: list[Part] = []
    for group in book.groups:
        total = ZERO
        for rule in book.rules_of(group):
            value = facts.get(rule.field)
            given = points_for(rule.points, value) if matching(rule) else ZERO
            total += given
            if given:
                parts.append(Part(rule.key, group.key, given, "" if value is None else word(value)))
        if limited := _clamp(total, group.low, group.high) - total:
            parts.append(Part("", group.key, limited, ""))
    return parts


def word(value: Any) -> str:
    """A value as the database writes it: true, 12.5, A."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    return str(value)


def _clamp(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    return min(max(value, low), high)


def _reach(points: Points) -> tuple[Decimal, Decimal]:
    """The least and the most that a rule can give; not matching gives zero."""
    match points:
        case Constant(given):
            found = [given]
        case Factor(_, _, low, high):
            found = [low, high]
        case Lookup(_, table, otherwise):
            found = [*table.values(), otherwise]
        case Bands(_, bands, otherwise):
            found = [*(given for _, given in bands), otherwise]
    return min(ZERO, *found), max(ZERO, *found)


def span(book: RuleBook) -> tuple[Decimal, Decimal]:
    """The lowest and the highest points an order can have before waiting."""
    low = high = ZERO
    for group in book.groups:
        reaches = [_reach(rule.points) for rule in book.rules_of(group)]
        low += max(group.low, sum((least for least, _ in reaches), ZERO))
        high += min(group.high, sum((most for _, most in reaches), ZERO))
    return low, high


def fairness_bound(book: RuleBook, points_per_day: Decimal) -> Decimal | None:
    """Working days D* = (highest − lowest) / points per day: nobody is overtaken by an order that started waiting
    more than D* later. None when waiting counts nothing, so that an order may wait for ever.

    Rounds: up to one place. Source: SPEC §6.d.
    """
    if points_per_day <= 0:
        return None
    low, high = span(book)
    return ((high - low) / points_per_day).quantize(Decimal("0.1"), "ROUND_UP")


@dataclass(frozen=True, slots=True)
class Want:
    """So many units wanted from a pool. Wants of one ``bundle`` stand together and get all or nothing."""

    pool: Hashable
    units: Decimal
    bundle: Hashable = None


def share_out(wants: Sequence[Want], free: Mapping[Hashable, Decimal]) -> list[Decimal]:
    """What each want gets, first come first served, never more than is free.

    >>> ten = {"x": Decimal(10)}
    >>> [str(got) for got in share_out([Want("x", Decimal(7)), Want("x", Decimal(7))], ten)]
    ['7', '3']
    >>> [str(got) for got in share_out([Want("x", Decimal(7)), Want("x", Decimal(7), bundle="order")], ten)]
    ['7', '0']
    """
    left = {pool: max(units, ZERO) for pool, units in free.items()}
    given: list[Decimal] = []
    numbered = enumerate(wants)
    for _, run in groupby(numbered, key=lambda pair: pair[0] if pair[1].bundle is None else ("bundle", pair[1].bundle)):
        together = [want for _, want in run]
        if together[0].bundle is not None and not _covered(together, left):
            given += [ZERO] * len(together)
            continue
        for want in together:
            got = min(want.units, left.get(want.pool, ZERO))
            left[want.pool] = left.get(want.pool, ZERO) - got
            given.append(got)
    return given


def _covered(wants: Sequence[Want], left: Mapping[Hashable, Decimal]) -> bool:
    needed: dict[Hashable, Decimal] = {}
    for want in wants:
        needed[want.pool] = needed.get(want.pool, ZERO) + want.units
    return all(units <= left.get(pool, ZERO) for pool, units in needed.items())

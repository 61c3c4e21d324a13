"""Rules in plain words, for people who did not write them."""

from dataclasses import dataclass
from decimal import Decimal

from omc.lib.money import plain
from orders.core.conditions import FIELDS as CONDITION_FIELDS
from orders.core.conditions import sentence
from orders.prioritization.models import RuleSet
from orders.prioritization.rules import Bands, Constant, Factor, Group, Lookup, Points, span
from orders.prioritization.selectors.books import read
from orders.prioritization.selectors.fields import FIELDS


@dataclass(frozen=True)
class RuleInWords:
    name: str
    when: str
    gives: list[str]


@dataclass(frozen=True)
class BookInWords:
    """``groups``: each group with its rules. Units: points."""

    groups: list[tuple[Group, list[RuleInWords]]]
    lowest: Decimal
    highest: Decimal


def book_in_words(rule_set: RuleSet) -> BookInWords:
    """A rule set as its page tells it."""
    checked = read(rule_set.body)
    groups = [
        (
            group,
            [
                RuleInWords(rule.name, sentence(checked.conditions[rule.key], CONDITION_FIELDS), _gives(rule.points))
                for rule in checked.book.rules_of(group)
            ],
        )
        for group in checked.book.groups
    ]
    return BookInWords(groups, *span(checked.book))


def _singular(unit: str) -> str:
    return unit.removesuffix("s")


def _gives(points: Points) -> list[str]:
    if isinstance(points, Constant):
        return [f"{_plain(points.points)} points"]
    field = FIELDS[points.field]
    unit = f" {field.unit}" if field.unit else ""
    if isinstance(points, Factor):
        each = f"{field.label}: {_plain(points.factor)} points for each{_singular(unit)}"
        return [f"{each}, from {_plain(points.low)} to {_plain(points.high)}"]
    if isinstance(points, Lookup):
        words = dict(field.choices) | {"true": "yes", "false": "no"}
        return [
            f"{field.label} {words.get(word, word)}: {_plain(given)} points" for word, given in points.table.items()
        ] + ([f"otherwise {_plain(points.otherwise)} points"] if points.otherwise else [])
    return _bands(points, field.label, unit)


def _bands(points: Bands, label: str, unit: str) -> list[str]:
    steps = [f"from {start.normalize():,f}{unit} on: {_plain(given)} points" for start, given in points.bands]
    first = f"{points.bands[0][0].normalize():,f}{unit}" if points.bands else "any number"
    return [f"{label} below {first}: {_plain(points.otherwise)} points", *steps]


def _plain(value: Decimal) -> str:
    return plain(value)

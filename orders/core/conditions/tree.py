"""A condition as a typed tree: all of these groups, each any of these leaves. Plain Python, no database.

A leaf on an empty (NULL) value is false, except *is set*. Relative dates become literal ones by ``literal`` before
anything is compared; decimals are quantized to their field's scale. ``sql.where`` compiles the same tree for the
database, and a property test holds the two together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from omc.lib.errors import DomainError

ORDERED: Final = ("lt", "le", "gt", "ge", "between")
OPERATORS: Final[dict[str, str]] = {
    "eq": "is",
    "ne": "is not",
    "lt": "is less than",
    "le": "is at most",
    "gt": "is more than",
    "ge": "is at least",
    "in": "is one of",
    "between": "is between",
    "is_set": "is known",
}


class InvalidCondition(DomainError):
    """The tree names an unknown field or operator, or a value that its field cannot have."""

    code, status = "invalid_condition", 422


@dataclass(frozen=True, slots=True)
class Field:
    """Something a condition may ask about. ``path`` is where the database has it, from the order.

    ``kind``: decimal, integer, text, choice, date or boolean. ``places`` is a decimal's scale.
    """

    key: str
    label: str
    kind: str
    path: str
    places: int = 2
    choices: tuple[tuple[str, str], ...] = ()
    unit: str = ""

    @property
    def operators(self) -> tuple[str, ...]:
        if self.kind in ("decimal", "integer", "date"):
            return tuple(OPERATORS)
        if self.kind == "boolean":
            return ("eq", "ne", "is_set")
        return ("eq", "ne", "in", "is_set")


@dataclass(frozen=True, slots=True)
class RelativeDate:
    """So many days from today."""

    days: int


Value = Decimal | int | str | bool | date | RelativeDate


@dataclass(frozen=True, slots=True)
class Leaf:
    field: str
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """AND of OR-lists; without groups it is always true."""

    groups: tuple[tuple[Leaf, ...], ...] = ()


def parse(data: Mapping[str, Any], fields: Mapping[str, Field]) -> Tree:
    """Read ``{"all": [{"any": [{"field", "op", "value"}, …]}, …]}``.

    Raises: InvalidCondition naming what is wrong
    """
    groups = data.get("all", []) if isinstance(data, Mapping) else None
    if not isinstance(groups, list):
        raise InvalidCondition("A condition is a list of groups under “all”.")
    return Tree(tuple(_group(group, fields) for group in groups))


def _group(group: Any, fields: Mapping[str, Field]) -> tuple[Leaf, ...]:
    leaves = group.get("any") if isinstance(group, Mapping) else None
    if not isinstance(leaves, list) or not leaves:
        raise InvalidCondition("A group is a list of at least one comparison under “any”.")
    return tuple(_leaf(leaf, fields) for leaf in leaves)


def _leaf(leaf: Any, fields: Mapping[str, Field]) -> Leaf:
    if not isinstance(leaf, Mapping):
        raise InvalidCondition("A comparison has a field, an operator and a value.")
    field = fields.get(str(leaf.get("field")))
    if field is None:
        raise InvalidCondition(f"There is no field “{leaf.get('field')}”.", field="field")
    operator = str(leaf.get("op"))
    if operator not in field.operators:
        raise InvalidCondition(f"“{field.label}” cannot be compared with “{operator}”.", field="op")
    value = leaf.get("value")
    if operator == "is_set":
        return Leaf(field.key, operator, (value is not False and value != "false",))
    many = value if operator in ("in", "between") else [value]
    if not isinstance(many, list) or not many or (operator == "between" and len(many) != 2):
        raise InvalidCondition(f"“{field.label}” needs {'two values' if operator == 'between' else 'values'}.")
    return Leaf(field.key, operator, tuple(_value(item, field) for item in many))


def _value(raw: Any, field: Field) -> Value:
    try:
        if field.kind == "decimal":
            return quantized(Decimal(str(raw)), field.places)
        if field.kind == "integer":
            return int(str(raw))
        if field.kind == "date":
            return RelativeDate(int(raw["days"])) if isinstance(raw, Mapping) else date.fromisoformat(str(raw))
        if field.kind == "boolean":
            return {"true": True, "false": False}[str(raw).lower()]
    except (ValueError, KeyError, InvalidOperation, TypeError):
        raise InvalidCondition(f"“{raw}” is no value for “{field.label}”.", field="value") from None
    if raw in (None, "") or (field.choices and str(raw) not in dict(field.choices)):
        raise InvalidCondition(f"“{raw}” is no value for “{field.label}”.", field="value")
    return str(raw)


def quantized(value: Decimal, places: int) -> Decimal:
    if not value.is_finite():
        raise ValueError("not a number")
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def dump(tree: Tree) -> dict[str, Any]:
    """The tree as JSON; ``parse`` reads it back."""
    return {"all": [{"any": [_dump_leaf(leaf) for leaf in group]} for group in tree.groups]}


def _dump_leaf(leaf: Leaf) -> dict[str, Any]:
    values = [_dump_value(value) for value in leaf.values]
    return {
        "field": leaf.field,
        "op": leaf.operator,
        "value": values if leaf.operator in ("in", "between") else values[0],
    }


def _dump_value(value: Value) -> Any:
    if isinstance(value, RelativeDate):
        return {"days": value.days}
    if isinstance(value, bool | int):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def literal(tree: Tree, today: date) -> Tree:
    """The tree with relative dates made literal."""

    def fix(value: Value) -> Value:
        return today + timedelta(days=value.days) if isinstance(value, RelativeDate) else value

    return Tree(
        tuple(tuple(replace(leaf, values=tuple(map(fix, leaf.values))) for leaf in group) for group in tree.groups)
    )


def matches(tree: Tree, facts: Mapping[str, Any], fields: Mapping[str, Field]) -> bool:
    """Whether the facts of one order (field key → value or None) satisfy a literal tree."""
    return all(any(_holds(leaf, facts, fields) for leaf in group) for group in tree.groups)


def _holds(leaf: Leaf, facts: Mapping[str, Any], fields: Mapping[str, Field]) -> bool:
    fact = facts.get(leaf.field)
    if leaf.operator == "is_set":
        return (fact is not None) is bool(leaf.values[0])
    if fact is None:
        return False
    field = fields[leaf.field]
    if field.kind == "decimal":
        fact = quantized(Decimal(fact), field.places)
    return _compare(leaf.operator, fact, leaf.values)


def _compare(operator: str, fact: Any, values: Sequence[Any]) -> bool:
    first = values[0]
    match operator:
        case "eq":
            return bool(fact == first)
        case "ne":
            return bool(fact != first)
        case "lt":
            return bool(fact < first)
        case "le":
            return bool(fact <= first)
        case "gt":
            return bool(fact > first)
        case "ge":
            return bool(fact >= first)
        case "in":
            return fact in values
        case "between":
            return bool(first <= fact <= values[1])
    raise AssertionError(operator)


def sentence(tree: Tree, fields: Mapping[str, Field]) -> str:
    """The condition in plain words, for example “customer class is A, and net amount is more than 1,000”."""
    if not tree.groups:
        return "always"
    return ", and ".join(" or ".join(_words(leaf, fields[leaf.field]) for leaf in group) for group in tree.groups)


def _words(leaf: Leaf, field: Field) -> str:
    if leaf.operator == "is_set":
        return f"{field.label} is {'known' if leaf.values[0] else 'not known'}"
    joiner = " and " if leaf.operator == "between" else ", "
    return f"{field.label} {OPERATORS[leaf.operator]} {joiner.join(_show(value, field) for value in leaf.values)}"


def _show(value: Value, field: Field) -> str:
    if isinstance(value, RelativeDate):
        return "today" if not value.days else f"{abs(value.days)} days {'from now' if value.days > 0 else 'ago'}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    shown = dict(field.choices).get(str(value), f"{value:,}" if isinstance(value, Decimal | int) else str(value))
    return f"{shown} {field.unit}".strip()

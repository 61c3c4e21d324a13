"""The one fragment that edits a condition: rows of field, comparison and value, read back into a tree."""

import re
from collections.abc import Mapping
from typing import Any

from orders.core.conditions.fields import FIELDS
from orders.core.conditions.tree import OPERATORS, Tree, dump

_NAME = re.compile(r"c-(\d+)-(\d+)-field")
_RELATIVE = re.compile(r"today\s*(?:([+-])\s*(\d+))?")


def read(post: Mapping[str, Any]) -> dict[str, Any]:
    """The tree (as JSON for ``parse``) from the builder's inputs; empty rows are left out.

    A date may be typed as ``today``, ``today+3`` or ``today-3``; several values are separated by commas.
    """
    groups: dict[int, list[dict[str, Any]]] = {}
    for name in post:
        found = _NAME.fullmatch(name)
        if found and post[name]:
            row = f"c-{found[1]}-{found[2]}"
            leaf = _leaf(str(post[name]), str(post.get(f"{row}-op", "eq")), str(post.get(f"{row}-value", "")))
            groups.setdefault(int(found[1]), []).append(leaf)
    return {"all": [{"any": groups[key]} for key in sorted(groups)]}


def _leaf(field: str, operator: str, text: str) -> dict[str, Any]:
    many = operator in ("in", "between")
    values = [_value(part.strip()) for part in (text.split(",") if many else [text])]
    return {"field": field, "op": operator, "value": values if many else values[0]}


def _value(text: str) -> Any:
    relative = _RELATIVE.fullmatch(text)
    if not relative:
        return text
    days = int(relative[2] or 0)
    return {"days": -days if relative[1] == "-" else days}


def rows(tree: Tree | Mapping[str, Any], blank: bool = True) -> list[list[dict[str, Any]]]:
    """The groups as the fragment draws them, each with an empty row to fill, and an empty group at the end."""
    data = dump(tree) if isinstance(tree, Tree) else tree
    groups = [list(group.get("any", [])) for group in data.get("all", [])]
    if blank:
        groups = [[*group, {}] for group in groups] + [[{}]]
    return [
        [
            {
                "name": f"c-{g}-{i}",
                "field": leaf.get("field", ""),
                "op": leaf.get("op", "eq"),
                "value": _text(leaf.get("value")),
            }
            for i, leaf in enumerate(group)
        ]
        for g, group in enumerate(groups)
    ]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, Mapping):
        days = int(value["days"])
        return "today" if not days else f"today{days:+d}"
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def choices() -> dict[str, Any]:
    """What the fragment offers: fields with their operators and choices."""
    return {"fields": list(FIELDS.values()), "operators": OPERATORS}

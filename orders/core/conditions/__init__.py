"""Typed conditions on orders: one tree, evaluated alike in Python and SQL, versioned and published."""

from orders.core.conditions.fields import FIELDS, facts_of
from orders.core.conditions.sql import orders_matching, where
from orders.core.conditions.tree import (
    OPERATORS,
    Field,
    InvalidCondition,
    Leaf,
    RelativeDate,
    Tree,
    dump,
    literal,
    matches,
    parse,
    sentence,
)

__all__ = [
    "FIELDS",
    "OPERATORS",
    "Field",
    "InvalidCondition",
    "Leaf",
    "RelativeDate",
    "Tree",
    "dump",
    "facts_of",
    "literal",
    "matches",
    "orders_matching",
    "parse",
    "sentence",
    "where",
]

"""The same tree for the database."""

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q, QuerySet

from orders.core.conditions.fields import FIELDS, orders_with_fields
from orders.core.conditions.tree import Field, Leaf, Tree
from orders.core.models import Order


def orders_matching(tree: Tree, queryset: QuerySet[Order]) -> QuerySet[Order]:
    """The orders of ``queryset`` that satisfy a literal tree."""
    return orders_with_fields(queryset).filter(where(tree))


def where(tree: Tree, fields: Mapping[str, Field] = FIELDS) -> Q:
    """A literal tree as a filter on orders annotated by ``orders_with_fields``, or on whatever ``fields`` are paths of."""
    groups = [reduce(or_, (_leaf(leaf, fields) for leaf in group)) for group in tree.groups]
    return reduce(and_, groups) if groups else Q()


def _leaf(leaf: Leaf, fields: Mapping[str, Field]) -> Q:
    path = fields[leaf.field].path
    first: Any = leaf.values[0]
    match leaf.operator:
        case "is_set":
            return Q(**{f"{path}__isnull": not first})
        case "eq":
            return Q(**{path: first})
        case "ne":
            return Q(**{f"{path}__isnull": False}) & ~Q(**{path: first})
        case "in":
            return Q(**{f"{path}__in": list(leaf.values)})
        case "between":
            return Q(**{f"{path}__gte": first, f"{path}__lte": leaf.values[1]})
    lookup = {"lt": "lt", "le": "lte", "gt": "gt", "ge": "gte"}[leaf.operator]
    return Q(**{f"{path}__{lookup}": first})

"""How a later stage publishes what an earlier one must know."""

from collections.abc import Mapping
from typing import Any

from omc.lib import clock
from omc.lib.writing import insert
from orders.core.models import CustomerFacts, OrderFacts


def publish_customer_facts(publisher: str, source: str, values: Mapping[int, Mapping[str, Any]]) -> None:
    """Write one publisher's columns for many customers in one statement.

    ``publisher`` is "receivable" (billing), "analytics" or "claims": its ``_at`` and ``_source`` are stamped.
    """
    _publish(CustomerFacts, "customer_id", publisher, source, values)


def publish_order_facts(publisher: str, source: str, values: Mapping[int, Mapping[str, Any]]) -> None:
    """Write one publisher's columns ("rank", "schedule" or "analytics") for many orders in one statement."""
    _publish(OrderFacts, "order_id", publisher, source, values)


def _publish(model: Any, key: str, publisher: str, source: str, values: Mapping[int, Mapping[str, Any]]) -> None:
    if not values:
        return
    columns = sorted({column for row in values.values() for column in row})
    stamp = {f"{publisher}_at": clock.now(), f"{publisher}_source": source}
    facts = [model(**{key: pk}, **row, **stamp) for pk, row in values.items()]
    insert(facts, unique=[key.removesuffix("_id")], update=[*columns, *stamp])

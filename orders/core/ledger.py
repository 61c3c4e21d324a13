"""The only writer of the quantity ledger: all lines and the orders' facets in one statement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import IntegrityError, connection

from omc.lib.errors import DomainError
from omc.lib.kept import Kept
from omc.lib.prepared import Prepared
from orders.core.models import LEDGER_COLUMNS, OrderLine

Move = tuple[int, str, Decimal]  # (line id, ledger column, delta in the stock unit)

_COLUMNS = ", ".join(LEDGER_COLUMNS)
_MOVED = f"""moved AS (
    UPDATE orders_orderline l SET {{changes}}
    FROM unnest(%(lines)s::bigint[], {{arrays}}) AS d(id, {{names}})
    WHERE l.id = d.id AND l.order_id = ANY(%(orders)s::bigint[])
    RETURNING l.id, l.order_id, l.kind, {", ".join(f"l.{column}" for column in LEDGER_COLUMNS)}
), line AS (
    SELECT * FROM moved UNION ALL
    SELECT id, order_id, kind, {_COLUMNS} FROM orders_orderline
    WHERE order_id = ANY(%(orders)s::bigint[]) AND id NOT IN (SELECT id FROM moved)
)"""
_AS_THEY_ARE = f"""line AS (
    SELECT id, order_id, kind, {_COLUMNS} FROM orders_orderline WHERE order_id = ANY(%(orders)s::bigint[])
)"""

_ZERO = Decimal(0)
# The same words as rules.facets, over all lines of the orders; a property test holds the two together.
_FACETS = """, facet AS (
    SELECT l.order_id,
        CASE WHEN NOT bool_or(ships AND shipped > 0) THEN 'none'
             WHEN bool_and(NOT ships OR shipped >= ordered - cancelled) THEN 'done' ELSE 'part' END AS shipping,
        CASE WHEN bool_or(bills AND invoiced > ordered - cancelled AND credited < invoiced - ordered + cancelled)
                  THEN 'exception'
             WHEN NOT bool_or(bills AND invoiced > 0) THEN 'none'
             WHEN bool_and(NOT bills OR invoiced >= ordered - cancelled) THEN 'done' ELSE 'part' END AS billing,
        CASE WHEN NOT bool_or(returned > 0 OR credited > 0) THEN 'none'
             WHEN bool_or(returned > credited) THEN 'part' ELSE 'done' END AS claims
    FROM (SELECT *, kind IN ('goods', 'kit') AS ships, kind NOT IN ('text', 'component') AS bills FROM line) l
    GROUP BY l.order_id
), followed AS (
    UPDATE orders_order o SET shipping = f.shipping, billing = f.billing, claims = f.claims FROM facet f
    WHERE o.id = f.order_id AND (o.shipping, o.billing, o.claims) IS DISTINCT FROM (f.shipping, f.billing, f.claims)
)
"""
_POST = f"WITH {_MOVED}{_FACETS}SELECT count(*) FROM moved"
_PROMISED = [f"{column} = COALESCE(d.promised, l.{column})" for column in ("original_promise", "current_promise")]
_OPEN_LINES = Prepared(lambda gaps: OrderLine.objects.select_for_update().filter(order_id=gaps.order).order_by("id"))
_REFRESH = Kept(f"WITH {_AS_THEY_ARE}{_FACETS}SELECT count(*) FROM line")


class LedgerRefused(DomainError):
    """A quantity would break an invariant of the ledger, for example more shipped than packed."""

    code = "ledger_refused"


def post(order: int | Sequence[int], moves: Iterable[Move], *, promised: Mapping[int, date] | None = None) -> None:
    """Add the deltas to the lines of one order (or several locked ones) and recompute the facets.

    ``promised``: the day that a line is promised for, written with its quantities.

    Raises: LedgerRefused, naming the invariant; the transaction is then void.
    """
    orders = [order] if isinstance(order, int) else list(order)
    promised = promised or {}
    deltas: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for line_id, column, delta in moves:
        if column not in LEDGER_COLUMNS:
            raise ValueError(f"{column} is no ledger column")
        if delta:
            deltas[line_id][column] = deltas[line_id].get(column, _ZERO) + delta
    lines = list(dict.fromkeys([*deltas, *promised]))
    if not lines:
        return
    moving = {column for change in deltas.values() for column in change}
    columns = tuple(column for column in LEDGER_COLUMNS if column in moving)
    params: dict[str, Any] = {"lines": lines, "orders": orders}
    for column in columns:
        params[column] = [deltas[line].get(column, _ZERO) if line in deltas else _ZERO for line in lines]
    if promised:
        params["promised"] = [promised.get(line) for line in lines]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_statement(columns, bool(promised)), params)
            if cursor.fetchone()[0] != len(lines):
                raise LedgerRefused("A line belongs to another order.", lines=lines)
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or "ledger"
        words = name.removeprefix("ledger_").replace("_", " ")
        raise LedgerRefused(f"The quantities do not add up: {words} does not hold.", invariant=name) from error


@cache
def _statement(columns: tuple[str, ...], promised: bool) -> Kept:
    """Over the columns that move, so that a long order's other quantities are not sent as so many zeros."""
    changes = [f"{column} = l.{column} + d.{column}" for column in columns]
    arrays = [f"%({column})s::numeric[]" for column in columns]
    if promised:
        changes, arrays = [*changes, *_PROMISED], [*arrays, "%(promised)s::date[]"]
    names = [*columns, "promised"] if promised else columns
    return Kept(_POST.format(changes=", ".join(changes), arrays=", ".join(arrays), names=", ".join(names)))


def refresh_facets(order_ids: Sequence[int]) -> None:
    """Recompute the facets of orders whose lines were added or cut (drafts have no ledger movements yet)."""
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, {"orders": list(order_ids)})


def open_lines(order_id: int) -> list[OrderLine]:
    """The lines of an order by id, locked, so that their ledgers cannot move under the caller."""
    return _OPEN_LINES.rows(order=order_id)

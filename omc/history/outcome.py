"""What an import did, read from the documents it left: rows and money, by what became of them."""

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TextIO

from omc.history.staging import Staging
from omc.lib.errors import InvalidInput

# How many of the staged rows stand in the documents, and with which amounts; credit notes count against.
_BOOKED: Final = """
SELECT kind, count(*), sum(booked) FROM (
    SELECT s.kind, CASE WHEN s.kind = 'return' THEN -l.net_amount ELSE l.net_amount END AS booked
    FROM {t} s
    JOIN billing_invoice i ON i.company_id = %(company)s AND i.number = s.document AND i.origin = 'import'
    JOIN billing_invoiceline l ON l.invoice_id = i.id AND l.position = s.position
    WHERE s.kind IN ('sale', 'return', 'adjustment')
    UNION ALL
    SELECT s.kind, 0 FROM {t} s
    JOIN orders_product p ON p.company_id = %(company)s AND p.sku = s.sku
    JOIN planning_stockmovement m ON m.product_id = p.id AND m.origin = 'import' AND m.kind = 'adjust'
        AND m.reference = s.document || '/' || s.position
    WHERE s.kind = 'stock'
) booked GROUP BY kind
"""
_STAGED: Final = """
SELECT kind, count(*), sum(money), COALESCE(sum(CASE WHEN kind = 'return' THEN -net ELSE net END), 0),
    count(DISTINCT document) FROM {t} GROUP BY kind ORDER BY kind
"""
_RETURNED: Final = """
SELECT l.unmatched_reason, l.order_line_id IS NOT NULL, count(*), sum(l.net_amount)
FROM {t} s
JOIN returns_claims_return r ON r.company_id = %(company)s AND r.number = s.document
JOIN returns_claims_returnline l ON l.return_order_id = r.id AND l.position = s.position
WHERE s.kind = 'return' GROUP BY 1, 2 ORDER BY 1
"""
_REPAIRS: Final = "SELECT r, count(*) FROM {t}, unnest(repairs) r GROUP BY r ORDER BY r"
_REFUSALS: Final = "SELECT problem, count(*) FROM {t} WHERE kind = 'refused' GROUP BY problem ORDER BY problem"


@dataclass(frozen=True)
class Kind:
    """Rows that became one kind of thing. ``money`` is Σ quantity × price as read, ``booked`` the Σ of booked amounts."""

    rows: int
    documents: int
    money: Decimal
    booked_rows: int
    booked: Decimal


@dataclass(frozen=True)
class Outcome:
    """What an import did. Money in company currency; ``rounding`` is what rounding each line to cents made of it."""

    rows_read: int
    money_read: Decimal
    money_booked: Decimal
    money_refused: Decimal
    rounding: Decimal
    reconciles: bool
    by_kind: dict[str, Kind]
    refusals: dict[str, int]
    repairs: dict[str, int]
    matched_return_lines: int
    matched_return_money: Decimal
    unmatched_returns: dict[str, int]
    added: dict[str, int]
    seconds: float
    peak_memory_mb: int

    @property
    def refused(self) -> int:
        return sum(self.refusals.values())


def measure(staging: Staging, company_id: int, added: dict[str, int], started: float) -> Outcome:
    """Compare the staged rows with what the documents say now.

    It reconciles when every row is refused or booked, and the booked amounts are the rounded amounts of the rows.
    """
    params = {"company": company_id}
    booked = {kind: (rows, amount) for kind, rows, amount in staging.fetch(_BOOKED, params)}
    kinds, expected = {}, {}
    for kind, rows, money, net, documents in staging.fetch(_STAGED):
        kinds[kind] = Kind(rows, documents, money, *booked.get(kind, (0, Decimal(0))))
        expected[kind] = (rows, net if kind != "stock" else Decimal(0)) if kind != "refused" else (0, Decimal(0))
    read = sum((kind.money for kind in kinds.values()), Decimal(0))
    total = sum((kind.booked for kind in kinds.values()), Decimal(0))
    refused = kinds["refused"].money if "refused" in kinds else Decimal(0)
    returned = staging.fetch(_RETURNED, params)
    return Outcome(
        rows_read=sum(kind.rows for kind in kinds.values()),
        money_read=read,
        money_booked=total,
        money_refused=refused,
        rounding=total + refused - read,
        reconciles=all((kinds[kind].booked_rows, kinds[kind].booked) == expected[kind] for kind in kinds),
        by_kind=kinds,
        refusals=dict(staging.fetch(_REFUSALS)),
        repairs=dict(staging.fetch(_REPAIRS)),
        matched_return_lines=sum(lines for _why, matched, lines, _money in returned if matched),
        matched_return_money=sum((money for _why, matched, _lines, money in returned if matched), Decimal(0)),
        unmatched_returns={why: lines for why, matched, lines, _money in returned if not matched},
        added=added,
        seconds=round(time.perf_counter() - started, 1),
        peak_memory_mb=_peak_memory_mb(),
    )


def _peak_memory_mb() -> int:
    """The most memory this program held. Linux counts the starting program's own peak into ru_maxrss, not into VmHWM."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) // 1024
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit


@contextmanager
def open_report(path: Path | None) -> Iterator[TextIO | None]:
    """The report's file, opened before the work starts; it takes its name when it is complete.

    Raises: InvalidInput when it cannot be written
    """
    if path is None:
        yield None
        return
    part = path.with_name(f"{path.name}.part")
    try:
        file = part.open("w", encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"The report cannot be written: {error}") from error
    try:
        with file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_report(out: TextIO | None, outcome: Outcome, staging: Staging) -> None:
    """The outcome, then every refused and every repaired row with its reason, a line of the file each."""
    if out is None:
        return
    summary = json.dumps(asdict(outcome) | {"refused_rows": outcome.refused}, indent=1, default=str, ensure_ascii=False)
    out.write(summary.removesuffix("\n}"))
    _write_rows(out, staging, "refused", "problem", "kind = 'refused'")
    _write_rows(out, staging, "repaired", "array_to_string(repairs, '; ')", "cardinality(repairs) > 0")
    out.write("\n}\n")


def _write_rows(out: TextIO, staging: Staging, name: str, reason: str, which: str) -> None:
    out.write(f',\n "{name}": [')
    with staging.stream(f"SELECT row_no, document, {reason} FROM {{t}} WHERE {which} ORDER BY row_no") as rows:
        for number, row in enumerate(rows):
            line: dict[str, Any] = dict(zip(("row", "document", "reason"), row, strict=True))
            out.write(f"{',' if number else ''}\n  {json.dumps(line, ensure_ascii=False)}")
    out.write("\n ]")

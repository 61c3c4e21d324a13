"""The table for people and the file for programs."""

import json
import os
from pathlib import Path
from typing import Any

from omc.lib.clock import wall

Row = dict[str, Any]


def merged(rows: list[Row], small: list[Row], *, size: str) -> list[Row]:
    """The rows of the large size, each with its value at the small one and the ratio between them."""
    values = {row["name"]: row["value"] for row in small}
    found = []
    for row in rows:
        before = values.get(row["name"])
        ratio = round(row["value"] / before, 2) if row["value"] is not None and before else None
        found.append(row | {"ok": is_ok(row, size), "small": before, "ratio": ratio})
    return found


def is_ok(row: Row, size: str) -> bool | None:
    """Whether the value keeps its budget; None where the design sets none."""
    budget = budget_of(row, size)
    if budget is None:
        return None
    if row["value"] is None:
        return False
    return bool(row["value"] >= budget if row["more_is_better"] else row["value"] <= budget)


def budget_of(row: Row, size: str) -> float | None:
    budget: float | None = row["budget_1m"] if size == "1m" and row.get("budget_1m") else row["budget"]
    return budget


def table(rows: list[Row], *, size: str, small: str) -> str:
    head = ("what", size, "of it busy", "budget", "", small, "ratio")
    lines = [head]
    for row in rows:
        budget = budget_of(row, size)
        sign = "" if budget is None else "≥ " if row["more_is_better"] else "≤ "
        lines.append(
            (
                row["name"],
                f"{row['value']:,.4g} {row['unit']}" if row["value"] is not None else f"failed: {row['error'][:60]}",
                f"{row['busy']:,.4g}" if row.get("busy") is not None else "",
                f"{sign}{budget:g} {row['unit']}" if budget is not None else "",
                {True: "ok", False: "MISSED", None: ""}[row["ok"]],
                f"{row['small']:,.4g}" if row["small"] is not None else "",
                f"{row['ratio']:g}" if row["ratio"] is not None else "",
            )
        )
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def write(path: Path, rows: list[Row], *, size: str, built: dict[str, Any]) -> None:
    load = os.getloadavg() if hasattr(os, "getloadavg") else None  # what else the machine did
    body = {"at": wall().isoformat(timespec="seconds"), "size": size, "load": load, "built": built, "rows": rows}
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(body, indent=1))
    draft.replace(path)

"""The project's own source files, read once."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUSINESS = ("orders", "planning", "billing", "returns", "analytics")


@cache
def parsed(*folders: str, migrations: bool = False) -> dict[str, ast.Module]:
    """Path to syntax tree, for all or only the migrations of these folders."""
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text())
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if ("migrations" in path.parts) is migrations
    }

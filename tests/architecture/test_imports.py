"""Every module can be imported, also one that only a command or a worker loads."""

import importlib
from pathlib import Path

import pytest

from omc.run.gate import PACKAGES
from tests.architecture.sources import ROOT


def modules() -> list[str]:
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    plain = (file.relative_to(ROOT) for file in files if file.name != "__main__.py" and "migrations" not in file.parts)
    return sorted(".".join(_parts(file)) for file in plain)


def _parts(file: Path) -> tuple[str, ...]:
    parts = file.with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


@pytest.mark.slow
def test_every_module_can_be_imported() -> None:
    found = modules()
    assert "planning.services.demand_models" in found
    for name in found:
        importlib.import_module(name)

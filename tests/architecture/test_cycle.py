"""The order of the ten stages is written twice: for Django and for the linter. Folders, settings and contract agree."""

import tomllib
from typing import Any

from django.apps import apps
from django.conf import settings

from tests.architecture.sources import BUSINESS, ROOT

STAGE_DOORS = [*settings.STAGES, "analytics"]


def contracts() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    return found


def test_settings_and_contract_name_the_same_stages_in_the_same_order() -> None:
    cycle = ["analytics", *reversed(settings.STAGES), "orders.core", "omc.accounts", "omc.lib"]
    above = ["omc.urls", "omc.demo", "omc.tour", "omc.history"]
    assert contracts()[0]["layers"] == above + cycle


def test_every_folder_with_an_app_is_a_stage() -> None:
    folders = {
        ".".join(path.parent.relative_to(ROOT).parts) for name in BUSINESS for path in (ROOT / name).rglob("apps.py")
    }
    assert folders == {*settings.STAGES, "orders.core", "analytics"}


def test_there_are_ten_stages_all_installed() -> None:
    assert len(settings.STAGES) == 10
    assert {config.name for config in apps.get_app_configs()} >= {*settings.STAGES, "orders.core", "analytics"}


def test_the_rooms_of_every_stage_are_under_the_contract() -> None:
    inside = contracts()[1]
    assert set(inside["containers"]) == {*STAGE_DOORS, "orders.core"}


def test_the_rules_of_every_stage_are_plain_python_by_contract() -> None:
    patterns = next(c for c in contracts() if c["name"] == "Rules are plain Python")["source_modules"]
    stages = {app for app in {*STAGE_DOORS, "orders.core"} if (ROOT / app.replace(".", "/") / "rules.py").exists()}
    assert len(stages) >= 8
    assert [app for app in stages if not any(_covers(pattern, f"{app}.rules") for pattern in patterns)] == []


def _covers(pattern: str, module: str) -> bool:
    """As import-linter reads it: * stands for one part of the name."""
    parts, names = pattern.split("."), module.split(".")
    return len(parts) == len(names) and all(part in {"*", name} for part, name in zip(parts, names, strict=True))


def test_top_level_holds_the_named_folders_and_no_other() -> None:
    named = {"omc", "orders", "planning", "billing", "returns", "analytics", "templates", "static", "tests"}
    tracked = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", "__"))}
    assert tracked == named

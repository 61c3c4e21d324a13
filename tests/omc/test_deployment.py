"""The compose file and the image: complete, not root, the same processes as on one machine."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "analytics", "beat")


@pytest.mark.slow
def test_the_compose_file_obeys_its_schema() -> None:
    command = [str(Path(sys.executable).parent / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*command, "docker-compose.yml"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_lasting_service_has_a_health_check_or_inherits_the_image_s() -> None:
    unchecked = {name for name, service in SERVICES.items() if "healthcheck" not in service}
    assert unchecked == {"web"}
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()


def test_nobody_is_root() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    users = [number for number, line in enumerate(lines) if line.startswith("USER ")]
    assert lines[users[-1]] == "USER omc"
    assert users[-1] < next(number for number, line in enumerate(lines) if line.startswith("CMD "))
    for name in OURS:
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name].get("user") is None
    assert SERVICES["broker"]["user"] == SERVICES["cache"]["user"] == "redis"


def test_the_processes_start_after_the_migration() -> None:
    for name in set(OURS) - {"migrate"}:
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_broker_keeps_everything_and_the_cache_is_capped() -> None:
    assert "noeviction" in SERVICES["broker"]["command"]
    assert "yes" in SERVICES["broker"]["command"]
    assert {"allkeys-lru", "--maxmemory"} <= set(SERVICES["cache"]["command"])


def test_every_queue_has_a_worker(settings: Any) -> None:
    commands = [SERVICES[name]["command"] for name in ("worker", "analytics")]
    served = {queue for command in commands for queue in command[command.index("--queues") + 1].split(",")}
    assert served == set(settings.CELERY_TASK_QUEUES)


def test_the_deployment_gives_every_variable_that_production_wants() -> None:
    from omc.run.gate import PRODUCTION

    given = set(SERVICES["web"]["environment"]) | {"MEDIA_ROOT", "STATIC_ROOT"}
    assert set(PRODUCTION) <= given


@pytest.mark.parametrize("secret", ["SECRET_KEY", "POSTGRES_PASSWORD"])
def test_a_secret_has_no_default(secret: str) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert f"${{{secret}:?" in text
    assert f"${{{secret}:-" not in text


def test_ci_runs_the_same_gate_as_a_person() -> None:
    text = (ROOT / ".ci" / "run").read_text()
    assert "set -euo pipefail" in text
    assert text.rstrip().endswith("exec make test")
    assert subprocess.run(["bash", "-n", ".ci/run"], cwd=ROOT).returncode == 0


def test_make_alone_lists_every_target() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "unit", "bench", "lint", "clean"):
        assert f"make {target} " in listed

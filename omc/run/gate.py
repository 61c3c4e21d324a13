"""The gate, the same by hand and in CI: ``make test``, ``unit``, ``lint``; and ``bench`` and ``lock`` beside them."""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from omc.run.places import CHECKOUT, state_folder

PACKAGES = ("omc", "orders", "planning", "billing", "returns", "analytics")
BIN = Path(sys.executable).parent
LANES = 2  # checks side by side
MOST_SECOND_CHANCES = 5  # more browser tests that fail at first are no bad luck
UNIT = "not browser and not race and not slow and not demo"
PRODUCTION = {  # what a deployment must give; `check --deploy` looks at the settings that follow from it
    "OMC_ENV": "production",
    "SECRET_KEY": "only-for-the-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ",
    "ALLOWED_HOSTS": "orders.example.com",
    "DATABASE_URL": "postgresql://omc:omc@127.0.0.1:1/omc",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "CACHE_URL": "redis://127.0.0.1:1/0",
}


def lint() -> int:
    """Every check runs, so that one run names all there is to mend; two at a time, the longest first."""
    manage = (sys.executable, "-W", "ignore", "manage.py")
    checks: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
        "types": ((_tool("mypy"),), {}),
        "format": ((_tool("ruff"), "format", "--check", "."), {}),
        "style": ((_tool("ruff"), "check", "."), {}),
        "import contracts": ((_tool("lint-imports"), "--no-cache"), {"PYTHONPATH": str(CHECKOUT)}),
        "templates": ((_tool("djlint"), "templates", "--lint", "--quiet"), {}),
        "compose file": (
            (_tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"),
            {},
        ),
        "migrations": ((*manage, "makemigrations", "--check", "--dry-run"), {}),
        "deployment": ((*manage, "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
        "description of the API": ((*manage, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull), {}),
    }
    with ThreadPoolExecutor(LANES) as lanes:
        running = {name: lanes.submit(_passes, name, command, extra) for name, (command, extra) in checks.items()}
    failed = [name for name, passes in running.items() if not passes.result()]
    if failed:
        print(f"lint: failed: {', '.join(failed)}")
    return 1 if failed else 0


def test() -> int:
    """Lint, then every test; the tests run although lint failed, so that one run tells all."""
    failed_lint = lint()
    return _pytest(*sys.argv[2:]) or failed_lint


def unit() -> int:
    return _pytest("-m", UNIT, *sys.argv[2:])


def bench() -> int:
    return subprocess.call([sys.executable, "-m", "omc.bench"], cwd=CHECKOUT, env=_environment({}))


def lock() -> int:
    """Both lock files: every package with its hashes, and without the address that it came from."""
    compile_ = [
        *(str(BIN / "uv"), "pip", "compile", "--quiet", "--upgrade", "pyproject.toml", "--universal"),
        *("--fork-strategy", "fewest", "--python-version", "3.11", "--generate-hashes"),
        *("--no-emit-index-url", "--no-annotate", "--no-header"),
    ]
    run = [*compile_, "--output-file", "requirements.lock"]
    dev = [*compile_, "--group", "dev", "--constraint", "requirements.lock", "--output-file", "requirements-dev.lock"]
    return subprocess.call(run, cwd=CHECKOUT) or subprocess.call(dev, cwd=CHECKOUT)


def _pytest(*arguments: str) -> int:
    started = time.monotonic()
    workers = os.environ.get("TEST_WORKERS", "2")
    command = [
        *(_tool("pytest"), "-q", f"--max-suite-reruns={MOST_SECOND_CHANCES}"),
        *("-n", workers, "--dist", "loadfile", "--no-loadscope-reorder"),  # in the order of tests/longest_first.py
        *arguments,
    ]
    code = subprocess.call(command, cwd=CHECKOUT, env=_environment({}))
    print(f"tests: {time.monotonic() - started:.0f} s", flush=True)
    return code


def _passes(name: str, command: tuple[str, ...], extra: dict[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=CHECKOUT, env=_environment(extra), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    verdict, output = ("FAILED", f"\n{done.stdout}") if done.returncode else ("ok", "")
    print(f"lint: {name}: {verdict} ({time.monotonic() - started:.1f} s){output}", flush=True)
    return done.returncode == 0


def _environment(extra: dict[str, str]) -> dict[str, str]:
    """Caches in the state folder: those in the checkout could belong to another user."""
    caches = state_folder() / "caches"
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {
        "RUFF_CACHE_DIR": str(caches / "ruff"),
        "MYPY_CACHE_DIR": str(caches / "mypy"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(caches / "hypothesis"),
        "NUMBA_CACHE_DIR": str(caches / "numba"),
        **extra,
    }


def _tool(name: str) -> str:
    path = shutil.which(name, path=str(BIN))
    if path is None:
        sys.exit(f"{name} is not in the environment: run `make {sys.argv[1]}`.")
    return path


if __name__ == "__main__":
    sys.exit({"lint": lint, "test": test, "unit": unit, "bench": bench, "lock": lock}[sys.argv[1]]())

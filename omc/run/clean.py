"""``make clean``: remove what this checkout made for this user. Standard library only."""

import fcntl
import shutil
import sys
from pathlib import Path

CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis", "test-results")


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from omc.run.places import CHECKOUT, SHARED_STATE, folder_outside, state_folder

    state = state_folder()
    lock = (state / "run.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("It runs now: end it first (Ctrl-C where `make run` runs).")
    for folder in (folder_outside(), state, CHECKOUT / ".venv", *(CHECKOUT / name for name in CACHES)):
        shutil.rmtree(folder, ignore_errors=True)
    for folder in CHECKOUT.rglob("__pycache__"):
        shutil.rmtree(folder, ignore_errors=True)
    if SHARED_STATE.exists():
        _remove_when_empty(SHARED_STATE)


def _remove_when_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        others = ", ".join(sorted(path.name for path in folder.iterdir()))
        print(f"{folder} keeps what belongs to other users: {others}")


if __name__ == "__main__":
    main()

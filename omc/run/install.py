"""Make the environment match the lock file, and print the path of its Python.

Run by the Makefile with any Python 3.11 or newer; standard library only. Does nothing when the environment is
current. Progress goes to standard error, so that standard output is the path alone.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

UV = "uv==0.13.9"
_LOCK = "install.lock"  # not .lock: uv takes that one
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  (whoever runs this may have an older Python)
        sys.exit(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 …")
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dev", action="store_true", help="also what tests and lint need")
    kind = "dev" if arguments.parse_args().dev else "run"

    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from omc.run.places import CHECKOUT, state_folder

    for venv in (CHECKOUT / ".venv", state_folder() / "venv"):
        if _is_current(venv, CHECKOUT, kind) or _installed(venv, CHECKOUT, kind):
            print(venv / "bin" / "python")
            return
    sys.exit("No environment could be made: neither the checkout nor the state folder may be written to.")


def _is_current(venv: Path, checkout: Path, kind: str) -> bool:
    """True when the environment holds what the lock file says and this user may run it."""
    stamp = venv / f"installed-{kind}"
    try:
        if stamp.read_text() != _fingerprint(venv, checkout, kind):
            return kind == "run" and _is_current(venv, checkout, "dev")
        return os.access(venv / "bin" / "python", os.X_OK)
    except OSError:
        return kind == "run" and _is_current(venv, checkout, "dev")


def _fingerprint(venv: Path, checkout: Path, kind: str) -> str:
    """Changes with the lock file and when the environment was copied elsewhere (its scripts name their folder)."""
    lock = (checkout / LOCKS[kind]).read_bytes()
    return f"{hashlib.sha256(lock).hexdigest()} {UV} {venv}\n"


def _installed(venv: Path, checkout: Path, kind: str) -> bool:
    """Install into this folder; False when this user may not write there."""
    try:
        venv.mkdir(exist_ok=True)
        if venv.stat().st_uid != os.getuid():
            return False
        with (venv / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _is_current(venv, checkout, kind):
                _install(venv, checkout, kind)
        return True
    except PermissionError:
        return False


def _install(venv: Path, checkout: Path, kind: str) -> None:
    python, started = venv / "bin" / "python", time.monotonic()
    for stamp in venv.glob("installed-*"):
        stamp.unlink()
    if not _moved_or_missing(venv):
        _say("bringing the environment up to date …")
    else:
        _say(f"making the environment {venv} …")
        for leftover in venv.iterdir():
            if leftover.name != _LOCK:
                shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        made = subprocess.run([sys.executable, "-m", "venv", venv], stdout=sys.stderr)
        if made.returncode:
            sys.exit("This Python cannot make an environment. On Debian and Ubuntu: apt-get install python3-venv")
        _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV)
        (venv / "made-at").write_text(str(venv))
    _say(f"installing from {LOCKS[kind]} …")
    _run(
        *(venv / "bin" / "uv", "pip", "install", "--quiet", "--python", python),
        *("--compile-bytecode", "--require-hashes", "--requirement", checkout / LOCKS[kind]),
    )
    (venv / f"installed-{kind}").write_text(_fingerprint(venv, checkout, kind))
    _say(f"environment ready ({time.monotonic() - started:.0f} s)")


def _moved_or_missing(venv: Path) -> bool:
    made_at = venv / "made-at"
    return not (made_at.exists() and made_at.read_text() == str(venv) and os.access(venv / "bin" / "uv", os.X_OK))


def _run(*command: object) -> None:
    done = subprocess.run([str(part) for part in command], stdout=sys.stderr)
    if done.returncode:
        sys.exit("The installation did not succeed; the lines above say why. Nothing was half-recorded: run it again.")


def _say(sentence: str) -> None:
    print(f"install  {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

"""Where this checkout keeps what it makes while it runs.

Standard library only: it is read before anything is installed.
"""

import hashlib
import json
import os
import secrets
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
SHARED_STATE = CHECKOUT / ".omc"


def state_folder() -> Path:
    """The folder of this user's state: databases, logs, keys, caches.

    One folder per user, so that root and an ordinary user can run the same checkout one after the other. A
    user who may not write to the checkout gets a folder in his home.
    """
    if named := os.environ.get("OMC_STATE"):
        return _made(Path(named).absolute())
    try:
        return _made(_open_to_all(SHARED_STATE) / str(os.getuid()))
    except PermissionError:
        home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        return _made(Path(home) / "omc" / checkout_key())


def checkout_key() -> str:
    """A short name that no other checkout on this machine has."""
    return hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]


def folder_outside() -> Path:
    """A stand-in for the state folder when the checkout lies below a folder that a server's user may not enter."""
    return Path(tempfile.gettempdir() if os.name == "nt" else "/var/tmp") / f"omc-{os.getuid()}-{checkout_key()}"


def _open_to_all(folder: Path) -> Path:
    """Like /tmp: each user may make his own folder in it and touch nobody else's."""
    if not folder.exists():
        folder.mkdir(exist_ok=True)
        folder.chmod(0o1777)
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)  # a server's own user passes through
    if folder.stat().st_uid != os.getuid() or not os.access(folder, os.W_OK):
        raise PermissionError(f"{folder} belongs to another user")
    return folder


def private_servers() -> dict[str, str]:
    """The addresses of the private servers that run for this checkout and user; empty when none do."""
    try:
        found: dict[str, str] = json.loads((state_folder() / "servers.json").read_text())
        return found
    except (OSError, ValueError):
        return {}


def secret_key() -> str:
    """This installation's own key, made once; only for one machine, production brings its own."""
    path = state_folder() / "secret-key"
    try:
        return path.read_text()
    except FileNotFoundError:
        draft = path.with_name(f"secret-key.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)  # whoever is first wins: two processes never have two keys
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return path.read_text()

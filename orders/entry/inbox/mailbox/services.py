"""Set a company's mailbox up, try it, and take in what arrives: each mail once, and one bad mail stops no other."""

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any, Final

import structlog
from django.db.models import Q

from omc.lib import clock
from omc.lib.actor import Actor, require, system
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.models import Change, Company
from orders.entry.inbox.events import DocumentBroken, DocumentProposed, DocumentRead, DocumentReceived
from orders.entry.inbox.mailbox.imap import Head, MailboxTrouble, MailTrouble, OpenMailbox, Place, opened
from orders.entry.inbox.mailbox.models import Mailbox, MailTaken, Security
from orders.entry.inbox.models import Door
from orders.entry.inbox.services import LARGEST_BYTES, DocumentTaken, receive_document

MOST_AT_ONCE: Final = 50  # mails in one turn; the rest waits for the next
MOST_ATTEMPTS: Final = 3
BUSY: Final = timedelta(minutes=10)
_SAVED: Final = ("is_on", "host", "port", "security", "user", "folder")
_log = structlog.get_logger("omc.mailbox")


@dataclass(slots=True)
class Turn:
    """What one look at a mailbox came to. Counts of mails."""

    taken: int = 0
    known: int = 0
    refused: int = 0


def password_name(company: Company) -> str:
    """The environment variable that holds the password of a company's mailbox.

    >>> password_name(Company(code="harbor-2"))
    'MAILBOX_PASSWORD_HARBOR_2'
    """
    return "MAILBOX_PASSWORD_" + re.sub(r"[^A-Z0-9]", "_", company.code.upper())


def password_of(company: Company) -> str:
    return os.environ.get(password_name(company), "")


@verb(silent="settings keep their own before/after history")
def save_mailbox(*, host: str, port: int, security: str, user: str, folder: str, is_on: bool, actor: Actor) -> Mailbox:
    """Say where a company's orders are mailed to, and whether that is looked at.

    Raises: InvalidInput
    """
    require(actor, "orders.manage_settings")
    company = Company.objects.select_for_update(no_key=True).get(pk=actor.company_id)
    host, user, folder = host.strip(), user.strip(), folder.strip() or "INBOX"
    if not re.fullmatch(r"[A-Za-z0-9.:_-]{1,200}", host):
        raise InvalidInput("This is no name of a server.", field="host")
    if not 1 <= port <= 65535:
        raise InvalidInput("A port is a number from 1 to 65535.", field="port")
    if security not in Security.values:
        raise InvalidInput("Choose how the connection is secured.", field="security")
    if not user:
        raise InvalidInput("Say who logs in there.", field="user")
    if is_on and not password_of(company):
        raise InvalidInput(
            f"Its password is not known yet: put it into the environment as {password_name(company)}.", field="is_on"
        )
    row = Mailbox.objects.filter(company=company).first() or Mailbox(company=company)
    before = {name: getattr(row, name) for name in _SAVED} if row.pk else {}
    values = {"is_on": is_on, "host": host, "port": port, "security": security, "user": user, "folder": folder}
    if before == values:
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.trouble = ""
    row.save()
    changed = [name for name in values if before.get(name) != values[name]]
    Change.objects.create(
        company=company,
        table="mailbox",
        row_id=row.pk,
        before={name: before[name] for name in changed if name in before},
        after={name: values[name] for name in changed},
        user_id=actor.user_id,
        job=actor.job,
        at=clock.now(),
    )
    return row


def try_mailbox(*, actor: Actor) -> int:
    """Log in to the company's mailbox and count what is unread there; nothing is fetched or marked.

    Raises: NotFound, InvalidInput with what the server said
    """
    require(actor, "orders.manage_settings")
    row = Mailbox.objects.select_related("company").filter(company_id=actor.company_id).first()
    if row is None:
        raise NotFound("No mailbox is set up.")
    try:
        with opened(_place(row)) as box:
            return len(box.unread())
    except MailboxTrouble as trouble:
        raise InvalidInput(str(trouble)) from trouble


def read_mailbox(mailbox_id: int) -> Turn | None:
    """Take in what is unread in one mailbox; None while somebody else is at it. Trouble is kept on its row."""
    now = clock.wall()
    free = Mailbox.objects.filter(Q(busy_until=None) | Q(busy_until__lt=now), pk=mailbox_id, is_on=True)
    if not free.update(busy_until=now + BUSY):
        return None
    row = Mailbox.objects.select_related("company").get(pk=mailbox_id)
    turn, trouble = Turn(), ""
    try:
        with opened(_place(row)) as box:
            for uid in box.unread():
                if turn.taken + turn.refused >= MOST_AT_ONCE:
                    break
                try:
                    _take(box, uid, row, turn)
                except MailTrouble as problem:
                    turn.refused += 1
                    trouble = str(problem)
    except MailboxTrouble as problem:
        trouble = str(problem)
        _log.warning("mailbox not read", company=row.company.code, problem=trouble)
    finally:
        looked_at = clock.now()
        done = {"busy_until": None, "looked_at": looked_at, "trouble": trouble}
        Mailbox.objects.filter(pk=mailbox_id).update(**done | ({} if trouble else {"read_at": looked_at}))
    return turn


def _place(row: Mailbox) -> Place:
    password = password_of(row.company)
    if not password:
        raise MailboxTrouble(f"The environment holds no {password_name(row.company)}.")
    return Place(row.host, row.port, row.security, row.user, password, row.folder)


def _take(box: OpenMailbox, uid: str, row: Mailbox, turn: Turn) -> None:
    """One mail: known, taken or refused. It is marked as read only once what it became is kept."""
    head, content = box.head(uid), b""
    if not head.message_id:
        content = box.content(uid)
        head = Head(f"sha256:{hashlib.sha256(content).hexdigest()}", len(content))
    mail = MailTaken.objects.filter(company_id=row.company_id, message_id=head.message_id).first()
    if mail is not None and (mail.document_id or mail.attempts >= MOST_ATTEMPTS):
        turn.known += 1
    else:
        if head.size <= LARGEST_BYTES:
            content = content or box.content(uid)
        mail = _receive(content, head, row, turn)
    if mail.document_id:
        box.mark_read(uid)


def _receive(content: bytes, head: Head, row: Mailbox, turn: Turn) -> MailTaken:
    actor = system("order mailbox", row.company_id)
    try:
        mail: MailTaken = take_mail(content=content, message_id=head.message_id, size=head.size, actor=actor)
        turn.taken += 1
    except Exception as problem:  # whatever one mail does, the next one is looked at
        turn.refused += 1
        known = isinstance(problem, DomainError)
        if not known:
            _log.exception("mail not taken", company=row.company.code)
        mail, _new = MailTaken.objects.get_or_create(
            company_id=row.company_id, message_id=head.message_id, defaults={"at": clock.now()}
        )
        mail.attempts, mail.at = mail.attempts + 1, clock.now()
        mail.trouble = (
            problem.message if isinstance(problem, DomainError) else f"{type(problem).__name__}: {problem}"[:500]
        )
        mail.save(update_fields=["attempts", "trouble", "at"])
    return mail


@verb(events=(DocumentReceived, DocumentRead, DocumentProposed, DocumentBroken))
def take_mail(*, content: bytes, message_id: str, size: int, actor: Actor) -> MailTaken:
    """Make a mail a document of the inbox, or find the one that it became when it came in by another door.

    Units: ``size`` in bytes, as the server says it; a mail that is too large need not be fetched.
    Raises: InvalidInput for nothing or too much
    Events: as ``receive_document``
    """
    require(actor, "entry.write_order")
    if size > LARGEST_BYTES:
        raise InvalidInput("The mail is larger than 10 MB.")
    subject = str(message_from_bytes(content).get("Subject", "")).strip()
    name = f"{_readable(subject)[:120] or 'mail'}.eml"
    try:
        document_id: Any = receive_document(content=content, filename=name, door=Door.MAILBOX, actor=actor).pk
    except DocumentTaken as taken:
        document_id = taken.data["document_id"]
    mail, _new = MailTaken.objects.update_or_create(
        company_id=actor.company_id,
        message_id=message_id,
        defaults={"document_id": document_id, "trouble": "", "at": clock.now()},
    )
    return mail


def _readable(subject: str) -> str:
    """A subject as its writer typed it, without what cannot stand in the name of a file."""
    try:
        subject = str(make_header(decode_header(subject)))
    except (LookupError, UnicodeError, ValueError):
        pass
    return " ".join(subject.replace("/", "-").replace("\\", "-").split())


def read_mailboxes() -> int:
    """Look into every company's mailbox that is on, and that no simulator holds; returns how many mails were taken."""
    taken = 0
    rows = Mailbox.objects.filter(is_on=True, company__held_by="", company__is_history=False).select_related("company")
    for row in rows.order_by("pk"):
        with clock.running_ahead(row.company.clock_offset):
            turn = read_mailbox(row.pk)
            taken += turn.taken if turn else 0
    return taken

"""Mails as files: who wrote, what the body says, and what hangs on it."""

import email
import email.policy
import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Final

from omc.lib.sheets import decoded
from orders.entry.inbox.rules.shapes import Sender, Unreadable

MOST_PARTS: Final = 60
_HEADS = re.compile(rb"^(from|to|subject|date|received|return-path|message-id|mime-version|delivered-to):", re.I | re.M)
_BREAKS: Final = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "table"}


@dataclass(slots=True)
class Mail:
    sender: Sender
    subject: str
    body: str
    files: list[tuple[str, bytes]] = field(default_factory=list)


def looks_like_mail(content: bytes) -> bool:
    return len(_HEADS.findall(content[:8000])) >= 3


def open_mail(content: bytes) -> Mail:
    """The parts of a mail.

    Raises: Unreadable
    """
    try:
        message = email.message_from_bytes(content, policy=email.policy.default)
        if not isinstance(message, EmailMessage):
            raise Unreadable("It is no mail.")
        name, address = parseaddr(str(message.get("From", "")))
        mail = Mail(Sender(email=address.lower()[:200], name=name[:160]), str(message.get("Subject", ""))[:300], "")
        plain, marked = [], []
        for count, part in enumerate(message.walk()):
            if count > MOST_PARTS:
                raise Unreadable("The mail has too many parts.")
            if part.is_multipart():
                continue
            data = part.get_payload(decode=True)
            body = data if isinstance(data, bytes) else b""
            if part.get_filename() or part.get_content_disposition() == "attachment":
                mail.files.append((str(part.get_filename() or "attachment")[:160], body))
            elif part.get_content_type() == "text/plain":
                plain.append(_text(part, body))
            elif part.get_content_type() == "text/html":
                marked.append(words_of_html(_text(part, body)))
        mail.body = "\n".join(plain) if "".join(plain).strip() else "\n".join(marked)
    except Unreadable:
        raise
    except Exception as error:  # headers of broken mails raise whatever their parsers do
        raise Unreadable("The mail is damaged and cannot be taken apart.") from error
    return mail


def _text(part: EmailMessage, body: bytes) -> str:
    charset = part.get_content_charset()
    try:
        return body.decode(charset) if charset else decoded(body)
    except (LookupError, UnicodeDecodeError):
        return decoded(body)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in ("style", "script")
        if tag in _BREAKS:
            self.words.append("\n")
        elif tag in ("td", "th"):
            self.words.append("\t")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script") and self.hidden:
            self.hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(re.sub(r"\s+", " ", data))


def words_of_html(text: str) -> str:
    """The words of an HTML text; cells of tables stay apart by tabs.

    >>> words_of_html("<p>Hello</p><table><tr><td>AB-1</td><td>5</td></tr></table>").split("\\n")[-1]
    'AB-1\\t5'
    """
    reader = _Words()
    reader.feed(text)
    reader.close()
    rows = ("".join(reader.words)).split("\n")
    return "\n".join(row.strip(" ").removeprefix("\t") for row in rows if row.strip())

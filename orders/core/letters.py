"""A message as its reader has it: the words that were kept, in the look of the documents that leave the house."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.template.loader import render_to_string
from django.utils import translation

from omc.lib.catalogs import for_customer
from omc.lib.documents import sender_lines
from orders.core.links.addresses import address_of
from orders.core.links.wishes import page_of
from orders.core.models import Message

Pairs = Sequence[tuple[str, str]]
FACT = re.compile(r"([^:\n]{1,40}): (\S.*)")


@dataclass(frozen=True)
class Paragraph:
    """Running words."""

    kind: ClassVar = "paragraph"
    text: str


@dataclass(frozen=True)
class Facts:
    """Labels with their values."""

    kind: ClassVar = "facts"
    pairs: tuple[tuple[str, str], ...]


def written(*parts: str | Pairs) -> str:
    r"""The plain text of a mail: paragraphs, and labels with their values; what is empty is left out.

    >>> written("Dear Ann,", "", [("Order", "SO-1"), ("Your order number", ""), ("Total", "9.50 USD")])
    'Dear Ann,\n\nOrder: SO-1\nTotal: 9.50 USD'
    """
    texts = [
        part if isinstance(part, str) else "\n".join(f"{name}: {said}" for name, said in part if said) for part in parts
    ]
    return "\n\n".join(text for text in texts if text)


def parts_of(body: str) -> list[Paragraph | Facts]:
    r"""The parts of a plain text, which blank lines divide; two or more lines of "Label: value" are a table.

    >>> parts_of("Order: SO-1\nTotal: 9.50 USD\n\nNote: the gate is shut.")
    [Facts(pairs=(('Order', 'SO-1'), ('Total', '9.50 USD'))), Paragraph(text='Note: the gate is shut.')]
    """
    return [_part(text) for text in re.split(r"\n\s*\n", body.replace("\r\n", "\n").strip()) if text.strip()]


def _part(text: str) -> Paragraph | Facts:
    found = [FACT.fullmatch(line.strip()) for line in text.strip().splitlines()]
    pairs = tuple((one[1], one[2]) for one in found if one)
    return Facts(pairs) if len(pairs) == len(found) > 1 else Paragraph(text.strip())


def letter_text(message: Message) -> str:
    """The plain part of a mail: its words, and where to choose what one is told."""
    address = wishes_address(message)
    with translation.override(message.language):
        return (
            f"{message.body}\n\n-- \n{for_customer('Choose what we tell you by mail')}: {address}"
            if address
            else message.body
        )


def wishes_address(message: Message) -> str:
    """Where whoever got a message chooses what they are told; empty where there is no such page, or no public address."""
    link = page_of(message)
    address = address_of(link) if link else ""
    return address if address.startswith("http") else ""


def letter(message: Message) -> str:
    """The HTML part of a mail: all of it in one text, for mail programs fetch nothing."""
    company = message.company
    context = {
        "message": message,
        "parts": parts_of(message.body),
        "company": company,
        "sender": sender_lines(company),
        "wishes": wishes_address(message),
    }
    with translation.override(message.language):
        return render_to_string("components/letter.html", context)

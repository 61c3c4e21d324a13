"""The catalogs of what customers read: words in their language, and the compiled form that Django reads, made without tools.

What customers read has the context "customer": the catalogs hold nothing else, so that screens of our own people never
stand half in one language and half in another.
"""

import ast
import re
import struct
from collections.abc import Iterator, Mapping
from typing import Final

from django.utils.functional import lazy
from django.utils.translation import get_language, pgettext

CONTEXT: Final = "customer"
GERMAN: Final = str.maketrans(",.", ".,")
_FIELD: Final = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")')
_MAGIC: Final = 0x950412DE


def for_customer(text: object) -> str:
    """A word in the customer's language, where one is active that the catalogs know."""
    return pgettext(CONTEXT, str(text))


for_customer_lazy = lazy(for_customer, str)


def figure(text: str) -> str:
    """A number as people write it in the language that is active: 1,234.50, in German 1.234,50."""
    return text.translate(GERMAN) if (get_language() or "").partition("-")[0] == "de" else text


def entries(text: str) -> Iterator[dict[str, str]]:
    r"""The entries of a catalog in its written form, each by the names of its fields.

    >>> list(entries('msgctxt "customer"\nmsgid "Page"\nmsgstr "Se"\n"ite"\n'))
    [{'msgctxt': 'customer', 'msgid': 'Page', 'msgstr': 'Seite'}]
    """
    entry: dict[str, str] = {}
    name = ""
    for line in [*text.splitlines(), ""]:
        said = line.strip()
        if found := _FIELD.fullmatch(said):
            name = found[1]
            entry[name] = ast.literal_eval(found[2])
        elif said.startswith('"'):
            entry[name] += ast.literal_eval(said)
        elif not said and entry:
            yield entry
            entry = {}


def compiled(text: str) -> bytes:
    """The compiled form (GNU .mo, version 0) of a written catalog, always the same bytes for the same text."""
    pairs = sorted(map(_pair, entries(text)))
    keys, values = [key for key, _value in pairs], [value for _key, value in pairs]
    start = 28 + 16 * len(pairs)
    tables, body = b"", b""
    for part in (keys, values):
        for item in part:
            tables += struct.pack("<II", len(item), start + len(body))
            body += item + b"\0"
    head = struct.pack("<7I", _MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 28 + 16 * len(pairs))
    return head + tables + body


def _pair(entry: Mapping[str, str]) -> tuple[bytes, bytes]:
    key = entry["msgid"]
    if "msgctxt" in entry:
        key = f"{entry['msgctxt']}\x04{key}"
    if "msgid_plural" in entry:
        forms = (entry[name] for name in sorted(entry) if name.startswith("msgstr["))
        return f"{key}\0{entry['msgid_plural']}".encode(), "\0".join(forms).encode()
    return key.encode(), entry["msgstr"].encode()

"""How a message speaks: days, money and quantities so that they can be read aloud, and ready sentences per language.

Whoever has a language that is not spoken here is written to in English.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils import formats, translation

from omc.lib.money import plain, round_amount

LANGUAGES: Final = ("en", "de")
Phrases = Mapping[str, Mapping[str, str]]
LINES: Final = 20  # a mail names so many lines; the document that goes with it has all

PHRASES: Final[Phrases] = {
    "en": {
        "greeting": "Dear {name},",
        "greeting_nobody": "Dear customer,",
        "more_lines": "and {count} more lines, all in the attached document",
        "per": "{price} per {unit}",
    },
    "de": {
        "greeting": "Guten Tag {name},",
        "greeting_nobody": "Guten Tag,",
        "more_lines": "und {count} weitere Positionen, alle im beigefügten Dokument",
        "per": "{price} je {unit}",
    },
}


def spoken(language: str) -> str:
    """The language that a message to somebody of this language is written in.

    >>> spoken("de-AT"), spoken("fr"), spoken("")
    ('de', 'en', 'en')
    """
    short = language.partition("-")[0].lower()
    return short if short in LANGUAGES else LANGUAGES[0]


def say(phrases: Phrases, key: str, **values: object) -> str:
    """A ready sentence in the language that is active."""
    return phrases[spoken(translation.get_language() or "")][key].format(**values)


def long_day(value: date | None) -> str:
    """A day as one says it: 3 December 2026, 3. Dezember 2026; empty when there is none."""
    if value is None:
        return ""
    return formats.date_format(value, "j. F Y" if spoken(translation.get_language() or "") == "de" else "j F Y")


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency: 1,234.50 USD, in German 1.234,50 USD."""
    return f"{_number(f'{round_amount(amount):,.2f}')} {currency}"


def unit_money(price: Decimal, currency: str) -> str:
    """A price per unit: the third and fourth place only where they say something."""
    whole, _point, places = f"{price:,.4f}".partition(".")
    said = _number(f"{whole}.{places[:2]}{places[2:].rstrip('0')}")
    return f"{said} {currency}"


def quantity(value: Decimal, unit: str) -> str:
    """A quantity with its unit, without idle zeros."""
    return f"{_number(plain(value))} {unit}".strip()


def _number(text: str) -> str:
    if spoken(translation.get_language() or "") != "de":
        return text
    return text.translate(str.maketrans(",.", ".,"))


def greeting(name: str) -> str:
    """How a letter begins."""
    return say(PHRASES, "greeting", name=name) if name else say(PHRASES, "greeting_nobody")


def listed(lines: Iterable[str]) -> str:
    """Lines below each other; more than a mail should name are counted."""
    rows = list(lines)
    if len(rows) <= LINES:
        return "\n".join(rows)
    return "\n".join([*rows[:LINES], say(PHRASES, "more_lines", count=len(rows) - LINES)])


def item_name(description: str, sku: str) -> str:
    """How an item is called in a letter: its name, then its number.

    >>> item_name("Hex bolt M8", "BOLT-8"), item_name("", "BOLT-8"), item_name("Freight", "")
    ('Hex bolt M8 (BOLT-8)', 'BOLT-8', 'Freight')
    """
    return f"{description} ({sku})" if description and sku else description or sku

"""What customers read is there in German, whole and compiled, and our own people's screens hold none of it."""

import gettext
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext

from omc.lib.catalogs import compiled, entries, figure, for_customer
from omc.lib.documents import amount, unit_price
from tests.omc.customers_words import words

LOCALES = Path(settings.LOCALE_PATHS[0])
_NAMED = re.compile(r"%\(\w+\)s")


def written(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def catalog(language: str) -> list[dict[str, str]]:
    return [entry for entry in entries(written(language).read_text(encoding="utf-8")) if entry["msgid"]]


@pytest.mark.parametrize(
    ("language", "word", "said"),
    [
        ("de", "Invoice", "Rechnung"),
        ("en", "An invoice was posted.", "An invoice for you."),
        ("en", "Invoice", "Invoice"),
    ],
)
def test_the_compiled_catalog_is_that_of_the_written_one_and_is_read_by_the_standard_library(
    language: str, word: str, said: str
) -> None:
    binary = written(language).with_suffix(".mo").read_bytes()
    assert binary == compiled(written(language).read_text(encoding="utf-8")), "run manage.py compile_catalogs"
    read = gettext.GNUTranslations(io.BytesIO(binary))
    assert (read.pgettext("customer", word), read.charset()) == (said, "UTF-8")


@pytest.mark.slow
def test_every_word_that_customers_read_is_there_once_and_nothing_else() -> None:
    found = [entry["msgid"] for entry in catalog("de")]
    assert len(found) == len(set(found))
    assert set(found) == words()
    assert {entry["msgid"] for entry in catalog("en")} < set(found)


def test_each_is_for_customers_alone_and_keeps_what_is_filled_in() -> None:
    for entry in [*catalog("de"), *catalog("en")]:
        assert entry["msgctxt"] == "customer"
        assert entry["msgstr"]
        assert sorted(_NAMED.findall(entry["msgid"])) == sorted(_NAMED.findall(entry["msgstr"]))


@pytest.mark.parametrize(
    ("language", "said"), [("de", "Menge"), ("de-at", "Menge"), ("en", "Quantity"), ("fr", "Quantity")]
)
def test_a_word_is_said_in_the_language_that_is_active(language: str, said: str) -> None:
    with translation.override(language):
        assert for_customer("Quantity") == pgettext("customer", "Quantity") == said
        assert translation.gettext("Packing slip") == "Packing slip"  # a screen of ours


def test_plural_entries_compile_too() -> None:
    head = 'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
    text = head + '\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n'
    read = gettext.GNUTranslations(io.BytesIO(compiled(text)))
    assert (read.ngettext("a", "b", 1), read.ngettext("a", "b", 2)) == ("c", "d")


def test_numbers_are_written_as_people_read_them() -> None:
    with translation.override("de"):
        said = (amount(Decimal("1234.5")), unit_price(Decimal("1234.5075")), figure("1,000.25"))
        assert said == ("1.234,50", "1.234,5075", "1.000,25")
    with translation.override("en"):
        assert (amount(Decimal("1234.5")), figure("12.5")) == ("1,234.50", "12.5")

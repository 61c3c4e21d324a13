"""A profile is anybody's TOML file: what it lacks or misspells is said before a row is read."""

import pytest

from omc.history import profile
from omc.lib.errors import InvalidInput

GOOD = """
name = "ours"
[source]
separator = ";"
decimal_mark = ","
[columns]
document = "Beleg"
sku = "Artikel"
quantity = "Menge"
unit_price = "Preis"
at = "Datum"
[company]
currency = "EUR"
[lines]
service_codes = ["post"]
"""


def load(tmp_path, text):
    path = tmp_path / "ours.toml"
    path.write_text(text, "utf-8")
    return profile.load(str(path))


def test_a_written_profile_is_read(tmp_path):
    found = load(tmp_path, GOOD)

    assert (found.name, found.separator, found.decimal_mark, found.currency) == ("ours", ";", ",", "EUR")
    assert found.columns["sku"] == "Artikel"
    assert found.service_codes == ("POST",)
    assert (found.time_zone, found.return_prefix, found.cash_code) == ("UTC", "", "CASH")


def test_every_shipped_profile_can_be_read():
    names = sorted(path.stem for path in profile.SHIPPED.glob("*.toml"))

    assert "online-retail" in names
    assert [profile.load(name).name for name in names] == names


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('at = "Datum"', "", "[columns] must say at."),
        ('at = "Datum"', 'at = "Datum"\ncolour = "F"', "[columns] knows no colour."),
        ('at = "Datum"', "at = 5", "[columns] at must be text in quotes."),
        ('"EUR"', '"Euro"', "[company] must say currency, as three capital letters."),
        ('currency = "EUR"', 'currency = "EUR"\ntime_zone = "Mars/Base"', "time zone or encoding is not known"),
        ('separator = ";"', 'separator = "ab"', "separator is one character"),
        ('separator = ";"', 'encoding = "klingon"', "time zone or encoding is not known"),
        ("[lines]", "[colums]", "there is no section or key colums."),
        ("[lines]", "[lines", "is no TOML"),
    ],
)
def test_what_is_wrong_with_a_profile_is_named(tmp_path, old, new, why):
    with pytest.raises(InvalidInput) as refusal:
        load(tmp_path, GOOD.replace(old, new))

    assert "ours.toml" in refusal.value.message
    assert why in refusal.value.message


def test_an_unknown_profile_names_the_shipped_ones():
    with pytest.raises(InvalidInput, match="Shipped ones: online-retail"):
        profile.load("no-such-profile")

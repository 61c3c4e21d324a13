"""A profile maps the columns of a file; profiles/README.md has the format."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from omc.lib.errors import InvalidInput

SHIPPED = Path(__file__).parent / "profiles"
REQUIRED = ("document", "sku", "quantity", "unit_price", "at")
OPTIONAL = ("description", "customer", "customer_name", "country")
KEYS: Mapping[str, tuple[str, ...]] = {
    "source": ("separator", "encoding", "date_format", "decimal_mark"),
    "columns": (*REQUIRED, *OPTIONAL),
    "company": ("currency", "time_zone", "country"),
    "documents": ("return_prefix", "adjustment_prefix"),
    "lines": ("service_codes",),
    "customers": ("cash_code", "cash_name"),
}


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Which column is what, and how documents and items are told apart."""

    name: str
    columns: Mapping[str, str]
    currency: str
    time_zone: str = "UTC"
    country: str = "US"
    separator: str = ","
    encoding: str = "utf-8-sig"
    date_format: str = ""
    decimal_mark: str = "."
    return_prefix: str = ""
    adjustment_prefix: str = ""
    service_codes: tuple[str, ...] = ()
    cash_code: str = "CASH"
    cash_name: str = "Sales without a named customer"
    countries: Mapping[str, str] = field(default_factory=dict)


def load(name_or_path: str) -> Profile:
    """A shipped profile by its name, or anybody's from a file.

    Raises: InvalidInput naming what is missing or not understood
    """
    shipped = SHIPPED / f"{name_or_path}.toml"
    path = shipped if shipped.is_file() else Path(name_or_path)
    if not path.is_file():
        known = ", ".join(sorted(item.stem for item in SHIPPED.glob("*.toml")))
        raise InvalidInput(f"There is no profile {name_or_path}. Shipped ones: {known}.")
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        return _profile(data, path.stem)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path.name} is no TOML: {error}") from error
    except InvalidInput as refusal:
        raise InvalidInput(f"{path.name}: {refusal.message}") from refusal


def _profile(data: dict[str, Any], name: str) -> Profile:
    countries, name = data.pop("countries", {}), data.pop("name", name)
    data.pop("description", "")
    if unknown := set(data) - set(KEYS):
        raise InvalidInput(f"there is no section or key {', '.join(sorted(unknown))}.")
    given: dict[str, Any] = {}
    for section, keys in KEYS.items():
        values = data.get(section, {})
        if unknown := set(values) - set(keys):
            raise InvalidInput(f"[{section}] knows no {', '.join(sorted(unknown))}.")
        if wrong := [key for key, value in values.items() if key != "service_codes" and not isinstance(value, str)]:
            raise InvalidInput(f"[{section}] {', '.join(wrong)} must be text in quotes.")
        given |= values if section != "columns" else {"columns": values}
    if missing := [key for key in REQUIRED if not given["columns"].get(key)]:
        raise InvalidInput(f"[columns] must say {', '.join(missing)}.")
    _check(given)
    codes = tuple(str(code).upper() for code in given.pop("service_codes", ()))
    return Profile(name=name, service_codes=codes, countries=countries, **given)


def _check(given: Mapping[str, Any]) -> None:
    """What would only fail after minutes of work fails here."""
    if not re.fullmatch("[A-Z]{3}", given.get("currency", "")):
        raise InvalidInput("[company] must say currency, as three capital letters.")
    if not re.fullmatch("[A-Z]{2}", given.get("country", "US")):
        raise InvalidInput("[company] country is two capital letters.")
    if given.get("decimal_mark", ".") not in (".", ","):
        raise InvalidInput("[source] decimal_mark is . or ,")
    if len(given.get("separator", ",")) != 1:
        raise InvalidInput("[source] separator is one character.")
    if not 1 <= len(given.get("cash_code", "CASH")) <= 30 or not 1 <= len(given.get("cash_name", "-")) <= 160:
        raise InvalidInput("[customers] cash_code has 1 to 30 characters, cash_name up to 160.")
    try:
        ZoneInfo(given.get("time_zone", "UTC"))
        "".encode(given.get("encoding", "utf-8"))
    except (LookupError, ValueError, OSError) as error:
        raise InvalidInput(f"the time zone or encoding is not known: {error}") from error

"""What the columns of an exported list mean when they come back: the same heads, the same words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from omc.lib.registry import registry
from orders.core.master.countries import code_of
from orders.core.models import Customer, LineKind, PaymentTerms, ShipRule, Warehouse

Reader = Callable[[str, "Look"], Any]


@dataclass(frozen=True)
class Look:
    """The rows that words in a file may name, read once."""

    terms: Mapping[str, PaymentTerms] = field(default_factory=dict)
    warehouses: Mapping[str, Warehouse] = field(default_factory=dict)


def look(company_id: int) -> Look:
    terms: dict[str, PaymentTerms] = {}
    for row in PaymentTerms.objects.filter(company_id=company_id):
        terms |= {row.name.casefold(): row, row.code.casefold(): row}
    warehouses: dict[str, Warehouse] = {}
    for house in Warehouse.objects.filter(company_id=company_id, is_active=True):
        warehouses |= {house.code.casefold(): house}
    return Look(terms, warehouses)


def _text(text: str, look: Look) -> str:
    return text


def _number(text: str, look: Look) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text.replace(" ", "").replace(",", "") if "." in text else text.replace(" ", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= 10**12:
        raise ValueError(_("“%(text)s” is no number; write it like 1234.5.") % {"text": text})
    return value


def _whole(text: str, look: Look) -> int | None:
    value = _number(text, look)
    if value is None:
        return None
    if value != int(value):
        raise ValueError(_("“%(text)s” is no whole number.") % {"text": text})
    return int(value)


def _yes(text: str, look: Look) -> bool:
    word = text.casefold()
    if word in ("yes", "y", "true", "1", "x", _("yes").casefold()):
        return True
    if word in ("no", "n", "false", "0", "", _("no").casefold()):
        return False
    raise ValueError(_("Write yes or no, not “%(text)s”.") % {"text": text})


def _one_of(choices: Any) -> Reader:
    def read(text: str, look: Look) -> str:
        for value, label in choices:
            if text.casefold() in (str(value).casefold(), str(label).casefold()):
                return str(value)
        offered = ", ".join(str(label) for _value, label in choices)
        raise ValueError(_("“%(text)s” is none of: %(offered)s.") % {"text": text, "offered": offered})

    return read


def _named(kind: str) -> Reader:
    def read(text: str, look: Look) -> Any:
        if not text:
            return None
        rows: Mapping[str, Any] = getattr(look, kind)
        found = rows.get(text.casefold()) or rows.get(text.casefold().split(" ")[0] if kind == "warehouses" else "")
        if found is None:
            raise ValueError(_("There is no “%(text)s”.") % {"text": text})
        return found

    return read


def _country(text: str, look: Look) -> str:
    found = code_of(text)
    if not found:
        raise ValueError(_("There is no country “%(text)s”.") % {"text": text})
    return found


LISTS: Final = {"customer": "customers", "product": "products"}
# column of the list → field and how its words are read; "part.field" is of the main address or contact
READ: Final[dict[str, dict[str, tuple[str, Reader]]]] = {
    "customer": {
        "name": ("name", _text),
        "code": ("code", _text),
        "class": ("customer_class", _one_of(Customer.CustomerClass.choices)),
        "ship_rule": ("ship_rule", _one_of(ShipRule.choices)),
        "terms": ("terms", _named("terms")),
        "limit": ("credit_limit", _number),
        "currency": ("currency", lambda text, look: text.upper()),
        "language": ("language", _one_of(settings.LANGUAGES)),
        "tax": ("tax_registration", _text),
        "price_group": ("price_group", _text),
        "warehouse": ("default_warehouse", _named("warehouses")),
        "po_required": ("po_required", _yes),
        "in_use": ("is_active", _yes),
        "street": ("addresses.street", _text),
        "postal_code": ("addresses.postal_code", _text),
        "city": ("addresses.city", _text),
        "region": ("addresses.region", _text),
        "country": ("addresses.country", _country),
        "contact": ("contacts.name", _text),
        "email": ("contacts.email", _text),
        "phone": ("contacts.phone", _text),
    },
    "product": {
        "sku": ("sku", _text),
        "name": ("name", _text),
        "kind": ("kind", _one_of(LineKind.choices)),
        "category": ("category", _text),
        "unit": ("stock_unit", _text),
        "barcode": ("barcode", _text),
        "lead_time": ("lead_time_days", _whole),
        "list_price": ("list_price", _number),
        "standard_cost": ("standard_cost", _number),
        "replacement_cost": ("replacement_cost", _number),
        "tax_class": ("tax_class", _text),
        "weight": ("weight_kg", _number),
        "in_use": ("is_active", _yes),
    },
}
NEVER_EMPTY: Final = frozenset(
    [
        "name",
        "code",
        "sku",
        "class",
        "ship_rule",
        "currency",
        "language",
        "kind",
        "unit",
        "lead_time",
        "country",
        "tax_class",
    ]
)  # an empty cell leaves what is there


def columns_of(kind: str, heads: list[str]) -> list[str]:
    """The column that each head of a file means; empty for one that is left alone (what the house computes)."""
    known: dict[str, str] = {}
    for column in registry.lists[LISTS[kind]].columns:
        if column.key in READ[kind]:
            known |= {column.key: column.key, _word(str(column.label)): column.key}
    return [known.get(_word(head), "") for head in heads]


def _word(head: str) -> str:
    """A head without its unit, in small letters."""
    return " ".join(head.partition(" (")[0].replace("_", " ").split()).casefold().replace(" ", "_")


def read_row(kind: str, cells: Mapping[str, str], look: Look) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields that a row names, and what is wrong by column. An empty cell empties its field, where it may be."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for key, text in cells.items():
        if not text and key in NEVER_EMPTY:
            continue
        name, read = READ[kind][key]
        try:
            values[name] = read(text, look)
        except ValueError as error:
            wrong[key] = str(error)
    return values, wrong


def column_of(kind: str, name: str) -> str:
    """The column that a field stands in."""
    return next((key for key, pair in READ[kind].items() if pair[0] == name or pair[0].endswith(f".{name}")), "")

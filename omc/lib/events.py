"""What a recorded fact looks like. Each stage declares its own in ``events.py`` as frozen dataclasses."""

import re
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_ONE_OF_MANY = re.compile(r"(?<![\d.,])1 (unit|line|order|row|parcel)s\b")
_PART = re.compile(r"\[([^\]]*)\]")
_FIELD = re.compile(r"\{(\w+)\}")
_DAY = re.compile(r"\d{4}-[01]\d-[0-3]\d")

EVENT_TYPES: dict[str, type["Event"]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact in the past tense: fields are its data, ``sentence`` tells it to a person.

    What stands in [brackets] in the sentence is said only where no number in it is zero.

    Units: in the field names. Names, addresses and mail text stay out, they must be erasable.
    """

    name: ClassVar[str] = ""
    stage: ClassVar[int] = 0
    version: ClassVar[int] = 1
    sentence: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        if not cls.name or cls.name in EVENT_TYPES:
            raise TypeError(f"Event {cls.__qualname__} needs a name of its own, not {cls.name!r}.")
        EVENT_TYPES[cls.name] = cls

    def data(self) -> dict[str, object]:
        """The fields as JSON values; numbers and dates as strings, so that nothing is rounded."""
        return {key: _plain(value) for key, value in asdict(self).items() if value is not None}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


_COUNTED: Final = {"items", "lines", "orders", "parcels", "prices", "quotes", "rows", "units"}


class _Told(dict[str, object]):
    """The data as a sentence says it: days, counts and amounts as people write them, and what is not there as a gap."""

    def __getitem__(self, key: str) -> object:
        value = super().__getitem__(key)
        if key.rpartition("_")[2] in _COUNTED and _NUMBER.fullmatch(str(value)):
            return formats.number_format(Decimal(str(value)), use_l10n=True, force_grouping=True)
        if not isinstance(value, str):
            return value
        if _DAY.fullmatch(value):
            return formats.date_format(date.fromisoformat(value), "j M Y")
        if key.endswith("amount") and _NUMBER.fullmatch(value):
            return formats.number_format(Decimal(value), 2, use_l10n=True, force_grouping=True)
        return value

    def __missing__(self, key: str) -> str:
        return "…"


# How a change came in, where the name of who made it does not say so; people at the screens need no word.
_WAYS: Final[dict[str, str | Promise]] = {
    "ui": "",
    "job": _("by itself"),
    "bulk": _("many at once"),
    "api": _("through the API"),
    "import": _("imported"),
    "phone": _("by phone"),
    "link": _("the customer, on the page of the link"),
}


def way_of(channel: str) -> str:
    """The word for the door that a change came through; a door without one goes by its own name."""
    return str(_WAYS.get(channel, channel))


def sentence_of(type_name: str, data: dict[str, object]) -> str:
    """The fact as a sentence; a type that this version no longer knows reads as its own name."""
    known = EVENT_TYPES.get(type_name)
    if known is None or not known.sentence:
        return type_name.replace("_", " ").capitalize()
    told = _PART.sub(lambda part: "" if _counts_nothing(part[1], data) else part[1], known.sentence)
    return _ONE_OF_MANY.sub(r"1 \1", told.format_map(_Told(data)))


def _counts_nothing(part: str, data: dict[str, object]) -> bool:
    return any(str(data.get(field)) == "0" for field in _FIELD.findall(part))

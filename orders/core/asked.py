"""What a customer asked for beside what we confirm or offer: every difference, and the sentences that say it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from orders.core.speech import Phrases, long_day, quantity, say, unit_money

PENNY: Final = Decimal("0.005")
PHRASES: Final[Phrases] = {
    "en": {
        "all_later": "You asked for everything by {asked}. It will all be with you on {given}.",
        "all_earlier": "You asked for everything on {asked}. It will all be with you earlier, on {given}.",
        "later": "{item}: you asked for it by {asked}. It will be with you on {given}.",
        "earlier": "{item}: you asked for it on {asked}. It will be with you earlier, on {given}.",
        "no_date": "{item}: you asked for it by {asked}. No date is promised yet.",
        "all_no_date": "You asked for everything by {asked}. No date is promised yet.",
        "quantity": "{item}: you asked for {asked}. It is {given}.",
        "price": "{item}: your price was {asked}. Ours is {given}.",
        "substitute": "Instead of {asked} you get {given}.",
        "left_out": "{item}: we cannot supply this.",
        "added": "{item}: {given} was added.",
        "nothing": "Everything is as you asked.",
        "head": "What differs from what you asked for:",
    },
    "de": {
        "all_later": "Sie wünschten alles bis {asked}. Es ist vollständig am {given} bei Ihnen.",
        "all_earlier": "Sie wünschten alles am {asked}. Es ist vollständig schon am {given} bei Ihnen.",
        "later": "{item}: Sie wünschten es bis {asked}. Es ist am {given} bei Ihnen.",
        "earlier": "{item}: Sie wünschten es am {asked}. Es ist schon am {given} bei Ihnen.",
        "no_date": "{item}: Sie wünschten es bis {asked}. Ein Termin ist noch nicht zugesagt.",
        "all_no_date": "Sie wünschten alles bis {asked}. Ein Termin ist noch nicht zugesagt.",
        "quantity": "{item}: Sie wünschten {asked}. Es sind {given}.",
        "price": "{item}: Ihr Preis war {asked}. Unser Preis ist {given}.",
        "substitute": "Statt {asked} erhalten Sie {given}.",
        "left_out": "{item}: Das können wir nicht liefern.",
        "added": "{item}: {given} kam hinzu.",
        "nothing": "Alles ist so, wie Sie es wünschten.",
        "head": "Was von Ihrem Wunsch abweicht:",
    },
}


@dataclass(frozen=True)
class Asked:
    """One thing that the customer asked for; what they did not say is None. Units: ``price`` per ``unit``."""

    item: str
    product_id: int | None = None
    quantity: Decimal | None = None
    unit: str = ""
    price: Decimal | None = None
    day: date | None = None
    left_out: bool = False


@dataclass(frozen=True)
class Given:
    """One line that we confirm or offer. Units: ``price`` per ``unit``; ``arrives`` with the customer."""

    item: str
    product_id: int | None
    quantity: Decimal
    unit: str
    price: Decimal | None
    arrives: date | None
    dated: bool = True  # a service or charge has no day


@dataclass(frozen=True)
class Difference:
    """One way in which a line is not what was asked: date, quantity, price, substitute, left_out or added."""

    what: str
    item: str
    asked: Decimal | date | str | None = None
    given: Decimal | date | str | None = None
    asked_unit: str = ""
    given_unit: str = ""


@dataclass
class _Pairs:
    pairs: list[tuple[Asked, Given]] = field(default_factory=list)
    missing: list[Asked] = field(default_factory=list)
    added: list[Given] = field(default_factory=list)


def _paired(asked: Sequence[Asked], given: Sequence[Given]) -> _Pairs:
    """Each thing asked for beside its line: the same item first, then what is left in its turn (a substitute)."""
    found, free = _Pairs(), list(given)
    waiting: list[Asked] = []
    for wish in asked:
        same = next((line for line in free if line.product_id == wish.product_id and wish.product_id), None)
        if same is None or wish.left_out:
            waiting.append(wish)
        else:
            free.remove(same)
            found.pairs.append((wish, same))
    for wish in waiting:
        other = next((line for line in free if line.dated), None)
        if wish.left_out or other is None:
            found.missing.append(wish)
        else:
            free.remove(other)
            found.pairs.append((wish, other))
    found.added = [line for line in free if line.dated]
    return found


def differences(asked: Sequence[Asked], given: Sequence[Given]) -> list[Difference]:
    """Every way in which what is given is not what was asked, line by line.

    >>> d = Decimal
    >>> for one in differences([Asked("BOLT", 1, d(10), "pc", d("2.00"), date(2026, 12, 3))],
    ...                        [Given("BOLT", 1, d(8), "pc", d("2.10"), date(2026, 12, 5))]):
    ...     print(one.what, one.asked, one.given)
    quantity 10 8
    price 2.00 2.10
    date 2026-12-03 2026-12-05
    """
    found = _paired(asked, given)
    said: list[Difference] = []
    for wish, line in found.pairs:
        said += _between(wish, line)
    said += [Difference("left_out", wish.item) for wish in found.missing]
    said += [Difference("added", line.item, given=line.quantity, given_unit=line.unit) for line in found.added]
    return said


def _between(wish: Asked, line: Given) -> list[Difference]:
    said = []
    if wish.product_id != line.product_id and (wish.product_id or wish.item != line.item):
        said.append(Difference("substitute", line.item, wish.item, line.item))
    if wish.quantity is not None and (wish.quantity, wish.unit or line.unit) != (line.quantity, line.unit):
        unit = wish.unit or line.unit
        said.append(Difference("quantity", line.item, wish.quantity, line.quantity, unit, line.unit))
    if wish.price is not None and line.price is not None and abs(wish.price - line.price) > PENNY:
        said.append(Difference("price", line.item, wish.price, line.price, wish.unit or line.unit, line.unit))
    if wish.day is not None and line.dated and wish.day != line.arrives:
        said.append(Difference("date", line.item, wish.day, line.arrives))
    return said


def sentences(found: Sequence[Difference], *, currency: str, lines: int) -> list[str]:
    """The differences as one would say them. Where all ``lines`` move from one day to another it is said once."""
    moves = {(one.asked, one.given) for one in found if one.what == "date"}
    moved = sum(one.what == "date" for one in found)
    together = len(moves) == 1 and moved == lines > 1
    said = []
    if together:
        said.append(_date(next(one for one in found if one.what == "date"), "all_"))
    said += [_sentence(one, currency) for one in found if not (together and one.what == "date")]
    return said


def _sentence(one: Difference, currency: str) -> str:
    if one.what == "date":
        return _date(one)
    if one.what == "quantity" and isinstance(one.asked, Decimal) and isinstance(one.given, Decimal):
        asked, given = quantity(one.asked, one.asked_unit), quantity(one.given, one.given_unit)
        return say(PHRASES, "quantity", item=one.item, asked=asked, given=given)
    if one.what == "price" and isinstance(one.asked, Decimal) and isinstance(one.given, Decimal):
        asked, given = unit_money(one.asked, currency), unit_money(one.given, currency)
        return say(PHRASES, "price", item=one.item, asked=asked, given=given)
    if one.what == "added" and isinstance(one.given, Decimal):
        return say(PHRASES, "added", item=one.item, given=quantity(one.given, one.given_unit))
    return say(PHRASES, one.what, item=one.item, asked=one.asked, given=one.given)


def _date(one: Difference, whom: str = "") -> str:
    asked, given = one.asked, one.given
    if not isinstance(asked, date) or not isinstance(given, date):
        return say(PHRASES, f"{whom}no_date", item=one.item, asked=long_day(asked if isinstance(asked, date) else None))
    key = "later" if given > asked else "earlier"
    return say(PHRASES, f"{whom}{key}", item=one.item, asked=long_day(asked), given=long_day(given))


def told_differences(found: Sequence[Difference], *, currency: str, lines: int, asked: bool) -> str:
    """The paragraph of a message: every difference, or that there is none where anything was ``asked``."""
    if found:
        return "\n".join([say(PHRASES, "head"), *sentences(found, currency=currency, lines=lines)])
    return say(PHRASES, "nothing") if asked else ""

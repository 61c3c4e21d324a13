"""Which rule of billing is in force, and what it means in amounts and days: pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from billing.dues.rules import Instalment

ORDER: Final = "order"
CUSTOMER: Final = "customer"
COMPANY: Final = "company"
FIELDS: Final = (
    "method", "every", "by_purchase_order", "freight", "deposit_percent", "deposit_rule", "deposit_holds", "instalments",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value in force and who says so: order, customer or company."""

    value: Any
    origin: str


def choose(field: str, order: Mapping[str, Any] | None, customer: Mapping[str, Any] | None, house: Any) -> Chosen:
    """The order's value wins, then the customer's, then the house's. Empty (not zero, not no) is as above says.

    >>> choose("freight", {"freight": ""}, {"freight": "by_value"}, "first")
    Chosen(value='by_value', origin='customer')
    >>> choose("deposit_percent", {"deposit_percent": Decimal(0)}, {"deposit_percent": Decimal(30)}, Decimal(0)).origin
    'order'
    """
    for said, origin in ((order, ORDER), (customer, CUSTOMER)):
        value = said.get(field) if said else None
        if value is not None and value != "" and value != []:
            return Chosen(value, origin)
    return Chosen(house, COMPANY)


def instalments_of(rows: Sequence[Sequence[Any]]) -> list[Instalment]:
    """As they are kept: [["50", 30], ["50", 60]]."""
    return [Instalment(Decimal(str(percent)), int(days)) for percent, days in rows]


def parse_instalments(text: str) -> list[list[Any]]:
    """Read "50 % in 30 days, 50 % in 60": pairs of percent and days, which sum to 100 percent.

    Raises: ValueError with a sentence

    >>> parse_instalments("30/0, 70/60")
    [['30', 0], ['70', 60]]
    """
    rows: list[list[Any]] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        percent, _, days = part.partition("/")
        try:
            share, after = Decimal(percent.strip().rstrip("%")), int(days)
        except (ArithmeticError, ValueError) as wrong:
            raise ValueError("Write percent/days, with commas between: 50/30, 50/60.") from wrong
        if not 0 < share <= 100 or not 0 <= after <= 730:
            raise ValueError("Percents are over 0 up to 100, days 0 to 730.")
        rows.append([f"{share.normalize():f}", after])
    if rows and sum(Decimal(row[0]) for row in rows) != 100:
        raise ValueError("The percents have to sum to 100.")
    if len(rows) > 24 or len({row[1] for row in rows}) != len(rows):
        raise ValueError("At most 24 instalments, each on another day.")
    return rows


def spell_instalments(rows: Sequence[Sequence[Any]]) -> str:
    """As ``parse_instalments`` reads them."""
    return ", ".join(f"{percent}/{days}" for percent, days in rows)


def period_end(every: str, day: date) -> date:
    """The last day before the period that ``day`` lies in: what left by then is billed together.

    >>> [str(period_end(every, date(2026, 11, 18))) for every in ("week", "half_month", "month")]
    ['2026-11-15', '2026-11-15', '2026-10-31']
    """
    if every == "week":
        return day - timedelta(days=day.weekday() + 1)
    if every == "half_month" and day.day >= 16:
        return day.replace(day=15)
    return day.replace(day=1) - timedelta(days=1)

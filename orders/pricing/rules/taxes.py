"""Which tax a line bears, and how the cents are spread."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from omc.lib.money import CENT, ZERO, round_amount

FOR_REGISTERED: Final = frozenset({"AE", "K"})  # reverse charge, and goods that go to another country of the Union


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax rule. An empty country is everywhere else, an empty region the whole country. ``rate`` in percent."""

    rule_id: int
    code: str
    category: str
    rate: Decimal
    country: str = ""
    region: str = ""
    tax_class: str = "standard"
    starts: date | None = None


def tax_for(rules: Iterable[Tax], *, country: str, region: str, tax_class: str, registered: bool) -> Tax | None:
    """The rule for goods of a class shipped to a place: the most specific place wins, then a rule that is only for
    registered customers, then the item's own class over the standard one, then the latest start, then the lowest id.
    """
    fitting = [
        rule
        for rule in rules
        if rule.country in ("", country)
        and (not rule.region or (bool(rule.country) and rule.region.casefold() == region.casefold()))
        and rule.tax_class in (tax_class, "standard")
        and (registered or rule.category not in FOR_REGISTERED)
    ]
    return min(
        fitting,
        key=lambda rule: (
            not rule.country,
            not rule.region,
            rule.category not in FOR_REGISTERED,
            rule.tax_class != tax_class,
            -(rule.starts or date.min).toordinal(),
            rule.rule_id,
        ),
        default=None,
    )


def line_taxes(nets: Sequence[Decimal], taxes: Sequence[tuple[str, Decimal]]) -> list[Decimal]:
    """Each line's tax, given its net amount and its (code, rate in percent).

    Rounds: half-up to the cent once per code and rate over all its lines; the cents that single rounding would
    differ by go to the lines with the largest remainders, so that the lines sum to the tax of the whole.
    """
    exact = [net * rate / 100 for net, (_, rate) in zip(nets, taxes, strict=True)]
    parts = [round_amount(value) for value in exact]
    for group in dict.fromkeys(taxes):
        members = [i for i, tax in enumerate(taxes) if tax == group]
        missing = round_amount(sum((exact[i] for i in members), ZERO)) - sum((parts[i] for i in members), ZERO)
        cents, cent = int(abs(missing) / CENT), CENT.copy_sign(missing)
        by_remainder = sorted(members, key=lambda i: ((parts[i] - exact[i]) * cent, i))
        for i in by_remainder[:cents]:
            parts[i] += cent
    return parts

"""What a deposit bills, and what of it is taken off each later invoice: pure, to the cent."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from omc.lib.money import round_amount

ZERO: Final = Decimal(0)
Tax = tuple[str, Decimal]  # code and rate in percent


@dataclass(frozen=True, slots=True)
class Amounts:
    """Net and tax of what bears one tax."""

    net: Decimal = ZERO
    tax: Decimal = ZERO

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(self.net + other.net, self.tax + other.tax)


def by_tax(rows: Iterable[tuple[str, Decimal, Decimal, Decimal]]) -> dict[Tax, Amounts]:
    """Sums of (code, rate, net, tax) per code and rate."""
    sums: dict[Tax, Amounts] = defaultdict(Amounts)
    for code, rate, net, tax in rows:
        sums[code, rate] += Amounts(net, tax)
    return dict(sums)


def deposit_of(order: dict[Tax, Amounts], percent: Decimal) -> dict[Tax, Amounts]:
    """What a deposit of so many percent bills of each tax (less than nothing, where discounts outweigh what bears it).

    Rounds: half-up to 2 places.
    """
    shares = {
        key: Amounts(round_amount(whole.net * percent / 100), round_amount(whole.tax * percent / 100))
        for key, whole in order.items()
    }
    return {key: share for key, share in shares.items() if share.net or share.tax}


def taken_by_now(deposit: dict[Tax, Amounts], billed: Decimal, whole: Decimal, *, rule: str, is_last: bool) -> Decimal:
    """How much of a deposit, tax included, is taken off once so much of the order's total is billed.

    ``rule`` pro_rata takes the share that is billed; first takes as much as is billed. The last invoice takes all.
    Never more than was deposited, nor than is billed. Rounds: half-up to 2 places.

    >>> deposit = {("S", Decimal(20)): Amounts(Decimal("30.00"), Decimal("6.00"))}
    >>> [taken_by_now(deposit, Decimal(60), Decimal(120), rule=rule, is_last=False) for rule in ("pro_rata", "first")]
    [Decimal('18.00'), Decimal('36.00')]
    """
    total = sum((share.net + share.tax for share in deposit.values()), ZERO)
    if is_last:
        return total
    if rule == "first":
        return min(total, billed)
    return round_amount(total * min(billed / whole, Decimal(1))) if whole > 0 else ZERO


def spread_over(deposit: dict[Tax, Amounts], taken: Decimal) -> dict[Tax, Amounts]:
    """So much of a deposit in net and tax of each of its taxes; all of it is the deposit itself.

    Rounds: half-up to 2 places, the difference on the largest net amount.

    >>> deposit = {("S", Decimal(20)): Amounts(Decimal("30.00"), Decimal("6.00"))}
    >>> spread_over(deposit, Decimal("18.01"))
    {('S', Decimal('20')): Amounts(net=Decimal('15.01'), tax=Decimal('3.00'))}
    """
    total = sum((share.net + share.tax for share in deposit.values()), ZERO)
    if not total:
        return {key: Amounts() for key in deposit}
    parts = {
        key: Amounts(round_amount(share.net * taken / total), round_amount(share.tax * taken / total))
        for key, share in deposit.items()
    }
    off = taken - sum((part.net + part.tax for part in parts.values()), ZERO)
    largest = max(deposit, key=lambda key: (deposit[key].net, key))
    parts[largest] += Amounts(off, ZERO)
    return parts

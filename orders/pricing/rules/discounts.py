"""What a discount on a whole document takes off each of its lines."""

from collections.abc import Sequence
from decimal import Decimal

from omc.lib.money import ZERO, spread


def shares_of_discount(nets: Sequence[Decimal], discounts: Sequence[bool]) -> list[Decimal]:
    """What the lines that are discounts take off each other line, in proportion to its net amount.

    Rounds: down to the cent, the rest to the largest remainders, so that the shares sum to the discounts.

    >>> nets = [Decimal("33.33"), Decimal("33.33"), Decimal("33.34"), Decimal("-10.00")]
    >>> [str(share) for share in shares_of_discount(nets, [False, False, False, True])]
    ['-3.33', '-3.33', '-3.34', '0']
    """
    whole = sum((net for net, is_discount in zip(nets, discounts, strict=True) if is_discount), ZERO)
    weights = [ZERO if is_discount else max(net, ZERO) for net, is_discount in zip(nets, discounts, strict=True)]
    bearing = [at for at, weight in enumerate(weights) if weight]
    shares = [ZERO] * len(nets)
    for at, share in zip(bearing, spread(whole, [weights[at] for at in bearing]), strict=True):
        shares[at] = share
    return shares

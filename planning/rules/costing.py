"""What an item costs us after a receipt."""

from decimal import Decimal

from omc.lib.money import round_price


def moving_average(on_hand: Decimal, average: Decimal | None, quantity: Decimal, unit_cost: Decimal) -> Decimal:
    """The average cost per unit after receiving ``quantity`` at ``unit_cost``.

    Units: company currency per stock unit. Rounds: half-up to 4 places. Stock of unknown cost does not count.

    >>> moving_average(Decimal(10), Decimal(4), Decimal(30), Decimal(8))
    Decimal('7.0000')
    """
    if average is None or on_hand <= 0:
        return round_price(unit_cost)
    return round_price((on_hand * average + quantity * unit_cost) / (on_hand + quantity))

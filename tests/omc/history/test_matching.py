"""The stated rule: the latest earlier sale that has as much open."""

from datetime import UTC, datetime
from decimal import Decimal

from omc.history.matching import NO_SALE, NOTHING_OPEN, Sale, original


def sale(line_id, day, quantity):
    return Sale(line_id, datetime(2024, 3, day, tzinfo=UTC), Decimal(quantity))


BACK = datetime(2024, 3, 10, tzinfo=UTC)


def test_the_latest_earlier_sale_with_as_much_open_is_the_original():
    sales = [sale(1, 1, 20), sale(2, 5, 20), sale(3, 8, 3)]

    assert original(sales, BACK, Decimal(4)) == (sales[1], "")


def test_a_sale_at_the_same_moment_or_later_is_none():
    assert original([sale(1, 10, 20), sale(2, 11, 20)], BACK, Decimal(1)) == (None, NO_SALE)


def test_what_no_single_sale_has_open_stays_unmatched():
    assert original([sale(1, 1, 3), sale(2, 2, 3)], BACK, Decimal(4)) == (None, NOTHING_OPEN)


def test_without_any_sale_it_says_so():
    assert original([], BACK, Decimal(1)) == (None, NO_SALE)

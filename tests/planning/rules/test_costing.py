from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from planning.rules.costing import moving_average

prices = st.decimals("0.0001", 1000, places=4)
amounts = st.decimals("0.001", 1000, places=3)


def test_stock_of_unknown_cost_does_not_count() -> None:
    assert moving_average(Decimal(10), None, Decimal(1), Decimal("2.5")) == Decimal("2.5000")
    assert moving_average(Decimal(0), Decimal(4), Decimal(1), Decimal("2.5")) == Decimal("2.5000")


@given(on_hand=amounts, average=prices, quantity=amounts, cost=prices)
def test_the_average_lies_between_the_two(on_hand, average, quantity, cost) -> None:
    assert min(average, cost) <= moving_average(on_hand, average, quantity, cost) <= max(average, cost)

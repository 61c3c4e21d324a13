"""Type-ahead on customers: the exact code, codes that begin so, names that hold the words."""

import pytest

from orders.entry.selectors.lookup import customers_found
from tests.orders.entry.factories import Desk

pytestmark = pytest.mark.django_db

NAMES = {"C10": "Zinc Works", "C1002": "Harbor Marine", "c1001": "Yard Tools", "X7": "A shop beside c10", "C9": "Other"}


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    for code, name in NAMES.items():
        desk.make_customer(code=code, name=name)
    desk.make_customer(code="C1003", name="Gone", is_active=False)
    Desk().make_customer(code="C1004", name="Of another company")
    return desk


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("c10", ["C10", "c1001", "C1002", "X7"]),
        ("C1002", ["C1002"]),
        ("marine harbor", ["C1002"]),
        ("c%", []),
        ("  ", []),
    ],
)
def test_codes_come_before_names_each_in_its_order(desk: Desk, typed: str, codes: list[str]) -> None:
    assert [customer.code for customer in customers_found(desk.csr, typed)] == codes
    assert [customer.code for customer in customers_found(desk.csr, typed, limit=2)] == codes[:2]

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from orders.core import numbers
from tests.factories import make_company


@pytest.mark.django_db
def test_each_company_counts_for_itself():
    one, two = make_company(), make_company()

    assert numbers.next_numbers(one.pk, "order", 2) == ["SO-000001", "SO-000002"]
    assert numbers.next_number(two.pk, "order") == "SO-000001"
    assert numbers.next_gapless(one.pk, "INV", 2026) == "INV-2026-000001"
    assert numbers.next_gapless(two.pk, "INV", 2026) == "INV-2026-000001"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_gapless_series_has_no_gap_when_transactions_fail():
    company = make_company()

    def post(n):
        try:
            with transaction.atomic():
                number = numbers.next_gapless(company.pk, "INV", 2026)
                if n % 3 == 0:
                    raise RuntimeError
                return number
        except RuntimeError:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        given = [number for number in pool.map(post, range(30)) if number]

    assert sorted(given) == [f"INV-2026-{n:06d}" for n in range(1, 21)]

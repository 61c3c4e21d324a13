"""Two looks at once warn once; two people propose at once, and there is one draft per list."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from omc.lib.errors import DomainError
from orders.pricing.models import CostWarning, PriceFile
from orders.pricing.warnings import services
from tests.orders.pricing.warnings.test_cost_warnings import Trade


def _in_two_threads(run):
    def each(_n):
        try:
            return run()
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(each, range(2)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_two_looks_warn_once_and_two_proposals_are_one():
    trade = Trade()
    trade.rises()
    found = _in_two_threads(lambda: len(trade.watch()))
    assert sorted(found) == [0, 1]
    warning = CostWarning.objects.get()
    said = _in_two_threads(lambda: services.propose_prices(warning_id=warning.pk, actor=trade.pricer) and "proposed")
    assert sorted(said) == ["illegal_transition", "proposed"]
    assert PriceFile.objects.count() == warning.proposals.count() == 2

"""DESIGN §9: a 10-line order from entry to posted invoice takes at most 150 statements, however many lines it has."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.journeys.world import all_the_way, make_world

BUDGET = 150


def statements(lines: int) -> int:
    world = make_world(items=lines)
    all_the_way(world, [1] * lines)  # settings and prepared things are there afterwards
    with CaptureQueriesContext(connection) as captured:
        invoice = all_the_way(world, [2] * lines)
    assert (invoice.state, invoice.lines.count()) == ("posted", lines)
    return len(captured)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_ten_lines_from_entry_to_posted_invoice_stay_within_the_budget():
    count = statements(10)
    print(f"{count} statements, BEGIN and COMMIT counted")
    assert count <= BUDGET


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_statements_do_not_grow_with_the_lines():
    assert statements(40) == statements(4)

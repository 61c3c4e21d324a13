import random
from decimal import Decimal as D

import pytest

from orders.core import ledger
from orders.core.models import LEDGER_COLUMNS, LineKind, Order
from orders.core.rules import Ledger, LineFacts, facets
from tests.factories import OrderFactory, ProductFactory, make_company

pytestmark = pytest.mark.django_db


def an_order(quantities=(5,)):
    company = make_company()
    product = ProductFactory(company=company)
    return OrderFactory(company=company, confirmed=True, items=[(product, q, "2.00") for q in quantities])


def test_all_lines_move_in_one_statement_however_many_there_are(django_assert_num_queries):
    for size in (1, 40):
        order = an_order([5] * size)
        moves = [(line_id, "allocated", D(1)) for line_id in order.lines.values_list("pk", flat=True)]
        with django_assert_num_queries(1):
            ledger.post(order.pk, moves)


def test_a_broken_invariant_is_refused_by_name():
    line = an_order().lines.get()

    with pytest.raises(ledger.LedgerRefused, match="shipped within packed") as refusal:
        ledger.post(line.order_id, [(line.pk, "shipped", D(1))])

    assert refusal.value.data == {"invariant": "ledger_shipped_within_packed"}


def test_a_line_of_another_order_is_refused():
    mine, other = an_order(), an_order()

    with pytest.raises(ledger.LedgerRefused, match="another order"):
        ledger.post(mine.pk, [(other.lines.get().pk, "allocated", D(1))])


@pytest.mark.slow
def test_the_database_derives_the_same_facets_as_the_rules():
    rng = random.Random(7)
    order = an_order([3, 4, 5, 6])
    lines = list(order.lines.order_by("pk"))
    for line, kind in zip(lines, [LineKind.GOODS, LineKind.KIT, LineKind.SERVICE, LineKind.COMPONENT], strict=True):
        line.kind, line.invoice_ahead = kind, kind == LineKind.SERVICE
        line.save()
    model = {line.pk: Ledger(ordered=line.ordered, invoice_ahead=line.invoice_ahead) for line in lines}
    seen = set()
    for _ in range(400):
        line = rng.choice(lines)
        column, delta = rng.choice(LEDGER_COLUMNS[1:]), D(rng.choice([-1, 1, 2]))
        try:
            model[line.pk] = model[line.pk].post(**{column: delta})
        except ValueError:
            continue
        ledger.post(order.pk, [(line.pk, column, delta)])
        expected = facets(
            LineFacts(model[row.pk], row.kind in ("goods", "kit"), row.kind not in ("text", "component"))
            for row in lines
        )
        found = Order.objects.values("shipping", "billing", "claims").get(pk=order.pk)
        assert found == expected
        seen.add(tuple(found.values()))
    assert len(seen) > 5

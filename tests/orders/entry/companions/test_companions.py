"""What is bought together, and what instead: computed by the database as by hand, and offered beside the line."""

import random
from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from omc.accounts.models import User
from omc.lib import clock
from omc.lib.actor import system
from omc.lib.money import ZERO
from orders.core.models import Category, Company, JobRun, Order, OrderLine, Product
from orders.core.services import jobs
from orders.entry.companions import services
from orders.entry.companions.models import ItemCompanion
from orders.entry.companions.selectors import offers_for
from orders.entry.companions.services import compute_companions, compute_where_due
from orders.entry.services import start_order
from orders.pricing.services import start_quote
from tests.factories import make_actor, make_company, make_user
from tests.orders.entry.factories import Desk
from tests.orders.entry.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def bought(desk: Desk, baskets: list[tuple[int, list[Product]]], days_ago: int = 30, **fields: Any) -> None:
    """Submitted orders as they lie in the database: a customer and items each."""
    at = clock.now() - timedelta(days=days_ago)
    fields = {"state": "closed"} | fields
    orders = Order.objects.bulk_create(
        Order(
            company=desk.company,
            customer_id=customer_id,
            currency="USD",
            created_at=at,
            updated_at=at,
            submitted_at=at,
            number=f"X{days_ago}-{at_}-{id(baskets)}"[:20],
            **fields,
        )
        for at_, (customer_id, _items) in enumerate(baskets)
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            kind=item.kind,
            product=item,
            unit=item.stock_unit,
            unit_factor=1,
            typed_quantity=1,
            unit_price=ZERO,
            net_amount=ZERO,
            net_base=ZERO,
            tax_rate=ZERO,
            tax_amount=ZERO,
        )
        for order, (_customer, items) in zip(orders, baskets, strict=True)
        for position, item in enumerate(items, start=1)
    )


def compute(company: Company) -> int:
    return compute_companions(actor=system(services.KIND, company.pk))


def by_hand(baskets: list[tuple[int, list[Product]]]) -> dict[tuple[str, int], list[tuple[int, int, int]]]:
    """The same in plain Python: (relation, item) → (other, both, base) in order."""
    sets = [(customer, {item.pk for item in items}) for customer, items in baskets]
    category = {item.pk: item.category_id for _customer, items in baskets for item in items}
    orders = Counter(item for _customer, items in sets for item in items)
    buyers: dict[int, set[int]] = defaultdict(set)
    for customer, items in sets:
        for item in items:
            buyers[item].add(customer)
    found: dict[tuple[str, int], list[tuple[float, int, int, int]]] = defaultdict(list)
    for a, b in permutations(orders, 2):
        together = sum(a in items and b in items for _customer, items in sets)
        if together >= 5 and together / orders[a] >= 0.1 and together * len(sets) / (orders[a] * orders[b]) >= 1.5:
            found["with", a].append((-together / orders[a], -together, b, orders[a]))
        both = len(buyers[a] & buyers[b])
        alike = category[a] is not None and category[a] == category[b]
        seldom = together / min(orders[a], orders[b]) <= 0.1
        if alike and seldom and both >= 5 and both / len(buyers[a]) >= 0.1:
            found["instead", a].append((-both / len(buyers[a] | buyers[b]), -both, b, len(buyers[a])))
    return {
        key: [(b, -both, base) for _near, both, b, base in sorted(rows)[: services.KEPT]] for key, rows in found.items()
    }


@pytest.mark.slow
def test_the_database_finds_what_plain_python_finds(desk: Desk) -> None:
    chance = random.Random(7)
    kinds = [Category.objects.create(company=desk.company, code=f"C{n}", name=f"C{n}") for n in range(2)]
    items = [desk.item(category=chance.choice([*kinds, None])) for _ in range(14)]
    customers = [desk.make_customer().pk for _ in range(12)]
    baskets = []
    for _ in range(260):
        first = chance.choice(items)
        others = [items[(items.index(first) + 1) % 14]] if chance.random() < 0.6 else []
        others += chance.sample(items, chance.randint(0, 2))
        baskets.append((chance.choice(customers), list(dict.fromkeys([first, *others]))))
    bought(desk, baskets)
    kept = compute(desk.company)
    expected = by_hand(baskets)
    got: dict[tuple[str, int], list[tuple[int, int, int]]] = defaultdict(list)
    for row in ItemCompanion.objects.order_by("place"):
        got[row.relation, row.product_id].append((row.other_id, row.both, row.base))
    assert dict(got) == expected
    assert kept == sum(map(len, expected.values()))
    assert {relation for relation, _item in expected} == {"with", "instead"}
    assert len(expected) > 10


@pytest.mark.slow
def test_what_does_not_count_is_left_out_and_a_second_run_replaces_the_first(desk: Desk) -> None:
    customers = [desk.make_customer().pk for _ in range(6)]
    bolt, nut, pump = (desk.item(sku=sku) for sku in ("BOLT", "NUT", "PUMP"))
    pairs = [(customer, [bolt, nut]) for customer in customers]
    alone = [(customer, [pump]) for customer in customers * 3]
    bought(desk, alone, days_ago=5)
    bought(desk, pairs, days_ago=900)
    bought(desk, pairs, days_ago=20, state="cancelled")
    assert compute(desk.company) == 0
    bought(desk, pairs, days_ago=10)
    assert compute(desk.company) == 2
    assert compute(desk.company) == 2
    row = ItemCompanion.objects.get(product=bolt)
    assert (row.other, row.relation, row.both, row.base, row.share, row.lift) == (nut, "with", 6, 6, 100, 4)
    assert compute(make_company()) == 0
    assert ItemCompanion.objects.count() == 2
    crowd = [desk.item() for _ in range(services.MOST_ITEMS)]
    bought(desk, [(customer, [*crowd, bolt]) for customer in customers], days_ago=3)
    assert compute(desk.company) == 2


def test_substitutes_are_offered_when_it_is_short_and_only_those_that_are_there(
    desk: Desk, django_assert_max_num_queries: Any
) -> None:
    pipes = Category.objects.create(company=desk.company, code="P", name="Pipes")
    customers = [desk.make_customer().pk for _ in range(6)]
    copper = desk.item(sku="COPPER", category=pipes, stock=5, list_price=Decimal(9))
    steel = desk.item(sku="STEEL", category=pipes, stock=400, list_price=Decimal(8))
    brass = desk.item(sku="BRASS", category=pipes, stock=1)
    elbow = desk.item(sku="ELBOW", stock=7, list_price=Decimal(2))
    pump = desk.item(sku="PUMP")
    baskets = [(customer, [item, elbow]) for customer in customers for item in (copper,)]
    baskets += [(customer, [item]) for customer in customers for item in (steel, brass, pump, pump)]
    bought(desk, baskets)
    compute(desk.company)
    order = start_order(customer_id=desk.customer.pk, actor=desk.csr)
    with django_assert_max_num_queries(14):
        found = offers_for(order, "copper", Decimal(12), desk.csr)
    assert found is not None
    assert found.short == 7
    told = [(offer.is_instead, offer.product.sku, offer.available, offer.unit_price) for offer in found.offers]
    assert told == [(True, "STEEL", 400, 8), (False, "ELBOW", 7, 2)]  # one BRASS is not enough
    shown = [offer.shown for offer in found.offers]
    assert [(row.both, row.base, row.share) for row in shown if row] == [(6, 6, 100), (6, 6, 100)]
    there = offers_for(order, "COPPER", Decimal(5), desk.csr)
    assert there is not None
    assert (there.short, [offer.is_instead for offer in there.offers]) == (0, [False])
    assert offers_for(order, "COPPER", Decimal(5), desk.csr, besides={"ELBOW"}).offers == []  # type: ignore[union-attr]
    blind = offers_for(order, "COPPER", Decimal(12), make_actor(desk.company, "warehouse"))
    assert blind is not None
    assert {offer.unit_price for offer in blind.offers} == {None}
    assert offers_for(order, "NO-SUCH", Decimal(1), desk.csr) is None


@pytest.mark.slow
def test_the_strip_says_why_for_orders_and_quotes_and_to_nobody_else(desk: Desk) -> None:
    customers = [desk.make_customer().pk for _ in range(6)]
    bolt, nut, pump = (desk.item(sku=sku, list_price=Decimal(3)) for sku in ("BOLT", "NUT", "PUMP"))
    bought(desk, [(each, [bolt, nut]) for each in customers] + [(each, [pump]) for each in customers * 3])
    compute(desk.company)
    client = Client()
    client.force_login(User.objects.get(pk=desk.csr.user_id), backend="omc.accounts.backends.RoleBackend")
    order = start_order(customer_id=desk.customer.pk, actor=desk.csr)
    quote = start_quote(customer_id=desk.customer.pk, actor=desk.csr)
    urls = (reverse("entry:beside", args=[order.pk]), reverse("entry:quote-beside", args=[quote.pk]))
    for url in urls:
        told = client.post(url, {"item": "bolt", "quantity": "2"}).text
        assert 'data-item="NUT"' in told
        assert "of 6 orders" in told
        assert "3.00" in told
        for nothing in ({"item": ""}, {"item": "NO-SUCH"}, {"item": "bolt", "quantity": "x"}):
            assert client.post(url, nothing).text.strip() == ""
        assert client.post(url, {"item": "bolt", "besides": "NUT"}).text.strip() == ""
    strangers = Client()
    strangers.force_login(make_user(make_company(), "csr"), backend="omc.accounts.backends.RoleBackend")
    assert [strangers.post(url, {"item": "bolt"}).status_code for url in urls] == [404, 404]


def test_the_clock_starts_it_once_a_day_and_the_job_tells_what_it_found(desk: Desk) -> None:
    before = JobRun.objects.filter(kind=services.KIND).count()
    assert compute_where_due() >= 1
    assert compute_where_due() == 0
    run = JobRun.objects.get(kind=services.KIND, company=desk.company)
    jobs.execute(run.pk)
    run.refresh_from_db()
    assert (run.status, run.result) == ("done", {"relations": 0})
    assert compute_where_due() == 0
    JobRun.objects.filter(pk=run.pk).update(created_at=run.created_at - timedelta(days=2))
    assert compute_where_due() == 1
    assert JobRun.objects.filter(kind=services.KIND).count() > before


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_leave_one_result() -> None:
    desk = Desk()
    customers = [desk.make_customer().pk for _ in range(6)]
    bolt, nut, pump = (desk.item() for _ in range(3))
    bought(desk, [(each, [bolt, nut]) for each in customers] + [(each, [pump]) for each in customers * 3])
    assert at_once(*[lambda: compute(desk.company)] * 3) == [2, 2, 2]
    assert ItemCompanion.objects.count() == 2

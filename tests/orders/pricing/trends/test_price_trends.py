"""Prices over time: every number against plain Python over the same lines, and each opens its rows."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from omc.accounts.models import User
from orders.core.models import Order, OrderLine
from orders.pricing.trends.selectors import price_trend, sold_lines
from orders.pricing.trends.sold import scope_of
from orders.pricing.trends.variance import price_variance
from tests.factories import CustomerFactory, ProductFactory, make_actor, make_company, make_user

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 2, 10), date(2026, 7, 20)
D = Decimal


@pytest.fixture
def company():
    return make_company(time_zone="UTC")


def _steps(rng, listed, charged):
    """Steps that end at the charged price, and the price that stood before anybody typed one."""
    standing = listed if rng.random() < 0.7 else listed * D("0.9")
    steps = [{"step": "list", "source": "base", "price": f"{listed:.4f}", "amount": f"{listed:.4f}"}]
    if standing != listed:
        steps.append({"step": "contract", "source": "contract", "price": f"{standing:.4f}", "amount": "-1"})
    price = standing
    if charged is not None:
        price = charged
        steps.append({"step": "manual", "source": "manual", "author": "Ann", "price": f"{price:.4f}", "amount": "-1"})
    if rng.random() < 0.2:
        steps.append({"step": "quote", "source": "Q1", "price": f"{price:.4f}", "amount": "0"})
    return steps, price, standing


def _sold(company, count=240, seed=5):
    """Lines of three items and three customers, with typed prices, unknown costs, and what does not count."""
    rng = random.Random(seed)
    items = [ProductFactory(company=company) for _ in range(3)]
    customers = [CustomerFactory(company=company) for _ in range(3)]
    lines = []
    for n in range(count):
        at = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(hours=rng.randint(0, 250 * 24))
        state = rng.choice(["confirmed", "shipped", "closed", "closed", "cancelled", "pending"])
        rate = rng.choice([D(1), D("1.25")])
        order = Order(
            company=company, customer=rng.choice(customers), state=state, number=f"SO{seed}{n}", submitted_at=at,
            currency="USD", currency_rate=rate, created_at=at, updated_at=at,
        )  # fmt: skip
        item = rng.randrange(3)
        listed = D(10 * (item + 1))
        typed = {0: D("0.85"), 1: D("0.4")}.get(rng.randrange(12))
        steps, price, _standing = _steps(rng, listed, typed and (listed * typed).quantize(D("0.0001")))
        if rng.random() < 0.05:
            steps = []
        cancelled = D(rng.choice([0, 0, 0, 2]))
        lines.append(
            OrderLine(
                order=order, position=1, kind=rng.choice(["goods", "goods", "goods", "charge"]), product=items[item],
                ordered=D(rng.randint(2, 40)), cancelled=cancelled, unit_price=price, price_steps=steps,
                list_price=rng.choice([listed, listed, None]), unit_cost=rng.choice([None, D(0), listed * D("0.6")]),
            )
        )  # fmt: skip
    Order.objects.bulk_create([line.order for line in lines])
    return items, customers, OrderLine.objects.bulk_create(lines)


def _counted(lines, product=None, customer=None):
    return [
        line
        for line in lines
        if line.kind == "goods" and line.order.state in ("confirmed", "shipped", "closed")
        and line.ordered > line.cancelled and FIRST <= line.order.submitted_at.date() <= LAST
        and product in (None, line.product) and customer in (None, line.order.customer)
    ]  # fmt: skip


def _expected(line):
    """The price of the last step that nobody typed and no quote promised, in company currency."""
    given = [step for step in line.price_steps if step["step"] not in ("manual", "quote")]
    return D(given[-1]["price"]) * line.order.currency_rate if given else None


def _quantity(line):
    return line.ordered - line.cancelled


def _charged(line):
    return line.unit_price * line.order.currency_rate


def _outliers(lines):
    far = set()
    by_item = defaultdict(list)
    for line in lines:
        against = _expected(line) or (line.list_price or 0) * line.order.currency_rate
        if against:
            by_item[line.product_id].append((line.pk, float(_charged(line) / against)))
    for ratios in by_item.values():
        middle = median(ratio for _pk, ratio in ratios)
        spread = max(1.4826 * median(abs(ratio - middle) for _pk, ratio in ratios), 0.01)
        far |= {pk for pk, ratio in ratios if len(ratios) >= 5 and abs(ratio - middle) / spread > 3.5}
    return far


def _round(value, places):
    return value.quantize(D(1).scaleb(-places), ROUND_HALF_UP)


def _naive(lines, everything, single):
    """(lines, net, price, list price, cost, margin %, discount %, outliers) of some of the lines of the period."""
    means = {
        item: sum(_quantity(x) * _charged(x) for x in everything if x.product_id == item)
        / sum(_quantity(x) for x in everything if x.product_id == item)
        for item in {x.product_id for x in everything}
    }

    def mean(those, value):
        if not those:
            return None
        amount = sum(_quantity(x) * value(x) for x in those)
        if single:
            return _round(amount / sum(map(_quantity, those)), 4)
        return _round(100 * amount / sum(_quantity(x) * means[x.product_id] for x in those), 2)

    listed = [x for x in lines if x.list_price]
    known = [x for x in lines if x.unit_cost]
    net = sum(_quantity(x) * _charged(x) for x in lines)
    net_known = sum(_quantity(x) * _charged(x) for x in known)
    net_listed = sum(_quantity(x) * _charged(x) for x in listed)
    cost = sum(_quantity(x) * x.unit_cost for x in known)
    at_list = sum(_quantity(x) * x.list_price * x.order.currency_rate for x in listed)
    return (
        len(lines), _round(net, 2), mean(lines, _charged),
        mean(listed, lambda x: x.list_price * x.order.currency_rate), mean(known, lambda x: x.unit_cost),
        _round((net_known - cost) / net_known * 100, 2) if known else None,
        _round((at_list - net_listed) / at_list * 100, 2) if listed else None,
        len({x.pk for x in lines} & _outliers(everything)),
    )  # fmt: skip


def _told(point):
    return (
        point.lines, point.net_base, point.price, point.list_price, point.cost, point.margin_percent,
        point.discount_percent, point.outliers,
    )  # fmt: skip


@pytest.mark.parametrize("about", ["item", "customer", "both"])
def test_every_number_is_that_of_plain_python(company, about):
    items, customers, lines = _sold(company)
    _sold(make_company(time_zone="UTC"), 20, seed=6)
    item = items[1] if about != "customer" else None
    customer = customers[0] if about != "item" else None
    ids = {"product_id": item and item.pk, "customer_id": customer and customer.pk}
    actor = make_actor(company, "pricing")
    trend = price_trend(actor, scope_of(actor, FIRST, LAST, **ids))
    counted = _counted(lines, item, customer)
    assert len(counted) > 5
    assert _told(trend.whole) == _naive(counted, counted, single=item is not None)
    months = {line.order.submitted_at.date().replace(day=1) for line in counted}
    assert {point.month: _told(point) for point in trend.months} == {
        month: _naive(
            [x for x in counted if x.order.submitted_at.date().replace(day=1) == month],
            counted,
            single=item is not None,
        )
        for month in months
    }
    assert {one.line.pk for one in trend.outliers} == _outliers(counted)
    if about == "item":
        assert trend.outliers


def test_variance_is_what_was_charged_against_what_the_lists_gave(company):
    items, _customers, lines = _sold(company)
    actor = make_actor(company, "sales")
    found = price_variance(scope_of(actor, FIRST, LAST))
    rows = {row.product_id: row for row in found.rows}
    assert found.items == len(rows)
    assert set(rows) == {item.pk for item in items}
    for item in items:
        those = _counted(lines, item)
        given = [x for x in those if _expected(x) is not None]
        row = rows[item.pk]
        assert (row.lines, row.without) == (len(those), len(those) - len(given))
        assert row.differing == sum(_charged(x) != _expected(x) for x in given) > 0
        assert row.expected_base == _round(sum(_quantity(x) * _expected(x) for x in given), 2)
        assert row.charged_base == _round(sum(_quantity(x) * _charged(x) for x in given), 2)
        for against, number in (("differs", row.differing), ("unknown", row.without), ("", row.lines)):
            asked = {"product": item, "first": FIRST, "last": LAST, "against": against}
            assert sold_lines(actor, asked).count() == number


def test_variance_is_read_page_by_page_and_every_page_knows_the_whole(company, client):
    items, _customers, lines = _sold(company)
    actor = make_actor(company, "sales")
    scope, seen, after = scope_of(actor, FIRST, LAST), [], None
    while True:
        found = price_variance(scope, after=after, most=1)
        seen += found.rows
        assert (found.items, found.whole.lines) == (len(items), len(_counted(lines)))
        if not found.after:
            break
        gap, _line, item = found.after.partition("_")
        after = (D(gap), int(item))
    whole = price_variance(scope)
    assert seen == list(whole.rows)
    assert sum(row.variance_base for row in seen) == whole.whole.variance_base
    gaps = [abs(row.variance_base) for row in seen]
    assert gaps == sorted(gaps, reverse=True)

    client.force_login(User.objects.get(pk=actor.user_id))
    asked = {"first": str(FIRST), "last": str(LAST)}
    past = client.get("/pricing/variance/", asked | {"after": f"{gaps[0]}_{seen[0].product_id}"})
    assert [one["row"] for one in past.context["rows"]] == seen[1:]
    assert "From the first" in past.content.decode()
    assert client.get("/pricing/variance/", asked | {"after": "1;2"}).status_code == 422


@pytest.mark.slow
def test_the_page_opens_exactly_its_rows_and_hides_costs_by_role(client, company):
    items, _customers, lines = _sold(company)
    asked = {"sku": items[0].sku, "first": FIRST, "last": LAST}
    client.force_login(User.objects.get(pk=make_actor(company, "pricing").user_id))
    page = client.get("/pricing/trend/", asked)
    assert page.status_code == 200
    assert page.context["rows"]
    for point, url in page.context["rows"]:
        assert client.get(url).context["count_text"] == str(point.lines)
    assert "Unit cost" in client.get("/pricing/sold-lines/").content.decode()
    assert page.context["trend"].whole.lines == len(_counted(lines, items[0]))
    marked = page.context["marks"]["points"]
    assert sorted(price for _month, price in marked) == sorted(one.price for one in page.context["trend"].outliers)
    drawn = page.content.decode()
    assert drawn.count('class="mark"') == (2 if marked else 0)  # in the plot, and beside the word in the legend
    assert marked
    client.force_login(make_user(company, "csr"))
    page = client.get("/pricing/trend/", asked)
    assert "Margin</dt>" not in page.content.decode()
    assert page.context["trend"].whole.cost is page.context["trend"].whole.margin_percent is None
    assert "Unit cost" not in client.get("/pricing/sold-lines/").content.decode()
    client.force_login(make_user(company, "warehouse"))
    for url in ("/pricing/trend/", "/pricing/variance/", "/pricing/sold-lines/"):
        assert client.get(url).status_code == 403
    client.force_login(make_user(make_company(), "pricing"))
    assert client.get("/pricing/trend/", asked).status_code == 422  # no such item in that company


def test_what_is_asked_wrongly_is_said_at_its_field(client, company):
    client.force_login(make_user(company, "pricing"))
    page = client.get("/pricing/trend/", {"sku": "NONE", "first": "2026-03-01", "last": "2026-02-01"})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"sku", "last"}
    assert client.get("/pricing/trend/").status_code == 200
    assert "Whose prices" in client.get("/pricing/trend/").content.decode()
    item = ProductFactory(company=company)
    assert "Nothing was sold" in client.get("/pricing/trend/", {"sku": item.sku}).content.decode()
    assert "Nothing was sold" in client.get("/pricing/variance/").content.decode()


def test_rest_tells_the_same_and_hides_the_same(client, company):
    items, customers, _lines = _sold(company, 90)
    asked = {"sku": items[0].sku, "first": str(FIRST), "last": str(LAST)}
    actor = make_actor(company, "pricing")
    trend = price_trend(actor, scope_of(actor, FIRST, LAST, product_id=items[0].pk))
    client.force_login(User.objects.get(pk=actor.user_id))
    told = client.get("/api/v1/pricing/trend/", asked).json()
    assert D(told["whole"]["cost"]) == trend.whole.cost
    assert [D(month["price"]) for month in told["months"]] == [point.price for point in trend.months]
    assert client.get("/api/v1/pricing/trend/").status_code == 422
    rows = client.get("/api/v1/pricing/variance/", {"first": str(FIRST), "last": str(LAST)}).json()["results"]
    expected = price_variance(scope_of(actor, FIRST, LAST)).rows
    assert [row["product"] for row in rows] == [row.product_id for row in expected]
    lines = client.get("/api/v1/pricing/sold-lines/", {"customer": customers[0].pk}).json()["results"]
    assert lines
    assert "unit_cost" in lines[0]
    client.force_login(make_user(company, "csr"))
    assert "cost" not in client.get("/api/v1/pricing/trend/", asked).json()["whole"]
    assert "unit_cost" not in client.get("/api/v1/pricing/sold-lines/").json()["results"][0]


def test_the_queries_do_not_grow_with_the_lines(company):
    actor = make_actor(company, "pricing")
    counts = []
    for count in (40, 120):
        items, _customers, _lines = _sold(company, count, seed=count)
        scope = scope_of(actor, FIRST, LAST, product_id=items[1].pk)
        with CaptureQueriesContext(connection) as found:
            price_trend(actor, scope)
            price_variance(scope)
        counts.append(len(found))
    assert counts[0] <= counts[1] <= 4

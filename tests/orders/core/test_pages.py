"""The pages of customers and items, and finding everything."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.core.models import ProductAlias, SearchEntry
from orders.core.selectors.buying import bought_by, buyers_of
from tests.factories import OrderFactory, ProductFactory, make_company, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def order(company):
    product = ProductFactory(company=company, barcode="4001234567890")
    return OrderFactory(company=company, confirmed=True, customer_po="PO-4711", items=[(product, 5, "10.00")])


def test_what_a_customer_buys_and_who_buys_an_item_are_the_same_lines(company, order):
    product = order.lines.get().product
    OrderFactory(company=company, customer=order.customer, items=[(product, 99, "10.00")])  # a draft is no sale

    bought, buyers = bought_by(order.customer, company), buyers_of(product, company)

    assert [(row.name, row.units, row.net_base) for row in bought.rows] == [(product.sku, 5, Decimal("50.00"))]
    assert [(row.name, row.units) for row in buyers.rows] == [(order.customer.name, 5)]
    assert (bought.net_base, bought.before_base, bought.orders) == (Decimal("50.00"), 0, 1)
    assert sum(net for _month, net, _units in bought.months) == Decimal("50.00")


@pytest.mark.slow
def test_the_pages_hide_money_from_the_warehouse_also_in_what_is_fetched_later(client, company, order):
    product = order.lines.get().product
    seen = {}
    for role in ("warehouse", "csr"):
        client.force_login(make_user(company, role))
        urls = [f"/customers/{order.customer_id}/", f"/panels/customer/{order.customer_id}/buying/"]
        urls += [f"/products/{product.pk}/", f"/panels/product/{product.pk}/buying/"]
        seen[role] = [" ".join(client.get(url).text.split()).count("50.00") > 0 for url in urls]

    assert seen["warehouse"] == [False, False, False, False]
    assert seen["csr"] == [True, True, False, True]


def test_panels_of_another_company_or_of_no_such_name_are_not_there(client, company, order):
    client.force_login(make_user(company, "csr"))
    assert client.get(f"/panels/customer/{order.customer_id}/nonsense/").status_code == 404
    client.force_login(make_user(make_company(), "admin"))
    assert client.get(f"/panels/customer/{order.customer_id}/buying/").status_code == 404


def test_a_customer_page_costs_the_same_number_of_queries_however_many_orders(client, company, order):
    client.force_login(make_user(company, "admin"))
    client.get(f"/customers/{order.customer_id}/")  # settings are read once a minute
    counts = []
    for more in (1, 8):
        for _ in range(more):
            OrderFactory(company=company, customer=order.customer, confirmed=True)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(f"/customers/{order.customer_id}/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_rebuilt_search_finds_by_po_barcode_and_alias_and_forgets_what_is_gone(client, company, order):
    product = order.lines.get().product
    ProductAlias.objects.create(company=company, product=product, customer=order.customer, alias="CUST-PART-9")
    SearchEntry.objects.create(company=company, kind="order", object_id=987654, title="gone", text="gone", url="/x/")

    call_command("rebuild_search", company.code, verbosity=0)
    client.force_login(make_user(company, "csr"))

    assert order.number in client.get("/search/?q=po-4711").text
    for text in ("4001234567890", "cust-part-9", product.sku.lower()):
        assert f"/products/{product.pk}/" in client.get("/search/", {"q": text}, follow=True).text
    assert not SearchEntry.objects.filter(title="gone").exists()

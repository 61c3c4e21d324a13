"""Master data by REST: the same services, with versions and keys."""

import pytest

from orders.core.models import Customer, Product, Warehouse
from tests.factories import CustomerFactory, make_company, make_user

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def company(client):
    company = make_company()
    client.force_login(make_user(company, "admin"))
    return company


def test_a_customer_is_entered_once_per_key_read_and_changed(client, company):
    sent = {"code": "ATLAS", "name": "Atlas Pumps", "credit_limit": "500.00"}
    key = {"Idempotency-Key": "k1"}
    first = client.post("/api/v1/customers/", sent, JSON, headers=key)
    again = client.post("/api/v1/customers/", sent, JSON, headers=key)
    assert (first.status_code, again.json()["id"], Customer.objects.count()) == (201, first.json()["id"], 1)

    url = f"/api/v1/customers/{first.json()['id']}/"
    place = client.post(f"{url}addresses/", {"name": "Yard", "country": "US"}, JSON)
    assert place.status_code == 201
    read = client.get(url)
    assert read.json()["addresses"][0]["name"] == "Yard"
    changed = client.patch(url, {"name": "Atlas"}, JSON, headers={"If-Match": read.headers["ETag"]})
    stale = client.patch(url, {"name": "Other"}, JSON, headers={"If-Match": read.headers["ETag"]})
    assert (changed.json()["name"], stale.status_code, stale.json()["code"]) == ("Atlas", 412, "stale_version")


def test_wrong_fields_are_all_named(client, company):
    answer = client.post("/api/v1/products/", {"sku": "A B", "name": "x", "barcode": "4006381333932"}, JSON)
    assert answer.status_code == 422
    assert answer.json()["data"]["fields"].keys() == {"sku", "barcode"}
    assert Product.objects.count() == 0


def test_items_suppliers_and_warehouses_are_entered_too(client, company):
    item = client.post("/api/v1/products/", {"sku": "V1", "name": "Valve", "category": "Fittings"}, JSON).json()
    assert item["category"] == "Fittings"
    assert client.post("/api/v1/suppliers/", {"code": "SUP", "name": "Supplier"}, JSON).status_code == 201
    source = {"supplier": "SUP", "unit_price": "5.00"}
    assert client.post(f"/api/v1/products/{item['id']}/sources/", source, JSON).json()["supplier"] == "SUP"
    assert client.post("/api/v1/warehouses/", {"code": "MAIN", "name": "Main"}, JSON).status_code == 201
    assert Warehouse.objects.get().is_default


def test_who_may_not_is_refused(client, company):
    customer = CustomerFactory(company=company)
    client.force_login(make_user(company, "csr"))
    assert client.post("/api/v1/customers/", {"code": "X", "name": "X"}, JSON).status_code == 403
    assert client.patch(f"/api/v1/customers/{customer.pk}/", {"name": "X"}, JSON).status_code == 403
    assert Customer.objects.exclude(name="X").count() == 1

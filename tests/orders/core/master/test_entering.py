"""Master data is entered and changed by one service each, whatever the door."""

from decimal import Decimal

import pytest

from omc.lib.errors import InvalidInput, NotFound, PermissionRefused, StaleVersion
from orders.core.master import services
from orders.core.master.selectors import version_of
from orders.core.models import Address, Change, Customer, Product, ProductCost, SearchEntry, Warehouse
from tests.factories import CustomerFactory, OrderFactory, ProductFactory, make_actor, make_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def admin(company):
    return make_actor(company, "admin")


def enter(actor, kind="customer", **values):
    return services.enter_record(kind=kind, values=values, actor=actor)


def test_a_customer_is_entered_found_and_remembered(company, admin):
    row = enter(admin, code="ATLAS", name="Atlas Pumps", credit_limit=Decimal(5000))

    assert (row.company, row.currency, row.credit_limit) == (company, company.currency, Decimal(5000))
    assert SearchEntry.objects.get(kind="customer", object_id=row.pk).title == "Atlas Pumps"
    change = Change.objects.get(table="customer", row_id=row.pk)
    assert (change.before, change.after["name"], change.user_id) == ({}, "Atlas Pumps", admin.user_id)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "atlas", "name": "Another"}, "code"),
        ({"code": "A B", "name": "Spaces"}, "code"),
        ({"code": "NEW", "name": ""}, "name"),
        ({"code": "NEW", "name": "N", "currency": "XXX"}, "currency"),
        ({"code": "NEW", "name": "N", "tax_registration": "DE136695978"}, "tax_registration"),
        ({"code": "NEW", "name": "N", "credit_limit": Decimal(-1)}, "credit_limit"),
        ({"code": "NEW", "name": "N", "language": "xx"}, "language"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(admin, company, values, field):
    CustomerFactory(company=company, code="ATLAS")

    with pytest.raises(InvalidInput) as refusal:
        enter(admin, **values)

    assert list(refusal.value.data["fields"]) == [field]
    assert (Customer.objects.count(), Change.objects.count()) == (1, 0)


def test_all_that_is_wrong_is_said_at_once(admin):
    with pytest.raises(InvalidInput) as refusal:
        enter(admin, "product", sku="A B", name="Item", barcode="4006381333932")
    assert refusal.value.data["fields"].keys() == {"sku", "barcode"}


def test_a_version_that_is_no_longer_refuses_the_change(company, admin):
    row = enter(admin, code="ATLAS", name="Atlas")
    read = version_of(row)
    services.change_record(kind="customer", record_id=row.pk, values={"name": "B"}, actor=admin, version=read)

    with pytest.raises(StaleVersion):
        services.change_record(kind="customer", record_id=row.pk, values={"name": "C"}, actor=admin, version=read)
    assert Customer.objects.get().name == "B"


def test_a_row_of_another_company_is_not_there(admin):
    theirs = CustomerFactory()
    with pytest.raises(NotFound):
        services.change_record(kind="customer", record_id=theirs.pk, values={"name": "Mine"}, actor=admin)
    with pytest.raises(NotFound):
        services.put_part(kind="customer", record_id=theirs.pk, part="contacts", values={"name": "Me"}, actor=admin)


@pytest.mark.parametrize(
    ("role", "kind", "values", "may"),
    [
        ("credit", "customer", {"credit_limit": Decimal(9)}, True),
        ("pricing", "customer", {"price_group": "GOLD"}, True),
        ("pricing", "customer", {"credit_limit": Decimal(9)}, False),
        ("csr_lead", "customer", {"name": "Mine"}, False),
        ("pricing", "product", {"list_price": Decimal(9)}, True),
        ("planner", "product", {"lead_time_days": 9}, True),
        ("planner", "product", {"list_price": Decimal(9)}, False),
        ("csr", "product", {"name": "Mine"}, False),
    ],
)
def test_each_field_has_its_role(company, role, kind, values, may):
    row = (CustomerFactory if kind == "customer" else ProductFactory)(company=company)
    name, value = next(iter(values.items()))

    def change():
        services.change_record(kind=kind, record_id=row.pk, values=values, actor=make_actor(company, role))

    if may:
        change()
        row.refresh_from_db()
        assert getattr(row, name) == value
    else:
        with pytest.raises(PermissionRefused):
            change()
        assert Change.objects.count() == 0


def test_who_leads_the_desk_keeps_contacts_and_addresses(company):
    customer = CustomerFactory(company=company)
    lead = make_actor(company, "csr_lead")
    where = {"kind": "customer", "record_id": customer.pk, "actor": lead}

    first = services.put_part(part="addresses", values={"name": "Yard", "country": "US"}, **where)
    second = services.put_part(part="addresses", values={"name": "Dock", "is_default": True}, **where)
    services.remove_part(part="addresses", part_id=first.pk, **where)

    assert dict(Address.objects.values_list("name", "is_default")) == {"Yard": False, "Dock": True}
    assert Address.objects.get(name="Yard").is_active is False
    changes = Change.objects.filter(table="customer", row_id=customer.pk).order_by("id")
    assert [change.before for change in changes] == [{}, {}, {f"addresses.{first.pk}.is_active": True}]
    assert changes[1].after[f"addresses.{first.pk}.is_default"] is False
    assert second.is_default


def test_what_open_orders_need_stays_in_use(company, admin):
    product = ProductFactory(company=company)
    order = OrderFactory(company=company, confirmed=True, items=[(product, 5, "10.00")])

    for kind, row in (("product", product), ("customer", order.customer)):
        with pytest.raises(InvalidInput, match="1 open order needs it"):
            services.change_record(kind=kind, record_id=row.pk, values={"is_active": False}, actor=admin)
    assert Product.objects.get().is_active


def test_the_cost_that_an_item_starts_with_is_in_its_cost_history(admin):
    row = enter(admin, "product", sku="VALVE", name="Valve", standard_cost=Decimal("7.5"), category="Fittings")
    cost = ProductCost.objects.get(product=row)
    assert (cost.kind, cost.before, cost.after, cost.changed_by_id) == ("standard", None, Decimal("7.5"), admin.user_id)
    assert row.category.name == "Fittings"


def test_packs_are_named_once_and_hold_something(admin):
    row = enter(admin, "product", sku="VALVE", name="Valve", stock_unit="pc")
    where = {"kind": "product", "record_id": row.pk, "part": "packs", "actor": admin}
    services.put_part(values={"unit": "box", "factor": Decimal(10)}, **where)
    for values in (
        {"unit": "box", "factor": Decimal(5)},
        {"unit": "pc", "factor": Decimal(5)},
        {"unit": "x", "factor": Decimal(0)},
    ):
        with pytest.raises(InvalidInput):
            services.put_part(values=values, **where)
    assert row.units.count() == 1


def test_the_first_warehouse_is_the_default_and_a_new_default_takes_over(company, admin):
    first = enter(admin, "warehouse", code="A", name="A", is_default=False)
    assert (first.is_default, first.calendar) == (True, company.calendar)
    enter(admin, "warehouse", code="B", name="B", is_default=True)
    assert dict(Warehouse.objects.values_list("code", "is_default")) == {"A": False, "B": True}

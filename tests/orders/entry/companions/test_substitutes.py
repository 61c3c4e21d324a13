"""Substitutes that somebody declares: offered first where the item is short, one way only."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from omc.lib.actor import Actor
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from orders.core.models import LineKind
from orders.entry.companions.models import Substitute
from orders.entry.companions.selectors import offers_for
from orders.entry.companions.substitutes import AlreadyDeclared, declare_substitute, withdraw_substitute
from orders.entry.services import start_order
from tests.factories import make_actor, make_company, make_user
from tests.orders.entry.factories import Desk
from tests.orders.entry.test_races import at_once, outcomes

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def planner(desk: Desk) -> Actor:
    return make_actor(desk.company, "planner")


def client_of(desk: Desk, role: str) -> Client:
    client = Client()
    client.force_login(make_user(desk.company, role), backend="omc.accounts.backends.RoleBackend")
    return client


def test_a_declared_substitute_is_offered_when_the_item_is_short_and_not_the_other_way(
    desk: Desk, planner: Actor
) -> None:
    old, new = desk.item(sku="OLD", stock=5), desk.item(sku="NEW", stock=50)
    declare_substitute(product_id=old.pk, sku="new", note="longer thread", actor=planner)
    order = start_order(customer_id=desk.customer.pk, actor=desk.csr)
    found = offers_for(order, "OLD", Decimal(9), desk.csr)
    assert found is not None
    assert [(offer.product, offer.is_instead, offer.available) for offer in found.offers] == [(new, True, 50)]
    for asked in (("OLD", 5), ("OLD", 60), ("NEW", 60)):  # all there; not enough of it; one way only
        told = offers_for(order, asked[0], Decimal(asked[1]), desk.csr)
        assert told is not None
        assert told.offers == [], asked
    strip = client_of(desk, "csr").post(reverse("entry:beside", args=[order.pk]), {"item": "old", "quantity": "9"}).text
    assert "longer thread" in strip
    assert "data-instead" in strip


def test_what_makes_no_sense_is_refused(desk: Desk, planner: Actor) -> None:
    old = desk.item(sku="OLD")
    desk.item(sku="METER", stock_unit="m")
    desk.item(sku="WORK", kind=LineKind.SERVICE)
    desk.item(sku="GONE", is_active=False)
    for sku in ("NO-SUCH", "OLD", "METER", "WORK", "GONE"):
        with pytest.raises(InvalidInput):
            declare_substitute(product_id=old.pk, sku=sku, actor=planner)
    desk.item(sku="NEW")
    declare_substitute(product_id=old.pk, sku="NEW", actor=planner)
    with pytest.raises(AlreadyDeclared):
        declare_substitute(product_id=old.pk, sku="NEW", actor=planner)
    with pytest.raises(PermissionRefused):
        declare_substitute(product_id=old.pk, sku="NEW", actor=desk.csr)
    stranger = make_actor(make_company(), "planner")
    with pytest.raises(NotFound):
        declare_substitute(product_id=old.pk, sku="NEW", actor=stranger)
    with pytest.raises(NotFound):
        withdraw_substitute(substitute_id=Substitute.objects.get().pk, actor=stranger)
    assert Substitute.objects.count() == 1


@pytest.mark.slow
def test_the_page_declares_and_takes_back_and_the_item_shows_it(desk: Desk) -> None:
    old, _new = desk.item(sku="OLD"), desk.item(sku="NEW", name="New bolt")
    client = client_of(desk, "planner")
    page = reverse("entry:substitutes", args=[old.pk])
    assert client.post(page, {"sku": "NO-SUCH"}).status_code == 422
    assert client.post(page, {"sku": "NEW", "note": "longer"}).url == page
    assert "longer" in client.get(page).text
    assert "New bolt" in client.get(reverse("core:product", args=[old.pk])).text
    csr = client_of(desk, "csr")
    assert "Declare another" not in csr.get(page).text
    assert csr.post(page, {"sku": "NEW"}).status_code in (403, 422)
    strangers = Client()
    strangers.force_login(make_user(make_company(), "planner"), backend="omc.accounts.backends.RoleBackend")
    assert strangers.get(page).status_code == 404
    declared = Substitute.objects.get()
    client.post(reverse("entry:withdraw-substitute", args=[old.pk, declared.pk]))
    assert not Substitute.objects.exists()


def test_programs_do_the_same(desk: Desk) -> None:
    old, _new = desk.item(sku="OLD"), desk.item(sku="NEW")
    client = client_of(desk, "planner")
    url = f"/api/v1/entry/products/{old.pk}/substitutes/"
    made = client.post(url, {"sku": "NEW"}, content_type="application/json")
    assert (made.status_code, made.json()["sku"]) == (201, "NEW")
    assert [row["sku"] for row in client.get(url).json()] == ["NEW"]
    assert client.get(f"/api/v1/entry/products/{old.pk}/companions/").json() == []
    assert client.delete(f"/api/v1/entry/substitutes/{made.json()['id']}/").status_code == 204
    assert client.get(url).json() == []


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_who_declare_the_same_at_once_one_is_told() -> None:
    desk = Desk()
    old, _new = desk.item(sku="OLD"), desk.item(sku="NEW")
    planner = make_actor(desk.company, "planner")
    answers = at_once(*[lambda: declare_substitute(product_id=old.pk, sku="NEW", actor=planner)] * 4)
    assert outcomes(answers) == {"done": 1, "substitute_declared": 3}

"""Stock comes in, is counted anew, comes back; levels stay the sum of their movements."""

from decimal import Decimal

import pytest

from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from orders.core.models import ProductCost
from planning.models import StockLevel, StockMovement
from planning.selectors.reconcile import stock_differences
from planning.services import StockRefused, adjust_stock, put_back, receive_stock, settle_returned
from tests.factories import ProductFactory, WarehouseFactory, make_actor
from tests.planning.factories import D, Yard

pytestmark = pytest.mark.django_db


def test_a_receipt_raises_the_level_and_averages_the_cost() -> None:
    yard = Yard(BOLT=0)
    product = yard.items["BOLT"]
    product.average_cost = Decimal(4)
    product.save()
    yard.receive("BOLT", 10)

    level = yard.receive("BOLT", 30, unit_cost=D(8), reference="DN-1")

    product.refresh_from_db()
    assert level.on_hand == yard.level("BOLT").on_hand == 40
    assert (product.average_cost, product.last_cost) == (7, 8)
    last = StockMovement.objects.latest("id")
    assert (last.kind, last.quantity, last.unit_cost, last.reference) == ("receipt", 30, 8, "DN-1")
    assert last.user_id == yard.planner.user_id
    assert set(ProductCost.objects.values_list("kind", "before", "after")) == {("average", 4, 7), ("last", None, 8)}


def test_the_average_is_over_all_warehouses() -> None:
    yard = Yard(BOLT=0)
    yard.receive("BOLT", 10, unit_cost=D(4))
    yard.receive("BOLT", 10, WarehouseFactory(company=yard.company), unit_cost=D(8))

    yard.items["BOLT"].refresh_from_db()
    assert yard.items["BOLT"].average_cost == 6


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"quantity": D(0)}, InvalidInput, "quantity"),
        ({"quantity": D(-1)}, InvalidInput, "quantity"),
        ({"unit_cost": D(-1)}, InvalidInput, "unit_cost"),
        ({"product_id": 0}, NotFound, "product_id"),
        ({"warehouse_id": 0}, NotFound, "warehouse_id"),
    ],
)
def test_a_receipt_that_makes_no_sense_writes_nothing(change, refusal, field) -> None:
    yard = Yard(BOLT=5)
    values = {"product_id": yard.items["BOLT"].pk, "warehouse_id": yard.warehouse.pk, "quantity": D(1)}

    with pytest.raises(refusal) as caught:
        receive_stock(**{**values, **change}, actor=yard.planner)

    assert caught.value.field == field
    assert (StockMovement.objects.count(), yard.level("BOLT").on_hand) == (1, 5)


def test_items_of_another_company_are_not_there() -> None:
    yard, other = Yard(BOLT=5), Yard(NUT=5)

    with pytest.raises(NotFound):
        receive_stock(
            product_id=other.items["NUT"].pk, warehouse_id=yard.warehouse.pk, quantity=D(1), actor=yard.planner
        )
    with pytest.raises(NotFound):
        receive_stock(
            product_id=yard.items["BOLT"].pk, warehouse_id=other.warehouse.pk, quantity=D(1), actor=yard.planner
        )


def test_services_are_not_kept_in_stock() -> None:
    yard = Yard()
    service = ProductFactory(company=yard.company, kind="service")

    with pytest.raises(InvalidInput, match="not kept in stock"):
        receive_stock(product_id=service.pk, warehouse_id=yard.warehouse.pk, quantity=D(1), actor=yard.planner)


@pytest.mark.parametrize("verb", [receive_stock, adjust_stock])
def test_stock_changes_need_the_permission(verb) -> None:
    yard = Yard(BOLT=5)
    actor = make_actor(yard.company, "csr")
    values = {"quantity": D(1)} if verb is receive_stock else {"delta": D(1), "reason": "count"}

    with pytest.raises(PermissionRefused):
        verb(product_id=yard.items["BOLT"].pk, warehouse_id=yard.warehouse.pk, **values, actor=actor)

    assert StockMovement.objects.count() == 1


def adjust(yard: Yard, delta: object, reason: str = "counted") -> StockLevel:
    return adjust_stock(
        product_id=yard.items["BOLT"].pk,
        warehouse_id=yard.warehouse.pk,
        delta=D(delta),
        reason=reason,
        actor=yard.planner,
    )


def test_an_adjustment_says_why() -> None:
    yard = Yard(BOLT=5)

    assert adjust(yard, -2).on_hand == 3

    last = StockMovement.objects.latest("id")
    assert (last.kind, last.quantity, last.reason) == ("adjust", -2, "counted")


@pytest.mark.parametrize(
    ("delta", "reason", "refusal"), [(-6, "x", StockRefused), (0, "x", InvalidInput), (1, " ", InvalidInput)]
)
def test_an_adjustment_that_cannot_be_writes_nothing(delta, reason, refusal) -> None:
    yard = Yard(BOLT=5)

    with pytest.raises(refusal):
        adjust(yard, delta, reason)

    assert (StockMovement.objects.count(), yard.level("BOLT").on_hand) == (1, 5)


def test_allocated_stock_cannot_be_adjusted_away() -> None:
    yard = Yard(BOLT=5)
    yard.promise(yard.order([("BOLT", 4)]))

    with pytest.raises(StockRefused, match="Only 1 are free"):
        adjust(yard, -2)

    assert yard.level("BOLT").on_hand == 5


def test_a_return_is_for_sale_again_only_after_inspection() -> None:
    yard = Yard(BOLT=5)
    product, warehouse = yard.items["BOLT"].pk, yard.warehouse.pk

    put_back(product, warehouse, D(3), None, "RMA-1", yard.planner)
    level = yard.level("BOLT")
    assert (level.on_hand, level.unavailable, level.free) == (8, 3, 5)

    settle_returned(product, warehouse, D(2), D(1), "RMA-1", yard.planner)
    level = yard.level("BOLT")
    assert (level.on_hand, level.unavailable, level.free) == (7, 0, 7)
    assert list(StockMovement.objects.order_by("id").values_list("kind", "quantity")) == [
        ("receipt", 5),
        ("return", 3),
        ("scrap", -1),
    ]
    with pytest.raises(StockRefused):
        settle_returned(product, warehouse, D(1), D(0), "RMA-1", yard.planner)
    assert stock_differences(yard.company.pk) == []

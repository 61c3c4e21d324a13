"""Supply is ordered, received in parts, cancelled."""

from datetime import date

import pytest

from omc.lib.errors import DomainError, IllegalTransition, InvalidInput, NotFound, PermissionRefused
from orders.core.models import Duty, Event, SearchEntry, SupplierItem
from planning.machines import SUPPLY
from planning.models import StockMovement, SupplyOrder
from planning.selectors.reconcile import stock_differences
from planning.services import SupplyInput, SupplyRefused, cancel_supply, order_supply, receive_supply
from tests.factories import make_actor
from tests.planning.factories import D, Yard

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 27)


def ordered(yard: Yard, *lines: tuple[str, object, object], **changes: object) -> SupplyOrder:
    values = {
        "supplier_id": yard.supplier().pk,
        "warehouse_id": yard.warehouse.pk,
        "expected_date": FRIDAY,
        "lines": [SupplyInput(yard.items[sku].pk, D(q), None if c is None else D(c)) for sku, q, c in lines],
        "actor": yard.planner,
    }
    return order_supply(**{**values, **changes})


def types(supply: SupplyOrder) -> list[tuple[str, str]]:
    events = Event.objects.filter(subject_type="supplyorder", subject_id=supply.pk).order_by("seq")
    return list(events.values_list("type", "to_state"))


def test_an_order_to_a_supplier_takes_his_price_and_opens_a_duty() -> None:
    yard = Yard(BOLT=0, NUT=0)
    SupplierItem.objects.create(supplier=yard.supplier(), product=yard.items["BOLT"], unit_price=D("1.25"))

    supply = ordered(yard, ("BOLT", 10, None), ("NUT", 4, "2"))

    assert supply.number.startswith("PO-")
    assert supply.net_base == D("20.50")
    event = Event.objects.get(subject_type="supplyorder", subject_id=supply.pk)
    assert event.data == {"lines": 2, "units": "14", "expected_date": "2026-11-27"}
    assert Duty.objects.get(subject_type="supplyorder", subject_id=supply.pk, closed_at=None).name == "Receive supply"
    assert SearchEntry.objects.get(kind="supply", object_id=supply.pk).title == supply.number


def test_it_is_received_in_parts_until_nothing_is_open() -> None:
    yard = Yard(BOLT=0, NUT=0)
    supply = ordered(yard, ("BOLT", 10, 3), ("NUT", 4, 2))
    bolt, nut = supply.lines.order_by("id")

    receive_supply(supply_id=supply.pk, received={bolt.pk: D(6)}, actor=yard.planner)
    receive_supply(supply_id=supply.pk, received={bolt.pk: D(4), nut.pk: D(0)}, actor=yard.planner)
    done = receive_supply(supply_id=supply.pk, received={nut.pk: D(4)}, actor=yard.planner)

    assert done.state == "received"
    assert types(supply) == [
        ("supply_ordered", ""),
        ("supply_part_received", "part_received"),
        ("supply_part_received", ""),
        ("supply_received", "received"),
    ]
    assert (yard.level("BOLT").on_hand, yard.level("NUT").on_hand) == (10, 4)
    assert set(StockMovement.objects.values_list("kind", "reference")) == {("receipt", supply.number)}
    yard.items["BOLT"].refresh_from_db()
    assert yard.items["BOLT"].average_cost == 3
    assert not Duty.objects.filter(subject_type="supplyorder", closed_at=None).exists()
    assert stock_differences(yard.company.pk) == []


@pytest.mark.parametrize(("quantity", "refusal"), [(11, InvalidInput), (-1, InvalidInput), (0, InvalidInput)])
def test_receiving_what_is_not_open_writes_nothing(quantity, refusal) -> None:
    yard = Yard(BOLT=0)
    supply = ordered(yard, ("BOLT", 10, 3))

    with pytest.raises(refusal):
        receive_supply(supply_id=supply.pk, received={supply.lines.get().pk: D(quantity)}, actor=yard.planner)

    assert supply.lines.get().received == 0
    assert not StockMovement.objects.exists()
    assert types(supply) == [("supply_ordered", "")]


def test_nothing_comes_of_a_cancelled_order() -> None:
    yard = Yard(BOLT=0)
    supply = ordered(yard, ("BOLT", 10, 3))
    line = supply.lines.get().pk
    receive_supply(supply_id=supply.pk, received={line: D(4)}, actor=yard.planner)

    assert cancel_supply(supply_id=supply.pk, actor=yard.planner).state == "cancelled"

    assert Event.objects.latest("id").data == {"open_units": "6"}
    with pytest.raises(SupplyRefused):
        receive_supply(supply_id=supply.pk, received={line: D(1)}, actor=yard.planner)
    with pytest.raises(IllegalTransition):
        cancel_supply(supply_id=supply.pk, actor=yard.planner)
    assert yard.level("BOLT").on_hand == 4


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"lines": []}, InvalidInput),
        ({"lines": [SupplyInput(0, D(1))]}, NotFound),
        ({"supplier_id": 0}, NotFound),
        ({"warehouse_id": 0}, NotFound),
    ],
)
def test_an_order_that_makes_no_sense_writes_nothing(changes, refusal) -> None:
    yard = Yard(BOLT=0)

    with pytest.raises(refusal):
        ordered(yard, ("BOLT", 1, 1), **changes)
    with pytest.raises(InvalidInput):
        ordered(yard, ("BOLT", 0, 1))

    assert not SupplyOrder.objects.exists()


def test_another_company_cannot_see_or_touch_it() -> None:
    yard, other = Yard(BOLT=0), Yard(NUT=0)
    supply = ordered(yard, ("BOLT", 10, 3))

    for call in (
        lambda: receive_supply(supply_id=supply.pk, received={supply.lines.get().pk: D(1)}, actor=other.planner),
        lambda: cancel_supply(supply_id=supply.pk, actor=other.planner),
        lambda: ordered(yard, ("BOLT", 1, 1), actor=other.planner),
    ):
        with pytest.raises(NotFound):
            call()


def test_supply_verbs_need_their_permissions() -> None:
    yard = Yard(BOLT=0)
    supply = ordered(yard, ("BOLT", 10, 3))
    clerk = make_actor(yard.company, "csr")
    calls = (
        lambda: ordered(yard, ("BOLT", 1, 1), actor=clerk),
        lambda: receive_supply(supply_id=supply.pk, received={supply.lines.get().pk: D(1)}, actor=clerk),
        lambda: cancel_supply(supply_id=supply.pk, actor=clerk),
    )
    for call in calls:
        with pytest.raises(PermissionRefused):
            call()
    assert SupplyOrder.objects.count() == 1


def test_every_path_of_the_graph_is_sound() -> None:
    assert not SUPPLY.unreachable()
    assert SUPPLY.final == {"received", "cancelled"}
    assert issubclass(SupplyRefused, DomainError)

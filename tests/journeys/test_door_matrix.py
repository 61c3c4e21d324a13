"""A hold that blocks a step blocks it at every door that offers the step: the same code, the hold's name, nothing written.

The matrix (step × door) is printed at the end of the module's run: ``pytest tests/journeys/test_door_matrix.py -s``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from omc.accounts.models import User
from omc.lib import clock
from omc.lib.actor import system
from omc.lib.errors import DomainError
from omc.lib.registry import registry
from orders.core import outbox
from orders.core.inputs import LineInput
from orders.core.models import Event, OrderLine, Supplier, SupplierItem
from orders.core.services import holds
from orders.core.services.companies import change_setting
from orders.entry import services as entry
from orders.fulfillment import services as fulfillment
from orders.fulfillment.services import ParcelInput
from orders.scheduling import services as scheduling
from orders.scheduling import tasks
from orders.scheduling.selectors.companies import RELEASES_ITSELF
from planning.models import StockLevel, SupplyOrder
from tests.journeys.world import World, confirmed, draft, make_world, planned

pytestmark = pytest.mark.django_db
HOLD = "Compliance check"  # blocks confirm, release, pick, ship and invoice
SEEN: dict[tuple[str, str], str] = {}


@dataclass
class Held:
    """An order that is ready for a step, and held."""

    world: World
    order: Any
    thing: int
    client: Client


def submitted(world):
    order = draft(world, [3])
    return entry.submit_order(order_id=order.pk, actor=world.actor), 0


def on_the_board(world, **header):
    order = confirmed(world, [3], **header)
    return order, planned(world, order)[0].pk


def released(world, **header):
    order, plan = on_the_board(world, **header)
    scheduling.release_shipment(planned_id=plan, actor=world.actor)
    return order, plan


def packed(world, **header):
    order, plan = released(world, **header)
    shipment = fulfillment.start_picking(planned_id=plan, actor=world.actor)
    fulfillment.pick_shipment(shipment_id=shipment.pk, actor=world.actor)
    fulfillment.pack_shipment(shipment_id=shipment.pk, parcels=[ParcelInput()], actor=world.actor)
    return order, shipment.pk


def to_collect(world):
    order, shipment = packed(world, delivery="collect")
    return order, shipment


def with_the_supplier(world):
    """A drop shipment of which nothing has left yet."""
    maker = Supplier.objects.create(company=world.company, code="MAKER", name="Maker")
    SupplierItem.objects.create(supplier=maker, product=world.products[0], unit_price=2)
    wanted = LineInput(product_id=world.products[0].pk, quantity=Decimal(3), supply="drop_ship")
    order = entry.enter_order(customer_id=world.customer.pk, lines=[wanted], submit=True, actor=world.actor)
    order = entry.confirm_order(order_id=order.pk, actor=world.actor)
    outbox.drain_all(company_id=world.company.pk)
    return order, SupplyOrder.objects.get(company=world.company).pk


def sent(held: Held) -> Any:
    line = SupplyOrder.objects.get(pk=held.thing).lines.get()
    return fulfillment.confirm_supplier_shipment(
        supply_id=held.thing, sent={line.pk: Decimal(3)}, sent_on=clock.today(), actor=job(held)
    )


def shipped(world):
    order, shipment = packed(world)
    fulfillment.ship_shipment(shipment_id=shipment, actor=world.actor)
    return order, shipment


def post(path: str, data: dict[str, str] | None = None) -> Callable[[Held], str]:
    """A screen's button: the page that comes back says why not."""

    def enter(held: Held) -> str:
        answer = held.client.post(path.format(order=held.order.pk, thing=held.thing), data or {})
        assert answer.status_code == 422, answer.status_code
        return answer.text

    return enter


def rest(path: str, data: dict[str, Any] | None = None) -> Callable[[Held], str]:
    def enter(held: Held) -> str:
        answer = held.client.post(path.format(order=held.order.pk, thing=held.thing), data or {}, "application/json")
        assert (answer.status_code, answer.json()["code"]) == (409, "hold_blocks")
        assert answer.json()["data"]["hold"] == HOLD
        return str(answer.json()["message"])

    return enter


def bulk(key: str) -> Callable[[Held], str]:
    def enter(held: Held) -> str:
        action = registry.bulk_actions[key]
        subject = held.order.pk if action.subject == "order" else held.thing
        ((_, refusal),) = action.run([subject], held.world.actor.at("bulk"))
        return str(refusal)

    return enter


def service(call: Callable[[Held], Any]) -> Callable[[Held], str]:
    """A program inside: the verb itself, as the system, which passes permissions and never holds."""

    def enter(held: Held) -> str:
        with pytest.raises(DomainError) as refusal:
            call(held)
        assert refusal.value.code == "hold_blocks"
        return refusal.value.message

    return enter


def release_job(held: Held) -> str:
    """The clock's own release on the day it is due: it says nothing, and releases nothing."""
    change_setting(key=RELEASES_ITSELF, value="yes", actor=held.world.actor)
    slot = held.order.planned_shipments.get(pk=held.thing).slot_date
    noon = datetime.combine(slot, time(12), UTC)
    with clock.stopped_at(max(noon, clock.now())):  # never before what was just planned
        tasks.release_due()
    return HOLD


def job(held: Held) -> Any:
    return system("door test", held.world.company.pk)


DOORS: list[tuple[str, str, Callable[[World], Any], Callable[[Held], str]]] = [
    ("confirm", "screen", submitted, post("/entry/{order}/confirm/")),
    ("confirm", "REST", submitted, rest("/api/v1/entry/orders/{order}/confirm/")),
    ("confirm", "bulk", submitted, bulk("entry.confirm")),
    ("confirm", "program", submitted, service(lambda h: entry.confirm_order(order_id=h.order.pk, actor=job(h)))),
    ("release", "screen", on_the_board, post("/scheduling/shipments/{thing}/release/")),
    ("release", "REST", on_the_board, rest("/api/v1/scheduling/planned/{thing}/release/")),
    ("release", "bulk of orders", on_the_board, bulk("release-orders")),
    ("release", "bulk of shipments", on_the_board, bulk("release-planned")),
    ("release", "job", on_the_board, release_job),
    ("release", "program", on_the_board, service(lambda h: scheduling.release_shipment(planned_id=h.thing, actor=job(h)))),
    ("pick", "screen", released, post("/fulfillment/plans/{thing}/start/")),
    ("pick", "bulk", released, bulk("start_picking")),
    ("pick", "program", released, service(lambda h: fulfillment.start_picking(planned_id=h.thing, actor=job(h)))),
    ("ship", "screen", packed, post("/fulfillment/shipments/{thing}/ship/")),
    ("ship", "REST", packed, rest("/api/v1/fulfillment/shipments/{thing}/ship/")),
    ("ship", "program", packed, service(lambda h: fulfillment.ship_shipment(shipment_id=h.thing, actor=job(h)))),
    ("hand over", "screen", to_collect, post("/fulfillment/shipments/{thing}/hand-over/", {"collected_by": "B. Miller"})),
    ("hand over", "REST", to_collect, rest("/api/v1/fulfillment/shipments/{thing}/hand-over/", {"collected_by": "B. Miller"})),
    ("sent", "screen", with_the_supplier, post("/fulfillment/supplier/{thing}/", {"sent_on": "2026-11-01", "version": "0"})),
    ("sent", "REST", with_the_supplier, rest("/api/v1/fulfillment/supplier/{thing}/", {"lines": [], "sent_on": "2026-11-01"})),
    ("sent", "program", with_the_supplier, service(sent)),
    ("invoice", "REST", shipped, rest("/api/v1/billing/shipments/{thing}/invoice/")),
    ("invoice", "bulk", shipped, bulk("invoice_orders")),
]  # fmt: skip


def footprint(world: World) -> list[Any]:
    """Everything that a step would leave behind."""
    return [
        Event.objects.filter(company=world.company).count(),
        list(OrderLine.objects.filter(order__company=world.company).order_by("pk").values_list(
            "allocated", "picked", "packed", "shipped", "invoiced")),
        list(StockLevel.objects.filter(company=world.company).order_by("pk").values_list("on_hand", "allocated")),
    ]  # fmt: skip


@pytest.mark.parametrize(("step", "door", "ready", "enter"), DOORS, ids=[f"{row[0]}-{row[1]}" for row in DOORS])
@pytest.mark.slow
def test_a_held_order_is_stopped_at_every_door_and_nothing_is_written(client, step, door, ready, enter):
    world = make_world(items=1)
    order, thing = ready(world)
    holds.place_hold(order_id=order.pk, code="compliance", reason="Export list", actor=world.actor)
    client.force_login(User.objects.get(pk=world.actor.user_id))
    order.refresh_from_db()
    before, state = footprint(world), order.state

    said = enter(Held(world, order, thing, client))

    order.refresh_from_db()
    assert HOLD in said
    assert order.state == state
    assert footprint(world) == before
    SEEN[step, door] = "stopped"


def test_the_job_does_release_what_nobody_holds():
    world = make_world(items=1)
    order, thing = on_the_board(world)
    plan = order.planned_shipments.get(pk=thing)

    release_job(Held(world, order, thing, Client()))

    plan.refresh_from_db()
    assert plan.state == "released"


def test_the_matrix_is_complete_and_printed():
    steps = list(dict.fromkeys(row[0] for row in DOORS))
    doors = list(dict.fromkeys(row[1] for row in DOORS))
    print(f"\n{'':10}" + "".join(f"{door:>19}" for door in doors))
    for step in steps:
        offered = {row[1] for row in DOORS if row[0] == step}
        cells = [SEEN.get((step, door), "NOT STOPPED") if door in offered else "–" for door in doors]
        print(f"{step:10}" + "".join(f"{cell:>19}" for cell in cells))
    if SEEN:  # each case above may also be run alone
        assert {(row[0], row[1]) for row in DOORS} == set(SEEN)

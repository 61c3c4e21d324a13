"""Tells of trucks: what was planned for which day, released, picked, packed, shipped and delivered."""

from datetime import datetime, timedelta
from decimal import Decimal as D
from typing import Any

from omc.demo.life import Truck
from omc.demo.scribe.base import SCHEDULING, ZERO, BaseScribe, Written
from omc.history.copying import Row
from orders.core import events as core
from orders.fulfillment import events as fulfillment
from orders.scheduling import events as scheduling
from planning import events as planning


class TruckScribe(BaseScribe):
    """Writes planned shipments and shipments, and moves the stock that left."""

    def _plan(self, told: Written, lines: list[int], slot: Any, when: datetime) -> Row:
        life, order = told.life, told.order
        number = self.numbers.next("plan")
        house, code = self.desk.warehouses[life.warehouse]
        units = sum((life.lines[n].quantity for n in lines), ZERO)
        plan = self.books.document(
            "plannedshipment", "orders_scheduling_plannedshipment", number=number, state="planned", slot_date=slot,
            due_date=slot, work_minutes=5 + 3 * len(lines), late_reason="", is_pinned=False,
            created_at=when + timedelta(minutes=2), released_at=None, customer_id=told.party.id, order_id=order["id"],
            service_id=None, ship_to_id=told.party.address_id, warehouse_id=house,
        )  # fmt: skip
        for n in lines:
            self.books.add(
                "orders_scheduling_plannedline", planned_id=plan["id"], order_line_id=told.lines[n]["id"],
                promise_id=told.promises[n]["id"], quantity=life.lines[n].quantity,
            )  # fmt: skip
        fact = scheduling.ShipmentPlanned(
            planned=number, warehouse=code, units=units, lines=len(lines), slot_date=slot, due_date=slot
        )
        self.books.tell(
            "plannedshipment",
            plan,
            fact,
            when + timedelta(minutes=2),
            SCHEDULING,
            order_id=order["id"],
            moved=("", "planned"),
        )
        self._find(
            "plannedshipment", plan["id"], f"{number} · {told.party.name}", [order["number"]],
            f"/scheduling/shipments/{plan['id']}/", "scheduling.view_plan",
        )  # fmt: skip
        return plan

    def _truck(self, told: Written, truck: Truck, *, first: bool) -> None:
        life, order, at = told.life, told.order, self.desk.utc
        order_id, tell, people = order["id"], self.books.tell, self.desk.people
        house, code = self.desk.warehouses[life.warehouse]
        units = sum((life.lines[n].quantity for n in truck.lines), ZERO)
        rest = told.left - units
        planned_at = at(life.confirmed) if first else at(life.short_until or life.confirmed)
        if first and rest:
            tell("order", order, planning.OrderBackordered(units=rest), planned_at, people["csr"], order_id=order_id)
        if not first:
            filled = planning.BackorderFilled(units=units, how="goods received")
            tell("order", order, filled, planned_at, people["planner"], order_id=order_id)
            if life.new_promise:
                days = (life.new_promise - life.promise).days
                moved = core.PromiseChanged(
                    before=life.promise, after=life.new_promise, reason="Waited for goods", days=days
                )
                tell("order", order, moved, planned_at, people["planner"], order_id=order_id)
                for n in truck.lines:
                    told.lines[n]["current_promise"] = life.new_promise
        plan = self._plan(told, truck.lines, truck.slot, planned_at)
        number = self.numbers.next("shipment")
        released = scheduling.ShipmentReleased(
            planned=plan["number"], warehouse=code, units=units, short_units=ZERO, unreleased_units=rest
        )
        ops, packer = people["ops"], people["warehouse"]
        tell(
            "plannedshipment", plan, released, at(truck.released), ops, order_id=order_id, moved=("planned", "released")
        )
        plan["released_at"] = at(truck.released)
        if first:
            fact = scheduling.OrderReleased(planned=plan["number"])
            tell("order", order, fact, at(truck.released), ops, order_id=order_id, moved=("confirmed", "released"))
        taken = scheduling.PlanTakenOver(planned=plan["number"])
        tell("plannedshipment", plan, taken, at(truck.picking), packer, order_id=order_id, moved=("released", "done"))
        shipment = self.books.document(
            "shipment", "orders_fulfillment_shipment", number=number, state="picking",
            tracking_number=f"1Z{order_id:09d}{plan['id'] % 1000:03d}",
            created_at=at(truck.picking), picked_at=at(truck.picked), packed_at=at(truck.packed),
            shipped_at=at(truck.shipped), delivered_at=None, received_by="", customer_id=told.party.id,
            order_id=order_id, picker_id=packer.user_id, planned_id=plan["id"], service_id=None,
            ship_to_id=told.party.address_id, warehouse_id=house,
        )  # fmt: skip
        start = fulfillment.PickingStarted(shipment=number, warehouse=code, lines=len(truck.lines), units=units)
        tell("shipment", shipment, start, at(truck.picking), packer, order_id=order_id, moved=("", "picking"))
        if first:
            begun = fulfillment.FulfillmentStarted(shipment=number)
            tell(
                "order",
                order,
                begun,
                at(truck.picking),
                packer,
                order_id=order_id,
                moved=("released", "in_fulfillment"),
            )
        changes = {column: self._posted(told, truck, column) for column in ("picked", "packed", "shipped")}
        told.left = rest
        picked = fulfillment.ShipmentPicked(shipment=number, units=units, short_units=ZERO)
        packed = fulfillment.ShipmentPacked(shipment=number, units=units, parcels=1)
        to_invoice = units + (1 if life.freight and first else 0)
        shipped = fulfillment.ShipmentShipped(
            shipment=number,
            shipment_id=shipment["id"],
            units=units,
            open_units=rest,
            left_to_ship=rest,
            to_invoice=to_invoice,
        )
        steps = (
            (picked, truck.picked, "picking"),
            (packed, truck.packed, "picked"),
            (shipped, truck.shipped, "packed"),
        )
        for done, moment, before in steps:
            after = done.name.removeprefix("shipment_")
            tell(
                "shipment", shipment, done, at(moment), packer, order_id=order_id, moved=(before, after), lines=changes[after]
            )  # fmt: skip
        order["shipping"] = "part" if rest else "done"
        if not rest:
            gone = core.OrderShipped(shipped_units=sum((wanted.quantity for wanted in life.lines), ZERO))
            tell(
                "order", order, gone, at(truck.shipped), packer, order_id=order_id, moved=("in_fulfillment", "shipped")
            )
        self._goods(told, truck, shipment, house)
        if first:
            self.books.rows["orders_orderfacts"].append(
                {
                    "order_id": order_id, "slot_date": truck.slot, "is_frozen": False, "eta_date": truck.delivered.date(),
                    "schedule_at": planned_at, "schedule_source": "scheduling", "rank_source": "", "analytics_source": "",
                }
            )  # fmt: skip
        self._delivered(told, truck, shipment, units)

    def _posted(self, told: Written, truck: Truck, column: str) -> list[list[Any]]:
        """The ledger of the truck's lines moves on; answers what the event says about it."""
        changes = []
        for n in truck.lines:
            quantity = told.life.lines[n].quantity
            told.lines[n][column] = quantity
            changes.append([told.lines[n]["id"], column, "0", format(quantity, "f")])
        return changes

    def _goods(self, told: Written, truck: Truck, shipment: Row, house: int) -> None:
        at, packer = self.desk.utc(truck.shipped), self.desk.people["warehouse"]
        self.books.add(
            "orders_fulfillment_parcel", shipment_id=shipment["id"], position=1, weight_kg=D(2 + 3 * len(truck.lines)),
            tracking_number="",
        )  # fmt: skip
        for n in truck.lines:
            wanted, line = told.life.lines[n], told.lines[n]
            self.books.add(
                "orders_fulfillment_shipmentline", shipment_id=shipment["id"], order_line_id=line["id"],
                promise_id=told.promises[n]["id"], unit_id=None, quantity=wanted.quantity, picked=wanted.quantity,
                packed=wanted.quantity, shipped=wanted.quantity, short_reason="",
            )  # fmt: skip
            self.move(
                line["product_id"],
                house,
                "ship",
                -wanted.quantity,
                at,
                shipment["number"],
                wanted.cost,
                line["id"],
                packer,
            )
            self.issued.append((line["product_id"], house, wanted.quantity))
        self._find(
            "shipment", shipment["id"], f"{shipment['number']} · {told.party.name}",
            [told.order["number"], shipment["tracking_number"]], f"/fulfillment/shipments/{shipment['id']}/",
            "fulfillment.view_shipment",
        )  # fmt: skip

    def _delivered(self, told: Written, truck: Truck, shipment: Row, units: D) -> None:
        if not self.happened(truck.delivered):
            return
        at, packer, order_id = self.desk.utc(truck.delivered), self.desk.people["warehouse"], told.order["id"]
        lines = self._posted(told, truck, "delivered")
        fact = fulfillment.ShipmentDelivered(shipment=shipment["number"], units=units)
        self.books.tell(
            "shipment", shipment, fact, at, packer, order_id=order_id, moved=("shipped", "delivered"), lines=lines
        )
        shipment["delivered_at"], shipment["received_by"] = at, "Goods-in"

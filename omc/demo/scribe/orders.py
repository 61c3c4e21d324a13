"""Writes lives down as the services would have: the order with its ledger, promises, plan, trucks, invoices, money."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal as D
from typing import Any, Final

from omc.demo.catalog import TAXED_REGION
from omc.demo.desk import Desk, Numbers, Party, search_row
from omc.demo.lives import Life, Truck, Wanted
from omc.history.books import Books, Doer
from omc.history.copying import Row
from omc.lib.money import round_amount
from orders.core import events as core
from orders.core.models import HoldType
from orders.entry import events as entry
from orders.fulfillment import events as fulfillment
from orders.prioritization import events as prioritization
from orders.scheduling import events as scheduling
from planning import events as planning

ZERO: Final = D(0)
FREIGHT: Final = (D("15.00"), D("11.50"))
RANKING, SCHEDULING = Doer(job="ranking"), Doer(job="scheduling")


@dataclass(slots=True)
class Written:
    """An order under way: its row, its lines, and what is still to be said about it."""

    life: Life
    party: Party
    order: Row
    lines: list[Row]
    promises: list[Row]
    invoices: list[tuple[Row, list[Row]]] = field(default_factory=list)
    left: D = ZERO  # units not yet shipped


class OrderScribe:
    """Writes into ``books`` what happened until a moment; later things have not happened."""

    def __init__(self, desk: Desk, books: Books, numbers: Numbers, until: datetime) -> None:
        self.desk, self.books, self.numbers, self.until = desk, books, numbers, until
        self.company_id = desk.company.pk
        self.issued: list[tuple[int, int, D]] = []  # product, warehouse, quantity that left
        self.hold_types: dict[str, Any] = {row.code: row for row in HoldType.objects.filter(company_id=self.company_id)}

    def happened(self, moment: datetime) -> bool:
        return self.desk.utc(moment) <= self.until

    # The order ----

    def order(self, life: Life) -> Written:
        """The order from its entry to its last truck; ``aftermath`` and ``money`` tell the rest."""
        desk, party = self.desk, self.desk.party(life.buyer)
        at, people = desk.utc, desk.people
        number = self.numbers.next("order")
        house, _code = desk.warehouses[life.warehouse]
        order = self.books.document(
            "order", "orders_order", number=number, customer_id=party.id, contact_id=party.contact_id,
            ship_to_id=party.address_id, bill_to_id=party.address_id, warehouse_id=house, terms_id=party.terms_id,
            customer_po=life.po, channel=life.channel, origin="live", state="draft", shipping="none", billing="none",
            claims="none", stage=None, version=2, currency="USD", currency_rate=D(1), ship_rule="back_order",
            ship_rule_origin="customer", requested_date=life.requested, original_promise=life.promise,
            current_promise=life.new_promise or life.promise, net_amount=ZERO, tax_amount=ZERO, total_amount=ZERO,
            net_base=ZERO, cost_base=ZERO, line_count=0, notes="", created_by_id=people["csr"].user_id,
            created_at=at(life.entered), updated_at=at(life.confirmed), submitted_at=at(life.submitted),
            confirmed_at=at(life.confirmed), closed_at=None,
        )  # fmt: skip
        told = Written(life, party, order, self._lines(life, order), [])
        for column in ("net_amount", "tax_amount", "net_base", "cost_base"):
            order[column] = sum((line[column] for line in told.lines), ZERO)
        order["total_amount"] = order["net_amount"] + order["tax_amount"]
        order["line_count"] = len(told.lines)
        self._find(
            "order",
            order["id"],
            number,
            [party.name, party.code, life.po],
            f"/orders/{order['id']}/",
            "orders.view_order",
        )
        self._confirmed(told)
        self._sent(
            told, f"order:{order['id']}:confirmed:2", "order_confirmed", "order", order["id"],
            f"Order {number} confirmed",
            f"thank you for your order {number}. We confirm it, over {order['total_amount']:,.2f} USD including tax."
            f"\n\nIt will be with you by {life.promise:%d %B %Y}.",
            at(life.confirmed) + timedelta(minutes=2),
        )  # fmt: skip
        if life.cancelled:
            self._cancelled(told)
        else:
            told.left = sum((wanted.quantity for wanted in life.lines), ZERO)
            for n, truck in enumerate(life.trucks):
                self._truck(told, truck, first=n == 0)
        return told

    def _lines(self, life: Life, order: Row) -> list[Row]:
        taxed = life.buyer.place[1] == TAXED_REGION[0]
        code, rate = (TAXED_REGION[1], TAXED_REGION[2]) if taxed else ("US-NO-TAX", ZERO)
        rows = []
        for position, wanted in enumerate(life.lines, 1):
            rows.append(
                self._line(
                    order, position, "goods", self.desk.product(wanted.item), wanted.item.name, wanted.item.unit,
                    wanted.quantity, wanted.list_price, wanted.price, wanted.net, wanted.cost, code, rate,
                    self.steps(wanted, life.buyer.code, life.entered.date()), life,
                )
            )  # fmt: skip
        if life.freight:
            price, cost = FREIGHT
            steps = [{"step": "list", "price": "15.0000", "amount": "15.0000", "source": "item"}]
            rows.append(
                self._line(
                    order, len(rows) + 1, "charge", self.desk.products["FREIGHT"], "Freight", "pc", D(1), price, price,
                    price, cost, code, rate, steps, life,
                )
            )  # fmt: skip
        return rows

    def _line(
        self, order: Row, position: int, kind: str, product_id: int, name: str, unit: str, quantity: D, listed: D,
        price: D, net: D, cost: D, code: str, rate: D, steps: list[dict[str, Any]], life: Life,
    ) -> Row:  # fmt: skip
        goods = kind == "goods"
        return self.books.add(
            "orders_orderline", order_id=order["id"], position=position, kind=kind, product_id=product_id,
            description=name, unit=unit, unit_factor=D(1), typed_quantity=quantity, list_price=listed, unit_price=price,
            net_amount=net, net_base=net, unit_cost=cost, cost_base=round_amount(quantity * cost), tax_code=code,
            tax_rate=rate, tax_amount=round_amount(net * rate / 100), price_steps=steps, supply="stock",
            parent_id=None, ship_to_id=None, warehouse_id=None, requested_date=None,
            original_promise=life.promise if goods else None, current_promise=life.promise if goods else None,
            expected_date=None, invoice_ahead=not goods, note="", ordered=quantity, cancelled=ZERO, allocated=ZERO,
            picked=ZERO, packed=ZERO, shipped=ZERO, delivered=ZERO, invoiced=ZERO, returned=ZERO, credited=ZERO,
        )  # fmt: skip

    def steps(self, wanted: Wanted, customer: str, day: date) -> list[dict[str, Any]]:
        """How the price came about, as pricing keeps it."""
        rows, before, contract = [], ZERO, f"{customer}-CONTRACT"
        for step, source, price in wanted.steps:
            row: dict[str, Any] = {
                "step": step,
                "source": source,
                "price": str(price),
                "amount": str(price - before),
                "on": f"{day}",
            }
            row["author"] = "Clara Diaz" if step == "manual" else "Priya Nair"
            if step != "manual":
                code = contract if source == "contract" else "BASE"
                row |= {"list_code": code, "list_id": self.desk.lists.get(code)}
            rows.append(row)
            before = price
        return rows

    # Until it is ranked ----

    def _confirmed(self, told: Written) -> None:
        life, order, at, people = told.life, told.order, self.desk.utc, self.desk.people
        count, goods = len(told.lines), len(life.lines)
        csr, tell = people["csr"], self.books.tell
        order_id = order["id"]
        submitted = entry.OrderSubmitted(lines=count, net_base=order["net_base"])
        touch = 40 + 25 * count
        tell(
            "order",
            order,
            submitted,
            at(life.submitted),
            csr,
            order_id=order_id,
            moved=("draft", "pending"),
            touch_seconds=touch,
        )
        if life.hold:
            self._hold(told)
        confirmed = entry.OrderConfirmed(
            goods_lines=goods, lines=count, net_base=order["net_base"], promise=life.promise
        )
        when = at(life.confirmed)
        tell("order", order, confirmed, when, csr, order_id=order_id, moved=("pending", "confirmed"), touch_seconds=30)
        if self.desk.rules:
            rules_id, name, number = self.desk.rules
            points = D({"A": 150, "B": 90, "C": 45, "D": 0}[life.buyer.grade])
            ranked = prioritization.OrderRanked(points=points, rule_set=name)
            tell("order", order, ranked, when + timedelta(minutes=1), RANKING, order_id=order_id, rule_version=number)
            self.books.rows["orders_prioritization_ranking"].append(
                {
                    "order_id": order_id, "company_id": self.company_id, "rule_set_id": rules_id, "points": points,
                    "sort_key": points, "waiting_since": when, "is_open": False, "computed_at": when,
                    "parts": [{"rule": "customer_class", "group": "customer", "value": life.buyer.grade, "points": str(points)}],
                }
            )  # fmt: skip
        for wanted, line in zip(life.lines, told.lines, strict=False):
            house = self.desk.warehouses[life.warehouse][0]
            told.promises.append(
                self.books.add(
                    "planning_promise", company_id=self.company_id, order_id=order_id, line_id=line["id"],
                    product_id=self.desk.product(wanted.item), warehouse_id=house, quantity=ZERO, allocated=ZERO,
                    backordered=ZERO, ship_date=life.trucks[0].slot if life.trucks else life.promise, source="stock",
                    is_open=False, created_at=when, supply_line_id=None,
                )
            )  # fmt: skip

    def _hold(self, told: Written) -> None:
        if told.life.hold is None:
            return
        code, reason, resolution, placed, resolved = told.life.hold
        kind = self.hold_types[code]
        at, csr, lead = self.desk.utc, self.desk.people["csr"], self.desk.people["csr_lead"]
        order_id = told.order["id"]
        self.books.add(
            "orders_hold", company_id=self.company_id, hold_type_id=kind.pk, status="resolved", reason=reason,
            placed_at=at(placed), due_at=self.books.hours.add(at(placed), kind.sla_minutes), resolved_at=at(resolved),
            resolution=resolution, customer_id=None, owner_id=None, placed_by_id=csr.user_id,
            resolved_by_id=lead.user_id, order_id=order_id, line_id=None,
        )  # fmt: skip
        fact = core.HoldPlaced(hold=kind.name, code=code, cause=kind.cause, reason=reason, blocks=tuple(kind.blocks))
        self.books.tell("order", told.order, fact, at(placed), csr, order_id=order_id)
        minutes = int((resolved - placed).total_seconds() // 60)
        done = core.HoldResolved(
            hold=kind.name, code=code, cause=kind.cause, resolution=resolution, held_minutes=minutes
        )
        self.books.tell("order", told.order, done, at(resolved), lead, order_id=order_id)

    def _cancelled(self, told: Written) -> None:
        if told.life.cancelled is None:
            return
        moment, reason = told.life.cancelled
        order, at, units = told.order, self.desk.utc(moment), ZERO
        plan = self._plan(
            told, list(range(len(told.life.lines))), told.life.promise, self.desk.utc(told.life.confirmed)
        )
        for line in told.lines:
            line["cancelled"] = line["ordered"]
            units += line["ordered"]
        fact = entry.OrderCancelled(reason=reason, cancelled_units=units)
        csr, order_id = self.desk.people["csr"], order["id"]
        self.books.tell("order", order, fact, at, csr, order_id=order_id, moved=("confirmed", "cancelled"))
        gone = scheduling.PlanCancelled(planned=plan["number"], reason="nothing of it is wanted")
        self.books.tell(
            "plannedshipment", plan, gone, at + timedelta(minutes=1), SCHEDULING, order_id=order_id,
            moved=("planned", "cancelled"),
        )  # fmt: skip
        order["closed_at"] = order["updated_at"] = at

    # Trucks ----

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

    # What everybody needs ----

    def move(
        self, product_id: int, house: int, kind: str, quantity: D, at: datetime, reference: str, cost: D | None,
        line_id: int | None, by: Doer,
    ) -> None:  # fmt: skip
        self.books.add(
            "planning_stockmovement", company_id=self.company_id, product_id=product_id, warehouse_id=house, kind=kind,
            quantity=quantity, unit_cost=cost, at=at, reference=reference, reason="", origin="live",
            order_line_id=line_id, user_id=by.user_id,
        )  # fmt: skip

    def _find(self, kind: str, object_id: int, title: str, words: list[Any], url: str, permission: str) -> None:
        self.books.add(
            "orders_searchentry", **search_row(self.company_id, kind, object_id, title, words, url, permission)
        )

    def _sent(
        self, told: Written, key: str, template: str, kind: str, subject_id: int, subject: str, words: str, at: datetime
    ) -> None:
        """A message as the customer received it."""
        body = f"Dear {told.party.contact},\n\n{words}\n\n{self.desk.company.name}"
        if template == "case_reply":
            body = words
        self.books.add(
            "orders_message", company_id=self.company_id, key=key, template=template, language="en",
            recipient=told.party.email, subject_type=kind, subject_id=subject_id, subject=subject, body=body,
            status="sent", error="", created_at=at, sent_at=at + timedelta(minutes=1),
            contact_id=told.party.contact_id, customer_id=told.party.id, order_id=told.order["id"] if told.order else None,
        )  # fmt: skip

"""Writes orders down as the services would have: the order with its ledger, promises, holds, and its trucks."""

from datetime import date, datetime, timedelta
from decimal import Decimal as D
from typing import Any

from omc.demo.catalog import TAXED_REGION
from omc.demo.life import Draw, Life, Wanted
from omc.demo.scribe.base import FREIGHT, RANKING, SCHEDULING, ZERO, Written
from omc.demo.scribe.frames import FrameScribe
from omc.demo.scribe.leaves import LeaveScribe
from omc.demo.scribe.trucks import TruckScribe
from omc.history.copying import Row
from omc.lib.money import round_amount
from orders.entry import events as entry
from orders.entry.rules.checks import score
from orders.pricing.agreements.rules import BLANKET
from orders.prioritization import events as prioritization
from orders.scheduling import events as scheduling


def _clean_score(company_id: int, told: Written, at: datetime) -> Row:
    left = score(told.life.lost_points)
    return {
        "order_id": told.order["id"], "company_id": company_id, "score": left, "first_score": left,
        "parts": told.life.lost_points, "codes": "{%s}" % ",".join(told.life.codes), "checked_at": at,  # as COPY reads a list
    }  # fmt: skip


class OrderScribe(TruckScribe, LeaveScribe, FrameScribe):
    """Writes into ``books`` what happened until a moment; later things have not happened."""

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
            "thank you for your order. We confirm it."
            f"\n\nOur order number: {number}\nTotal including tax: {order['total_amount']:,.2f} USD"
            f"\nWith you by: {life.promise:%-d %b %Y}",
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
                    self.steps(wanted, life.buyer.code, life.entered.date(), life.draw), life,
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

    def steps(self, wanted: Wanted, customer: str, day: date, draw: Draw | None = None) -> list[dict[str, Any]]:
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
            if source == BLANKET and draw:
                agreement_id, item_id, number = self.desk.frames[draw.agreement]
                row |= {"list_code": number, "list_id": agreement_id, "break_id": item_id, "author": "Sally Moreau"}
            elif step != "manual":
                code = contract if source == "contract" else "BASE"
                row |= {"list_code": code, "list_id": self.desk.lists.get(code)}
            rows.append(row)
            before = price
        return rows

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
        self.books.rows["orders_entry_cleanscore"].append(_clean_score(self.company_id, told, at(life.submitted)))
        self.drawn(told)
        if life.leave:
            self.leave(told, life.leave)
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
        at, people = self.desk.utc, self.desk.people
        self.held(told, code, reason, resolution, at(placed), at(resolved), people["csr"], people["csr_lead"])

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

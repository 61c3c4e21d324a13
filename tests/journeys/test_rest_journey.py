"""One order through all ten stages by REST alone: each step by a program with the token of the role whose step it is.

Every number that is compared comes from an answer of the API. Whatever is made with an Idempotency-Key is asked for
three times: the second gets the first answer again, the third (same key, other content) is refused.
"""

import itertools
import json
import re
from collections.abc import Iterator
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client

from omc.accounts.models import ApiToken, User
from omc.lib import clock
from orders.core.models import Company
from orders.core.selectors.verification import flaws
from tests.factories import ProductFactory, WarehouseFactory, make_user
from tests.journeys.world import make_world

pytestmark = pytest.mark.django_db
JSON = "application/json"
MONEY = re.compile(r"price|cost|amount|net_|_net|_base|margin|profit|value|total|currency_rate|credit_limit|paid")
# Chosen so that no quantity, date or number looks like them: 12 × 9.37 + 3 × 103.91 = 112.44 + 311.73 = 424.17.
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+")  # its fractions of a second may look like anything
SECRETS = ("10.43", "9.37", "103.91", "112.44", "311.73", "424.17", "20.24", "6.31", "71.29", "18.74")


class Program:
    """A program with the API token of one role."""

    keys = itertools.count(1)

    def __init__(self, company: Company, role: str) -> None:
        secret = ApiToken.new_secret()
        self.user: User = make_user(company, role)
        ApiToken.objects.create(
            user=self.user,
            company_id=company.pk,
            name=role,
            digest=ApiToken.digest_of(secret),
            created_at=clock.now(),
        )
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def ask(
        self, method: str, path: str, data: Any = None, *, status: int = 200, **headers: str
    ) -> tuple[Any, dict[str, str]]:
        """Body and headers of the answer, which must have this status."""
        response = self.client.generic(
            method,
            f"/api/v1/{path}",
            json.dumps({} if data is None else data),
            content_type=JSON,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        assert response.status_code == status, (method, path, response.content.decode())
        body = response.json()
        self.look_at(path, body)
        return body, dict(response.headers)

    def look_at(self, path: str, body: Any) -> None:
        """What this program checks of every answer it gets."""

    def get(self, path: str, status: int = 200) -> Any:
        response = self.client.get(f"/api/v1/{path}")
        assert response.status_code == status, (path, response.content.decode())
        self.look_at(path, response.json())
        return response.json()

    def rows(self, path: str) -> list[Any]:
        return self.get(path)["results"]

    def post(self, path: str, data: Any = None, status: int = 200, **headers: str) -> Any:
        return self.ask("POST", path, data, status=status, **headers)[0]

    def put(self, path: str, data: Any, status: int = 200, **headers: str) -> Any:
        return self.ask("PUT", path, data, status=status, **headers)[0]

    def create(self, path: str, data: Any = None) -> Any:
        """Make something with an Idempotency-Key, with the line being bad: the request arrives again, and changed."""
        key = f"key-{next(self.keys)}"
        made = self.post(path, data, 201, Idempotency_Key=key)
        again, headers = self.ask("POST", path, data, status=201, Idempotency_Key=key)
        other = self.post(path, {**(data or {}), "changed": "on the way"}, 409, Idempotency_Key=key)
        assert (again, headers["Idempotent-Replay"], other["code"]) == (made, "true", "idempotency_key_reused")
        return made


class Warehouse(Program):
    """Sees no price and no cost, whatever it asks: neither under a name nor inside a sentence."""

    answers = 0

    def look_at(self, path: str, body: Any) -> None:
        assert [name for name in names_in(body) if MONEY.search(name)] == [], path
        text = MOMENT.sub("", json.dumps(body))
        assert [secret for secret in SECRETS if secret in text] == [], (path, text)
        self.answers += 1

    def look_around(self, order: int) -> None:
        """Every door that is open to it, and that the others are closed."""
        product = self.rows("products/")[0]["id"]
        for path in (
            *("orders/", f"orders/{order}/", f"orders/{order}/events/", f"orders/{order}/holds/"),
            *(f"orders/{order}/notes/", "duties/", "customers/", f"entry/orders/{order}/"),
            *("planning/stock/", f"planning/stock/{product}/movements/", f"planning/availability/?product={product}"),
            *("planning/supply/", "planning/forecasts/", "scheduling/planned/", "scheduling/capacity/"),
            *("fulfillment/queue/", "fulfillment/shipments/", "claims/returns/"),
        ):
            self.get(path)
        for planned in self.rows("scheduling/planned/"):
            self.get(f"scheduling/planned/{planned['id']}/")
        for shipment in self.rows("fulfillment/shipments/"):
            self.get(f"fulfillment/shipments/{shipment['id']}/")
        for claim in self.rows("claims/returns/"):
            self.get(f"claims/returns/{claim['id']}/")
        for path in (
            *("pricing/quotes/", "pricing/price-lists/", "pricing/tax-rules/", "pricing/price/?sku=VALVE"),
            *("billing/invoices/", "billing/payments/", "billing/receivables/", "billing/to-invoice/"),
            *("generation/enquiries/", "prioritization/queue/", "postsales/cases/"),
        ):
            assert self.get(path, 403)["code"] == "permission_refused"


def names_in(body: Any) -> Iterator[str]:
    """Every key of an answer, however deep."""
    if isinstance(body, dict):
        yield from body
    for part in body.values() if isinstance(body, dict) else body if isinstance(body, list) else ():
        yield from names_in(part)


class Journey:
    """The company, and a program per role."""

    def __init__(self) -> None:
        world = make_world(items=0, name="Atlas Pumps")
        self.company, self.customer = world.company, world.customer
        self.east, self.west = world.warehouse, WarehouseFactory(company=world.company, code="WEST")
        self.valve = ProductFactory(company=world.company, sku="VALVE", list_price=D("10.43"), standard_cost=D("6.31"))
        self.pump = ProductFactory(
            company=world.company, sku="PUMP", list_price=D("103.91"), standard_cost=D("71.29"), lead_time_days=14
        )
        team = ("csr", "csr_lead", "pricing", "planner", "ops", "billing", "service")
        for role in team:
            setattr(self, role, Program(world.company, role))
        self.warehouse = Warehouse(world.company, "warehouse")

    csr: Program
    csr_lead: Program
    pricing: Program
    planner: Program
    ops: Program
    billing: Program
    service: Program

    def receive(self, item: Any, place: Any, quantity: str, cost: str) -> Any:
        goods = {"product_id": item.pk, "warehouse_id": place.pk, "quantity": quantity, "unit_cost": cost}
        return self.planner.create("planning/stock/receive/", goods)

    def order(self, order_id: int) -> Any:
        return self.csr.get(f"orders/{order_id}/")

    def duties(self, order_id: int) -> list[tuple[int, str]]:
        return sorted((row["stage"], row["name"]) for row in self.csr.rows("duties/") if row["order"] == order_id)


@pytest.fixture
def journey() -> Journey:
    """40 valves lie in the east, 2 pumps in the west; from ten valves on, each costs 9.37 instead of 10.43."""
    journey = Journey()
    assert journey.receive(journey.valve, journey.east, "40", "6.31")["free"] == "40.000000"
    assert journey.receive(journey.pump, journey.west, "2", "71.29")["free"] == "2.000000"
    base = journey.pricing.create(
        "pricing/price-lists/", {"code": "BASE", "name": "List", "kind": "base", "currency": "USD"}
    )
    rows = [("PUMP", "1", "103.91"), ("VALVE", "1", "10.43"), ("VALVE", "10", "9.37")]
    given = [{"sku": sku, "min_quantity": least, "unit_price": price} for sku, least, price in rows]
    breaks = journey.pricing.put(f"pricing/price-lists/{base['id']}/breaks/", {"rows": given})["results"]
    assert [(row["sku"], D(row["min_quantity"]), D(row["unit_price"])) for row in breaks] == [
        (sku, D(least), D(price)) for sku, least, price in rows
    ]
    return journey


@pytest.mark.slow
def test_one_order_through_ten_stages_by_rest_alone(journey: Journey) -> None:
    quote = offered(journey)
    order = entered(journey, quote)
    journey.warehouse.look_around(order["id"])
    confirmed(journey, order["id"])
    journey.warehouse.look_around(order["id"])
    shipments = sent(journey, order["id"])
    journey.warehouse.look_around(order["id"])
    billed(journey, order["id"], shipments)
    journey.warehouse.look_around(order["id"])
    claim = partly_returned(journey, order["id"])
    asked_and_answered(journey, order["id"], claim)
    journey.warehouse.look_around(order["id"])

    assert journey.order(order["id"])["state"] == "closed"
    assert journey.duties(order["id"]) == []
    story = [event["type"] for event in journey.csr.rows(f"orders/{order['id']}/events/?limit=200")]
    assert (story[0], story[-1], len(story) > 30) == ("quote_converted", "case_closed", True)
    assert journey.warehouse.answers > 100
    assert list(flaws([journey.company.pk])) == []


def offered(journey: Journey) -> Any:
    """2 and 3: an enquiry, a quote at the price break."""
    csr = journey.csr
    enquiry = csr.create(
        "generation/enquiries/", {"customer_id": journey.customer.pk, "subject": "Valves and pumps", "value": "424.17"}
    )
    lines = [{"sku": "VALVE", "quantity": "12"}, {"sku": "PUMP", "quantity": "3"}]
    wanted = {"customer_id": journey.customer.pk, "enquiry_id": enquiry["id"], "lines": lines}
    quote = csr.create("pricing/quotes/", wanted)

    assert [(line["unit_price"], line["net_amount"]) for line in quote["lines"]] == [
        ("9.3700", "112.44"),
        ("103.9100", "311.73"),
    ]
    assert [(step["step"], step["amount"], step["list_code"]) for step in quote["lines"][0]["price_steps"]] == [
        ("list", "10.4300", "BASE"),
        ("break", "-1.0600", "BASE"),
    ]
    assert "unit_cost" not in quote["lines"][0]  # a clerk sees prices, a lead also costs
    line = journey.csr_lead.get(f"pricing/quotes/{quote['id']}/")["lines"][0]
    assert (line["unit_cost"], line["cost_base"]) == ("6.3100", "75.72")

    assert csr.post(f"pricing/quotes/{quote['id']}/send/")["state"] == "sent"
    assert csr.post(f"pricing/quotes/{quote['id']}/accept/")["state"] == "accepted"
    assert len(csr.rows("pricing/quotes/")) == len(csr.rows("generation/enquiries/")) == 1
    return quote


def entered(journey: Journey, quote: Any) -> Any:
    """4: the quote becomes one order; its lines get their warehouses; whoever saw an older version is told so."""
    csr = journey.csr
    draft = csr.create(f"entry/quotes/{quote['id']}/convert/")
    door = f"entry/orders/{draft['id']}/"
    assert (draft["state"], draft["net_amount"], len(csr.rows("orders/"))) == ("draft", "424.17", 1)
    assert csr.get(f"pricing/quotes/{quote['id']}/")["order"] == draft["id"]
    assert csr.post(f"entry/quotes/{quote['id']}/convert/", status=409)["code"] == "quote_converted"

    places = {"VALVE": journey.east.pk, "PUMP": journey.west.pk}
    lines = [
        {"sku": line["sku"], "quantity": line["typed_quantity"], "warehouse_id": places[line["sku"]]}
        for line in draft["lines"]
    ]
    content = {"customer_po": "4711", "lines": lines}
    saved, headers = csr.ask("PUT", door, content, If_Match=f'"{draft["version"]}"')
    assert headers["ETag"] == f'"{saved["version"]}"'
    assert (saved["version"] > draft["version"], saved["net_amount"], saved["customer_po"]) == (True, "424.17", "4711")
    assert csr.put(door, content, 412, If_Match=f'"{draft["version"]}"')["code"] == "stale_version"
    assert csr.put(door, content, 422, If_Match='"new"')["code"] == "invalid_input"

    assert csr.post(f"{door}submit/", status=412, If_Match=f'"{draft["version"]}"')["code"] == "stale_version"
    pending = csr.post(f"{door}submit/", If_Match=headers["ETag"])
    assert (pending["state"], pending["holds"]) == ("pending", [])
    assert journey.duties(draft["id"]) == [(4, "Confirm order")]
    return pending


def confirmed(journey: Journey, order_id: int) -> None:
    """A hold keeps it from being confirmed until somebody lifts it. Then one pump is short."""
    csr, door = journey.csr, f"entry/orders/{order_id}/confirm/"
    hold = csr.create(f"orders/{order_id}/holds/", {"code": "manual", "reason": "Inspection on Monday"})
    refused = csr.post(door, status=409)
    assert (refused["code"], refused["data"]["hold"], refused["data"]["step"]) == (
        "hold_blocks",
        "Held by hand",
        "confirm",
    )
    assert journey.order(order_id)["state"] == "pending"
    lift = f"holds/{hold['id']}/resolve/"
    assert csr.post(lift, {"resolution": "Inspected"}, 403)["code"] == "permission_refused"
    assert journey.csr_lead.post(lift, {"resolution": "Inspected"})["status"] == "resolved"

    order = csr.post(door)
    assert (order["state"], order["holds"]) == ("confirmed", [])
    assert [(line["sku"], line["ordered"], line["allocated"]) for line in order["lines"]] == [
        ("VALVE", "12.000000", "12.000000"),
        ("PUMP", "3.000000", "2.000000"),
    ]
    assert journey.duties(order_id) == [(1, "Get supply"), (5, "Rank order"), (6, "Release to warehouse")]
    assert journey.planner.get(f"planning/availability/?product={journey.pump.pk}")[0]["free"] == "0.000000"


def sent(journey: Journey, order_id: int) -> list[Any]:
    """5, 6 and 7: ranked, planned; valves and pumps leave from two places, the missing pump when it has come."""
    ops, warehouse = journey.ops, journey.warehouse
    rank = ops.post(f"prioritization/orders/{order_id}/rank/")
    assert (rank["position"], rank["of"]) == (1, 1)
    assert sum(D(reason["points"]) for reason in rank["reasons"]) == D(rank["score"])

    plans = ops.post(f"scheduling/orders/{order_id}/plan/")
    assert sorted((plan["warehouse_code"] == "WEST", plan["units"]) for plan in plans) == [
        (False, "12.000000"),
        (True, "1.000000"),
        (True, "2.000000"),
    ]
    assert ops.post(f"scheduling/orders/{order_id}/plan/") == []
    valves = next(plan for plan in plans if plan["warehouse"] == journey.east.pk)
    held_then_released(journey, order_id, valves)

    first = shipped(journey, valves)
    order = journey.order(order_id)
    assert (order["state"], order["shipping"]) == ("in_fulfillment", "part")
    late = next(plan for plan in plans if plan["units"] == "1.000000")
    assert ops.post(f"scheduling/planned/{late['id']}/release/", status=409)["code"] == "short_stock"

    level = journey.receive(journey.pump, journey.west, "1", "71.29")
    assert (level["on_hand"], level["allocated"], level["free"]) == ("3.000000", "2.000000", "1.000000")
    others = [plan for plan in plans if plan["id"] != valves["id"]]
    for plan in others:
        ops.post(f"scheduling/planned/{plan['id']}/release/")
    assert journey.order(order_id)["lines"][1]["allocated"] == "3.000000"  # the release took what had come
    shipments = [first, *(shipped(journey, plan) for plan in others)]
    order = journey.order(order_id)
    assert (order["state"], order["shipping"]) == ("shipped", "done")
    assert sorted(shipment["warehouse_code"] for shipment in warehouse.rows("fulfillment/shipments/")) == sorted(
        [journey.east.code, "WEST", "WEST"]
    )
    return shipments


def held_then_released(journey: Journey, order_id: int, plan: Any) -> None:
    """The same hold stops the release, and later the picking, under the same code."""
    ops, door = journey.ops, f"scheduling/planned/{plan['id']}/"
    hold = journey.csr.create(f"orders/{order_id}/holds/", {"code": "customer_request", "reason": "Dock is closed"})
    refused = ops.post(f"{door}release/", status=409)
    assert (refused["code"], refused["data"]["hold"]) == ("hold_blocks", "Customer asked to wait")
    assert ops.get(door)["hold"] == "Customer asked to wait"
    (answer,) = ops.post("scheduling/planned/release/", {"planned_ids": [plan["id"]]})
    assert (answer["released"], answer["code"]) == (False, "hold_blocks")
    journey.csr_lead.post(f"holds/{hold['id']}/resolve/", {"resolution": "Dock is open"})

    version = ops.get(door)["version"]
    assert ops.post(f"{door}release/", status=412, If_Match=f'"{version - 1}"')["code"] == "stale_version"
    released = ops.post(f"{door}release/", If_Match=f'"{version}"')
    assert (released["state"], released["hold"]) == ("released", None)


def shipped(journey: Journey, plan: Any) -> Any:
    """Picked, packed and sent by the warehouse's token, which sees quantities alone."""
    warehouse = journey.warehouse
    assert plan["id"] in [row["id"] for row in warehouse.rows("fulfillment/queue/")]
    shipment = warehouse.create("fulfillment/shipments/", {"planned_id": plan["id"]})
    door = f"fulfillment/shipments/{shipment['id']}/"
    picked = [{"line_id": line["id"], "quantity": line["quantity"]} for line in shipment["lines"]]
    assert warehouse.post(f"{door}pick/", {"lines": picked})["state"] == "picked"
    assert warehouse.post(f"{door}pack/", {"parcels": [{"weight_kg": "8.5"}]})["state"] == "packed"
    gone = warehouse.post(f"{door}ship/", {"tracking_number": "1Z"})
    assert (gone["state"], sum(D(line["shipped"]) for line in gone["lines"])) == ("shipped", D(plan["units"]))
    assert warehouse.post(f"{door}ship/", status=409)["code"] == "illegal_transition"
    return gone


def billed(journey: Journey, order_id: int, shipments: list[Any]) -> None:
    """8: an invoice per shipment, once; they sum to the order; one payment settles them all."""
    billing = journey.billing
    waiting = billing.rows("billing/to-invoice/")
    assert sorted((row["id"], row["goods_value"]) for row in waiting) == sorted(
        (shipment["id"], value) for shipment, value in zip(shipments, worth(shipments), strict=True)
    )
    invoices = [billing.create(f"billing/shipments/{shipment['id']}/invoice/") for shipment in shipments]
    assert [invoice["net_amount"] for invoice in invoices] == worth(shipments)
    assert {invoice["state"] for invoice in invoices} == {"posted"}
    assert sum(D(invoice["net_amount"]) for invoice in invoices) == D(journey.order(order_id)["net_amount"])
    for shipment in shipments:
        door = f"fulfillment/shipments/{shipment['id']}/deliver/"
        assert journey.warehouse.post(door, {"received_by": "Goods-in"})["state"] == "delivered"
    order = journey.order(order_id)
    assert (order["state"], order["billing"]) == ("closed", "done")  # delivered and billed; the money is on its way

    (debtor,) = billing.get("billing/receivables/")["results"]
    payment = {"customer_id": journey.customer.pk, "amount": debtor["total"], "received_on": today(journey)}
    paid = billing.create("billing/payments/", payment)
    assert (paid["amount"], paid["unapplied_amount"]) == ("424.17", "0.00")
    for invoice in billing.rows("billing/invoices/"):
        assert (invoice["state"], invoice["open_amount"]) == ("paid", "0.00")
    assert len(billing.rows("billing/invoices/")) == 3
    assert billing.get("billing/receivables/")["results"] == []


def worth(shipments: list[Any]) -> list[str]:
    """What the goods of each shipment are sold for."""
    prices = {"VALVE": D("9.37"), "PUMP": D("103.91")}
    return [str(sum(prices[line["sku"]] * int(D(line["shipped"])) for line in row["lines"])) for row in shipments]


def today(journey: Journey) -> str:
    return clock.today(journey.company.time_zone).isoformat()


def partly_returned(journey: Journey, order_id: int) -> Any:
    """9: two of twelve valves come back damaged, and are credited at what they were sold for."""
    valves = journey.order(order_id)["lines"][0]
    asked = {
        "order_id": order_id,
        "lines": [{"order_line_id": valves["id"], "quantity": "2", "reason": "damaged"}],
    }
    claim = journey.csr.create("claims/returns/", asked)
    door, (line,) = f"claims/returns/{claim['id']}/", claim["lines"]
    assert (claim["state"], journey.order(order_id)["state"]) == ("requested", "delivered")
    assert journey.csr.post(f"{door}authorize/", status=403)["code"] == "permission_refused"
    assert journey.service.post(f"{door}authorize/")["state"] == "authorized"

    came = journey.warehouse.post(f"{door}receive/", {"lines": [{"line_id": line["id"], "quantity": "2"}]})
    outcome = {"lines": [{"line_id": line["id"], "accepted": "2", "disposition": "scrap"}]}
    looked_at = journey.warehouse.post(f"{door}inspect/", outcome)
    assert (came["state"], looked_at["state"], looked_at["lines"][0]["accepted"]) == (
        "received",
        "inspected",
        "2.000000",
    )

    settled = journey.billing.post(f"{door}settle/")
    assert (settled["state"], settled["net_amount"], settled["lines"][0]["unit_price"]) == (
        "settled",
        "18.74",
        "9.3700",
    )
    note = journey.billing.get(f"billing/invoices/{settled['credit_note']}/")
    assert (note["kind"], note["state"], D(note["net_amount"]).copy_abs()) == ("credit_note", "posted", D("18.74"))
    assert journey.billing.post(f"{door}settle/", status=409)["code"] == "illegal_transition"
    assert journey.billing.post(f"{door}close/")["state"] == "closed"

    valves = journey.order(order_id)["lines"][0]
    assert (valves["shipped"], valves["returned"], valves["credited"]) == ("12.000000", "2.000000", "2.000000")
    return claim


def asked_and_answered(journey: Journey, order_id: int, claim: Any) -> None:
    """10: a question about the order, answered to the customer's satisfaction."""
    service = journey.service
    case = service.create(
        "postsales/cases/", {"subject": "How to fit the valve?", "order_id": order_id, "return_id": claim["id"]}
    )
    door = f"postsales/cases/{case['id']}/"
    assert (case["order"], case["return_order"], case["customer"]) == (order_id, claim["id"], journey.customer.pk)
    assert service.post(f"{door}assign/")["owner"] == service.user.username
    said = service.create(f"{door}reply/", {"body": "Arrow towards the pump."})["said"]
    assert [message["body"] for message in said] == ["Arrow towards the pump."]
    assert service.post(f"{door}resolve/", {"resolution": "Explained"})["state"] == "resolved"
    closed = service.post(f"{door}close/", {"satisfaction": 5})
    assert (closed["state"], closed["satisfaction"]) == ("closed", 5)


@pytest.mark.slow
def test_an_order_entered_twice_with_one_key_is_one_order(journey: Journey) -> None:
    csr = journey.csr
    content = {
        "customer_code": journey.customer.code,
        "customer_po": "4712",
        "submit": True,
        "lines": [{"sku": "VALVE", "quantity": "9"}, {"sku": "VALVE", "quantity": "10"}],
    }

    made = csr.create("entry/orders/", content)

    assert (made["state"], [line["net_amount"] for line in made["lines"]]) == ("pending", ["93.87", "93.70"])
    assert [row["number"] for row in csr.rows("orders/")] == [made["number"]]
    changed = csr.post("entry/orders/", {**content, "customer_po": "4713"}, 201, Idempotency_Key="another")
    assert sorted(row["number"] for row in csr.rows("orders/")) == sorted([made["number"], changed["number"]])


def test_the_key_of_one_program_means_nothing_to_another(journey: Journey) -> None:
    content = {"customer_code": journey.customer.code, "lines": [{"sku": "VALVE", "quantity": "1"}]}

    mine = journey.csr.post("entry/orders/", content, 201, Idempotency_Key="1")
    theirs = journey.csr_lead.post("entry/orders/", content, 201, Idempotency_Key="1")

    assert mine["id"] != theirs["id"]
    assert len(journey.csr.rows("orders/")) == 2

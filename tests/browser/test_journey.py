"""One order through its stages in a real browser, each step by whose work it is; every figure is read off a page.

Atlas Pumps wants twelve valves (from ten on each costs 9.00) from the east and three pumps from the west, where only
two lie. The order is held, leaves in three shipments, is billed and paid; two valves come back, and a question is answered.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.floor import Floor, open_floor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PASSWORD = "staple-yourself-to-it"


@pytest.fixture
def floor(page: Page, live_server: LiveServer) -> Iterator[Floor]:
    floor = open_floor(page, live_server.url)
    floor.people["csr"].set_password(PASSWORD)
    floor.people["csr"].save()
    yield floor
    page.goto("about:blank")  # nothing asks the emptied database of the next test


def test_one_order_travels_through_all_stages(floor: Floor) -> None:
    enter_the_order(floor)
    order = floor.page.url.removeprefix(floor.url)
    confirm_it(floor)
    hear_of_it_in_ranking_and_planning(floor)
    hold_it(floor, order)
    be_refused_to_release_it(floor)
    lift_the_hold(floor, order)
    receive_the_missing_pump(floor)
    give_it_to_who_waits(floor, order)
    release_it(floor, order)
    ship_from_two_warehouses(floor, order)
    bill_it(floor, order)
    be_paid(floor, order)
    take_two_valves_back(floor, order)
    answer_a_question(floor, order)
    assert floor.complaints == []
    assert len(floor.refusals) == 2  # of a release while the order was held


def enter_the_order(floor: Floor) -> None:
    """By keys alone, from the login on."""
    page, keys = floor.page, floor.page.keyboard
    floor.go("/login/?next=/entry/new/")
    for text in ("csr", PASSWORD):
        keys.type(text)
        keys.press("Tab" if text == "csr" else "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("New order")
    page.wait_for_load_state()
    keys.type("atlas")
    expect(page.get_by_role("option", name="Atlas Pumps")).to_be_visible()
    keys.press("Enter")
    page.wait_for_url(re.compile(r"/entry/\d+/$"))
    page.wait_for_load_state()
    for item, quantity, place in (("Check", "12", "EAST"), ("Feed", "3", "WEST")):
        keys.type(item)
        expect(page.get_by_role("option", name=item)).to_be_visible()
        keys.press("Enter")
        keys.type(quantity)
        keys.press("Tab")
        keys.press("Tab")
        keys.type(place)
        keys.press("Enter")

    def out(row: int, name: str) -> Locator:
        return page.locator("tr[data-row]").nth(row - 1).locator(f"[data-out={name}]")

    expect(out(1, "price")).to_have_text(re.compile(r"^\s*9\.00 USD"))
    expect(out(1, "amount")).to_have_text("108.00 USD")
    expect(out(2, "price")).to_have_text(re.compile(r"^\s*100\.00 USD"))
    expect(out(2, "amount")).to_have_text("300.00 USD")
    expect(out(2, "available")).to_have_text(re.compile(r"^\s*2 pc"))
    expect(page.locator("#totals")).to_contain_text("408.00 USD", timeout=10_000)
    keys.press("Control+Enter")
    page.wait_for_url(re.compile(r"/orders/\d+/$"))
    floor.said("SO-000001 is submitted.")
    assert floor.chips() == ["Pending"]
    assert floor.facts()["Total"] == "408.00 USD"


def confirm_it(floor: Floor) -> None:
    """All that is there is the order's; one pump is not there."""
    floor.press("Confirm", "Confirmed")
    floor.said("SO-000001 is confirmed")
    assert floor.figures("#lines", "Ordered", "Allocated", "Price", "Amount") == [
        ("12 pc", "12", "9.00 USD", "108.00 USD"),
        ("3 pc", "2", "100.00 USD", "300.00 USD"),
    ]
    assert floor.figures("#promises", "Warehouse", "Promised", "Allocated", "Back-ordered") == [
        ("EAST", "12 pc", "12 pc", "0 pc"),
        ("WEST", "1 pc", "0 pc", "1 pc"),
        ("WEST", "2 pc", "2 pc", "0 pc"),
    ]


def hear_of_it_in_ranking_and_planning(floor: Floor) -> None:
    floor.consumers_run()
    floor.becomes("ops", "/prioritization/")
    assert floor.figures("#rows", "Order", "State", "Net") == [("SO-000001", "Confirmed", "408.00 USD")]
    floor.go("/scheduling/shipments/")
    assert floor.figures("#rows", "Warehouse", "State", "Units") == [
        ("EAST", "Planned", "12"),
        ("WEST", "Planned", "1"),
        ("WEST", "Planned", "2"),
    ]


def hold_it(floor: Floor, order: str) -> None:
    """The customer calls: wait for our inspection."""
    floor.becomes("csr", order)
    floor.follow("Hold")
    floor.choose("Kind of hold", "Held by hand")
    floor.write("Reason", "Inspection on Monday")
    floor.press("Place hold", "Confirmed", "Held by hand")


def be_refused_to_release_it(floor: Floor) -> None:
    """Neither from the list nor from the shipment's own page."""
    floor.becomes("ops", "/scheduling/shipments/")
    floor.tick("#rows", "EAST")
    floor.press("Release to warehouse")
    floor.said("0 of 1 done.")
    assert ["“Held by hand”" in row["Why not"] for row in floor.rows()] == [True]
    floor.go("/scheduling/shipments/")
    assert floor.figures("#rows", "State", of="EAST") == [("Planned Held by hand",)]
    floor.open_row("#rows", "EAST")
    assert floor.chips() == ["Planned", "Held by hand"]
    floor.press("Release to warehouse")
    floor.said("the hold “Held by hand” is on it (Inspection on Monday)")


def lift_the_hold(floor: Floor, order: str) -> None:
    floor.becomes("csr_lead", order)
    floor.follow("Lift")
    expect(floor.page.get_by_role("heading", level=1)).to_have_text("Lift “Held by hand”")
    floor.write("How was it settled?", "Inspected")
    floor.press("Lift hold")
    floor.go(order)
    assert floor.chips() == ["Confirmed"]


def receive_the_missing_pump(floor: Floor) -> None:
    floor.becomes("warehouse", "/planning/receive/")
    floor.write("Item", "PUMP")
    floor.choose("Warehouse", "Warehouse WEST (WEST)")
    floor.write("Quantity received", "1")
    floor.press("Receive")
    floor.said("PUMP received.")


def give_it_to_who_waits(floor: Floor, order: str) -> None:
    """A receipt belongs to nobody until an allocation run gives it to the first in the queue."""
    floor.becomes("ops", "/prioritization/runs/")
    floor.press("Propose a run")
    assert floor.figures("main", "Item", "Lacks", "Has", "Then") == [("PUMP", "1 pc", "0 pc", "1 pc")]
    floor.press("Apply", "Applied")
    floor.consumers_run()
    floor.go(order)
    assert floor.figures("#lines", "Allocated") == [("12",), ("3",)]
    assert {row["Back-ordered"] for row in floor.rows("#promises")} == {"0 pc"}


def release_it(floor: Floor, order: str) -> None:
    floor.becomes("ops", "/scheduling/shipments/")
    floor.tick("#rows", "SO-000001")
    floor.press("Release to warehouse")
    floor.said("3 of 3 done.")
    floor.go(order)
    assert floor.chips() == ["Released"]


def ship_from_two_warehouses(floor: Floor, order: str) -> None:
    """Each shipment as the warehouse's queue has it; the order's page tells in between that a part has left."""
    floor.becomes("warehouse", "/fulfillment/")
    waiting = [("EAST", "12"), ("WEST", "1"), ("WEST", "2")]
    assert floor.figures("#rows", "Warehouse", "Units") == waiting
    sent = []
    for _ in waiting:
        floor.go("/fulfillment/")
        place, units = (floor.rows("#rows")[0][name] for name in ("Warehouse", "Units"))
        floor.press_in_row("#rows", place, "Pick")
        floor.press("Picked")
        floor.press("Packed")
        floor.write("Tracking number", f"{place}-{units}")
        floor.press("Handed to the carrier", "Shipped")
        assert floor.figures("#lines", "To pick", "Shipped") == [(f"{units} pc", f"{units} pc")]
        sent.append((place, units))
        floor.go(order)
        expected = ("All", ["Shipped"]) if len(sent) == len(waiting) else ("In part", ["In fulfillment"])
        assert (floor.facts()["Shipped"], floor.chips()) == expected
    assert sorted(sent) == waiting
    for place, units in waiting:
        floor.go(order)
        floor.open_row("#shipments", f"{place}-{units}")
        floor.write("Who took the goods", "Goods-in")
        floor.press("Delivered", "Delivered")
    floor.go(order)
    assert floor.chips() == ["Delivered"]
    assert floor.figures("#lines", "Ordered", "Picked", "Shipped") == [("12 pc", "12", "12"), ("3 pc", "3", "3")]


def bill_it(floor: Floor, order: str) -> None:
    floor.becomes("billing", "/billing/")
    bills = [
        ("1 pc", "100.00 USD", "100.00 USD"),
        ("12 pc", "9.00 USD", "108.00 USD"),
        ("2 pc", "100.00 USD", "200.00 USD"),
    ]
    assert floor.figures("#rows", "Order", "Goods, net") == [("SO-000001", net) for _pieces, _price, net in bills]
    for figures in bills:
        floor.go("/billing/")
        floor.press_in_row("#rows", figures[-1], "Invoice")
        assert floor.chips() == ["Posted"]
        assert floor.figures("#lines", "Quantity", "Unit price", "Net") == [figures]
        assert floor.facts()["Still open"] == figures[-1]
    floor.go(order)
    assert floor.facts()["Invoiced"] == "All"
    assert floor.figures("#lines", "Invoiced") == [("12",), ("3",)]


def be_paid(floor: Floor, order: str) -> None:
    """One transfer settles all invoices, and with that the order is done."""
    floor.go("/billing/payments/new/")
    assert floor.figures("#rows", "Customer", "Owes") == [("Atlas Pumps", "408.00 USD")]
    floor.follow("Atlas Pumps")
    floor.write("Amount in USD", "408.00")
    floor.press("Record payment")
    facts = floor.facts()
    assert (facts["Applied"], facts["On account"]) == ("408.00 USD", "0.00 USD")
    settled = "section[aria-label='What it settled']"
    assert floor.figures(settled, "Amount", "State") == [(f"{net}.00 USD", "Paid") for net in (100, 108, 200)]
    floor.go(order)
    assert floor.chips() == ["Closed"]


def take_two_valves_back(floor: Floor, order: str) -> None:
    """Requested and authorized by service, received and inspected by the warehouse, credited by billing."""
    page = floor.page
    floor.becomes("service", order)
    floor.follow("Request a return")
    floor.write("Quantity of line 1", "2")
    floor.choose("Reason of line 1", "Damaged")
    floor.press("Request the return")
    claim = page.url.removeprefix(floor.url)
    assert floor.chips() == ["Requested"]
    assert floor.facts()["Value asked back, net"] == "18.00 USD"
    floor.press("Authorize", "Authorized")
    floor.becomes("warehouse", claim)
    expect(page.get_by_label("Arrived of line 1")).to_have_value("2")
    floor.press("Book what arrived", "Received")
    expect(page.get_by_label("Accepted of line 1")).to_have_value("2")
    floor.choose("What becomes of line 1", "Scrap")
    floor.press("Decide", "Inspected")
    floor.becomes("billing", claim)
    floor.press("Settle: credit what was accepted", "Settled")
    assert floor.facts()["Credited, net"] == "18.00 USD"
    floor.press("Close the return", "Closed")
    lines = "section[aria-label=Lines]"
    assert floor.figures(lines, "Asked back", "Received", "Accepted", "Becomes", "Net") == [
        ("2 pc", "2 pc", "2 pc", "Scrap", "18.00 USD")
    ]
    floor.follow(floor.facts()["Credit note"])
    expect(page.get_by_role("heading", level=1)).to_contain_text("Credit note")
    assert floor.figures("#lines", "Quantity", "Unit price", "Net") == [("2 pc", "9.00 USD", "18.00 USD")]
    floor.go(order)
    assert floor.figures("#lines", "Ordered", "Returned") == [("12 pc", "2"), ("3 pc", "0")]
    assert floor.figures("#returns", "State", "Units", "Net value") == [("Closed", "2", "18.00 USD")]


def answer_a_question(floor: Floor, order: str) -> None:
    page = floor.page
    floor.becomes("service", order)
    floor.follow("Open a case")
    floor.write("In a few words", "How to fit the valve?")
    floor.write("What the customer said", "Which way round?")
    floor.press("Open the case", "New")
    floor.press("Assign", "Assigned")
    assert floor.facts()["Owner"] == "service"
    floor.write("What is said", "Arrow towards the pump.")
    floor.press("Add to the case")
    expect(page.locator("#said")).to_contain_text("To the customer Arrow towards the pump.")
    floor.write("How it was settled", "Explained")
    floor.press("Resolve", "Resolved")
    floor.choose("What the customer said about it", "5")
    floor.press("Close the case", "Closed")
    assert floor.facts()["Satisfaction"] == "5 of 5"
    floor.go(order)
    assert floor.chips() == ["Closed"]
    assert floor.figures("#cases", "What it is about", "State") == [("How to fit the valve?", "Closed")]
    expect(page.get_by_role("region", name="Who must do what next")).to_contain_text("This order is done.")

"""All four tours, walked: every step is done on the screens it leads to, and the bar goes on by itself."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from analytics.services import rebuild, run_variance
from omc.lib import clock
from omc.lib.actor import system
from orders.core.models import Customer, Order, Product, Warehouse
from orders.core.services import jobs
from planning.services.forecast_demand import request_forecast
from tests.browser.floor import Floor, open_floor
from tests.factories import make_actor, make_user
from tests.journeys.world import World, all_the_way

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def floor(page: Page, live_server: LiveServer) -> Iterator[Floor]:
    floor = open_floor(page, live_server.url)
    for role in ("exec", "admin"):
        floor.people[role] = make_user(floor.company, role, username=role)
    yield floor
    page.goto("about:blank")


def bar_says(floor: Floor, words: str) -> None:
    """Within two looks of the bar; it never lies over what it points at."""
    expect(floor.page.locator("#tour")).to_contain_text(words, timeout=12_000)
    expect(floor.page.locator("#tour .tour-bar")).to_be_visible()


def begin(floor: Floor, role: str) -> None:
    floor.becomes(role, "/")
    floor.page.get_by_role("button", name="Take the tour").click()
    bar_says(floor, "step 1 of 5")


def go_there(floor: Floor) -> None:
    """By the bar's own link, where one is not there already."""
    link = floor.page.locator("#tour").get_by_role("link", name="Take me there")
    if link.is_visible():
        with floor.page.expect_navigation():
            link.click()
    expect(floor.page.locator("#tour .tour-bar")).to_be_visible()
    clear_of_the_bar(floor)


def clear_of_the_bar(floor: Floor) -> None:
    """What is outlined can be seen, above the bar."""
    marked = floor.page.locator(".tour-mark")
    expect(marked).to_have_count(1)
    box, bar = marked.bounding_box(), floor.page.locator("#tour").bounding_box()
    assert box is not None
    assert bar is not None
    assert 0 <= box["y"] < bar["y"]


def test_the_order_desk_then_operations(floor: Floor) -> None:
    begin(floor, "csr")
    keys = floor.page.keyboard
    keys.type("atlas")
    expect(floor.page.get_by_role("option", name="Atlas Pumps")).to_be_visible()
    keys.press("Enter")
    floor.page.wait_for_url(re.compile(r"/entry/\d+/$"))
    bar_says(floor, "step 2 of 5")
    floor.page.locator("tr[data-row] [name=item]").first.focus()
    keys.type("Check")
    expect(floor.page.get_by_role("option", name="Check")).to_be_visible()
    keys.press("Enter")
    keys.type("12")
    keys.press("Enter")
    expect(floor.page.locator("#totals")).to_contain_text("108.00 USD", timeout=10_000)
    keys.press("Control+Enter")
    floor.page.wait_for_url(re.compile(r"/orders/\d+/$"))
    bar_says(floor, "step 3 of 5")
    clear_of_the_bar(floor)
    floor.press("Confirm", "Confirmed")
    bar_says(floor, "step 4 of 5")
    go_there(floor)
    notes = floor.page.locator("#notes")
    notes.get_by_role("textbox").fill("Rang back with @ops : they are glad")
    notes.locator("button[type=submit]").first.click()
    bar_says(floor, "step 5 of 5")
    go_there(floor)
    floor.page.locator("main table.data").get_by_role("link").filter(has_text="SO-000001").first.click()
    bar_says(floor, "That was the tour.")

    floor.consumers_run()
    begin(floor, "ops")
    floor.press("Release to warehouse")
    bar_says(floor, "step 2 of 5")
    go_there(floor)
    floor.page.locator("main").get_by_role("button", name=re.compile("Start|Pick")).first.click()
    for number, button in ((3, "Picked"), (4, "Packed"), (5, "Handed to the carrier")):
        bar_says(floor, f"step {number} of 5")
        go_there(floor)
        floor.press(button)
    bar_says(floor, "That was the tour.")
    assert Order.objects.get().state == "shipped"
    assert floor.complaints == []


def test_administration(floor: Floor) -> None:
    jobs.execute(request_forecast(actor=make_actor(floor.company, "admin")).pk)
    begin(floor, "admin")
    floor.page.locator(".eyebrow a, .stage-line a").first.click()
    floor.go("/stages/entry/")
    bar_says(floor, "step 2 of 5")
    go_there(floor)
    floor.page.get_by_label("Setting").select_option(index=1)
    floor.write("Value", "5")
    floor.press("Put in force now")
    bar_says(floor, "step 3 of 5")
    go_there(floor)
    floor.page.locator(".page-head .actions").get_by_role("button").first.click()
    bar_says(floor, "step 4 of 5")
    go_there(floor)
    floor.page.locator(".page-head .actions").get_by_role("link").first.click()
    floor.page.locator("main form input[name=points_per_day]").fill("30")
    floor.page.locator("main form").get_by_role("button", name=re.compile("Save|Keep|Change")).first.click()
    bar_says(floor, "step 5 of 5")
    go_there(floor)
    floor.open_row("main", "forecast")
    bar_says(floor, "That was the tour.")
    assert floor.complaints == []


def test_the_executive(floor: Floor) -> None:
    two_months_of_sales(floor)
    begin(floor, "exec")
    page = floor.page
    page.locator("a[href*='/analytics/wall/']").filter(visible=True).first.click()
    floor.go("/analytics/wall/8/")
    bar_says(floor, "step 2 of 5")
    go_there(floor)
    page.locator("main a[href*='/analytics/walk/']").filter(visible=True).first.click()
    bar_says(floor, "step 3 of 5")
    go_there(floor)
    page.locator("main a[href*='/analytics/figures/']").filter(visible=True).first.click()
    bar_says(floor, "step 4 of 5")
    go_there(floor)
    floor.open_row("main", "2026")
    bar_says(floor, "step 5 of 5")
    go_there(floor)
    floor.open_row("main", "VALVE")
    bar_says(floor, "That was the tour.")
    assert floor.complaints == []


def two_months_of_sales(floor: Floor) -> None:
    """What each of the last two months sold, and what the nightly jobs make of it: a forecast and a bridge."""
    actor = make_actor(floor.company, "admin")
    warehouse = Warehouse.objects.get(company=floor.company, is_default=True)
    products = list(Product.objects.filter(company=floor.company, sku="VALVE"))
    world = World(floor.company, actor, Customer.objects.get(company=floor.company), warehouse, products)
    this = clock.now().replace(day=1, hour=15, minute=0, second=0, microsecond=0)
    months = [(this - timedelta(days=back)).replace(day=10) for back in (45, 15)]
    for month in months:
        with clock.stopped_at(month):
            all_the_way(world, [5])
    rebuild(actor=system("test", floor.company.pk))
    base, current = (month.date().replace(day=1) for month in months)
    jobs.execute(run_variance(base_month=base, current_month=current, actor=actor).pk)
    jobs.execute(request_forecast(actor=actor).pk)

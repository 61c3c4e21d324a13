"""Call mode by keys alone: the telephone rings, and price and date are told after few keys."""

from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from omc.accounts.models import User
from orders.core.inputs import LineInput
from orders.core.models import Order
from orders.core.selectors.companies import today
from orders.entry.calls.models import Call
from orders.entry.calls.wording import weekday
from orders.pricing.selectors import look_up
from planning.models import Promise
from planning.selectors.availability import Enquired, earliest_dates
from tests.orders.entry.calls.factories import CallDesk

pytestmark = pytest.mark.django_db(transaction=True)
FEW_KEYS = 20


@pytest.fixture
def desk(page: Page, live_server: LiveServer) -> CallDesk:
    """ACME may call, and somebody who may answer looks at the list of customers."""
    desk = CallDesk()
    client = Client()
    client.force_login(User.objects.get(pk=desk.csr.user_id))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(f"{live_server.url}/customers/")
    page.wait_for_load_state()
    return desk


class Keys:
    """Presses real keys and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def __call__(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        self(*text)


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id")


def take_acmes_call(page: Page, keys: Keys) -> None:
    keys("F8")
    page.wait_for_url("**/entry/calls/")
    assert focused(page) == "id_q"
    keys.type("acme")
    keys("Enter")
    page.wait_for_url("**/entry/calls/*/")
    assert focused(page) == "id_text"


def test_price_and_date_of_40_by_few_keys(page: Page, desk: CallDesk) -> None:
    keys = Keys(page)
    take_acmes_call(page, keys)
    keys.type("40 PIPE-15")
    keys("Enter")
    answer = page.locator(".call-asked .say").first
    expect(answer).to_contain_text("40 pc of Copper pipe 15 mm (PIPE-15)")
    assert keys.pressed <= FEW_KEYS

    wanted = LineInput(product_id=desk.pipe.pk, quantity=Decimal(40))
    found = look_up(company=desk.company, customer=desk.acme, line=wanted, on=today(desk.company))
    [soonest] = earliest_dates(desk.company.pk, [Enquired(desk.pipe.pk, desk.warehouse.pk, Decimal(40))])
    assert found.price is not None
    expect(answer).to_contain_text(f"{found.price.unit_price:.2f} USD per pc, {found.price.unit_price * 40:.2f} USD")
    expect(answer).to_contain_text(f"can leave on {weekday(soonest.ship_date)}")
    expect(page.locator("#answers")).to_contain_text("Nothing is reserved")
    assert not Order.objects.exists()
    assert not Promise.objects.exists()
    assert focused(page) == "id_text"  # ready for the next question
    violations = Axe().run(page).response["violations"]
    assert violations == [], [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations]


def test_a_choice_of_items_is_made_by_arrows(page: Page, desk: CallDesk) -> None:
    keys = Keys(page)
    take_acmes_call(page, keys)
    keys.type("4 copper")
    keys("Enter")
    expect(page.locator("[data-choices] button")).to_have_count(2)
    expect(page.locator("[data-choices] button").first).to_be_focused()
    keys("ArrowDown")
    expect(page.locator("[data-choices] button").nth(1)).to_be_focused()
    chosen = page.locator("[data-choices] button .code").nth(1).inner_text()
    keys("Enter")
    expect(page.locator(".call-asked .say").first).to_contain_text(f"({chosen})")


def test_the_telephone_rings_while_one_types(page: Page, desk: CallDesk, live_server: LiveServer) -> None:
    page.locator("[data-search]").first.focus()
    page.keyboard.press("F8")
    page.wait_for_url("**/entry/calls/")


def test_a_late_answer_takes_neither_place_nor_text_from_who_has_gone_on(page: Page, desk: CallDesk) -> None:
    keys = Keys(page)
    late: list[Route] = []
    take_acmes_call(page, keys)
    page.route("**/ask/", lambda route: late.append(route))  # the answer comes when the test says so

    def asks(text: str) -> Route:
        keys.type(text)
        keys("Enter")
        while not late:
            page.wait_for_timeout(20)
        return late.pop()

    answer = asks("40 PIPE-15")
    keys.type("4")  # the next question begins
    answer.continue_()
    expect(page.locator(".call-asked .say")).to_have_count(1)
    page.wait_for_function("!document.querySelector('.htmx-settling, .htmx-request')")
    expect(page.locator("#id_text")).to_have_value("40 PIPE-154")
    keys("Backspace")

    answer = asks("")
    keys("Escape")
    answer.continue_()
    expect(page.locator(".call-asked .say")).to_have_count(2)
    expect(page.locator("#id_text")).to_have_value("")
    assert focused(page) != "id_text"
    keys("p")
    page.wait_for_url("**/entry/calls/?next=1")
    assert Call.objects.get().state == "parked"


def test_a_call_is_parked_the_next_taken_and_an_order_made_by_letters(page: Page, desk: CallDesk) -> None:
    keys = Keys(page)
    take_acmes_call(page, keys)
    keys.type("40 PIPE-15")
    keys("Enter")
    expect(page.locator(".call-asked .say")).to_have_count(1)
    keys("Escape", "p")
    page.wait_for_url("**/entry/calls/?next=1")
    assert Call.objects.get().state == "parked"
    keys("Escape", "t")
    page.wait_for_url("**/entry/calls/*/")
    keys("Escape", "r")
    expect(page.locator("[data-letter=p]")).to_be_visible()
    keys("Escape", "o")
    page.wait_for_url(lambda url: "/entry/calls/" not in url)
    order = Order.objects.get()
    assert [(line.product, line.typed_quantity) for line in order.lines.all()] == [(desk.pipe, 40)]
    keys("F8")
    page.wait_for_url("**/entry/calls/*/")
    expect(page.locator("main")).to_contain_text("Made of this call:")
    page.wait_for_load_state("networkidle")

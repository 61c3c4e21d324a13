"""The shell in a real browser: log in, keys, themes, a telephone's width, one answer per press, the touch clock."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, Route, expect
from pytest_django.live_server_helper import LiveServer

from omc.accounts.models import User
from orders.core.eventlog import stages
from orders.core.services.search import Findable, index
from tests.factories import make_company, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.shell_urls")]
PASSWORD = "staple-yourself-to-it"


@pytest.fixture
def castillo() -> User:
    user = make_user(make_company(name="Hartwell Supply"), "csr", username="castillo")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser's console holds against the page: script errors, and anything that the policy refused."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if "Content Security Policy" in line.text else None)
    yield said
    assert said == []


@pytest.fixture
def style_page(page: Page, live_server: LiveServer, castillo: User, complaints: list[str]) -> Page:
    page.goto(f"{live_server.url}/login/?next=/style/")
    page.keyboard.type("castillo")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Style")
    page.wait_for_load_state()  # the scripts have run
    return page


def test_a_person_logs_in_with_keys_alone_and_sees_whose_company_it_is(style_page: Page) -> None:
    expect(style_page.locator(".company")).to_have_text("Hartwell Supply")


def test_a_wrong_password_is_refused_in_words(page: Page, live_server: LiveServer, castillo: User) -> None:
    page.goto(f"{live_server.url}/login/")
    page.get_by_label("Username").fill("castillo")
    page.get_by_label("Password").fill("not it")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert").first).to_contain_text("correct username and password")


def test_the_question_mark_opens_the_keyboard_sheet_and_escape_closes_it(style_page: Page) -> None:
    style_page.keyboard.press("?")
    expect(style_page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    style_page.keyboard.press("Escape")
    expect(style_page.get_by_role("dialog", name="Keyboard")).to_be_hidden()
    style_page.locator("#filter-text").press("?")
    expect(style_page.get_by_role("dialog", name="Keyboard")).to_be_hidden()


def test_a_slash_leads_to_the_search(style_page: Page) -> None:
    style_page.keyboard.press("/")
    style_page.keyboard.type("nordwind")
    expect(style_page.get_by_role("searchbox")).to_have_value("nordwind")
    style_page.keyboard.press("Enter")
    style_page.wait_for_url("**/search/?q=nordwind")


def test_the_line_shows_every_stage_with_its_open_duties(style_page: Page) -> None:
    line = style_page.get_by_role("navigation", name="The ten stages")
    style_page.keyboard.press("w")
    expect(line.locator("li > a")).to_have_count(len(stages()))
    expect(line.get_by_text("none open")).to_have_count(len(stages()))
    expect(line.locator("li:visible")).to_have_count(len(stages()))


def test_the_line_shows_ones_own_stages_until_the_whole_cycle_is_asked_for(style_page: Page) -> None:
    line = style_page.get_by_role("navigation", name="The ten stages")
    # Where customer service acts; in 7 and 8 it settles what did not arrive, and writes down what customers dispute.
    mine = ["2", "3", "4", "7", "8", "9", "10"]
    expect(line.locator("li:visible b")).to_have_text(mine)
    line.get_by_role("button", name="Whole cycle").click()
    expect(line.locator("li:visible")).to_have_count(len(stages()))
    style_page.reload()
    expect(line.locator("li:visible")).to_have_count(len(stages()))
    style_page.keyboard.press("w")
    expect(line.locator("li:visible b")).to_have_text(mine)


def test_the_palette_goes_to_any_screen_by_keys(style_page: Page) -> None:
    style_page.keyboard.press("Control+k")
    palette = style_page.get_by_role("dialog", name="Commands")
    expect(palette.get_by_role("link", name="New order")).to_be_visible()
    expect(palette.get_by_role("link", name="Settings")).to_have_count(0)  # not for this role
    style_page.keyboard.type("new ord")
    expect(palette.locator(".palette-body a:visible")).to_have_text(["New order"])
    style_page.keyboard.press("Enter")
    style_page.wait_for_url("**/entry/new/")


def test_the_palette_finds_things_and_arrows_walk_through_them(style_page: Page, castillo: User) -> None:
    company_id = castillo.memberships.get().company_id
    names = ("Nordwind Fittings", "Nordwind Marine")
    index(company_id, [Findable("customer", n, name, f"/customers/{n}/") for n, name in enumerate(names)])
    style_page.keyboard.press("Control+k")
    style_page.keyboard.type("nordwind")
    found = style_page.locator("#palette-hits a")
    expect(found).to_have_count(2)
    style_page.keyboard.press("ArrowDown")
    style_page.keyboard.press("ArrowDown")
    expect(found.nth(1)).to_be_focused()
    style_page.keyboard.type("x")
    expect(style_page.locator("[data-palette-find]")).to_have_value("nordwindx")
    style_page.keyboard.press("Escape")
    expect(style_page.get_by_role("dialog", name="Commands")).to_be_hidden()


def test_arrows_open_a_menu_and_walk_through_it(style_page: Page) -> None:
    summary, items = style_page.locator("main [data-menu] summary"), style_page.locator("main [data-menu] a")
    summary.focus()
    style_page.keyboard.press("ArrowDown")
    expect(items.nth(0)).to_be_focused()
    style_page.keyboard.press("ArrowDown")
    expect(items.nth(1)).to_be_focused()
    style_page.keyboard.press("ArrowUp")
    style_page.keyboard.press("ArrowUp")
    expect(summary).to_be_focused()
    style_page.keyboard.press("ArrowDown")
    style_page.keyboard.press("Escape")
    expect(items.nth(0)).not_to_be_visible()
    expect(summary).to_be_focused()


def test_two_keys_go_to_a_place_unless_single_keys_are_off(style_page: Page) -> None:
    style_page.keyboard.press("?")
    style_page.get_by_label("Single keys work (without Ctrl)").uncheck()
    style_page.keyboard.press("Escape")
    style_page.keyboard.press("g")
    style_page.keyboard.press("o")
    expect(style_page.get_by_role("heading", level=1)).to_have_text("Style")
    style_page.evaluate("localStorage.removeItem('single-keys')")
    style_page.keyboard.press("g")
    style_page.keyboard.press("o")
    style_page.wait_for_url("**/orders/")


def test_compact_rows_stay_compact(style_page: Page, castillo: User) -> None:
    style_page.set_viewport_size({"width": 1600, "height": 900})
    row = style_page.locator("#tables tbody tr").first
    assert row.bounding_box()["height"] == 32  # type: ignore[index]
    style_page.get_by_label("Your account").click()
    with style_page.expect_navigation():
        style_page.get_by_role("button", name="Compact").click()
    assert style_page.url.endswith("/style/")
    assert row.bounding_box()["height"] == 28  # type: ignore[index]
    castillo.refresh_from_db()
    assert castillo.density == User.Density.COMPACT


def test_a_term_tells_its_meaning_on_focus_and_escape_hides_it(style_page: Page) -> None:
    term = style_page.locator(".term", has_text="Can be promised")
    term.focus()
    expect(style_page.locator(".tip")).to_contain_text("Available-to-promise (ATP)Stock on hand")
    style_page.keyboard.press("Escape")
    expect(style_page.locator(".tip")).to_be_hidden()
    with style_page.expect_navigation():
        style_page.keyboard.press("Enter")
    assert style_page.url.endswith("/glossary/#available-to-promise")


def test_a_chart_reads_its_values_to_the_keyboard(style_page: Page) -> None:
    plot = style_page.locator("#charts .plot")
    style_page.locator("#charts a").first.focus()
    style_page.keyboard.press("Tab")
    expect(plot).to_be_focused()
    style_page.keyboard.press("Home")
    expect(plot.locator(".readout")).to_contain_text("Jan 2025")
    style_page.keyboard.press("ArrowRight")
    expect(plot.locator(".readout")).to_contain_text("Feb 2025")
    expect(plot.locator(".readout")).to_contain_text("334")


def test_a_page_that_a_role_may_not_open_says_why(style_page: Page, live_server: LiveServer) -> None:
    style_page.goto(f"{live_server.url}/settings/")
    expect(style_page.get_by_role("heading", level=1)).to_have_text("Not allowed")
    expect(style_page.get_by_role("main")).to_contain_text("Your role may not open this page.")


def test_the_theme_that_was_chosen_stays(style_page: Page) -> None:
    style_page.emulate_media(color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert style_page.evaluate(ground) == "rgb(244, 246, 248)"
    style_page.get_by_label("Your account").click()
    style_page.get_by_role("button", name="Light or dark").click()
    assert style_page.evaluate(ground) == "rgb(15, 19, 24)"
    style_page.reload()
    assert style_page.evaluate(ground) == "rgb(15, 19, 24)"


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_the_page_never_scrolls_sideways(style_page: Page, width: int) -> None:
    style_page.set_viewport_size({"width": width, "height": 844})
    assert style_page.evaluate("document.documentElement.scrollWidth") == width


def test_the_head_of_a_table_stays_in_sight(style_page: Page) -> None:
    style_page.set_viewport_size({"width": 1440, "height": 500})
    head = style_page.locator("#tables thead th").first
    style_page.locator("#tables tbody tr").last.evaluate("row => scrollBy(0, row.getBoundingClientRect().top - 90)")
    box = head.bounding_box()
    assert box is not None
    assert box["y"] == 48


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_it(style_page: Page, theme: str) -> None:
    style_page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    style_page.reload()
    found = Axe().run(style_page).response["violations"]
    assert [(one["id"], [(node["target"], node["failureSummary"]) for node in one["nodes"]]) for one in found] == []


def test_an_impatient_person_is_heard_once(page: Page, live_server: LiveServer) -> None:
    sent: list[str] = []

    def answer_late(route: Route, request: Request) -> None:
        if request.method == "POST":
            sent.append(request.url)
            page.wait_for_timeout(400)
        route.continue_()

    page.goto(f"{live_server.url}/login/")
    page.route("**/login/", answer_late)
    page.get_by_label("Username").fill("castillo")
    page.get_by_label("Password").fill("not it")
    page.get_by_role("button", name="Log in").evaluate(
        "button => [0, 0, 80, 160].forEach((wait) => (wait ? setTimeout(() => button.click(), wait) : button.click()))"
    )
    expect(page.get_by_role("alert").first).to_contain_text("correct username and password")
    assert len(sent) == 1


def test_only_active_seconds_are_counted(style_page: Page) -> None:
    told: list[dict[str, list[str]]] = []
    open_order = '<body data-touch-url="/touch/" data-subject-type="order" data-subject-id="7" data-stage="4" '

    def with_an_order_open(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("<body ", open_order, 1))

    def note(route: Route, request: Request) -> None:
        fields = re.findall(r'name="(\w+)"\r\n\r\n(.*?)\r\n', request.post_data or "")
        told.append(parse_qs("&".join(f"{name}={value}" for name, value in fields)))
        route.fulfill(status=204)

    style_page.route("**/style/", with_an_order_open)
    style_page.route("**/touch/", note)
    style_page.clock.install()
    style_page.reload()
    style_page.keyboard.press("Shift")
    style_page.clock.run_for(600_000)  # ten minutes, and nothing after the first key
    style_page.wait_for_timeout(200)
    assert {(*one["subject_type"], *one["subject_id"], *one["stage"]) for one in told} == {("order", "7", "4")}
    assert sum(int(one["seconds"][0]) for one in told) == 60

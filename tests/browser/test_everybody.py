"""Every screen can be used by everybody: the rules of axe-core, in both themes, and with a thumb."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.everything import make_everything
from tests.browser.screens import pages
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

QUICK = {"resultTypes": ["violations"], "preload": False, "iframes": False}
ALL_RULES = QUICK | {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
}
CONTRAST = QUICK | {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
TARGETS = QUICK | {"runOnly": {"type": "rule", "values": ["target-size"]}, "rules": {"target-size": {"enabled": True}}}
GRAVE = ("serious", "critical")


def faults(page: Page, options: dict) -> list[str]:
    """What axe holds gravely against the page as it stands."""
    found = page.evaluate("(options) => axe.run(document, options).then((answer) => answer.violations)", options)
    return [
        f"{one['id']}: {node['target']} {node['html'][:160]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def test_every_screen_passes_in_light_and_dark_and_under_a_thumb(page: Page, live_server: LiveServer) -> None:
    world = make_everything()
    client = Client()
    client.force_login(make_user(world.company, "admin"))
    found, missing = pages(client, world.company.pk)
    assert missing == [], "tests/browser/screens.py does not know what fills these addresses, or nothing is there"
    assert len(found) > 80

    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.emulate_media(reduced_motion="reduce")
    wrong: list[str] = []
    for path in found:
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light")
        page.goto(live_server.url + path)
        page.evaluate(Axe().axe_script)
        said = faults(page, ALL_RULES)
        page.emulate_media(color_scheme="dark")
        said += faults(page, CONTRAST)
        page.set_viewport_size({"width": 390, "height": 844})
        said += faults(page, TARGETS)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            said.append("scrolls sideways on a telephone")
        wrong += [f"{path} {one}" for one in said]
    assert wrong == []

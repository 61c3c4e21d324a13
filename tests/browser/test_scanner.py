"""Picking a wave with a hand-held scanner: a phone's width, key events alone, and a line that breaks in the middle."""

import pytest
from django.test import Client
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from omc.accounts.models import User
from orders.fulfillment.models import PickTake, Shipment, ShipmentLine
from tests.orders.fulfillment.shelves import Shelves

pytestmark = pytest.mark.django_db(transaction=True)


def scan(page: Page, text: str) -> None:
    """What a scanner does: it types, and presses Enter, wherever the cursor may be."""
    for key in text:
        page.keyboard.press(key)
    page.keyboard.press("Enter")


def test_a_wave_is_picked_by_scans_through_a_lost_connection(page: Page, live_server: LiveServer) -> None:
    dock = Shelves()
    nut, bolt = dock.shelved(("A", 9), sku="NUT"), dock.shelved(("B", 20), sku="BOLT", barcode="4006381333931")
    dock.released((nut, 1), (bolt, 4))
    dock.released((bolt, 12))
    wave = dock.wave()
    client = Client()
    client.force_login(User.objects.get(pk=dock.picker.user_id))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/fulfillment/waves/{wave.pk}/scan/")
    said, left, waiting = page.locator("[data-said]"), page.locator("[data-left]"), page.locator("[data-waiting]")
    expect(page.locator("[data-bin]")).to_have_text("A")
    expect(page.locator("#scan")).to_be_focused()

    scan(page, "B")  # a wrong bin is said in color and word, and nothing is taken
    expect(said).to_have_class("scan-said wrong")
    expect(said).to_have_text("Wrong bin: B")
    scan(page, "11")  # the check digits of A
    expect(said).to_have_text("Right bin: A")
    scan(page, "BOLT")
    expect(said).to_have_text("Wrong item: BOLT")
    scan(page, "NUT")
    expect(page.locator("[data-bin]")).to_have_text("B")
    expect(left).to_have_text("4")
    expect(page.locator("[data-tote]")).to_have_text("1")
    expect(waiting).to_be_hidden()

    scan(page, "B")
    lost = []

    def swallow(route: Route) -> None:
        """The server takes it, and its answer never arrives."""
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/take/", swallow, times=1)
    scan(page, "4006381333931")
    expect(waiting).to_be_hidden()  # sent again, and known
    assert lost == [200]

    page.context.set_offline(True)
    scan(page, "BOLT")
    scan(page, "2")  # the rest of it, typed
    expect(page.locator("[data-tote]")).to_have_text("2")
    expect(left).to_have_text("12")
    scan(page, "BOLT")
    expect(left).to_have_text("11")
    scan(page, "99")
    expect(said).to_have_text("Too much: still to take: 11 pc")
    expect(page.locator("[data-waiting-count]")).to_have_text("3")
    page.context.set_offline(False)
    expect(waiting).to_be_hidden()
    page.get_by_role("button", name="Take all").click()
    expect(page.locator("[data-finish-button]")).to_be_enabled()
    page.locator("[data-finish-button]").click()
    expect(page.get_by_text("Nothing is left to pick here.")).to_be_visible()

    lines = ShipmentLine.objects.order_by("shipment__tote", "id")
    assert [(int(line.taken), int(line.picked)) for line in lines] == [(1, 1), (4, 4), (12, 12)]
    assert [int(take.quantity) for take in PickTake.objects.order_by("id")] == [1, 1, 1, 2, 1, 11]
    assert set(Shipment.objects.values_list("state", flat=True)) == {"picked"}
    wave.refresh_from_db()
    assert wave.state == "done"

"""The screens of order entry, as a browser without a script sends them."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from omc.accounts.models import User
from orders.core.models import Order
from orders.entry.services import confirm_order, save_draft, start_order
from orders.pricing.services import send_quote, write_quote
from tests.factories import WarehouseFactory, make_user
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def client(desk: Desk) -> Client:
    return logged_in(User.objects.get(pk=desk.csr.user_id))


@pytest.fixture
def lead(desk: Desk) -> Client:
    return logged_in(User.objects.get(pk=desk.lead.user_id))


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(html: str) -> str:
    """What a reader sees: the text without the marks."""
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def form(order: Order, *rows: dict[str, str], **more: str) -> dict[str, Any]:
    """The form as the browser sends it: every row has every cell."""
    cells = ("item", "quantity", "unit", "warehouse", "wanted", "price", "kind", "supply", "ship_to", "note")
    return {
        "version": str(order.version),
        "ship_to_id": str(order.ship_to_id or ""),
        "ship_rule": order.ship_rule,
        "channel": order.channel,
        **{name: [row.get(name, "") for row in [*rows, {}]] for name in cells},
        **more,
    }


def test_a_customer_is_found_by_code_or_by_the_only_match(desk: Desk, client: Client) -> None:
    desk.make_customer(name="Ironworks North")
    desk.make_customer(name="Ironworks South")
    assert client.get(reverse("entry:new")).status_code == 200
    several = client.post(reverse("entry:new"), {"customer": "ironworks"})
    assert several.status_code == 422
    assert b"Ironworks South" in several.content
    nobody = client.post(reverse("entry:new"), {"customer": "nobody"})
    assert (nobody.status_code, Order.objects.count()) == (422, 0)
    found = client.post(reverse("entry:new"), {"customer": "north"})
    order = Order.objects.get()
    assert found.headers["Location"] == reverse("entry:edit", args=[order.pk])
    assert order.customer.name == "Ironworks North"


def test_a_plain_form_saves_and_submits(desk: Desk, client: Client) -> None:
    desk.item(sku="BOLT")
    order = start_order(customer_id=desk.customer.pk, actor=desk.csr)
    url = reverse("entry:edit", args=[order.pk])
    page = client.get(url).content.decode()
    assert page.count("<tr data-row>") == 8 + 1  # spare rows for whoever has no script, and the template's
    saved = client.post(url, form(order, {"item": "BOLT", "quantity": "3"}, customer_po="P-1", do="save"))
    assert saved.headers["Location"] == url
    order.refresh_from_db()
    assert (order.customer_po, order.lines.get().ordered) == ("P-1", 3)
    submitted = client.post(url, form(order, {"item": "BOLT", "quantity": "4"}, do="submit"))
    assert submitted.headers["Location"] == reverse("core:order", args=[order.pk])
    order.refresh_from_db()
    assert (order.state, order.lines.get().ordered) == ("pending", 4)
    assert client.get(url).headers["Location"] == reverse("core:order", args=[order.pk])


@pytest.mark.slow
def test_refusals_stand_at_their_cells_and_fields(desk: Desk, client: Client) -> None:
    order = desk.draft(line(desk.item(sku="BOLT"), 1))
    url = reverse("entry:edit", args=[order.pk])
    for row, sentence in (
        ({"item": "NO", "quantity": "1"}, "There is no item NO."),
        ({"item": "BOLT", "quantity": "two"}, "This is no number"),
        ({"item": "BOLT", "quantity": "nan"}, "This is no number"),
        ({"item": "BOLT", "quantity": "-1"}, "The quantity must be above zero."),
        ({"item": "BOLT", "quantity": "1e30"}, "This is too large."),
        ({"item": "", "quantity": "1"}, "Name an item."),
        ({"item": "BOLT", "quantity": "1", "wanted": "soon"}, "Write the day like"),
        ({"item": "BOLT", "quantity": "1", "unit": "ton"}, "BOLT is not sold by ton."),
        ({"item": "BOLT", "quantity": "1", "price": "1"}, "You may not change this price."),
    ):
        refused = client.post(url, form(order, row))
        assert refused.status_code == 422, row
        assert sentence in refused.content.decode(), row
    nowhere = client.post(url, form(order, {"item": "BOLT", "quantity": "1"}, ship_to_id="", do="submit"))
    assert nowhere.status_code == 422
    assert "Say where" in nowhere.content.decode()
    assert Order.objects.get(pk=order.pk).state == "draft"


def test_a_stale_page_keeps_what_was_typed_and_says_so(desk: Desk, client: Client) -> None:
    item = desk.item(sku="BOLT")
    order = desk.draft(line(item, 1))
    save_draft(order_id=order.pk, lines=[line(item, 2)], actor=desk.lead)
    url = reverse("entry:edit", args=[order.pk])
    plain = client.post(url, form(order, {"item": "BOLT", "quantity": "77"}))
    assert plain.status_code == 412
    assert "was saved elsewhere meanwhile" in plain.content.decode()
    assert 'value="77"' in plain.content.decode()
    script = client.post(url, form(order, {"item": "BOLT", "quantity": "77"}), headers={"Accept": "application/json"})
    assert (script.status_code, script.json()["code"]) == (412, "stale_version")
    assert order.lines.get().ordered == 2


def test_the_script_saves_with_an_answer_of_its_own(desk: Desk, client: Client) -> None:
    desk.item(sku="BOLT")
    order = desk.draft()
    url, json = reverse("entry:edit", args=[order.pk]), {"Accept": "application/json"}
    saved = client.post(url, form(order, {"item": "BOLT", "quantity": "3"}), headers=json).json()
    assert saved["version"] == order.version + 1
    assert "30.00 USD" in words(saved["totals"])
    order.refresh_from_db()
    bad = client.post(url, form(order, {"item": "BOLT", "quantity": "1"}, {"item": "X", "quantity": "1"}), headers=json)
    assert bad.status_code == 422
    assert bad.json()["rows"] == [{"row": 1, "cell": "item", "message": "There is no item X."}]


def test_one_row_is_answered_with_price_stock_and_amount_and_writes_nothing(desk: Desk, client: Client) -> None:
    desk.item(sku="BOLT", stock=2)
    order = desk.draft()
    url = reverse("entry:line", args=[order.pk])
    answer = client.post(url, {"item": "bolt", "quantity": "3", "unit": "", "wanted": ""})
    assert answer.status_code == 200
    text = words(answer.content.decode())
    assert "30.00 USD" in text
    assert "short" in text
    refused = client.post(url, {"item": "NO", "quantity": "3"})
    assert refused.status_code == 422
    assert "There is no item NO." in refused.content.decode()
    assert not order.lines.exists()


def test_a_row_costs_the_same_on_a_long_order(desk: Desk, client: Client, django_assert_max_num_queries) -> None:
    items = [desk.item(stock=1) for _ in range(20)]
    order = desk.draft(*[line(item) for item in items])
    with django_assert_max_num_queries(25):
        client.post(reverse("entry:line", args=[order.pk]), {"item": items[0].sku, "quantity": "3"})
    with django_assert_max_num_queries(42):
        client.get(reverse("entry:edit", args=[order.pk]))


def test_items_are_found_by_all_their_names_the_exact_one_first(desk: Desk, client: Client) -> None:
    from orders.core.models import ProductAlias

    bolt = desk.item(sku="AB-1", name="Hex bolt")
    desk.item(sku="AB-10", name="Long bolt")
    desk.item(sku="ZZ", name="Gone bolt", is_active=False)
    Desk().item(sku="AB-1", name="Foreign")
    ProductAlias.objects.create(company=desk.company, customer=desk.customer, product=bolt, alias="77-1")
    url = reverse("entry:items", args=[desk.draft().pk])

    def found(text: str) -> list[str]:
        html = client.get(url, {"q": text}).content.decode()
        return [part.split('"')[0] for part in html.split('data-value="')[1:]]

    assert found("ab-1") == ["AB-1", "AB-10"]
    assert found("77") == ["AB-1"]
    assert found("bolt") == ["AB-1", "AB-10"]
    assert found("hex bo") == ["AB-1"]
    assert found("") == []


@pytest.mark.slow
def test_who_may_not_see_prices_gets_none_and_who_may_not_write_is_refused(desk: Desk) -> None:
    order = desk.draft(line(desk.item(list_price="123.45")))
    pending = desk.pending(line(desk.item(list_price="123.45")))
    worker = logged_in(make_user(desk.company, "warehouse"))
    assert "123.45" not in worker.get(reverse("entry:home")).content.decode()
    for name, target in (("edit", order), ("line", order), ("items", order), ("submit", order), ("confirm", pending)):
        url = reverse(f"entry:{name}", args=[target.pk])
        assert {worker.get(url).status_code, worker.post(url).status_code} <= {403, 405}, name
        assert 403 in {worker.get(url).status_code, worker.post(url).status_code}, name
    stranger = logged_in(User.objects.get(pk=Desk().csr.user_id))
    for name in ("edit", "items", "cancel", "discard"):
        assert stranger.get(reverse(f"entry:{name}", args=[order.pk])).status_code == 404, name
    assert str(order) not in stranger.get(reverse("entry:home") + "?list=drafts").content.decode()
    assert Client().get(reverse("entry:edit", args=[order.pk])).status_code == 302


def test_margins_are_for_those_who_may_see_costs(desk: Desk, client: Client, lead: Client) -> None:
    order = desk.draft(line(desk.item(list_price="10", standard_cost="6")))
    url = reverse("entry:edit", args=[order.pk])
    assert "Margin" not in client.get(url).content.decode()
    assert "40.0 %" in words(lead.get(url).content.decode())
    row = {"item": order.lines.get().product.sku, "quantity": "1"}
    assert "%" not in client.post(reverse("entry:line", args=[order.pk]), row).content.decode()


def test_the_desk_shows_what_waits_and_what_holds_it(desk: Desk, client: Client) -> None:
    empty = client.get(reverse("entry:home")).content.decode()
    assert "Nothing waits to be confirmed" in empty
    customer = desk.make_customer(po_required=True, name="Wants numbers")
    order = desk.pending(line(desk.item()), customer=customer)
    text = client.get(reverse("entry:home")).content.decode()
    assert str(order.number) in text
    assert "Purchase order number missing" in text
    draft = desk.draft()
    assert f"Draft {draft.pk}" in client.get(reverse("entry:home") + "?list=drafts").content.decode()


@pytest.mark.slow
def test_the_buttons_of_the_order_page_lead_through_its_life(desk: Desk, client: Client) -> None:
    def press(name: str, order: Order, **data: str) -> int:
        return client.post(reverse(f"entry:{name}", args=[order.pk]), data).status_code

    def offered(order: Order) -> set[str]:
        page = client.get(reverse("core:order", args=[order.pk])).content.decode()
        names = ("edit", "submit", "confirm", "back", "cancel", "cancel-rest", "repeat", "discard")
        return {name for name in names if f'"{reverse(f"entry:{name}", args=[order.pk])}"' in page}

    order = desk.draft(line(desk.item(stock=5), 2))
    assert offered(order) == {"edit", "submit", "discard"}
    assert press("submit", order) == 302
    assert offered(order) == {"confirm", "back", "cancel", "repeat"}
    assert press("submit", order) == 422
    assert press("back", order) == 422  # without a reason
    assert press("back", order, reason="one more") == 302
    assert press("submit", order) == 302
    assert press("confirm", order) == 302
    assert offered(order) == {"cancel", "repeat"}
    assert press("confirm", order) == 422
    assert press("cancel", order, reason="not wanted") == 302
    assert offered(order) == {"repeat"}
    repeated = client.post(reverse("entry:repeat", args=[order.pk]))
    copy = Order.objects.latest("pk")
    assert repeated.headers["Location"] == reverse("entry:edit", args=[copy.pk])
    assert press("discard", copy, reason="no") == 302
    assert Order.objects.get(pk=copy.pk).state == "abandoned"


def test_short_stock_and_holds_are_said_on_the_page(desk: Desk, client: Client) -> None:
    customer = desk.make_customer(ship_rule="ship_complete_order", po_required=True)
    short = desk.pending(line(desk.item(sku="SHORT", stock=1), 5), customer=customer, customer_po="P")
    page = client.post(reverse("entry:confirm", args=[short.pk]))
    assert page.status_code == 422
    assert "line 1 (SHORT) is short by 4" in page.content.decode()
    held = desk.pending(line(desk.item()), customer=customer)
    page = client.post(reverse("entry:confirm", args=[held.pk]))
    assert page.status_code == 422
    assert "Purchase order number missing" in page.content.decode()


def test_a_quote_is_made_an_order_by_its_button(desk: Desk, client: Client) -> None:
    quote = write_quote(customer_id=desk.customer.pk, lines=[line(desk.item())], actor=desk.csr)
    send_quote(quote_id=quote.pk, actor=desk.csr)
    url = reverse("entry:convert", args=[quote.pk])
    made = client.post(url)
    assert made.headers["Location"] == reverse("entry:edit", args=[Order.objects.get().pk])
    again = client.post(url)
    assert again.status_code == 422
    assert "already" in again.content.decode()


def test_a_hold_blocks_confirm_at_every_door_with_the_same_words(desk: Desk, client: Client) -> None:
    from omc.lib.registry import registry
    from orders.core.selectors.holds import HoldBlocks

    customer = desk.make_customer(po_required=True)
    order = desk.pending(line(desk.item(stock=1)), customer=customer)
    with pytest.raises(HoldBlocks) as refusal:
        confirm_order(order_id=order.pk, actor=desk.csr)
    said = refusal.value.message
    assert said in client.post(reverse("entry:confirm", args=[order.pk])).content.decode().replace("&#x27;", "'")
    assert client.post(f"/api/v1/entry/orders/{order.pk}/confirm/").json()["message"] == said
    assert registry.bulk_actions["entry.confirm"].run([order.pk], desk.csr) == [(order.pk, said)]
    assert Order.objects.get(pk=order.pk).state == "pending"


def test_a_line_says_from_which_warehouse_when_there_are_several(desk: Desk, client: Client) -> None:
    far = WarehouseFactory(company=desk.company, name="Far away")
    item = desk.item(sku="BOLT")
    order = desk.draft(line(item, 1, warehouse_id=far.pk))
    url = reverse("entry:edit", args=[order.pk])
    assert f'<option value="{far.pk}" selected>' in client.get(url).content.decode()
    client.post(url, form(order, {"item": "BOLT", "quantity": "1", "warehouse": str(far.pk)}))
    assert order.lines.get().warehouse == far

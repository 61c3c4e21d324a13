"""What a customer orders again: what was bought before, and templates kept under a name."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from omc.accounts.models import User
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused, StaleVersion
from orders.core.inputs import LineInput
from orders.core.models import Address, Order, Product
from orders.entry.again.models import OrderTemplate
from orders.entry.again.selectors import bought_before
from orders.entry.again.services import (
    NameTaken,
    change_template,
    drop_template,
    keep_template,
    order_from_template,
)
from orders.entry.services import save_draft, start_order
from orders.pricing.services import save_quote_draft, start_quote
from tests.factories import AddressFactory, make_actor, make_company, make_user
from tests.orders.entry.factories import Desk, line
from tests.orders.entry.test_races import at_once, outcomes

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def client_of(user_id: int | None) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user_id), backend="omc.accounts.backends.RoleBackend")
    return client


def kept(template: OrderTemplate) -> list[tuple[str, Decimal]]:
    lines = template.lines.select_related("product").order_by("position")
    return [(str(found.product or found.description), found.quantity) for found in lines]


def charge(amount: int) -> LineInput:
    return LineInput(kind="charge", description="Freight", quantity=Decimal(1), unit_price=Decimal(amount))


def test_the_latest_line_of_each_item_is_told_with_how_often(desk: Desk) -> None:
    bolt, nut = desk.item(sku="BOLT", list_price=Decimal(4)), desk.item(sku="NUT", name="Wing nut")
    desk.pending(line(bolt, 5), line(nut, 2))
    last = desk.pending(line(bolt, 7))
    desk.pending(line(bolt, 99), customer=desk.make_customer())
    desk.draft(line(nut, 50))
    found = bought_before(desk.csr, desk.customer.pk)
    assert [(row.sku, row.quantity, row.times) for row in found] == [("BOLT", 7, 2), ("NUT", 2, 1)]
    assert found[0].order == last.number
    assert found[0].unit_price == 4
    assert [row.sku for row in bought_before(desk.csr, desk.customer.pk, "wing")] == ["NUT"]
    assert bought_before(desk.csr, desk.customer.pk, "%") == []
    assert bought_before(make_actor(desk.company, "warehouse"), desk.customer.pk)[0].unit_price is None
    assert bought_before(make_actor(make_company(), "csr"), desk.customer.pk) == []


def test_what_is_old_or_no_longer_sold_is_left_out(desk: Desk) -> None:
    bolt, nut = desk.item(sku="BOLT"), desk.item(sku="NUT")
    order = desk.pending(line(bolt, 5), line(nut, 2))
    Product.objects.filter(pk=nut.pk).update(is_active=False)
    assert [row.sku for row in bought_before(desk.csr, desk.customer.pk)] == ["BOLT"]
    Order.objects.filter(pk=order.pk).update(submitted_at=order.submitted_at - timedelta(days=800))
    assert bought_before(desk.csr, desk.customer.pk) == []


def test_lines_are_kept_under_a_name_and_ordered_again_at_todays_price(desk: Desk) -> None:
    bolt = desk.item(sku="BOLT", list_price=Decimal(4))
    kit = desk.kit((bolt, 4), sku="SET", list_price=Decimal(20))
    text = LineInput(kind="text", description="Call first", quantity=Decimal(0))
    order = desk.draft(line(bolt, 5, unit_price=Decimal(4)), line(kit, 1), text)
    template = keep_template(name="  Monthly   need ", order_id=order.pk, actor=desk.csr)
    assert (template.name, template.customer, template.version) == ("Monthly need", desk.customer, 1)
    assert kept(template) == [("BOLT", 5), ("SET", 1), ("Call first", 0)]
    Product.objects.filter(pk=bolt.pk).update(list_price=Decimal(6))
    again = order_from_template(template_id=template.pk, actor=desk.csr)
    assert (again.order.net_amount, again.order.line_count, again.left_out) == (Decimal("50.00"), 3, [])
    Product.objects.filter(pk=bolt.pk).update(is_active=False)
    assert order_from_template(template_id=template.pk, actor=desk.csr).left_out == ["BOLT"]


def test_how_lines_come_and_where_they_go_is_kept_and_ordered_again(desk: Desk) -> None:
    special, dropped, bolt = (desk.item(sku=sku) for sku in ("SPEC", "DROP", "BOLT"))
    site = AddressFactory(customer=desk.customer, name="Bridge site", is_default=False)
    order = desk.draft(
        line(special, 1, supply="special", ship_to_id=site.pk), line(dropped, 2, supply="drop_ship"), line(bolt, 3)
    )
    save_draft(order_id=order.pk, header={"delivery": "collect"}, actor=desk.csr)
    template = keep_template(name="Site", order_id=order.pk, actor=desk.csr)

    again = order_from_template(template_id=template.pk, actor=desk.csr)

    ways = list(again.order.lines.order_by("position").values_list("supply", "ship_to", "note"))
    assert ways == [("special", site.pk, ""), ("drop_ship", None, ""), ("stock", None, "")]
    assert (again.order.delivery, again.without_place) == ("collect", [])


@pytest.mark.slow
def test_an_address_that_is_gone_is_left_empty_and_told_at_the_line(desk: Desk) -> None:
    special, bolt = desk.item(sku="SPEC"), desk.item(sku="BOLT")
    site = AddressFactory(customer=desk.customer, name="Bridge site", is_default=False)
    other = AddressFactory(customer=desk.make_customer(), is_default=False)
    order = desk.draft(line(special, 1, supply="special", ship_to_id=site.pk), line(bolt, 3))
    template = keep_template(name="Site", order_id=order.pk, actor=desk.csr)
    client = client_of(desk.csr.user_id)
    lines = reverse("entry:template-lines", args=[template.pk])
    page = reverse("entry:template", args=[template.pk])
    here = client.get(lines).text
    assert f'data-supply="special" data-ship-to="{site.pk}"' in here
    assert "address not in use" not in here + client.get(page).text
    strange = client.get(f"{lines}?customer={other.customer_id}").text
    assert ('data-supply="special" data-ship-to=""' in strange, "address not in use" in strange) == (True, True)

    Address.objects.filter(pk=site.pk).update(is_active=False)
    again = order_from_template(template_id=template.pk, actor=desk.csr)

    assert again.without_place == ["SPEC"]
    first = again.order.lines.order_by("position")[0]
    assert (first.supply, first.ship_to_id) == ("special", None)
    assert first.note.startswith("Was for Bridge site")
    assert "address not in use" in client.get(page).text
    begun = client.post(reverse("entry:order-template", args=[template.pk]), follow=True)
    assert "Their own address is not in use any more" in begun.text
    told = client.post(f"/api/v1/entry/templates/{template.pk}/order/").json()
    assert told["without_place"] == ["SPEC"]


def test_a_quotes_lines_are_kept_too_but_no_charge(desk: Desk) -> None:
    bolt = desk.item(sku="BOLT")
    quote = start_quote(customer_id=desk.customer.pk, actor=desk.csr)
    save_quote_draft(quote_id=quote.pk, lines=[charge(9), line(bolt, 3)], actor=desk.lead)
    assert kept(keep_template(name="A", quote_id=quote.pk, actor=desk.csr)) == [("BOLT", 3)]


def test_a_name_is_taken_once_unless_it_is_replaced(desk: Desk) -> None:
    bolt = desk.item(sku="BOLT")
    first = keep_template(name="Weekly", order_id=desk.draft(line(bolt, 5)).pk, actor=desk.csr)
    other = desk.draft(line(bolt, 9))
    with pytest.raises(NameTaken):
        keep_template(name="WEEKLY", order_id=other.pk, actor=desk.csr)
    assert kept(first) == [("BOLT", 5)]
    again = keep_template(name="WEEKLY", order_id=other.pk, replace=True, actor=desk.csr)
    assert (again.pk, again.version, again.name, kept(again)) == (first.pk, 2, "WEEKLY", [("BOLT", 9)])
    theirs = desk.draft(line(bolt, 1), customer=desk.make_customer())
    assert keep_template(name="Weekly", order_id=theirs.pk, actor=desk.csr).pk != first.pk


def test_a_template_is_changed_and_dropped(desk: Desk) -> None:
    bolt, nut = desk.item(sku="BOLT"), desk.item(sku="NUT")
    template = keep_template(name="A", order_id=desk.draft(line(bolt, 5), line(nut, 2)).pk, actor=desk.csr)
    changed = change_template(
        template_id=template.pk, name="B", quantities={1: Decimal(0), 2: Decimal("2.5")}, version=1, actor=desk.csr
    )
    assert (changed.name, changed.version, kept(changed)) == ("B", 2, [("NUT", Decimal("2.5"))])
    with pytest.raises(StaleVersion):
        change_template(template_id=template.pk, name="C", quantities={}, version=1, actor=desk.csr)
    for name, quantities in (("", {}), ("C", {2: Decimal(0)}), ("C", {2: Decimal(-1)})):
        with pytest.raises(InvalidInput):
            change_template(template_id=template.pk, name=name, quantities=quantities, actor=desk.csr)
    assert kept(changed) == [("NUT", Decimal("2.5"))]
    assert drop_template(template_id=template.pk, actor=desk.csr) == "B"
    assert not OrderTemplate.objects.exists()


def test_empty_drafts_strangers_and_other_companies_are_refused(desk: Desk) -> None:
    bolt = desk.item(sku="BOLT")
    empty = start_order(customer_id=desk.customer.pk, actor=desk.csr)
    with pytest.raises(InvalidInput, match="no lines"):
        keep_template(name="A", order_id=empty.pk, actor=desk.csr)
    order = desk.draft(line(bolt, 5))
    template = keep_template(name="A", order_id=order.pk, actor=desk.csr)
    stranger = make_actor(make_company(), "csr")
    for refused, actor in ((NotFound, stranger), (PermissionRefused, make_actor(desk.company, "warehouse"))):
        for run in (
            lambda actor=actor: keep_template(name="B", order_id=order.pk, actor=actor),
            lambda actor=actor: change_template(template_id=template.pk, name="B", quantities={}, actor=actor),
            lambda actor=actor: drop_template(template_id=template.pk, actor=actor),
            lambda actor=actor: order_from_template(template_id=template.pk, actor=actor),
        ):
            with pytest.raises(refused):
                run()
    assert OrderTemplate.objects.get().name == "A"


@pytest.mark.slow
def test_the_sheet_takes_rows_over_and_marks_what_cannot_be(desk: Desk, django_assert_max_num_queries: Any) -> None:
    client = client_of(desk.csr.user_id)
    items = [desk.item(sku=f"I{n}", list_price=Decimal(n), stock=9) for n in range(1, 13)]
    order = desk.pending(*(line(item, 2) for item in items))
    sheet = client.get(reverse("entry:bought", args=[desk.customer.pk])).text
    assert sheet.count("data-take") == 12
    draft = start_order(customer_id=desk.customer.pk, actor=desk.csr)
    quote = start_quote(customer_id=desk.customer.pk, actor=desk.csr)
    data = {"item": [*(item.sku for item in items), "NO-SUCH", "I1"], "quantity": ["3"] * 13 + ["x"]}
    for url in (reverse("entry:taken", args=[draft.pk]), reverse("entry:quote-taken", args=[quote.pk])):
        with django_assert_max_num_queries(36):
            rows = client.post(url, data).text
        assert rows.count("<tr data-row") == 14
        assert "There is no item NO-SUCH." in rows
        assert "This is no number" in rows
        assert "36.00" in rows
    assert (draft.lines.count(), quote.lines.count(), order.lines.count()) == (0, 0, 12)


def test_a_draft_is_kept_from_the_sheet_and_a_taken_name_is_asked_about(desk: Desk) -> None:
    client = client_of(desk.csr.user_id)
    draft = desk.draft(line(desk.item(sku="BOLT"), 5))
    url = reverse("entry:keep-template", args=[desk.customer.pk])
    nameless = client.post(url, {"name": "", "order_id": draft.pk})
    assert nameless.status_code == 422
    first = client.post(url, {"name": "Weekly", "order_id": draft.pk})
    assert (first.status_code, "Kept as “Weekly”" in first.text) == (200, True)
    taken = client.post(url, {"name": "weekly", "order_id": draft.pk})
    assert (taken.status_code, 'name="replace"' in taken.text) == (422, True)
    assert client.post(url, {"name": "weekly", "order_id": draft.pk, "replace": "1"}).status_code == 200
    template = OrderTemplate.objects.get()
    assert template.version == 2
    lines = client.get(reverse("entry:template-lines", args=[template.pk])).text
    assert 'data-item="BOLT"' in lines
    assert client_of(make_user(desk.company, "warehouse").pk).post(url, {"name": "B"}).status_code == 403


@pytest.mark.slow
def test_the_pages_list_change_use_and_drop(desk: Desk) -> None:
    client = client_of(desk.csr.user_id)
    template = keep_template(name="Weekly", order_id=desk.draft(line(desk.item(sku="BOLT"), 5)).pk, actor=desk.csr)
    assert "Weekly" in client.get(reverse("entry:templates")).text
    assert "Weekly" not in client_of(make_user(make_company(), "csr").pk).get(reverse("entry:templates")).text
    page = reverse("entry:template", args=[template.pk])
    assert 'value="5"' in client.get(page).text
    assert 'value="5"' not in client_of(make_user(desk.company, "ops").pk).get(page).text
    bad = client.post(page, {"name": "Weekly", "quantity-1": "-4", "version": 1})
    assert bad.status_code == 422
    client.post(page, {"name": "Daily", "quantity-1": "8", "version": 1})
    template.refresh_from_db()
    assert (template.name, kept(template)) == ("Daily", [("BOLT", 8)])
    assert client.post(page, {"name": "Late", "quantity-1": "1", "version": 1}).status_code == 422
    begun = client.post(reverse("entry:order-template", args=[template.pk]))
    assert begun.url == reverse("entry:edit", args=[Order.objects.latest("pk").pk])
    assert "Daily" in client.get(reverse("core:customer", args=[desk.customer.pk])).text
    client.post(reverse("entry:drop-template", args=[template.pk]))
    assert not OrderTemplate.objects.exists()


def test_programs_do_the_same(desk: Desk) -> None:
    client = client_of(desk.csr.user_id)
    order = desk.pending(line(desk.item(sku="BOLT"), 5))
    base = "/api/v1/entry/"
    made = client.post(f"{base}templates/", {"name": "W", "order_id": order.pk}, content_type="application/json")
    assert (made.status_code, [row["sku"] for row in made.json()["lines"]]) == (201, ["BOLT"])
    url = f"{base}templates/{made.json()['id']}/"
    changed = client.put(
        url,
        {"name": "W2", "quantities": [{"position": 1, "quantity": "6"}]},
        content_type="application/json",
        headers={"If-Match": made.headers["ETag"]},
    )
    assert (changed.json()["name"], changed.json()["lines"][0]["quantity"]) == ("W2", "6.000000")
    late = {"If-Match": made.headers["ETag"]}
    assert client.put(url, {"name": "W3"}, content_type="application/json", headers=late).status_code == 412
    assert [row["name"] for row in client.get(f"{base}templates/").json()["results"]] == ["W2"]
    assert client.post(f"{url}order/").json()["left_out"] == []
    bought = client.get(f"{base}customers/{desk.customer.pk}/bought/").json()
    assert [(row["sku"], row["times"]) for row in bought] == [("BOLT", 1)]
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_that_keep_the_same_name_at_once_one_is_told() -> None:
    desk = Desk()
    order = desk.draft(line(desk.item(sku="BOLT"), 5))
    answers = at_once(*[lambda: keep_template(name="Weekly", order_id=order.pk, actor=desk.csr)] * 4)
    assert outcomes(answers) == {"done": 1, "template_name_taken": 3}

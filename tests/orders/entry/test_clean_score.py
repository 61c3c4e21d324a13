"""The score of a draft, live and at submit: its parts make 100, each finding leads to its field, roles see their own."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from orders.core.models import Event, Hold, Order, ProductUnit
from orders.entry.models import CleanScore
from orders.entry.selectors.checks import asked_of, saved_asked
from orders.entry.services import check_order, return_to_draft, save_draft, submit_order
from orders.entry.showing import show
from tests.factories import AddressFactory, make_user
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def codes(order: Order) -> list[str]:
    return [found.code for found in check_order(Order.objects.get(pk=order.pk)).findings]


def test_a_clean_order_is_kept_with_a_hundred(desk: Desk) -> None:
    order = desk.pending(line(desk.item()))
    fact = CleanScore.objects.get(order=order)
    assert (fact.score, fact.first_score, fact.parts, fact.codes) == (100, 100, {}, [])


def test_the_first_score_stays_when_the_order_is_mended(desk: Desk) -> None:
    order = desk.pending(line(desk.item()), requested_date=date(2020, 1, 1))
    fact = CleanScore.objects.get(order=order)
    assert (fact.score, fact.parts, fact.codes) == (85, {"date": 15}, ["date_impossible"])
    return_to_draft(order_id=order.pk, reason="date", actor=desk.csr)
    save_draft(order_id=order.pk, header={"requested_date": None}, actor=desk.csr)
    submit_order(order_id=order.pk, actor=desk.csr)
    fact.refresh_from_db()
    assert (fact.score, fact.first_score, fact.parts) == (100, 85, {})


def test_a_hold_never_refuses_entry(desk: Desk) -> None:
    customer = desk.make_customer(credit_limit=Decimal(0), po_required=True)
    order = desk.pending(line(desk.item(), 5), customer=customer, requested_date=date(2020, 1, 1))
    assert Order.objects.get(pk=order.pk).state == "pending"
    held = set(Hold.objects.filter(order=order).values_list("hold_type__code", flat=True))
    assert held == {"credit_limit", "po_missing", "date_impossible"}
    assert CleanScore.objects.get(order=order).score == 100 - 15 - 10 - 15


def test_history_speaks_of_quantity_price_address_and_packs(desk: Desk) -> None:
    item = desk.item(list_price=Decimal(10))
    ProductUnit.objects.create(product=item, unit="box", factor=12)
    for quantity in (9, 10, 10, 11, 12):
        desk.pending(line(item, quantity))
    assert codes(desk.draft(line(item, 8))) == []
    assert codes(desk.draft(line(item, 20))) == ["odd_quantity", "pack_broken"]
    item.list_price = Decimal(11)
    item.save()
    elsewhere = AddressFactory(customer=desk.customer)
    assert codes(desk.draft(line(item, 8), ship_to_id=elsewhere.pk)) == ["ship_to_new", "price_changed"]


def test_the_same_order_twice_and_a_number_used_before_link_to_the_other(desk: Desk) -> None:
    one, two = desk.item(), desk.item()
    first = desk.pending(line(one, 5), line(two, 1), customer_po="PO-77")
    again = desk.draft(line(two, 1), line(one, 5), customer_po="PO-78")
    other = desk.draft(line(one, 6), customer_po="po 77")
    for order, code in ((again, "same_order"), (other, "po_used_before")):
        (told,) = show(order, check_order(order), desk.csr).findings
        assert (told.code, told.link, told.holds) == (code, str(first.number), False)
        assert told.link_url == reverse("core:order", args=[first.pk])


def test_margins_are_told_to_those_who_see_costs_and_the_parts_make_a_hundred_for_each(desk: Desk) -> None:
    item = desk.item(list_price=Decimal(10), standard_cost=Decimal(10), average_cost=Decimal(10))
    order = desk.draft(line(item, 1), requested_date=date(2020, 1, 1))
    for actor, expected in ((desk.csr, {"date": 15}), (desk.lead, {"date": 15, "margin": 10})):
        seen = check_order(order).seen_by(actor)
        assert seen.parts == expected
        assert seen.score + sum(seen.parts.values()) == 100
        shown = show(order, check_order(order), actor)
        assert shown.score == seen.score
        assert ("margin_low" in [told.code for told in shown.findings]) is (actor is desk.lead)


def test_what_is_read_lightly_is_what_the_lines_say(desk: Desk) -> None:
    kit = desk.kit((desk.item(), 2))
    order = desk.draft(line(kit, 3), line(desk.item(), 2, requested_date=date(2030, 1, 1)))
    lines = order.lines.select_related("product").order_by("position")
    assert saved_asked(order) == asked_of(order, lines)
    assert [row.number for row in saved_asked(order).rows] == [1, 2]


def test_the_queries_do_not_grow_with_the_lines(desk: Desk, django_assert_max_num_queries) -> None:
    small = desk.draft(line(desk.item()))
    large = desk.draft(*[line(desk.item()) for _ in range(30)])
    for order in (small, large):
        with django_assert_max_num_queries(9):
            check_order(order)


def test_a_row_is_answered_with_the_score_of_the_order_as_it_would_be(desk: Desk, client: Client) -> None:
    client.force_login(make_user(desk.company, "csr"))
    one, two = desk.item(), desk.item()
    order = desk.draft(line(one), line(two))
    events = Event.objects.count()
    typed = {"item": two.sku, "quantity": "1", "wanted": "2020-01-01", "row": "2"}
    html = client.post(reverse("entry:line", args=[order.pk]), typed).content.decode()
    assert 'data-score="85"' in html
    assert 'data-mend="row-2-wanted"' in html
    assert "data-outlook" in html
    assert "data-score" not in client.post(reverse("entry:line", args=[order.pk]), typed | {"row": ""}).content.decode()
    assert (Event.objects.count(), CleanScore.objects.count()) == (events, 0)
    assert 'data-score="100"' in client.get(reverse("entry:edit", args=[order.pk])).content.decode()

"""Handing a draft in: its number, what is missing, and what holds it."""

from datetime import date
from decimal import Decimal

import pytest

from omc.lib.errors import IllegalTransition, PermissionRefused, StaleVersion
from orders.core.inputs import LineInput
from orders.core.models import Duty, Event, Hold, HoldType, Order, PaymentTerms, SearchEntry
from orders.core.services.facts import publish_customer_facts
from orders.core.services.holds import resolve_hold
from orders.core.services.rules import draft_rule, publish_rule
from orders.entry.services import return_to_draft, save_draft, submit_order
from orders.entry.services.header import CustomerClosed
from orders.entry.services.submit_order import OrderIncomplete
from tests.factories import make_actor
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def holds(order: Order) -> list[str]:
    found = Hold.objects.filter(order=order).exclude(status="resolved").order_by("pk")
    return list(found.values_list("hold_type__code", flat=True))


def test_a_submitted_order_has_a_number_a_duty_and_is_found(desk: Desk) -> None:
    order = desk.pending(line(desk.item(), 2), customer_po="PO 4711")
    stored = Order.objects.get(pk=order.pk)
    assert (stored.state, stored.number, stored.stage) == ("pending", "SO-000001", 4)
    assert Duty.objects.get(order=order, closed_at=None).name == "Confirm order"
    assert "po 4711" in SearchEntry.objects.get(kind="order", object_id=order.pk).text
    event = Event.objects.get(order=order)
    assert (event.type, event.data["lines"], event.data["net_base"]) == ("order_submitted", 1, "20")
    assert holds(order) == []


def test_what_every_order_needs_is_asked_for_by_name(desk: Desk) -> None:
    item = desk.item()
    empty = desk.draft()
    only_text = desk.draft(LineInput(kind="text", description="Hello", quantity=Decimal(0)))
    nowhere = desk.draft(line(item), ship_to_id=None)
    for order, field in ((empty, "lines"), (only_text, "lines"), (nowhere, "ship_to_id")):
        with pytest.raises(OrderIncomplete) as refusal:
            submit_order(order_id=order.pk, actor=desk.csr)
        assert refusal.value.field == field
    order = desk.draft(line(item))
    item.is_active = False
    item.save()
    with pytest.raises(OrderIncomplete, match="no longer sold"):
        submit_order(order_id=order.pk, actor=desk.csr)
    desk.customer.is_active = False
    desk.customer.save()
    with pytest.raises(CustomerClosed):
        submit_order(order_id=order.pk, actor=desk.csr)
    assert not Order.objects.exclude(state="draft", number=None).exists()
    assert not Event.objects.filter(subject_type="order").exists()


def test_only_who_may_submits_and_only_what_he_saw(desk: Desk) -> None:
    order = desk.draft(line(desk.item()))
    with pytest.raises(PermissionRefused):
        submit_order(order_id=order.pk, actor=make_actor(desk.company, "ops"))
    with pytest.raises(StaleVersion):
        submit_order(order_id=order.pk, actor=desk.csr, version=order.version - 1)
    submit_order(order_id=order.pk, actor=desk.csr, version=order.version)
    with pytest.raises(IllegalTransition):
        submit_order(order_id=order.pk, actor=desk.csr)


def test_credit_counts_receivables_other_orders_and_this_one(desk: Desk) -> None:
    item = desk.item(list_price=Decimal(10))
    customer = desk.make_customer(credit_limit=Decimal(1000))
    publish_customer_facts("receivable", "test", {customer.pk: {"open_receivable_base": Decimal(600)}})
    fits = desk.pending(line(item, 40), customer=customer)
    over = desk.pending(line(item, 1), customer=customer)
    assert (holds(fits), holds(over)) == ([], ["credit_limit"])
    assert "101 %" in Hold.objects.get(order=over).reason


def test_a_prepaid_order_needs_no_credit(desk: Desk) -> None:
    terms = PaymentTerms.objects.create(company=desk.company, code="PRE", name="In advance", prepaid=True)
    customer = desk.make_customer(credit_limit=Decimal(0), terms=terms)
    assert holds(desk.pending(line(desk.item(), 5), customer=customer)) == []


def test_long_overdue_invoices_hold_the_next_order(desk: Desk) -> None:
    item = desk.item()
    facts = {"overdue_base": Decimal(50), "overdue_days": 30}
    publish_customer_facts("receivable", "test", {desk.customer.pk: facts})
    assert holds(desk.pending(line(item))) == []
    publish_customer_facts("receivable", "test", {desk.customer.pk: facts | {"overdue_days": 31}})
    assert holds(desk.pending(line(item))) == ["overdue"]


def test_a_missing_purchase_order_number_holds_until_it_is_there(desk: Desk) -> None:
    customer = desk.make_customer(po_required=True)
    order = desk.pending(line(desk.item()), customer=customer)
    assert holds(order) == ["po_missing"]
    draft = return_to_draft(order_id=order.pk, reason="number came", actor=desk.csr)
    save_draft(order_id=order.pk, version=draft.version, header={"customer_po": "P-1"}, actor=desk.csr)
    again = submit_order(order_id=order.pk, actor=desk.csr)
    assert (again.number, holds(order)) == (order.number, [])
    assert Hold.objects.get(order=order).resolved_by is None


def test_a_hold_that_still_stands_is_not_placed_twice(desk: Desk) -> None:
    customer = desk.make_customer(po_required=True)
    order = desk.pending(line(desk.item()), customer=customer)
    return_to_draft(order_id=order.pk, reason="one more", actor=desk.csr)
    submit_order(order_id=order.pk, actor=desk.csr)
    assert Hold.objects.filter(order=order).count() == 1


def test_the_same_order_under_the_same_number_is_held(desk: Desk) -> None:
    one, two = desk.item(), desk.item()
    first = desk.pending(line(one, 5), line(two, 1), customer_po="PO-77")
    other_lines = desk.pending(line(one, 6), customer_po="PO-77")
    same = desk.pending(line(two, 1), line(one, 5), customer_po="po 77")
    assert (holds(first), holds(other_lines), holds(same)) == ([], [], ["po_duplicate"])
    assert str(first.number) in Hold.objects.get(order=same).reason


def test_far_more_than_ever_before_is_held(desk: Desk) -> None:
    item = desk.item()
    for quantity in (10, 12, 8, 10, 11):
        desk.pending(line(item, quantity))
    assert holds(desk.pending(line(item, 40))) == []
    assert holds(desk.pending(line(item, 400))) == ["large_quantity"]


def test_a_day_that_has_passed_is_held(desk: Desk) -> None:
    assert holds(desk.pending(line(desk.item()), requested_date=date(2020, 1, 1))) == ["date_impossible"]


def test_a_published_condition_places_its_hold(desk: Desk) -> None:
    admin = make_actor(desk.company, "admin")
    kind = HoldType.objects.get(company=desk.company, code="compliance")
    kind.rule_key = "big"
    kind.save()
    tree = {"all": [{"any": [{"field": "net", "op": "gt", "value": "100"}]}]}
    version = draft_rule(key="big", name="Big order", tree=tree, actor=admin)
    publish_rule(version_id=version.pk, actor=admin)
    item = desk.item(list_price=Decimal(10))
    small, big = desk.pending(line(item, 10)), desk.pending(line(item, 11))
    assert (holds(small), holds(big)) == ([], ["compliance"])


def test_a_hold_lifted_by_hand_is_placed_again_when_the_order_comes_back_changed(desk: Desk) -> None:
    item = desk.item(list_price=Decimal(10))
    customer = desk.make_customer(credit_limit=Decimal(100))
    order = desk.pending(line(item, 11), customer=customer)
    credit = make_actor(desk.company, "credit")
    resolve_hold(hold_id=Hold.objects.get(order=order).pk, resolution="good for it", actor=credit)
    return_to_draft(order_id=order.pk, reason="more", actor=desk.csr)
    save_draft(order_id=order.pk, lines=[line(item, 100)], actor=desk.csr)
    submit_order(order_id=order.pk, actor=desk.csr)
    assert holds(order) == ["credit_limit"]


def test_reasons_of_holds_bear_no_amounts(desk: Desk) -> None:
    customer = desk.make_customer(credit_limit=Decimal("123.45"))
    order = desk.pending(line(desk.item(list_price=Decimal("777.77"))), customer=customer)
    reason = Hold.objects.get(order=order).reason
    assert "123" not in reason
    assert "777" not in reason


def test_statements_do_not_grow_with_the_lines(desk: Desk, django_assert_max_num_queries) -> None:
    items = [desk.item() for _ in range(30)]
    small, large = desk.draft(line(items[0])), desk.draft(*[line(item) for item in items])
    with django_assert_max_num_queries(18):
        submit_order(order_id=small.pk, actor=desk.csr)
    with django_assert_max_num_queries(18):
        submit_order(order_id=large.pk, actor=desk.csr)

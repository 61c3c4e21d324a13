"""A draft: what the customer brings with it, what is typed, what two people may do to it."""

from decimal import Decimal

import pytest

from omc.lib.errors import NotFound, PermissionRefused, StaleVersion
from orders.core.inputs import LineInput
from orders.core.models import Event, Order, OrderLine, PaymentTerms, ProductAlias, ProductUnit
from orders.entry.services import abandon_draft, repeat_order, save_draft, start_order, submit_order
from orders.entry.services.header import CustomerClosed
from orders.entry.services.lines import PriceRefused
from orders.entry.services.save_draft import NotADraft
from orders.pricing.selectors import InvalidLines
from orders.pricing.services import NoPrice
from tests.factories import CustomerFactory, WarehouseFactory, make_actor
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def rows(order: Order) -> list[tuple[int, str, str, Decimal]]:
    return [
        (found.position, found.kind, found.product.sku if found.product else "", found.ordered)
        for found in order.lines.select_related("product").order_by("position")
    ]


def test_a_draft_starts_with_what_the_customer_is_used_to(desk: Desk) -> None:
    terms = PaymentTerms.objects.create(company=desk.company, code="N30", name="30 days")
    customer = desk.make_customer(ship_rule="ship_complete_order", terms=terms)
    order = start_order(customer_id=customer.pk, actor=desk.csr)
    assert (order.state, order.number, order.version) == ("draft", None, 1)
    assert (order.ship_rule, order.ship_rule_origin, order.terms) == ("ship_complete_order", "customer", terms)
    assert order.ship_to == order.bill_to == customer.addresses.get()
    assert order.contact == customer.contacts.get()
    assert order.warehouse == desk.warehouse
    assert not Event.objects.filter(subject_type="order").exists()


def test_nobody_orders_for_a_closed_customer_or_one_of_another_company(desk: Desk) -> None:
    closed = desk.make_customer(is_active=False)
    with pytest.raises(CustomerClosed):
        start_order(customer_id=closed.pk, actor=desk.csr)
    with pytest.raises(NotFound):
        start_order(customer_id=CustomerFactory().pk, actor=desk.csr)
    with pytest.raises(PermissionRefused):
        start_order(customer_id=desk.customer.pk, actor=make_actor(desk.company, "warehouse"))
    assert not Order.objects.exists()


def test_lines_are_found_by_any_name_and_counted_in_the_stock_unit(desk: Desk) -> None:
    bolt, _nut = desk.item(sku="BOLT"), desk.item(sku="NUT", barcode="4006381333931")
    ProductAlias.objects.create(company=desk.company, customer=desk.customer, product=bolt, alias="their-7")
    ProductUnit.objects.create(product=bolt, unit="box", factor=Decimal(12))
    order = desk.draft(
        LineInput(sku="their-7", quantity=Decimal("2.5"), unit="box"),
        LineInput(sku="4006381333931", quantity=Decimal(4)),
    )
    assert rows(order) == [(1, "goods", "BOLT", Decimal(30)), (2, "goods", "NUT", Decimal(4))]
    first = order.lines.get(position=1)
    assert (first.typed_quantity, first.unit, first.unit_factor) == (Decimal("2.5"), "box", Decimal(12))
    assert (order.net_amount, order.line_count) == (Decimal("340.00"), 2)


def test_every_bad_row_is_named_and_nothing_is_written(desk: Desk) -> None:
    item = desk.item()
    ProductUnit.objects.create(product=item, unit="third", factor=Decimal("0.333333"))
    order = desk.draft(line(item, 3))
    with pytest.raises(InvalidLines) as refusal:
        save_draft(
            order_id=order.pk,
            lines=[
                line(item, 1),
                LineInput(sku="NO-SUCH", quantity=Decimal(1)),
                line(item, "0.5000001"),
                line(item, "0.5", unit="third"),
                line(item, 1, unit="pallet"),
            ],
            actor=desk.csr,
        )
    assert [(row["position"], row["field"]) for row in refusal.value.data["lines"]] == [
        (2, "sku"),
        (3, "quantity"),
        (4, "quantity"),
        (5, "unit"),
    ]
    assert rows(order) == [(1, "goods", item.sku, Decimal(3))]
    assert Order.objects.get(pk=order.pk).version == order.version


def test_a_line_cannot_name_what_belongs_to_others(desk: Desk) -> None:
    item = desk.item()
    foreign = WarehouseFactory()
    with pytest.raises(InvalidLines) as refusal:
        desk.draft(line(item, 1, warehouse_id=foreign.pk))
    assert refusal.value.data["lines"][0]["field"] == "warehouse_id"
    with pytest.raises(InvalidLines):
        desk.draft(line(Desk().item(), 1))
    with pytest.raises(NotFound):
        desk.draft(line(item, 1), ship_to_id=Desk().customer.addresses.get().pk)
    assert not OrderLine.objects.exists()


def test_a_kit_is_followed_by_its_components_which_carry_the_stock(desk: Desk) -> None:
    screw, board = desk.item(sku="SCREW"), desk.item(sku="BOARD")
    shelf = desk.kit((screw, 8), (board, 3), sku="SHELF", list_price=Decimal(50))
    order = desk.draft(line(shelf, 2), line(screw, 1))
    assert rows(order) == [
        (1, "kit", "SHELF", Decimal(2)),
        (2, "component", "SCREW", Decimal(16)),
        (3, "component", "BOARD", Decimal(6)),
        (4, "goods", "SCREW", Decimal(1)),
    ]
    kit = order.lines.get(position=1)
    assert {part.parent_id for part in order.lines.filter(kind="component")} == {kit.pk}
    assert (order.net_amount, order.line_count) == (Decimal("110.00"), 2)
    empty = desk.kit(sku="EMPTY")
    with pytest.raises(InvalidLines, match="without parts"):
        save_draft(order_id=order.pk, lines=[line(empty)], actor=desk.csr)


def test_saving_the_same_again_changes_nothing_and_a_changed_line_alone_is_replaced(desk: Desk) -> None:
    one, two = desk.item(), desk.item()
    order = desk.draft(line(one, 1), line(two, 2))
    ids = list(order.lines.order_by("position").values_list("pk", flat=True))
    again = save_draft(order_id=order.pk, lines=[line(one, 1), line(two, 2)], actor=desk.csr)
    assert again.version == order.version
    changed = save_draft(order_id=order.pk, lines=[line(one, 1), line(two, 5)], actor=desk.csr)
    after = list(changed.lines.order_by("position"))
    assert (after[0].pk, after[1].ordered) == (ids[0], Decimal(5))
    assert after[1].pk != ids[1]
    assert changed.version == order.version + 1
    emptied = save_draft(order_id=order.pk, lines=[], actor=desk.csr)
    assert (rows(emptied), emptied.total_amount, emptied.line_count) == ([], Decimal(0), 0)


def test_the_second_of_two_tabs_is_refused(desk: Desk) -> None:
    item = desk.item()
    order = desk.draft(line(item, 1))
    save_draft(order_id=order.pk, version=order.version, lines=[line(item, 2)], actor=desk.csr)
    with pytest.raises(StaleVersion) as refusal:
        save_draft(order_id=order.pk, version=order.version, lines=[line(item, 3)], actor=desk.csr)
    assert (refusal.value.status, refusal.value.data) == (412, {"seen": 2, "current": 3})
    assert order.lines.get().ordered == Decimal(2)


def test_a_submitted_order_is_no_draft_any_more(desk: Desk) -> None:
    item = desk.item()
    order = desk.pending(line(item, 1))
    with pytest.raises(NotADraft):
        save_draft(order_id=order.pk, lines=[line(item, 2)], actor=desk.csr)
    assert order.lines.get().ordered == Decimal(1)


def test_a_price_is_typed_only_by_who_may_and_stays_when_others_write_on(desk: Desk) -> None:
    item, other = desk.item(list_price=Decimal(10)), desk.item(list_price=Decimal(3))
    order = desk.draft(line(item, 5))
    with pytest.raises(PriceRefused) as refusal:
        save_draft(order_id=order.pk, lines=[line(item, 5, unit_price=Decimal(8))], actor=desk.csr)
    assert refusal.value.data["lines"] == [
        {"position": 1, "field": "unit_price", "message": "You may not change this price."}
    ]
    save_draft(order_id=order.pk, lines=[line(item, 5, unit_price=Decimal(8))], actor=desk.lead)
    kept = save_draft(order_id=order.pk, lines=[line(item, 5, unit_price=Decimal(8)), line(other, 1)], actor=desk.csr)
    assert kept.net_amount == Decimal("43.00")
    assert kept.lines.get(position=1).price_steps[-1]["author"] == desk.lead.name
    more = save_draft(order_id=order.pk, lines=[line(item, 6, unit_price=Decimal(8))], actor=desk.csr)
    assert more.net_amount == Decimal("48.00")  # the price in force is the same, so the word stands
    with pytest.raises(PriceRefused):
        save_draft(order_id=order.pk, lines=[line(item, 6, unit_price=Decimal(7))], actor=desk.csr)


def test_an_item_without_a_price_names_its_row(desk: Desk) -> None:
    item, free = desk.item(), desk.item(list_price=None)
    with pytest.raises(NoPrice) as refusal:
        desk.draft(line(item), line(free))
    assert [(row["position"], row["field"]) for row in refusal.value.data["lines"]] == [(2, "sku")]


def test_charges_and_texts_need_no_item(desk: Desk) -> None:
    order = desk.draft(
        line(desk.item(list_price=Decimal(10)), 1),
        LineInput(kind="charge", description="Freight", quantity=Decimal(1), unit_price=Decimal("7.50")),
        LineInput(kind="text", description="Leave at the gate", quantity=Decimal(0)),
    )
    freight = order.lines.get(kind="charge")
    assert (freight.net_amount, freight.invoice_ahead, order.net_amount) == (Decimal("7.50"), True, Decimal("17.50"))
    assert order.lines.get(kind="text").ordered == 0


def test_another_customer_brings_other_defaults(desk: Desk) -> None:
    order = desk.draft(line(desk.item()))
    other = desk.make_customer(ship_rule="ship_complete_line")
    changed = save_draft(order_id=order.pk, header={"customer_id": other.pk}, actor=desk.csr)
    assert (changed.customer, changed.ship_rule, changed.ship_to) == (
        other,
        "ship_complete_line",
        other.addresses.get(),
    )
    chosen = save_draft(order_id=order.pk, header={"ship_rule": "back_order", "customer_po": " 77 "}, actor=desk.csr)
    assert (chosen.ship_rule_origin, chosen.customer_po) == ("order", "77")


def test_an_order_is_repeated_as_a_draft_at_todays_prices(desk: Desk) -> None:
    item, gone = desk.item(list_price=Decimal(10)), desk.item(sku="GONE")
    order = desk.pending(line(item, 5), line(gone, 1), customer_po="PO-1")
    item.list_price, gone.is_active = Decimal(11), False
    item.save()
    gone.save()
    repeated = repeat_order(order_id=order.pk, actor=desk.csr)
    assert repeated.left_out == ["GONE"]
    assert (repeated.order.state, repeated.order.customer_po) == ("draft", "")
    assert Order.objects.get(pk=repeated.order.pk).net_amount == Decimal("55.00")


def test_a_discarded_draft_cannot_be_submitted(desk: Desk) -> None:
    order = desk.draft(line(desk.item()))
    abandon_draft(order_id=order.pk, actor=desk.csr)
    with pytest.raises(Exception, match="is abandoned"):
        submit_order(order_id=order.pk, actor=desk.csr)
    assert Order.objects.get(pk=order.pk).state == "abandoned"


def test_statements_do_not_grow_with_the_lines(desk: Desk, django_assert_max_num_queries) -> None:
    items = [desk.item() for _ in range(30)]
    order = start_order(customer_id=desk.customer.pk, actor=desk.csr)
    with django_assert_max_num_queries(15):
        save_draft(order_id=order.pk, lines=[line(item, 2) for item in items], actor=desk.csr)
    with django_assert_max_num_queries(15):
        save_draft(order_id=order.pk, lines=[line(item, 3) for item in items], actor=desk.csr)

"""Several people at once: stock is given out once, an order moves once, a draft has one writer."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum

from omc.lib.errors import DomainError
from orders.core.models import Event, Hold, Order, OrderLine
from orders.entry.imports.services import open_file, take_file
from orders.entry.models import OrderFile
from orders.entry.services import (
    abandon_drafts,
    cancel_order,
    confirm_order,
    convert_quote,
    save_draft,
    submit_order,
)
from orders.pricing.models import Quote
from orders.pricing.services import send_quote, write_quote
from planning.models import Promise, StockLevel
from tests.factories import make_actor
from tests.orders.entry.factories import Desk, line

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run all calls at the same moment in connections of their own; a refusal answers with its code."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return call()
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def outcomes(answers: list[Any]) -> Counter[str]:
    return Counter(answer if isinstance(answer, str) else "done" for answer in answers)


@pytest.mark.parametrize(("rule", "confirmed"), [("ship_complete_order", 20), ("back_order", 50)])
def test_fifty_confirm_at_once_and_twenty_units_are_given_out(rule: str, confirmed: int) -> None:
    desk = Desk()
    item = desk.item(stock=20)
    customers = [desk.make_customer(ship_rule=rule) for _ in range(50)]
    orders = [desk.pending(line(item, 1), customer=customer) for customer in customers]
    answers = at_once(*[lambda pk=order.pk: confirm_order(order_id=pk, actor=desk.csr) for order in orders])
    wanted = {"done": confirmed} | ({"short_stock": 50 - confirmed} if confirmed < 50 else {})
    assert outcomes(answers) == wanted
    assert Order.objects.filter(state="confirmed").count() == confirmed
    level = StockLevel.objects.get(product=item)
    assert (level.on_hand, level.allocated) == (20, 20)
    assert OrderLine.objects.aggregate(sum=Sum("allocated"))["sum"] == 20
    promised = Promise.objects.aggregate(allocated=Sum("allocated"), backordered=Sum("backordered"))
    assert (promised["allocated"], promised["backordered"]) == (20, confirmed - 20)
    assert Event.objects.filter(type="order_confirmed").count() == confirmed


def test_an_order_submitted_twice_has_one_number_and_one_event() -> None:
    desk = Desk()
    order = desk.draft(line(desk.item()))
    answers = at_once(*[lambda: submit_order(order_id=order.pk, actor=desk.csr)] * 5)
    assert outcomes(answers) == {"done": 1, "illegal_transition": 4}
    assert Event.objects.filter(order=order, type="order_submitted").count() == 1


def test_two_orders_of_one_customer_do_not_both_fit_under_the_credit_limit() -> None:
    desk = Desk()
    item = desk.item(list_price=Decimal(10))
    customer = desk.make_customer(credit_limit=Decimal(100))
    orders = [desk.draft(line(item, 6), customer=customer) for _ in range(4)]
    at_once(*[lambda pk=order.pk: submit_order(order_id=pk, actor=desk.csr) for order in orders])
    assert Hold.objects.filter(hold_type__code="credit_limit").count() == 3


def test_confirm_against_cancel_leaves_no_stock_behind() -> None:
    desk = Desk()
    item = desk.item(stock=50)
    for _ in range(6):
        order = desk.pending(line(item, 1))
        answers = at_once(
            lambda pk=order.pk: confirm_order(order_id=pk, actor=desk.csr),
            lambda pk=order.pk: cancel_order(order_id=pk, reason="no longer", actor=desk.csr),
        )
        assert not isinstance(answers[1], str)  # cancelling works before and after the confirmation
        assert Order.objects.get(pk=order.pk).state == "cancelled"
    assert StockLevel.objects.get(product=item).allocated == 0
    assert not Promise.objects.filter(is_open=True).exists()


def test_of_two_tabs_that_save_one_draft_one_is_told() -> None:
    desk = Desk()
    item = desk.item()
    order = desk.draft(line(item, 1))
    answers = at_once(
        *[
            lambda quantity=quantity: save_draft(
                order_id=order.pk, version=order.version, lines=[line(item, quantity)], actor=desk.csr
            )
            for quantity in (5, 6, 7)
        ]
    )
    assert outcomes(answers) == {"done": 1, "stale_version": 2}
    assert Order.objects.get(pk=order.pk).version == order.version + 1


def test_a_quote_becomes_one_order() -> None:
    desk = Desk()
    quote = write_quote(customer_id=desk.customer.pk, lines=[line(desk.item(), 3)], actor=desk.csr)
    send_quote(quote_id=quote.pk, actor=desk.csr)
    answers = at_once(*[lambda: convert_quote(quote_id=quote.pk, actor=desk.csr)] * 4)
    assert outcomes(answers) == {"done": 1, "quote_converted": 3}
    assert Order.objects.count() == 1
    assert Quote.objects.get(pk=quote.pk).order == Order.objects.get()


def test_a_file_sent_twice_at_once_is_taken_once() -> None:
    desk = Desk()
    item = desk.item()
    content = f"customer,sku,quantity\n{desk.customer.code},{item.sku},3\n".encode()
    people = [desk.lead, make_actor(desk.company, "csr_lead")]
    files = [open_file(content=content, filename="a.csv", actor=actor) for actor in people] * 2
    answers = at_once(*[partial(take_file, file_id=file.pk, actor=desk.lead) for file in files])
    assert outcomes(answers) == {"done": 1, "file_taken": 3}
    assert (Order.objects.count(), OrderFile.objects.filter(taken_at__isnull=False).count()) == (1, 1)


def test_a_draft_that_is_being_saved_is_not_given_up() -> None:
    desk = Desk()
    item = desk.item()
    order = desk.draft(line(item, 1))
    Order.objects.filter(pk=order.pk).update(updated_at=order.updated_at - timedelta(days=30))
    at_once(
        lambda: save_draft(order_id=order.pk, lines=[line(item, 9)], actor=desk.csr),
        lambda: abandon_drafts(actor=desk.lead),
    )
    stored = Order.objects.get(pk=order.pk)
    assert (stored.state, stored.lines.get().ordered) in [("draft", 9), ("abandoned", 1)]

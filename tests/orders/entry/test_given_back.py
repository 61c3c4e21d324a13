"""What an order took of a quote can be ordered again once the order is given up before anything was picked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from omc.lib import clock
from omc.lib.errors import DomainError
from orders.core.models import Event, Order
from orders.entry.services import cancel_order, convert_quote, submit_order
from orders.entry.services.abandon_drafts import abandon_draft, abandon_drafts
from orders.pricing.models import Quote, QuoteConversion
from orders.pricing.services import accept_quote, close_quote, send_quote, write_quote
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


def accepted(desk: Desk, quantity: int = 10) -> Quote:
    lines = [line(desk.item(list_price=Decimal(10)), quantity)]
    quote = send_quote(
        quote_id=write_quote(customer_id=desk.customer.pk, lines=lines, actor=desk.lead).pk, actor=desk.lead
    )
    return accept_quote(quote_id=quote.pk, actor=desk.lead)


def part(desk: Desk, quote: Quote, quantity: int) -> Order:
    now = Quote.objects.get(pk=quote.pk)
    quantities = {quote.lines.get().pk: Decimal(quantity)}
    return convert_quote(quote_id=quote.pk, quantities=quantities, version=now.event_seq, actor=desk.lead)


def state(quote: Quote) -> tuple[str, str, int | None, Decimal]:
    now = Quote.objects.get(pk=quote.pk)
    return now.state, now.conversion, now.order_id, now.lines.get().converted


def test_an_abandoned_draft_gives_all_of_it_back():
    desk = Desk()
    quote = accepted(desk)
    order = convert_quote(quote_id=quote.pk, actor=desk.lead)
    assert state(quote) == ("converted", "done", order.pk, 10)

    abandon_draft(order_id=order.pk, actor=desk.lead)

    assert state(quote) == ("accepted", "none", None, 0)
    assert QuoteConversion.objects.get().quantity == 0
    fact = Event.objects.filter(subject_type="quote", subject_id=quote.pk).latest("seq")
    assert (fact.type, fact.from_state, fact.to_state, fact.data["open_lines"]) == (
        "quote_given_back",
        "converted",
        "accepted",
        1,
    )
    again = convert_quote(quote_id=quote.pk, actor=desk.lead)
    assert state(quote) == ("converted", "done", again.pk, 10)


def test_a_cancelled_order_gives_its_part_back_and_the_other_keeps_its_own():
    desk = Desk()
    quote = accepted(desk)
    first = part(desk, quote, 4)
    second = part(desk, quote, 6)
    submit_order(order_id=second.pk, actor=desk.lead)

    cancel_order(order_id=second.pk, reason="The site closed", actor=desk.lead)

    assert state(quote) == ("accepted", "part", first.pk, 4)


def test_drafts_that_time_gives_up_give_back_too():
    desk = Desk()
    quote = accepted(desk)
    convert_quote(quote_id=quote.pk, actor=desk.lead)
    with clock.stopped_at(clock.now() + timedelta(days=400)):
        assert abandon_drafts(actor=desk.lead) == 1
    assert state(quote)[:2] == ("accepted", "none")


def test_a_quote_whose_rest_was_closed_stays_closed():
    desk = Desk()
    quote = accepted(desk)
    order = part(desk, quote, 4)
    close_quote(quote_id=quote.pk, reason="price", actor=desk.lead)
    abandon_draft(order_id=order.pk, actor=desk.lead)
    assert state(quote) == ("converted", "none", None, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_given_up_twice_at_once_it_comes_back_once():
    desk = Desk()
    quote = accepted(desk)
    order = part(desk, quote, 4)

    def give_up(_n: int) -> str:
        try:
            abandon_draft(order_id=order.pk, actor=desk.lead)
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(3) as pool:
        said = sorted(pool.map(give_up, range(3)))

    assert said.count("done") == 1
    assert state(quote) == ("accepted", "none", None, 0)

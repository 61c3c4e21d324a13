"""A quote becomes an order at the quoted prices, once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from omc.lib import clock
from omc.lib.errors import IllegalTransition, PermissionRefused
from orders.core.inputs import LineInput
from orders.core.models import Event, Order, Product
from orders.entry.services import convert_quote, save_draft, submit_order
from orders.entry.services.lines import PriceRefused
from orders.generation.services import EnquiryInput, record_enquiry
from orders.pricing.models import Quote
from orders.pricing.services import QuoteConvertedAlready, QuoteOutdated, expire_quotes, send_quote, write_quote
from tests.factories import make_actor
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def offer(desk: Desk, *lines: LineInput, **fields: object) -> Quote:
    quote = write_quote(customer_id=desk.customer.pk, lines=lines, actor=desk.lead, **fields)
    return send_quote(quote_id=quote.pk, actor=desk.lead)


def test_the_quoted_price_stands_although_the_list_went_up(desk: Desk) -> None:
    item = desk.item(list_price=Decimal(10))
    freight = LineInput(kind="charge", description="Freight", quantity=Decimal(1), unit_price=Decimal(5))
    quote = offer(desk, line(item, 3), freight)
    Product.objects.filter(pk=item.pk).update(list_price=Decimal(12))
    order = convert_quote(quote_id=quote.pk, actor=desk.csr)
    assert (order.state, order.net_amount, order.total_amount) == ("draft", Decimal("35.00"), Decimal("35.00"))
    step = order.lines.get(position=1).price_steps[-1]
    assert (step["step"], step["source"], step["price"]) == ("quote", str(quote), "10.0000")
    stored = Quote.objects.get(pk=quote.pk)
    assert (stored.state, stored.order) == ("converted", order)


def test_whoever_edits_the_draft_keeps_the_quoted_price_for_what_was_quoted(desk: Desk) -> None:
    item, other = desk.item(list_price=Decimal(10)), desk.item(list_price=Decimal(1))
    quote = offer(desk, line(item, 3, unit_price=Decimal(8)))
    order = convert_quote(quote_id=quote.pk, actor=desk.csr)
    quoted = line(item, 3, unit_price=Decimal(8))
    edited = save_draft(order_id=order.pk, lines=[quoted, line(other, 4)], actor=desk.csr)
    assert edited.net_amount == Decimal("28.00")
    assert edited.lines.get(position=1).price_steps[-1]["source"] == str(quote)
    with pytest.raises(PriceRefused):
        save_draft(order_id=order.pk, lines=[line(item, 4, unit_price=Decimal(8))], actor=desk.csr)
    assert submit_order(order_id=order.pk, actor=desk.csr).state == "pending"


def test_a_quote_is_converted_exactly_once(desk: Desk) -> None:
    quote = offer(desk, line(desk.item()))
    order = convert_quote(quote_id=quote.pk, actor=desk.csr)
    with pytest.raises(QuoteConvertedAlready) as refusal:
        convert_quote(quote_id=quote.pk, actor=desk.csr)
    assert refusal.value.data["order_id"] == order.pk
    assert Order.objects.count() == 1


def test_an_expired_quote_is_refused_with_its_last_day(desk: Desk) -> None:
    quote = offer(desk, line(desk.item()))
    with clock.stopped_at(clock.now() + timedelta(days=31)):
        with pytest.raises(QuoteOutdated, match=str(quote.valid_until)):
            convert_quote(quote_id=quote.pk, actor=desk.csr)
        expire_quotes(actor=desk.lead)
        with pytest.raises(QuoteOutdated, match="expired"):
            convert_quote(quote_id=quote.pk, actor=desk.csr)
    assert not Order.objects.exists()


def test_a_draft_quote_and_a_stranger_are_refused(desk: Desk) -> None:
    quote = write_quote(customer_id=desk.customer.pk, lines=[line(desk.item())], actor=desk.csr)
    with pytest.raises(IllegalTransition, match="only a sent or accepted quote"):
        convert_quote(quote_id=quote.pk, actor=desk.csr)
    with pytest.raises(PermissionRefused):
        convert_quote(quote_id=quote.pk, actor=make_actor(desk.company, "warehouse"))
    with pytest.raises(Exception, match="There is no quote"):
        convert_quote(quote_id=quote.pk, actor=Desk().csr)
    assert not Order.objects.exists()


def test_the_enquiry_behind_the_quote_knows_its_order(desk: Desk) -> None:
    item = desk.item()
    enquiry = record_enquiry(
        customer_id=desk.customer.pk,
        subject="Bolts",
        lines=[EnquiryInput(product_id=item.pk, text="", quantity=Decimal(3))],
        actor=desk.csr,
    )
    quote = offer(desk, line(item, 3), enquiry_id=enquiry.pk)
    order = convert_quote(quote_id=quote.pk, actor=desk.csr)
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.order) == ("ordered", order)
    assert Event.objects.filter(subject_type="quote", type="quote_converted").count() == 1


def test_a_quoted_kit_brings_its_components(desk: Desk) -> None:
    kit = desk.kit((desk.item(), 2), list_price=Decimal(30))
    order = convert_quote(quote_id=offer(desk, line(kit, 2)).pk, actor=desk.csr)
    assert list(order.lines.order_by("position").values_list("kind", "ordered")) == [("kit", 2), ("component", 4)]

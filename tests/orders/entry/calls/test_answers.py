"""Price and date on the telephone are those of pricing and planning, and make nothing."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from omc.lib import clock
from omc.lib.errors import InvalidInput
from orders.core.inputs import LineInput
from orders.core.models import Category, Order, ProductUnit
from orders.core.selectors.companies import today
from orders.entry.calls.models import CallQuestion
from orders.entry.calls.selectors.answers import WhichItem, answer
from orders.entry.calls.services import answer_question
from orders.entry.calls.wording import say_question
from orders.entry.services import confirm_order
from orders.pricing.selectors import look_up
from planning.models import Promise, StockLevel
from planning.selectors.availability import Enquired, availability, earliest_dates
from tests.factories import WarehouseFactory
from tests.orders.entry.calls.factories import MONDAY, CallDesk
from tests.orders.entry.factories import line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> CallDesk:
    return CallDesk()


def ask(desk: CallDesk, text: str, product_id: int | None = None) -> CallQuestion:
    return answer_question(call_id=desk.call().pk, text=text, product_id=product_id, actor=desk.csr)


def test_the_answer_is_that_of_pricing_and_planning(desk: CallDesk) -> None:
    told = ask(desk, "40 PIPE-15")
    wanted = LineInput(product_id=desk.pipe.pk, quantity=Decimal(40))
    price = look_up(company=desk.company, customer=desk.acme, line=wanted, on=today(desk.company)).price
    [soonest] = earliest_dates(desk.company.pk, [Enquired(desk.pipe.pk, desk.warehouse.pk, Decimal(40))])
    stock = availability(desk.company.pk, [desk.pipe.pk])[desk.pipe.pk, desk.warehouse.pk]
    assert price is not None
    assert (told.unit_price, told.net_amount) == (price.unit_price, Decimal("128.00")) == (Decimal("3.20"), 128)
    assert (told.ship_date, told.in_stock) == (soonest.ship_date, stock.available)
    assert told.quantity == 40


def test_nothing_is_ordered_promised_or_reserved(desk: CallDesk) -> None:
    before = list(StockLevel.objects.order_by("pk").values())
    ask(desk, "40 PIPE-15")
    assert not Order.objects.exists()
    assert not Promise.objects.exists()
    assert list(StockLevel.objects.order_by("pk").values()) == before


def test_what_is_promised_to_others_is_not_offered_twice(desk: CallDesk) -> None:
    order = desk.pending(line(desk.pipe, 90))
    confirm_order(order_id=order.pk, actor=desk.csr)
    told = ask(desk, "40 PIPE-15")
    assert told.in_stock == 10
    assert told.ship_date is not None
    assert told.ship_date > today(desk.company)
    assert "10 are there now, all of it can leave on" in say_question(told)


def test_what_is_not_there_comes_after_its_lead_time(desk: CallDesk) -> None:
    told = ask(desk, "4 ELBOW-15")
    assert (told.in_stock, told.source) == (0, "lead_time")
    assert told.ship_date is not None
    assert told.ship_date >= today(desk.company) + timedelta(days=10)


def test_packs_are_counted_in_the_items_own_word(desk: CallDesk) -> None:
    ProductUnit.objects.create(product=desk.pipe, unit="box", factor=Decimal(12))
    told = ask(desk, "3 boxes PIPE-15")
    assert (told.unit, told.typed_quantity, told.quantity, told.net_amount) == ("box", 3, 36, Decimal("115.20"))


def test_a_wanted_day_that_cannot_be_met_is_said(desk: CallDesk) -> None:
    with clock.stopped_at(MONDAY):
        told = ask(desk, "4 ELBOW-15 by Fri")
        assert str(told.wanted) == "2026-11-27"
        assert "that is later than the Friday 27 November asked for" in say_question(told)


def test_several_items_are_offered_and_the_chosen_one_is_told(desk: CallDesk) -> None:
    with pytest.raises(WhichItem) as refused:
        ask(desk, "40 copper")
    assert {item["sku"] for item in refused.value.data["items"]} == {"PIPE-15", "ELBOW-15"}  # type: ignore[attr-defined]
    assert not CallQuestion.objects.exists()
    told = ask(desk, "40 copper", desk.pipe.pk)
    assert (told.product, told.quantity, told.asked) == (desk.pipe, 40, "40 copper")


@pytest.mark.parametrize("text", ["40 NO-SUCH-9", "   "])
def test_what_is_not_found_is_refused_and_kept_nowhere(desk: CallDesk, text: str) -> None:
    with pytest.raises(InvalidInput):
        ask(desk, text)
    assert not CallQuestion.objects.exists()


def test_a_kit_is_there_as_often_as_its_scarcest_part(desk: CallDesk) -> None:
    desk.kit((desk.pipe, 30), (desk.item(sku="CLIP-1", stock=1000), 1), sku="KIT-1", list_price=Decimal(99))
    told = ask(desk, "2 KIT-1")
    assert told.in_stock == 3
    assert told.ship_date is not None


def test_a_substitute_is_of_the_same_category_and_there(desk: CallDesk) -> None:
    category = Category.objects.create(company=desk.company, code="FIT", name="Fittings")
    other = desk.item(sku="ELBOW-15-B", name="Copper elbow 15 mm brass", stock=50, list_price=Decimal("1.40"))
    type(other).objects.filter(pk__in=[other.pk, desk.elbow.pk]).update(category=category)
    desk.elbow.refresh_from_db()
    wanted = LineInput(product_id=desk.elbow.pk, quantity=Decimal(20))
    found = answer(desk.company, desk.acme, wanted, desk.csr)
    assert [(one.product, one.available, one.unit_price) for one in found.substitutes] == [(other, 50, Decimal("1.40"))]
    assert (
        answer(desk.company, desk.acme, LineInput(product_id=other.pk, quantity=Decimal(5)), desk.csr).substitutes == []
    )


def test_every_warehouse_is_told_with_a_constant_number_of_queries(desk: CallDesk) -> None:
    wanted = LineInput(product_id=desk.pipe.pk, quantity=Decimal(40))
    answer(desk.company, desk.acme, wanted, desk.csr)
    with CaptureQueriesContext(
        connection,
    ) as one:
        answer(desk.company, desk.acme, wanted, desk.csr)
    for _more in range(4):
        WarehouseFactory(company=desk.company)
    with CaptureQueriesContext(connection) as five:
        found = answer(desk.company, desk.acme, wanted, desk.csr)
    assert len(found.elsewhere) == 4
    assert {place.available for place in found.elsewhere} == {0}
    assert len(five) == len(one)


def test_prices_stay_with_those_who_may_see_them(desk: CallDesk) -> None:
    from dataclasses import replace

    blind = replace(desk.csr, permissions=desk.csr.permissions - {"orders.view_price"})
    told = answer_question(call_id=desk.call().pk, text="40 PIPE-15", actor=blind)
    assert (told.unit_price, told.net_amount, told.price_steps) == (None, None, [])
    assert "3.2" not in say_question(told, with_price=False)

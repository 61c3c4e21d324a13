"""A quote near its last day is spoken of once; one that ran out is offered anew after a look at what changed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from omc.accounts.models import User
from omc.lib import clock
from omc.lib.errors import IllegalTransition, PermissionRefused
from orders.core.models import Event, Message, MessageChoice, Notification, Wish
from orders.core.services.companies import change_setting
from orders.pricing import services, tasks
from orders.pricing.models import Quote
from orders.pricing.services.quote_reminders import REMIND_DAYS
from orders.pricing.services.typed_prices import PriceAskedAgain
from tests.factories import ProductFactory, make_actor
from tests.orders.pricing.factories import PriceBreakFactory, PriceListFactory
from tests.orders.pricing.test_quotes import MORNING, Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    with clock.stopped_at(MORNING):
        yield Scene()


def client_of(scene: Scene, actor: Any) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend="omc.accounts.backends.RoleBackend")
    return client


@pytest.mark.parametrize(("days_before", "told"), [(4, 0), (3, 1), (0, 1), (-1, 0)])
def test_who_wrote_it_is_reminded_so_many_days_before(scene, days_before, told):
    quote = scene.sent()
    with clock.stopped_at(MORNING.replace(day=23, month=12) - timedelta(days=days_before)):
        assert tasks.remind_quotes() == told
        assert tasks.remind_quotes() == 0
    assert Notification.objects.filter(user_id=scene.csr.user_id, text__contains=str(quote)).count() == told
    assert scene.facts(quote).count("quote_reminded") == told
    assert not Message.objects.filter(template="quote_ends").exists()


def test_the_customer_is_told_where_a_contact_asked_for_it(scene):
    MessageChoice.objects.create(contact=scene.contact, kind="quote_ends", wish=Wish.EMAIL, chosen_at=clock.now())
    quote = scene.sent()
    with clock.stopped_at(MORNING.replace(day=21, month=12)):
        tasks.remind_quotes()
        tasks.remind_quotes()
    mail = Message.objects.get(template="quote_ends")
    assert (mail.recipient, str(quote) in mail.subject) == ("pat@customer.example", True)


def test_nobody_is_reminded_where_the_company_wants_none_or_the_quote_went_out_today(scene):
    short = scene.sent(valid_until=MORNING.date() + timedelta(days=2))
    assert tasks.remind_quotes() == 0
    change_setting(key=REMIND_DAYS, value="0", actor=make_actor(scene.company, "admin"))
    with clock.stopped_at(MORNING + timedelta(days=1, hours=1)):
        assert tasks.remind_quotes() == 0
    assert Quote.objects.get(pk=short.pk).reminded_at is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_two_clocks_at_once_remind_once():
    scene = Scene()
    quote = scene.sent(valid_until=clock.today() + timedelta(days=2))
    Quote.objects.filter(pk=quote.pk).update(sent_at=clock.now() - timedelta(days=2))

    def remind(_n: int) -> int:
        try:
            return int(services.remind_quotes(actor=scene.csr))
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(remind, range(3))) == 1
    assert Notification.objects.filter(text__contains=str(quote)).count() == 1


class RanOut:
    """A quote of three lines that expired; two of their prices moved since."""

    def __init__(self, scene: Scene) -> None:
        self.scene, company = scene, scene.company
        self.base = PriceListFactory(company=company, code="BASE")
        self.items = [ProductFactory(company=company, sku=f"R{n}") for n in range(3)]
        self.rows = [PriceBreakFactory(price_list=self.base, product=item, unit_price="10.0000") for item in self.items]
        lines = [scene.line(4, sku=item.sku) for item in self.items[:2]]
        typed = scene.line(2, sku="R2", unit_price=Decimal(8))
        self.quote = services.write_quote(customer_id=scene.customer.pk, lines=[*lines, typed], actor=scene.pricing)
        services.send_quote(quote_id=self.quote.pk, actor=scene.pricing)
        type(self.rows[0]).objects.filter(pk=self.rows[0].pk).update(unit_price="11.5000")


LATER = datetime(2027, 1, 4, 9, tzinfo=UTC)


def test_one_sees_line_by_line_what_it_would_cost_today_and_why(scene):
    case = RanOut(scene)
    with clock.stopped_at(LATER):
        services.expire_quotes(actor=scene.pricing)
        quote = Quote.objects.get(pk=case.quote.pk)
        renewal = services.preview_renewal(quote=quote, actor=scene.csr)
        page = client_of(scene, scene.csr).get(reverse("pricing:renew-quote", args=[quote.pk])).content.decode()

    assert [(one.was.unit_price, one.now.unit_price, one.asks) for one in renewal.lines] == [
        (10, Decimal("11.5"), False),
        (10, 10, False),
        (8, 8, False),  # the same typed price over the same price was granted before
    ]
    assert (renewal.net_before, renewal.net_amount, renewal.changed) == (96, 102, 1)
    assert "11.50" in page
    assert "dearer" in page
    assert Quote.objects.count() == 1


def test_a_typed_price_over_a_price_that_moved_asks_again(scene):
    case = RanOut(scene)
    type(case.rows[2]).objects.filter(pk=case.rows[2].pk).update(unit_price="12.0000")
    with clock.stopped_at(LATER):
        services.expire_quotes(actor=scene.pricing)
        quote = Quote.objects.get(pk=case.quote.pk)
        seen = services.preview_renewal(quote=quote, actor=scene.csr).lines
        renewed = services.renew_quote(quote_id=quote.pk, actor=scene.csr)
        with pytest.raises(PriceAskedAgain) as refusal:
            services.send_quote(quote_id=renewed.pk, actor=scene.csr)
    assert [(one.now.unit_price, one.asks) for one in seen][1:] == [(10, False), (8, True)]
    assert [each["position"] for each in refusal.value.data["lines"]] == [3]


@pytest.mark.slow
def test_it_is_renewed_as_it_was_seen_and_once(scene):
    case = RanOut(scene)
    client = client_of(scene, scene.csr)
    with clock.stopped_at(LATER):
        services.expire_quotes(actor=scene.pricing)
        address = reverse("pricing:renew-quote", args=[case.quote.pk])
        assert b"Renew at" in client.get(reverse("pricing:quote", args=[case.quote.pk])).content
        moved = client.post(address, {"net_amount": "96.00"})
        assert (moved.status_code, b"changed again" in moved.content, Quote.objects.count()) == (422, True, 1)
        first = client.post(address, {"net_amount": "102.00"})
        second = client.post(address, {"net_amount": "102.00"})
    new = Quote.objects.get(revision=2)
    assert first.headers["Location"] == reverse("pricing:quote", args=[new.pk])
    assert second.status_code == 422
    assert (new.state, new.net_amount, new.valid_until) == ("draft", 102, LATER.date() + timedelta(days=30))
    assert Quote.objects.get(pk=case.quote.pk).state == "superseded"
    assert Event.objects.filter(type="quote_drafted").count() == 2


def test_what_did_not_run_out_is_not_renewed_and_rest_says_the_same(scene):
    case = RanOut(scene)
    with pytest.raises(IllegalTransition, match="did not run out"):
        services.renew_quote(quote_id=case.quote.pk, actor=scene.csr)
    with pytest.raises(PermissionRefused):
        services.renew_quote(quote_id=case.quote.pk, actor=make_actor(scene.company, "warehouse"))
    client = client_of(scene, scene.csr)
    address = f"/api/v1/pricing/quotes/{case.quote.pk}/renew/"
    assert client.get(address).status_code == 409
    with clock.stopped_at(LATER):
        told = client.get(address).json()
        assert [line["price_after"] for line in told["lines"]] == ["11.5000", "10.0000", "8.0000"]
        made = client.post(address, {"net_amount": told["net_amount"]}, content_type="application/json")
    assert (made.status_code, made.json()["net_amount"]) == (201, "102.00")


def test_a_sent_quote_says_that_it_was_sent_already_and_has_one_primary_button(scene):
    quote = scene.sent()
    with pytest.raises(IllegalTransition, match=f"{quote} is sent already."):
        services.send_quote(quote_id=quote.pk, actor=scene.csr)
    for role in ("csr", "sales"):
        page = client_of(scene, make_actor(scene.company, role)).get(reverse("pricing:quote", args=[quote.pk]))
        assert page.content.decode().count("button primary") == 1
    assert "until the end of 23 Mar 2027" in page.content.decode()

"""A customer opens a quote by its link, without a login, and answers it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import translation
from redis.exceptions import ConnectionError as CacheAway

from omc.accounts.models import User
from omc.lib import clock
from omc.lib.errors import DomainError, IllegalTransition, InvalidInput, PermissionRefused, StaleVersion
from orders.core.inputs import LineInput
from orders.core.links import throttle
from orders.core.links.addresses import path_of
from orders.core.links.refusals import in_customers_words
from orders.core.links.selectors import customers_actor
from orders.core.links.services import make_link, withdraw_link
from orders.core.models import CustomerLink, Duty, Event, Message, Notification, Order
from orders.entry.services import convert_quote
from orders.pricing.answers.services import answer_question, ask_question
from orders.pricing.models import Quote, QuoteAnswer, QuoteConversion, QuoteLine
from orders.pricing.services import accept_quote, change_quote, close_quote, expire_quotes, send_quote, write_quote
from tests.factories import ContactFactory, make_actor
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


class Scene(Desk):
    """A quote of two items and a charge, on its way to a contact."""

    def __init__(self) -> None:
        super().__init__()
        cache.clear()
        ContactFactory(customer=self.customer, name="Pat Buyer")
        self.first, self.second = self.item(list_price=Decimal(10)), self.item(list_price=Decimal(5))
        lines = [
            line(self.first, 8),
            line(self.second, 4),
            LineInput(kind="charge", description="Freight", quantity=Decimal(1), unit_price=Decimal(7)),
        ]
        quote = write_quote(customer_id=self.customer.pk, lines=lines, actor=self.lead)
        self.quote = send_quote(quote_id=quote.pk, actor=self.lead)

    @property
    def link(self) -> CustomerLink:
        return CustomerLink.objects.filter(page="quote", subject_id=self.quote.pk).latest("id")

    def open(self, door: str = "", **data: Any) -> Any:
        address = path_of(self.link, door)
        return Client().post(address, data) if data else Client().get(address)

    def now(self) -> Quote:
        return Quote.objects.get(pk=self.quote.pk)

    def lines(self) -> list[QuoteLine]:
        return list(self.quote.lines.order_by("position"))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def said(**fields: Any) -> dict[str, Any]:
    return {f"accept-{name}": value for name, value in {"name": "Pat Buyer", "customer_po": "PO-77", **fields}.items()}


def test_the_mail_bears_the_address_and_the_page_shows_the_quote_without_cost(scene: Scene) -> None:
    mail = Message.objects.get(template="quote")
    assert path_of(scene.link) in mail.body
    answer = scene.open()
    text = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert scene.first.sku in text
    assert "107.00 USD" in text
    assert "cost" not in text.lower()
    assert scene.open("pdf")["Content-Type"] == "application/pdf"


def test_a_forged_an_ended_and_a_withdrawn_link_get_the_same_answer(scene: Scene) -> None:
    token = path_of(scene.link).split("/")[2]
    forged = Client().get(f"/c/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}/")
    number, _point, signature = token.partition(".")
    other_number = Client().get(f"/c/{'2' if number == '1' else '1'}.{signature}/")
    with clock.stopped_at(clock.now() + timedelta(days=400)):
        ended = scene.open()
    withdraw_link(page="quote", subject_id=scene.quote.pk, actor=scene.lead)
    withdrawn = scene.open()
    assert [a.status_code for a in (forged, other_number, ended, withdrawn)] == [404] * 4
    assert str(scene.quote) not in ended.content.decode() + withdrawn.content.decode()
    assert scene.company.name not in forged.content.decode()
    assert scene.company.name in withdrawn.content.decode()  # who had a link of ours learns whom to ask


def test_a_new_link_replaces_the_one_before(scene: Scene) -> None:
    old = path_of(scene.link)
    make_link(page="quote", subject_id=scene.quote.pk, actor=scene.lead)
    assert Client().get(old).status_code == 404
    assert scene.open().status_code == 200


def test_another_company_neither_makes_nor_withdraws_a_link(scene: Scene) -> None:
    stranger = Scene()
    for verb in (make_link, withdraw_link):
        with pytest.raises(DomainError, match="no such page"):
            verb(page="quote", subject_id=scene.quote.pk, actor=stranger.lead)
    with pytest.raises(PermissionRefused):
        make_link(page="quote", subject_id=scene.quote.pk, actor=make_actor(scene.company, "warehouse"))
    assert scene.open().status_code == 200


def test_who_asks_too_often_waits(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.wall()
    monkeypatch.setattr(throttle.clock, "wall", lambda: now)  # the count begins anew with each minute
    monkeypatch.setitem(throttle.LIMITS, "look", 2)
    assert [scene.open().status_code for _ in range(3)] == [200, 200, 429]
    cache.clear()
    monkeypatch.setitem(throttle.LIMITS, "stranger", 2)
    assert [Client().get("/c/x.y/").status_code for _ in range(3)] == [404, 404, 429]


def test_while_the_cache_is_away_nobody_is_refused(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: Any, **_more: Any) -> None:
        raise CacheAway

    monkeypatch.setattr(throttle.cache, "add", away)
    assert not throttle.is_too_much("look", "10.0.0.1")


def test_the_customer_accepts_once_with_their_number_and_the_owner_hears_of_it(scene: Scene) -> None:
    first, again = scene.open("accept", **said()), scene.open("accept", **said())
    assert (first.status_code, again.status_code) == (302, 302)
    quote = scene.now()
    assert (quote.state, quote.customer_po) == ("accepted", "PO-77")
    fact = Event.objects.get(type="quote_accepted", subject_id=quote.pk)
    assert (fact.contact_id, fact.user_id, fact.channel) == (scene.quote.contact_id, None, "link")
    assert QuoteAnswer.objects.get().name == "Pat Buyer"
    assert Notification.objects.get(user_id=scene.lead.user_id).text.endswith(f"accepted quote {quote}")
    assert "Accepted on" in scene.open().content.decode()
    order = convert_quote(quote_id=quote.pk, actor=scene.csr)
    assert order.customer_po == "PO-77"


def test_the_customer_leaves_a_line_out_and_the_charge_stays(scene: Scene) -> None:
    first = scene.lines()[0]
    assert scene.open("accept", choice="1", lines=[first.pk], **said()).status_code == 302
    assert [row.taken for row in scene.lines()] == [True, False, True]
    order = convert_quote(quote_id=scene.quote.pk, actor=scene.csr)
    assert order.net_amount == Decimal("87.00")
    assert scene.now().state == "converted"
    assert [row.converted for row in scene.lines()] == [8, 0, 1]


def test_nothing_chosen_or_no_name_is_told_at_the_form_and_nothing_is_done(scene: Scene) -> None:
    for data in ({"choice": "1", **said()}, said(name="")):
        answer = scene.open("accept", **data)
        assert answer.status_code == 422
    assert scene.now().state == "sent"
    assert not QuoteAnswer.objects.exists()


def test_an_ended_quote_is_not_accepted(scene: Scene) -> None:
    with clock.stopped_at(clock.now() + timedelta(days=31)):
        answer = scene.open("accept", **said())
        assert answer.status_code == 422
        assert "was valid until" in answer.content.decode()
        expire_quotes(actor=scene.lead)
        assert "was valid until" in scene.open().content.decode()
    assert scene.now().state == "expired"


def test_a_newer_version_is_told_and_the_old_one_not_accepted(scene: Scene) -> None:
    newer = change_quote(quote_id=scene.quote.pk, lines=[line(scene.first, 9)], actor=scene.lead)
    assert "We are writing a newer version" in scene.open().content.decode()
    send_quote(quote_id=newer.pk, actor=scene.lead)
    old = CustomerLink.objects.get(page="quote", subject_id=scene.quote.pk)
    text = Client().get(path_of(old)).content.decode()
    assert "There is a newer version" in text
    assert path_of(CustomerLink.objects.get(page="quote", subject_id=newer.pk)) in text
    assert Client().post(path_of(old, "accept"), said()).status_code == 422
    newer.refresh_from_db()
    assert newer.state == "sent"


def test_the_customer_declines_with_a_reason(scene: Scene) -> None:
    fields = {"decline-reason": "price", "decline-words": "Too dear", "decline-name": "Pat"}
    assert scene.open("decline", **fields).status_code == 302
    assert (scene.now().state, scene.now().reject_reason) == ("rejected", "price")
    assert QuoteAnswer.objects.get().words == "Too dear"
    assert scene.open("decline", **fields).status_code == 302
    assert QuoteAnswer.objects.count() == 1


def test_a_question_waits_as_a_duty_until_it_is_answered(scene: Scene) -> None:
    fields = {"ask-words": "<b>Delivered?</b>", "ask-name": "Pat"}
    scene.open("ask", **fields)
    scene.open("ask", **fields)  # pressed twice
    duty = Duty.objects.get(subject_type="quote", subject_id=scene.quote.pk, closed_at=None)
    assert duty.name == "Answer question"
    answer_question(quote_id=scene.quote.pk, words="Yes, to your door.", actor=scene.lead)
    duty.refresh_from_db()
    assert duty.closed_at is not None
    text = scene.open().content.decode()
    assert "Yes, to your door." in text
    assert "&lt;b&gt;Delivered?" in text
    assert "Yes, to your door." in Message.objects.get(template="quote_answer").body
    with pytest.raises(IllegalTransition):
        answer_question(quote_id=scene.quote.pk, words="And again", actor=scene.lead)


def test_who_is_logged_in_looks_on_and_does_nothing(scene: Scene, client: Client) -> None:
    client.force_login(User.objects.get(pk=scene.lead.user_id))
    assert "what the customer sees" in client.get(path_of(scene.link)).content.decode()
    assert client.post(path_of(scene.link, "accept"), said()).status_code == 403
    assert scene.now().state == "sent"


def test_the_holder_of_a_link_may_do_nothing_else(scene: Scene) -> None:
    actor = customers_actor(scene.link)
    for verb, more in (
        (change_quote, {"lines": [line(scene.first, 1)]}),
        (send_quote, {}),
        (convert_quote, {}),
        (answer_question, {"words": "x"}),
    ):
        with pytest.raises(PermissionRefused):
            verb(quote_id=scene.quote.pk, actor=actor, **more)
    with pytest.raises(PermissionRefused):
        ask_question(quote_id=scene.quote.pk, words="x", actor=scene.csr)


def test_the_page_speaks_the_language_of_the_customer(scene: Scene) -> None:
    type(scene.customer).objects.filter(pk=scene.customer.pk).update(language="de")
    text = scene.open().content.decode()
    assert '<html lang="de">' in text
    assert "107,00 USD" in text


def test_refusals_are_said_in_the_language_of_the_customer_and_do_nothing(scene: Scene) -> None:
    type(scene.customer).objects.filter(pk=scene.customer.pk).update(language="de")
    first = scene.lines()[0].pk
    many = {f"quantity-{first}": "99"}
    for data, theirs, ours in (
        ({"choice": "1", **said()}, "Bitte wählen Sie mindestens eine Position.", "Choose at least one line"),
        ({**said(), **many}, "Bitte prüfen Sie die Mengen", "this price holds from"),
    ):
        page = scene.open("accept", **data)
        text = page.content.decode()
        assert (page.status_code, theirs in text, ours in text) == (422, True, False)
    with clock.stopped_at(clock.now() + timedelta(days=31)):
        assert "was valid until" not in scene.open("accept", **said()).content.decode()
    assert (scene.now().state, QuoteAnswer.objects.count()) == ("sent", 0)
    refused = IllegalTransition("Q-1 is accepted.", document="Q-1", state="accepted", to="accepted")
    with translation.override("de"):
        assert in_customers_words(refused).startswith("Das ist nicht mehr möglich")
        assert in_customers_words(PermissionRefused("You may not do this.")).startswith("Das war nicht möglich.")
    with translation.override("en"):
        assert in_customers_words(refused) == "Q-1 is accepted."


def test_a_quote_becomes_orders_in_parts_at_the_quoted_price(scene: Scene) -> None:
    first = scene.lines()[0]
    accept_quote(quote_id=scene.quote.pk, actor=scene.lead)
    part = convert_quote(
        quote_id=scene.quote.pk, actor=scene.csr, quantities={first.pk: Decimal(3)}, version=scene.now().event_seq
    )
    assert part.net_amount == Decimal("30.00")
    assert (scene.now().state, scene.now().conversion) == ("accepted", "part")
    with pytest.raises(IllegalTransition, match="Close the rest"):
        change_quote(quote_id=scene.quote.pk, lines=[line(scene.first, 9)], actor=scene.lead)
    rest = convert_quote(quote_id=scene.quote.pk, actor=scene.csr)
    assert rest.net_amount == Decimal("77.00")
    assert (scene.now().state, scene.now().conversion) == ("converted", "done")
    made = QuoteConversion.objects.filter(line=first).order_by("id").values_list("order_id", "quantity")
    assert list(made) == [(part.pk, 3), (rest.pk, 5)]


def test_sent_twice_a_part_is_one_order_and_more_than_quoted_is_refused(scene: Scene) -> None:
    first = scene.lines()[0]
    seen = scene.now().event_seq
    with pytest.raises(InvalidInput, match="At most 8"):
        convert_quote(quote_id=scene.quote.pk, actor=scene.csr, quantities={first.pk: Decimal(9)}, version=seen)
    with pytest.raises(InvalidInput, match="which version"):
        convert_quote(quote_id=scene.quote.pk, actor=scene.csr, quantities={first.pk: Decimal(1)})
    part = {"quote_id": scene.quote.pk, "actor": scene.csr, "quantities": {first.pk: Decimal(4)}, "version": seen}
    convert_quote(**part)
    with pytest.raises(StaleVersion):
        convert_quote(**part)
    assert Order.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        QuoteLine.objects.filter(pk=first.pk).update(converted=9)


def test_the_rest_is_closed_with_a_reason(scene: Scene) -> None:
    with pytest.raises(IllegalTransition):
        close_quote(quote_id=scene.quote.pk, reason="price", actor=scene.lead)
    first = scene.lines()[0]
    convert_quote(
        quote_id=scene.quote.pk, actor=scene.csr, quantities={first.pk: Decimal(1)}, version=scene.now().event_seq
    )
    close_quote(quote_id=scene.quote.pk, reason="no_decision", actor=scene.lead)
    assert (scene.now().state, scene.now().conversion) == ("converted", "part")


@pytest.mark.slow
def test_the_screens_and_the_api_order_a_part(scene: Scene, client: Client) -> None:
    client.force_login(User.objects.get(pk=scene.lead.user_id))
    first, second, _charge = scene.lines()
    page = client.get(f"/entry/quotes/{scene.quote.pk}/part/")
    assert page.status_code == 200
    fields = {"version": scene.now().event_seq, f"line_{first.pk}": "9"}
    assert client.post(f"/entry/quotes/{scene.quote.pk}/part/", fields).status_code == 422
    assert client.post(f"/entry/quotes/{scene.quote.pk}/part/", fields | {f"line_{first.pk}": "2"}).status_code == 302
    again = client.post(f"/entry/quotes/{scene.quote.pk}/part/", fields | {f"line_{first.pk}": "2"})
    assert again.status_code == 422
    body = {"lines": [{"line_id": second.pk, "quantity": "1"}]}
    api = f"/api/v1/entry/quotes/{scene.quote.pk}/convert/"
    made = client.post(api, body, "application/json", headers={"If-Match": f'"{scene.now().event_seq}"'})
    assert made.status_code == 201
    assert [row.converted for row in scene.lines()] == [2, 1, 0]
    assert client.get(f"/pricing/quotes/{scene.quote.pk}/").status_code == 200
    assert client.get(f"/api/v1/pricing/quotes/{scene.quote.pk}/link/").json()["address"].startswith("http")
    assert client.get(f"/api/v1/pricing/quotes/{scene.quote.pk}/answers/").status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_two_who_order_or_accept_at_once_do_it_once() -> None:
    scene = Scene()
    first, seen = scene.lines()[0], scene.now().event_seq

    def at_once(run: Any) -> list[str]:
        def one(_number: int) -> str:
            try:
                run()
                return "done"
            except DomainError as refusal:
                return refusal.code
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            return sorted(pool.map(one, range(2)))

    accepted = at_once(lambda: accept_quote(quote_id=scene.quote.pk, actor=customers_actor(scene.link)))
    assert accepted == ["done", "illegal_transition"]
    seen = scene.now().event_seq
    part = {"quote_id": scene.quote.pk, "quantities": {first.pk: Decimal(5)}, "version": seen, "actor": scene.csr}
    assert at_once(lambda: convert_quote(**part)) == ["done", "stale_version"]
    assert at_once(lambda: convert_quote(quote_id=scene.quote.pk, actor=scene.csr)) == ["done", "quote_converted"]
    assert sum(QuoteConversion.objects.filter(line=first).values_list("quantity", flat=True)) == 8
    assert Order.objects.count() == 2


def test_the_customer_takes_so_much_of_a_line_and_the_rest_is_not_ordered(scene: Scene) -> None:
    first, second, _freight = scene.lines()
    page = scene.open().content.decode()
    assert f'name="quantity-{first.pk}"' in page
    too_many = scene.open("accept", choice="1", lines=[first.pk, second.pk], **{f"quantity-{first.pk}": "9"}, **said())
    assert too_many.status_code == 422
    assert "holds from 0 to 8" in too_many.content.decode()
    assert 'value="9"' in too_many.content.decode()
    nonsense = scene.open("accept", choice="1", lines=[first.pk], **{f"quantity-{first.pk}": "many"}, **said())
    assert (nonsense.status_code, scene.now().state) == (422, "sent")

    scene.open("accept", choice="1", lines=[first.pk, second.pk], **{f"quantity-{first.pk}": "3"}, **said())

    assert (scene.now().state, [line.taken_quantity for line in scene.lines()]) == ("accepted", [3, None, None])
    assert "you take 3" in scene.open().content.decode()
    order = convert_quote(quote_id=scene.quote.pk, actor=scene.csr)
    assert [line.ordered for line in order.lines.order_by("position")] == [3, 4, 1]
    assert scene.now().state == "converted"


def test_a_price_holds_from_the_quantity_that_it_was_offered_from(scene: Scene) -> None:
    first = scene.lines()[0]
    step = {"step": "break", "source": "base", "price": "10.0000", "amount": "10.0000", "min_quantity": "5.000000"}
    QuoteLine.objects.filter(pk=first.pk).update(price_steps=[step])
    for quantity, fits in ((Decimal("4.9"), False), (Decimal(0), False), (Decimal(5), True)):
        if not fits:
            with pytest.raises(InvalidInput, match="holds from 5 to 8"):
                accept_quote(quote_id=scene.quote.pk, quantities={first.pk: quantity}, actor=scene.lead)
    accept_quote(quote_id=scene.quote.pk, quantities={first.pk: Decimal(5)}, actor=scene.lead)
    assert Event.objects.get(type="quote_accepted").data["lines_in_part"] == 1

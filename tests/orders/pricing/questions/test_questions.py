"""A price question: one decider, due in working time, answered once, and the answer put where it was asked for."""

import html
import re
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
from omc.lib.errors import IllegalTransition, InvalidInput, NotFound, PermissionRefused, StaleVersion
from orders.core.inputs import LineInput
from orders.core.models import Duty, Event, Notification
from orders.entry.selectors.seats import take_seat
from orders.pricing import services as pricing
from orders.pricing.guidelines.services import OwnRequest
from orders.pricing.models import PriceQuestion, Quote, QuoteLine
from orders.pricing.questions import services
from orders.pricing.questions.queue import waiting
from orders.pricing.questions.report import question_report
from orders.pricing.questions.selectors import question_list
from tests.factories import make_actor, make_company
from tests.orders.entry.factories import Desk

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)  # a Monday


class Scene(Desk):
    """An order desk; one person of pricing, who decides."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.pricing = make_actor(self.company, "pricing")
        self.product = self.item()

    def line(self, price: object = None, quantity: object = 10) -> LineInput:
        typed = None if price is None else Decimal(str(price))
        why = "as agreed by phone" if price is not None else ""
        return LineInput(sku=self.product.sku, quantity=Decimal(str(quantity)), unit_price=typed, price_reason=why)

    def asked(self, price: object = "9.8", quantity: object = 10, **more: Any) -> PriceQuestion:
        return services.ask_price(
            **{
                "customer_id": self.customer.pk,
                "sku": self.product.sku,
                "quantity": Decimal(str(quantity)),
                "unit_price": None if price is None else Decimal(str(price)),
                "reason": "to win the site",
                "actor": self.csr,
            }
            | more
        )

    def answered(self, question: PriceQuestion, answer: str = "yes", **more: Any) -> PriceQuestion:
        return services.answer_question(question_id=question.pk, answer=answer, actor=self.pricing, **more)


@pytest.fixture
def scene():
    with clock.stopped_at(MORNING):
        yield Scene()


def client_of(actor: Any) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def test_a_question_goes_to_one_decider_with_a_duty_and_a_due_time(scene):
    asked = scene.asked()
    assert (asked.state, asked.decider_id, asked.bounces) == ("asked", scene.pricing.user_id, 0)
    assert asked.due_at > asked.asked_at
    duty = Duty.objects.get(subject_type="pricequestion", subject_id=asked.pk, closed_at=None)
    assert (duty.stage, duty.owner_id, duty.due_at) == (3, scene.pricing.user_id, asked.due_at)
    told = Notification.objects.get(user_id=scene.pricing.user_id)
    assert "9.8" not in told.text
    assert told.url == reverse("pricing:question", args=[asked.pk])

    with pytest.raises(services.AskedAlready):
        scene.asked()
    with pytest.raises(PermissionRefused):
        services.answer_question(question_id=asked.pk, answer="yes", actor=scene.csr)
    with pytest.raises(NotFound):
        services.answer_question(question_id=asked.pk, answer="yes", actor=make_actor(make_company(), "pricing"))
    with pytest.raises(InvalidInput, match="Say why not"):
        scene.answered(asked, "no")
    scene.answered(asked, "no", words="below cost")
    assert Duty.objects.get(pk=duty.pk).closed_at is not None
    with pytest.raises(IllegalTransition):
        scene.answered(asked)


def test_whoever_asks_does_not_decide(scene):
    asked = scene.asked(actor=scene.pricing, decider_id=make_actor(scene.company, "pricing").user_id)
    with pytest.raises(OwnRequest):
        scene.answered(asked)
    with pytest.raises(OwnRequest):
        scene.asked(quantity=3, actor=scene.pricing, decider_id=scene.pricing.user_id)


def test_passing_on_is_counted_and_moves_the_duty_not_the_due_time(scene):
    other = make_actor(scene.company, "pricing")
    asked = scene.asked(decider_id=scene.pricing.user_id)
    with pytest.raises(services.NotYourQuestion):
        services.answer_question(question_id=asked.pk, answer="yes", actor=other)
    with clock.stopped_at(MORNING + timedelta(hours=1)):
        services.pass_question(question_id=asked.pk, decider_id=other.user_id, why="her customer", actor=scene.pricing)
    duty = Duty.objects.get(subject_type="pricequestion", subject_id=asked.pk, closed_at=None)
    assert (duty.owner_id, duty.due_at) == (other.user_id, asked.due_at)
    answered = services.answer_question(question_id=asked.pk, answer="yes", actor=other)
    assert answered.bounces == 1
    assert [turn.until is not None for turn in answered.turns.order_by("number")] == [True, True]


def test_the_answer_goes_on_the_draft_order_that_it_was_asked_from_once(scene):
    order = scene.draft(scene.line(), scene.line(quantity=3))
    asked = scene.asked(order_id=order.pk)
    answered = scene.answered(asked, "other", unit_price=Decimal("9.9"))
    first, second = order.lines.order_by("position")
    assert (first.unit_price, first.price_steps[-1]["source"]) == (Decimal("9.9"), "question")
    assert second.unit_price == asked.system_price  # three were not asked about
    assert answered.used_at is not None
    assert Event.objects.filter(type="answered_price_used").count() == 1
    with pytest.raises(services.CannotUse, match="already"):
        services.use_answer(question_id=asked.pk, actor=scene.csr)


def test_an_answer_waits_for_the_asker_where_the_line_is_gone(scene):
    order = scene.draft(scene.line(quantity=7))
    answered = scene.answered(scene.asked(order_id=order.pk))
    assert answered.used_at is None
    assert "no line of 10" in answered.not_used_because
    with pytest.raises(services.CannotUse, match="no line of 10"):
        services.use_answer(question_id=answered.pk, actor=scene.csr)


def test_the_answer_goes_on_the_draft_quote_and_on_a_new_revision_of_a_sent_one(scene):
    quote = pricing.write_quote(customer_id=scene.customer.pk, lines=[scene.line()], actor=scene.lead)
    scene.answered(scene.asked(quote_id=quote.pk))
    assert QuoteLine.objects.get(quote=quote).unit_price == Decimal("9.8")

    sent = pricing.write_quote(customer_id=scene.customer.pk, lines=[scene.line(quantity=4)], actor=scene.lead)
    pricing.send_quote(quote_id=sent.pk, actor=scene.lead, recipient="a@b.example")
    answered = scene.answered(scene.asked(quote_id=sent.pk, quantity=4))
    assert answered.used_at is None
    used = services.use_answer(question_id=answered.pk, actor=scene.csr)
    assert (used.quote.number, used.quote.revision) == (sent.number, 2)


def test_an_answer_asked_from_nowhere_becomes_a_quote_while_it_holds(scene):
    answered = scene.answered(scene.asked(None), "other", unit_price=Decimal(9))
    with clock.stopped_at(MORNING + timedelta(days=30)), pytest.raises(services.CannotUse, match="valid until"):
        services.use_answer(question_id=answered.pk, actor=scene.csr)
    used = services.use_answer(question_id=answered.pk, actor=scene.csr)
    line = used.quote.lines.get()
    assert (line.unit_price, line.quantity) == (9, 10)


def test_a_question_ends_with_the_quote_that_is_lost_and_the_report_counts_it(scene):
    quote = pricing.write_quote(customer_id=scene.customer.pk, lines=[scene.line()], actor=scene.lead)
    pricing.send_quote(quote_id=quote.pk, actor=scene.lead, recipient="a@b.example")
    asked = scene.asked(quote_id=quote.pk)
    done = scene.asked(quantity=2)
    with clock.stopped_at(MORNING + timedelta(hours=2)):
        scene.answered(done)
        pricing.reject_quote(quote_id=quote.pk, reason="price", actor=scene.lead)
        services.follow_document(Event.objects.get(type="quote_rejected", subject_id=quote.pk))
        asked.refresh_from_db()
        assert asked.state == "lapsed"
        found = question_report(scene.csr, MORNING.date()).all
    assert (found.asked, found.answered, found.lost_quotes, found.lost_base) == (2, 1, 1, quote.net_base)
    assert found.median_minutes is not None
    filters = {"state": "all", "lost": True}
    assert [row.pk for row in question_list(scene.csr, filters)] == [asked.pk]


def test_a_question_follows_its_quote_into_the_next_revision_and_ends_with_it(scene):
    quote = pricing.write_quote(customer_id=scene.customer.pk, lines=[scene.line()], actor=scene.lead)
    pricing.send_quote(quote_id=quote.pk, actor=scene.lead, recipient="a@b.example")
    asked = scene.asked(quote_id=quote.pk)
    newer = pricing.change_quote(quote_id=quote.pk, lines=[scene.line()], actor=scene.lead)
    services.follow_document(Event.objects.get(type="quote_superseded"))
    asked.refresh_from_db()
    assert (asked.state, asked.quote_id) == ("asked", newer.pk)
    with clock.stopped_at(MORNING + timedelta(hours=1)):
        pricing.reject_quote(quote_id=newer.pk, reason="price", actor=scene.lead)
        services.follow_document(Event.objects.get(type="quote_rejected"))
    asked.refresh_from_db()
    assert asked.state == "lapsed"
    assert question_report(scene.csr, MORNING.date()).all.lost_quotes == 1


def test_an_answer_waits_for_whoever_has_the_quote_open_and_neither_is_lost(scene):
    quote = pricing.write_quote(
        customer_id=scene.customer.pk, lines=[scene.line(), scene.line(quantity=3)], actor=scene.lead
    )
    take_seat(f"quote:{quote.pk}", tab="t", user_id=scene.lead.user_id, name="Leo")
    seen = Quote.objects.get(pk=quote.pk).version
    answered = scene.answered(scene.asked(quote_id=quote.pk))
    assert answered.used_at is None
    assert "open" in answered.not_used_because
    typed = [scene.line(), scene.line(quantity=4)]
    pricing.save_quote_draft(quote_id=quote.pk, lines=typed, version=seen, actor=scene.lead)  # what was typed is saved
    services.use_answer(question_id=answered.pk, actor=scene.csr)
    prices = {line.quantity: line.unit_price for line in QuoteLine.objects.filter(quote=quote)}
    assert prices == {10: Decimal("9.8"), 4: answered.system_price}
    with pytest.raises(StaleVersion):  # the page that did not see the price does not write over it
        pricing.save_quote_draft(quote_id=quote.pk, lines=typed, version=seen + 1, actor=scene.lead)


def test_the_queue_has_questions_and_approvals_own_ones_first(scene):
    other = make_actor(scene.company, "pricing")
    scene.asked(decider_id=other.user_id)
    with clock.stopped_at(MORNING + timedelta(minutes=5)):
        mine = scene.asked(quantity=2, sku=scene.item().sku, decider_id=scene.pricing.user_id)
    rows = list(waiting(scene.pricing, {}).order_by("rank", "due_at", "id"))
    assert [(row.rank, row.subject_id == mine.pk) for row in rows] == [(0, True), (1, False)]
    assert [row.subject_id for row in waiting(scene.pricing, {"mine": True})] == [mine.pk]
    assert waiting(scene.pricing, {"kind": "approval"}).count() == 0
    assert waiting(make_actor(make_company(), "pricing"), {}).count() == 0


@pytest.mark.slow
def test_every_number_of_the_report_opens_its_rows(scene):
    other = make_actor(scene.company, "pricing")
    passed = scene.asked(decider_id=scene.pricing.user_id)
    services.pass_question(question_id=passed.pk, decider_id=other.user_id, why="hers", actor=scene.pricing)
    done = scene.asked(quantity=2, sku=scene.item().sku, decider_id=scene.pricing.user_id)
    gone = scene.asked(quantity=3, sku=scene.item().sku, decider_id=scene.pricing.user_id)
    with clock.stopped_at(MORNING + timedelta(days=3)):
        scene.answered(done)
        services.withdraw_question(question_id=gone.pk, actor=scene.csr)  # late, and never answered
        client = client_of(scene.pricing)
        page = client.get(reverse("pricing:question-report")).content.decode()
        links = re.findall(r'<a href="(/pricing/questions/\?[^"]+)">(\d+)</a>', page)
        assert len(links) > 20
        for address, number in links:
            if "bounced" in address:  # counts turns; its rows are the questions below it
                continue
            answer = client.get(html.unescape(address))
            assert len(answer.context["page"].rows) == int(number), address
        by_hands = question_report(scene.pricing, MORNING.date()).by_hands
        opened = re.findall(r'<a href="(/pricing/questions/turns/\?[^"]+)">(.*?)</a>', page)
        assert len(opened) == 2 * len(by_hands) > 0
        for hands, (address, number) in zip(by_hands, opened[::2], strict=True):
            rows = client.get(html.unescape(address)).context["page"].rows
            assert (len(rows), sum(row.minutes for row in rows)) == (int(number), hands.minutes)
            assert hands.turns == int(number)
        stranger = client_of(make_actor(make_company(), "pricing"))
        assert not stranger.get(reverse("pricing:question-turns")).context["page"].rows
        found = question_report(scene.pricing, MORNING.date())
        assert (found.all.asked, found.all.late, found.all.bounces) == (3, 2, 1)


@pytest.mark.slow
def test_the_screens(scene, django_assert_max_num_queries):
    csr, decider, wrong = (
        client_of(scene.csr),
        client_of(scene.pricing),
        client_of(make_actor(scene.company, "warehouse")),
    )
    order = scene.draft(scene.line())
    page = reverse("pricing:ask-price") + f"?order_line={order.lines.get().pk}"
    assert scene.product.sku in csr.get(page).content.decode()
    bad = csr.post(page, {"customer": "nobody", "sku": scene.product.sku, "quantity": "10", "reason": "x"})
    assert bad.status_code == 422
    assert "no customer with this code" in bad.content.decode()
    said = {
        "customer": scene.customer.code,
        "sku": scene.product.sku,
        "quantity": "10",
        "unit_price": "9.8",
        "reason": "x",
    }
    assert csr.post(page, said).status_code == 302
    assert csr.post(page, said).status_code == 422  # the second click
    asked = PriceQuestion.objects.get()
    assert asked.order_id == order.pk
    one = reverse("pricing:question", args=[asked.pk])
    assert csr.get(one).status_code == 200
    assert "Margin" not in csr.get(one).content.decode()
    assert "Margin" in decider.get(one).content.decode()
    assert wrong.get(one).status_code == 403
    assert client_of(make_actor(make_company(), "pricing")).get(one).status_code == 404
    for name in ("questions", "to-decide"):
        assert scene.product.sku in decider.get(reverse(f"pricing:{name}")).content.decode()
    assert decider.get(reverse("pricing:question-report")).status_code == 200
    assert csr.get(reverse("pricing:to-decide")).status_code == 403
    answer = reverse("pricing:answer-price", args=[asked.pk])
    assert csr.post(answer, {"answer": "yes"}).status_code == 403
    assert decider.post(answer, {"answer": "other"}).status_code == 422
    assert decider.post(answer, {"answer": "yes"}).status_code == 302
    assert order.lines.get().unit_price == Decimal("9.8")


@pytest.mark.slow
def test_lists_and_queue_take_as_many_queries_for_many_as_for_one(scene, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    client = client_of(scene.pricing)
    scene.asked()

    def taken() -> list[int]:
        counts = []
        for name in ("questions", "to-decide", "question-report"):
            client.get(reverse(f"pricing:{name}"))
            with CaptureQueriesContext(connection) as caught:
                client.get(reverse(f"pricing:{name}"))
            counts.append(len(caught))
        return counts

    few = taken()
    for _time in range(4):
        scene.asked(sku=scene.item().sku)
    assert taken() == few


def test_rest(scene):
    csr, decider = client_of(scene.csr), client_of(scene.pricing)
    body = {"customer_id": scene.customer.pk, "sku": scene.product.sku, "quantity": "10", "reason": "x"}
    made = csr.post("/api/v1/pricing/questions/", body | {"unit_price": "9.8"}, content_type="application/json")
    assert made.status_code == 201, made.content
    one = f"/api/v1/pricing/questions/{made.json()['id']}/"
    assert csr.post(one, {"answer": "yes"}, content_type="application/json").status_code == 403
    answered = decider.post(one, {"answer": "yes"}, content_type="application/json").json()
    assert (answered["state"], Decimal(answered["unit_price"])) == ("answered", Decimal("9.8"))
    assert csr.post(f"{one}use/").json()["quote"] is not None
    assert csr.get("/api/v1/pricing/questions/?state=all").status_code == 200
    assert csr.get("/api/v1/pricing/questions/report/").json()["answered"] == 1
    assert csr.get("/api/v1/pricing/questions/report/?since=x").status_code == 422
    assert client_of(make_actor(scene.company, "warehouse")).get(one).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_an_answer_used_by_two_at_once_makes_one_quote():
    scene = Scene()
    answered = scene.answered(scene.asked())

    def use(_turn: int) -> str:
        try:
            services.use_answer(question_id=answered.pk, actor=scene.csr)
            return "used"
        except services.CannotUse:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(use, range(4)))
    assert said == ["refused"] * 3 + ["used"]
    assert QuoteLine.objects.filter(product=scene.product).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one():
    scene = Scene()
    order = scene.draft(scene.line())
    asked = scene.asked(order_id=order.pk)

    def answer(price: int) -> str:
        try:
            scene.answered(asked, "other", unit_price=Decimal(price))
            return "answered"
        except IllegalTransition:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(answer, (8, 9)))
    assert said == ["answered", "refused"]
    assert order.lines.get().unit_price == PriceQuestion.objects.get().unit_price
    assert Event.objects.filter(type__in=["price_answered", "answered_price_used"]).count() == 2

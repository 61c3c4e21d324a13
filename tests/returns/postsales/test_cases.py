"""A case from the first word to the customer's verdict, and every way it can be refused."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from omc.lib import clock
from omc.lib.errors import DomainError, IllegalTransition, InvalidInput, NotFound, PermissionRefused
from orders.core.models import Duty, Event, Message, SearchEntry
from returns.claims.services import ReturnInput, request_return
from returns.postsales import services
from returns.postsales.models import Case, CaseMessage
from returns.postsales.services import CaseRefused
from tests.factories import ContactFactory, CustomerFactory, make_actor, make_company
from tests.returns.factories import D, Shop

pytestmark = pytest.mark.django_db
FRIDAY_AFTERNOON = datetime(2026, 11, 20, 15, tzinfo=UTC)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def new_case(shop: Shop, **fields: Any) -> Case:
    fields.setdefault("customer_id", shop.customer.pk)
    made: Case = services.open_case(subject="Wrong label on parcel", actor=shop.service, **fields)
    return made


def written() -> tuple[int, ...]:
    return (Event.objects.count(), Case.objects.count(), CaseMessage.objects.count(), Message.objects.count())


def test_a_case_goes_from_the_first_word_to_the_customers_verdict(shop: Shop) -> None:
    order = shop.delivered()
    ContactFactory(customer=shop.customer, email="pat@nordwind.example")
    case = new_case(shop, customer_id=None, order_id=order.pk, kind="complaint", body="Two parcels, one label")
    assert (case.number, case.state, case.customer_id) == ("CS-000001", "new", shop.customer.pk)
    assert Duty.objects.get(stage=10, closed_at=None).name == "Handle case"

    services.reply_case(case_id=case.pk, body="We look into it.", actor=shop.service)
    services.wait_for(case_id=case.pk, whom="customer", actor=shop.service)
    services.reply_case(case_id=case.pk, body="It was parcel 2.", by_customer=True, actor=shop.service)
    services.resolve_case(case_id=case.pk, resolution="New label sent", actor=shop.service)
    services.close_case(case_id=case.pk, satisfaction=4, actor=shop.service)

    case.refresh_from_db()
    assert (case.state, case.satisfaction, case.resolution) == ("closed", 4, "New label sent")
    moves = Event.objects.filter(subject_type="case").order_by("seq").values_list("type", "from_state", "to_state")
    assert list(moves) == [
        ("case_opened", "", "new"),
        ("case_assigned", "new", "assigned"),
        ("case_replied", "", ""),
        ("case_waiting", "assigned", "waiting_customer"),
        ("case_replied", "waiting_customer", "assigned"),
        ("case_resolved", "assigned", "resolved"),
        ("case_closed", "resolved", "closed"),
    ]
    assert not Duty.objects.filter(stage=10, closed_at=None).exists()
    mail = Message.objects.get(template="case_reply")
    assert (mail.recipient, mail.subject, mail.body) == (
        "pat@nordwind.example", "[CS-000001] Wrong label on parcel", "We look into it.",
    )  # fmt: skip


def test_the_first_reply_is_due_in_working_time(shop: Shop) -> None:
    with clock.stopped_at(FRIDAY_AFTERNOON):
        case = new_case(shop)

    assert case.reply_due_at == datetime(2026, 11, 23, 10, tzinfo=UTC)  # 2 h on Friday, 2 h on Monday


def test_only_the_first_word_to_the_customer_stops_the_clock(shop: Shop) -> None:
    case = new_case(shop)
    services.reply_case(case_id=case.pk, body="Ask the dock", to_customer=False, actor=shop.service)
    case.refresh_from_db()
    assert case.first_reply_at is None

    first = services.reply_case(case_id=case.pk, body="We are on it", actor=shop.service)
    services.reply_case(case_id=case.pk, body="Still on it", actor=shop.service)

    case.refresh_from_db()
    assert case.first_reply_at == first.at


def test_a_note_for_colleagues_leaves_no_mail(shop: Shop) -> None:
    ContactFactory(customer=shop.customer)
    case = new_case(shop)

    services.reply_case(case_id=case.pk, body="Between us", to_customer=False, actor=shop.service)

    assert not Message.objects.exists()


def test_whoever_answers_a_new_case_takes_it_and_can_give_it_on(shop: Shop) -> None:
    case = new_case(shop)
    services.reply_case(case_id=case.pk, body="Hello", actor=shop.service)
    case.refresh_from_db()
    assert case.owner_id == shop.service.user_id

    services.assign_case(case_id=case.pk, owner_id=shop.desk.user_id, actor=shop.service)

    case.refresh_from_db()
    assert (case.owner_id, case.state) == (shop.desk.user_id, "assigned")


@pytest.mark.parametrize("closed", [False, True])
def test_a_case_that_was_not_settled_is_reopened_and_owes_a_reply_again(shop: Shop, closed: bool) -> None:
    with clock.stopped_at(FRIDAY_AFTERNOON):
        case = new_case(shop)
    services.reply_case(case_id=case.pk, body="Done", actor=shop.service)
    services.resolve_case(case_id=case.pk, resolution="Done", actor=shop.service)
    if closed:
        services.close_case(case_id=case.pk, actor=shop.service)

    with clock.stopped_at(datetime(2026, 11, 24, 8, tzinfo=UTC)):
        services.reopen_case(case_id=case.pk, reason="Happened again", actor=shop.service)

    case.refresh_from_db()
    assert (case.state, case.resolved_at, case.first_reply_at) == ("assigned", None, None)
    assert case.reply_due_at == datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert Duty.objects.filter(stage=10, closed_at=None).count() == 1


def test_a_case_about_a_return_knows_its_order_and_is_found(shop: Shop) -> None:
    order = shop.delivered()
    wanted = [ReturnInput(order_line_id=order.lines.get(position=1).pk, quantity=D(1), reason="late")]
    claim = request_return(order_id=order.pk, lines=wanted, actor=shop.desk)

    case = new_case(shop, customer_id=None, return_id=claim.pk)

    assert (case.order_id, case.return_order_id) == (order.pk, claim.pk)
    assert "wrong label" in SearchEntry.objects.get(kind="case").text


REFUSED: list[tuple[Callable[[Shop, Case], Any], type[DomainError], str]] = [
    (lambda s, c: services.open_case(subject=" ", actor=s.service), InvalidInput, "few words"),
    (lambda s, c: services.open_case(subject="x", actor=s.service), NotFound, "no such customer"),
    (lambda s, c: new_case(s, kind="gossip"), InvalidInput, "kind"),
    (lambda s, c: new_case(s, return_id=0), NotFound, "no return"),
    (lambda s, c: services.reply_case(case_id=c.pk, body=" ", actor=s.service), InvalidInput, "Write something"),
    (lambda s, c: services.wait_for(case_id=c.pk, whom="customer", actor=s.service), IllegalTransition, "New|new"),
    (lambda s, c: services.wait_for(case_id=c.pk, whom="rain", actor=s.service), InvalidInput, "waits for"),
    (lambda s, c: services.resolve_case(case_id=c.pk, resolution="", actor=s.service), InvalidInput, "how"),
    (lambda s, c: services.close_case(case_id=c.pk, actor=s.service), IllegalTransition, "cannot become closed"),
    (lambda s, c: services.close_case(case_id=c.pk, satisfaction=6, actor=s.service), InvalidInput, "1 to 5"),
    (lambda s, c: services.reopen_case(case_id=c.pk, reason="x", actor=s.service), CaseRefused, "still open"),
    (lambda s, c: services.assign_case(case_id=c.pk, owner_id=0 - 1, actor=s.service), NotFound, "works here"),
    (lambda s, c: services.assign_case(case_id=0, actor=s.service), NotFound, "no case"),
]


@pytest.mark.parametrize(("attempt", "refusal", "why"), REFUSED)
def test_what_makes_no_sense_is_refused_and_leaves_no_trace(
    shop: Shop, attempt: Callable[[Shop, Case], Any], refusal: type[DomainError], why: str
) -> None:
    case = new_case(shop)
    before = written()

    with pytest.raises(refusal, match=why):
        attempt(shop, case)

    case.refresh_from_db()
    assert (written(), case.state) == (before, "new")


def test_a_case_that_has_ended_takes_no_more_words(shop: Shop) -> None:
    case = new_case(shop)
    services.assign_case(case_id=case.pk, actor=shop.service)
    services.resolve_case(case_id=case.pk, resolution="Done", actor=shop.service)
    before = written()

    with pytest.raises(CaseRefused, match="reopen it first"):
        services.reply_case(case_id=case.pk, body="One more thing", actor=shop.service)

    assert written() == before


def test_a_customer_and_an_order_that_do_not_belong_together_are_refused(shop: Shop) -> None:
    order = shop.delivered()
    other = CustomerFactory(company=shop.company)
    before = written()

    with pytest.raises(InvalidInput, match="another customer"):
        new_case(shop, customer_id=other.pk, order_id=order.pk)

    assert written() == before


def test_cases_need_the_permission_and_the_company(shop: Shop) -> None:
    case = new_case(shop)
    nobody, stranger = make_actor(shop.company, "warehouse"), make_actor(make_company(), "admin")
    before = written()

    with pytest.raises(PermissionRefused):
        services.open_case(subject="x", customer_id=shop.customer.pk, actor=nobody)
    with pytest.raises(PermissionRefused):
        services.assign_case(case_id=case.pk, actor=nobody)
    with pytest.raises(NotFound):
        services.assign_case(case_id=case.pk, actor=stranger)

    assert written() == before

"""A return from the request to the credit note, and every way it can be refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Invoice
from billing.services import CreditRefused
from omc.lib.actor import Actor
from omc.lib.errors import DomainError, IllegalTransition, InvalidInput, NotFound, PermissionRefused
from orders.core.models import CustomerFacts, Duty, Event, Order, OrderLine, SearchEntry
from returns.claims import services
from returns.claims.models import Return
from returns.claims.services import ReturnInput, ReturnRefused
from tests.factories import make_actor, make_company
from tests.returns.factories import D, Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return Shop()


def ask(shop: Shop, order: Order, *quantities: object, reason: str = "damaged", actor: Actor | None = None) -> Return:
    lines = zip(order.lines.order_by("position"), quantities, strict=False)
    wanted = [
        ReturnInput(order_line_id=line.pk, quantity=D(quantity), reason=reason) for line, quantity in lines if quantity
    ]
    made: Return = services.request_return(order_id=order.pk, lines=wanted, actor=actor or shop.desk)
    return made


def to_authorized(shop: Shop, order: Order, *quantities: object) -> Return:
    document = ask(shop, order, *quantities)
    authorized: Return = services.authorize_return(return_id=document.pk, actor=shop.desk)
    return authorized


def to_received(shop: Shop, order: Order, *quantities: object) -> Return:
    document = to_authorized(shop, order, *quantities)
    came = {line.pk: line.quantity for line in document.lines.all()}
    received: Return = services.receive_return(return_id=document.pk, received=came, actor=shop.dock)
    return received


def inspect(shop: Shop, document: Return, *outcome: tuple[object, str]) -> Return:
    lines = document.lines.order_by("position")
    found = {line.pk: (D(accepted), word) for line, (accepted, word) in zip(lines, outcome, strict=False)}
    inspected: Return = services.inspect_return(return_id=document.pk, outcome=found, actor=shop.dock)
    return inspected


def ledger(order: Order, position: int = 1) -> dict[str, Any]:
    line: OrderLine = order.lines.get(position=position)
    return {"returned": line.returned, "credited": line.credited}


def written() -> tuple[int, ...]:
    """What a refusal must leave as it was."""
    return (Event.objects.count(), Return.objects.count(), Invoice.objects.count(), Duty.objects.count())


def test_a_return_goes_from_the_request_to_a_credit_note_and_the_order_closes_again(shop: Shop) -> None:
    order = shop.delivered()
    document = ask(shop, order, 4, 1)
    order.refresh_from_db()
    assert (order.state, order.closed_at) == ("delivered", None)
    assert (document.number, document.state, document.net_amount) == ("RMA-000001", "requested", D("53.00"))

    services.authorize_return(return_id=document.pk, actor=shop.desk)
    first, second = document.lines.order_by("position")
    services.receive_return(return_id=document.pk, received={first.pk: D(4), second.pk: D(1)}, actor=shop.dock)
    assert (shop.stock(shop.bolt), shop.stock(shop.nut)) == ((4, 4), (1, 1))

    inspect(shop, document, (3, "restock"), (1, "scrap"))
    assert (shop.stock(shop.bolt), shop.stock(shop.nut)) == ((3, 0), (0, 0))
    assert ledger(order) == {"returned": 3, "credited": 0}

    settled = services.settle_return(return_id=document.pk, actor=shop.finance)
    note = settled.credit_note
    assert (note.kind, note.net_amount, settled.net_amount) == ("credit_note", D("40.50"), D("40.50"))
    assert (ledger(order, 1), ledger(order, 2)) == ({"returned": 3, "credited": 3}, {"returned": 1, "credited": 1})

    services.close_return(return_id=document.pk, actor=shop.finance)
    order.refresh_from_db()
    assert (order.state, order.claims) == ("closed", "done")
    assert not Duty.objects.filter(stage=9, closed_at=None).exists()
    types = Event.objects.filter(subject_type="return").order_by("id").values_list("type", flat=True)
    assert list(types) == [
        "return_requested", "return_authorized", "return_received",
        "return_inspected", "return_settled", "return_closed",
    ]  # fmt: skip
    assert [event.type for event in Event.objects.filter(subject_type="order").order_by("id")][-2:] == [
        "order_reopened",
        "order_closed",
    ]


def test_a_request_opens_a_duty_says_what_is_open_and_is_found(shop: Shop) -> None:
    order = shop.delivered()

    document = ask(shop, order, 2)

    duty = Duty.objects.get(stage=9, closed_at=None)
    assert (duty.name, duty.subject_type, duty.subject_id, duty.order_id) == (
        "Handle return", "return", document.pk, order.pk,
    )  # fmt: skip
    assert CustomerFacts.objects.get(customer=shop.customer).open_claims == 1
    assert SearchEntry.objects.get(kind="return").url == f"/claims/{document.pk}/"
    assert document.lines.get().caused_by_stage == 7


@pytest.mark.parametrize(("end", "state"), [("reject_return", "rejected"), ("cancel_return", "cancelled")])
def test_a_return_that_is_refused_or_given_up_lets_the_order_close(shop: Shop, end: str, state: str) -> None:
    order = shop.delivered()
    document = ask(shop, order, 2)

    ended = getattr(services, end)(return_id=document.pk, reason="bought elsewhere", actor=shop.desk)

    order.refresh_from_db()
    assert (ended.state, order.state) == (state, "closed")
    assert not Duty.objects.filter(stage=9, closed_at=None).exists()
    assert CustomerFacts.objects.get(customer=shop.customer).open_claims == 0
    ask(shop, order, 10)  # all of it may be asked back once more


def test_several_returns_may_claim_what_was_shipped_and_no_more(shop: Shop) -> None:
    order = shop.delivered()
    ask(shop, order, 6)
    before = written()

    with pytest.raises(ReturnRefused) as no:
        ask(shop, order, 5)

    assert no.value.data | {"field": no.value.field} == {
        "position": 1, "sku": "BOLT", "wanted": "5", "returnable": "4",
        "field": f"quantity_{order.lines.get(position=1).pk}",
    }  # fmt: skip
    assert written() == before
    ask(shop, order, 4)


def test_a_return_may_arrive_in_parcels(shop: Shop) -> None:
    order = shop.delivered()
    document = to_authorized(shop, order, 5)
    line = document.lines.get()

    services.receive_return(return_id=document.pk, received={line.pk: D(2)}, actor=shop.dock)
    services.receive_return(return_id=document.pk, received={line.pk: D(3)}, actor=shop.dock)

    assert (ledger(order)["returned"], shop.stock(shop.bolt)) == (5, (5, 5))
    missing = Event.objects.filter(type="return_received").order_by("id").values_list("data__missing_units", flat=True)
    assert list(missing) == ["3", "0"]


def test_more_than_was_authorized_does_not_come_in(shop: Shop) -> None:
    order = shop.delivered()
    document = to_authorized(shop, order, 5)
    before = written()

    with pytest.raises(ReturnRefused, match="5 still to come, not 6"):
        services.receive_return(return_id=document.pk, received={document.lines.get().pk: D(6)}, actor=shop.dock)

    assert (written(), ledger(order)["returned"], shop.stock(shop.bolt)) == (before, 0, (0, 0))


def test_what_is_not_accepted_goes_back_to_the_customer_and_may_be_asked_back_again(shop: Shop) -> None:
    order = shop.delivered()
    document = to_received(shop, order, 5)

    inspect(shop, document, (0, "send_back"))
    settled = services.settle_return(return_id=document.pk, actor=shop.finance)

    assert (shop.stock(shop.bolt), ledger(order)) == ((0, 0), {"returned": 0, "credited": 0})
    assert (settled.credit_note, settled.net_amount) == (None, 0)
    ask(shop, order, 10)


def test_what_the_customer_keeps_is_credited_without_coming_back(shop: Shop) -> None:
    order = shop.delivered()
    document = to_authorized(shop, order, 2)

    inspect(shop, document, (2, "keep"))
    settled = services.settle_return(return_id=document.pk, actor=shop.finance)

    assert (settled.net_amount, ledger(order)) == (D("25.00"), {"returned": 0, "credited": 2})
    with pytest.raises(ReturnRefused, match="only 8 can still come back"):
        ask(shop, order, 9)


def test_nothing_is_inspected_before_it_came(shop: Shop) -> None:
    document = to_authorized(shop, shop.delivered(), 2)
    before = written()

    with pytest.raises(ReturnRefused, match="nothing of it came back"):
        inspect(shop, document, (2, "restock"))

    assert written() == before


def test_every_line_that_came_must_be_decided(shop: Shop) -> None:
    document = to_received(shop, shop.delivered(), 2, 1)
    before = written()

    with pytest.raises(ReturnRefused, match="Line 2: say what becomes of it"):
        inspect(shop, document, (2, "restock"))

    assert written() == before


def test_what_was_not_invoiced_is_not_credited(shop: Shop) -> None:
    order = shop.delivered(invoiced=False)
    document = to_received(shop, order, 2)
    inspect(shop, document, (2, "restock"))
    before = written()

    with pytest.raises(CreditRefused, match="2 more would be credited"):
        services.settle_return(return_id=document.pk, actor=shop.finance)

    assert (written(), ledger(order)["credited"]) == (before, 0)


def test_a_return_is_settled_once(shop: Shop) -> None:
    document = to_received(shop, shop.delivered(), 2)
    inspect(shop, document, (2, "restock"))
    services.settle_return(return_id=document.pk, actor=shop.finance)
    before = written()

    with pytest.raises(IllegalTransition):
        services.settle_return(return_id=document.pk, actor=shop.finance)

    assert written() == before


BAD_REQUESTS: list[tuple[Callable[[Order], list[ReturnInput]], type[DomainError], str]] = [
    (lambda order: [], InvalidInput, "what is to come back"),
    (lambda order: [line(order, 0)], InvalidInput, "more than 0"),
    (lambda order: [line(order, 1, "unknown")], InvalidInput, "why"),
    (lambda order: [line(order, 1), line(order, 1)], InvalidInput, "twice"),
    (lambda order: [ReturnInput(order_line_id=0, quantity=D(1), reason="late")], NotFound, "no line 0"),
]


def line(order: Order, quantity: int, reason: str = "late") -> ReturnInput:
    return ReturnInput(order_line_id=order.lines.get(position=1).pk, quantity=D(quantity), reason=reason)


@pytest.mark.parametrize(("lines", "refusal", "why"), BAD_REQUESTS)
def test_a_request_that_makes_no_sense_is_refused(
    shop: Shop, lines: Callable[[Order], list[ReturnInput]], refusal: type[DomainError], why: str
) -> None:
    order = shop.delivered()
    before = written()

    with pytest.raises(refusal, match=why):
        services.request_return(order_id=order.pk, lines=lines(order), actor=shop.desk)

    order.refresh_from_db()
    assert (written(), order.state) == (before, "closed")


def test_each_step_has_its_own_permission(shop: Shop) -> None:
    order = shop.delivered()
    document = ask(shop, order, 2)
    nobody = make_actor(shop.company, "exec")
    before = written()
    attempts: list[Callable[[], Any]] = [
        lambda: ask(shop, order, 1, actor=nobody),
        lambda: services.authorize_return(return_id=document.pk, actor=nobody),
        lambda: services.reject_return(return_id=document.pk, reason="x", actor=nobody),
        lambda: services.cancel_return(return_id=document.pk, reason="x", actor=nobody),
        lambda: services.receive_return(return_id=document.pk, received={}, actor=nobody),
        lambda: services.inspect_return(return_id=document.pk, outcome={}, actor=nobody),
        lambda: services.settle_return(return_id=document.pk, actor=nobody),
        lambda: services.close_return(return_id=document.pk, actor=nobody),
    ]

    for attempt in attempts:
        with pytest.raises(PermissionRefused):
            attempt()

    assert written() == before


def test_another_companys_return_is_not_there(shop: Shop) -> None:
    document = ask(shop, shop.delivered(), 2)
    stranger = make_actor(make_company(), "admin")
    before = written()

    with pytest.raises(NotFound):
        services.authorize_return(return_id=document.pk, actor=stranger)

    assert written() == before


def test_a_request_takes_as_many_statements_for_twenty_lines_as_for_two(shop: Shop) -> None:
    small = shop.delivered()
    large = shop.delivered(*[(shop.bolt, 5, "1.00") for _ in range(20)])
    counts = []
    for order, quantities in ((small, [1, 1]), (large, [1] * 20)):
        with CaptureQueriesContext(connection) as found:
            ask(shop, order, *quantities)
        counts.append(len(found))

    assert counts[0] == counts[1] <= 30

"""A customer does not want to pay: raised once, coded to the stage that caused it, decided with or without a credit."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.disputes.selectors import disputed_amount, predicted_reason, stuck_by_stage
from billing.disputes.services import DisputeRefused, decide_dispute, raise_dispute, route_dispute
from billing.models import Dispute, Invoice, InvoiceLine
from billing.services import CreditRefused, credit_amount, credit_lines, invoice_shipment, lock_customer, record_payment
from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import IllegalTransition, InvalidInput, NotFound, PermissionRefused
from orders.core import lifecycle
from orders.core.models import Company, Duty, Event, OrderLine
from tests.billing.factories import shipped_order
from tests.billing.test_payments import books_hold
from tests.factories import make_actor, make_company, make_user

D = Decimal
pytestmark = pytest.mark.django_db


class Case:
    """An invoice over 10 pieces at 10.00 and 5 at 20.00 with 20 % tax: 240.00, of which each line bears 120.00."""

    def __init__(self, company: Company | None = None) -> None:
        self.company: Company = company or make_company()
        self.actor: Actor = make_actor(self.company, "billing")
        self.order, (shipment,) = shipped_order(
            self.company, items=[(10, "10.00"), (5, "20.00")], ship=[(10, 5)], tax_rate="20"
        )
        self.invoice: Invoice = invoice_shipment(shipment_id=shipment.pk, actor=self.actor)
        self.first, self.second = self.invoice.lines.order_by("position")

    def raised(self, reason: str = "price", **said: Any) -> Dispute:
        dispute: Dispute = raise_dispute(
            **{"invoice_id": self.invoice.pk, "reason": reason, "actor": self.actor} | said
        )
        return dispute

    def decided(self, dispute: Dispute, outcome: str, **said: Any) -> Dispute:
        values = {"decision": "agreed by telephone", "actor": self.actor} | said
        found: Dispute = decide_dispute(dispute_id=dispute.pk, outcome=outcome, **values)
        return found

    def open_amount(self) -> Decimal:
        return Invoice.objects.get(pk=self.invoice.pk).open_amount


def test_a_dispute_is_due_owned_by_a_queue_and_coded_to_the_stage_its_reason_points_to() -> None:
    case = Case()
    dispute = case.raised("damaged", line_id=case.first.pk, words="two are bent")
    assert (dispute.amount, dispute.stage, dispute.state) == (D("120.00"), 7, "open")
    duty = Duty.objects.get(subject_type="dispute", closed_at=None)
    assert (duty.name, duty.stage, duty.value_base) == ("Decide dispute", 8, D("120.00"))
    told = Event.objects.get(type="dispute_opened")
    assert (told.order_id, told.data["caused_by"], told.to_state) == (case.order.pk, 7, "open")
    assert "bent" not in str(told.data)
    case.invoice.customer.facts.refresh_from_db()
    assert case.invoice.customer.facts.open_disputes == 1


@pytest.mark.parametrize(
    ("reason", "stage"),
    [("price", 3), ("freight", 3), ("tax", 3), ("not_ordered", 4), ("po_missing", 4), ("quantity_short", 7),
     ("duplicate", 8), ("terms", 8)],
)  # fmt: skip
def test_each_reason_points_to_a_stage(reason: str, stage: int) -> None:
    assert Case().raised(reason).stage == stage


def test_a_typed_price_was_made_at_entry() -> None:
    case = Case()
    InvoiceLine.objects.filter(pk=case.first.pk).update(price_steps=[{"step": "base"}, {"step": "manual"}])
    assert case.raised("price", line_id=case.first.pk).stage == 4


def test_no_more_is_disputed_than_is_open_and_not_disputed_yet() -> None:
    case = Case()
    case.raised("damaged", line_id=case.first.pk, amount=D("100.00"))
    assert case.raised("price", line_id=case.second.pk).amount == D("120.00")
    with pytest.raises(DisputeRefused):
        case.raised("tax", amount=D("20.01"))
    assert case.raised("tax").amount == D("20.00")
    assert disputed_amount(case.invoice.pk) == D("240.00")
    with pytest.raises(DisputeRefused):
        case.raised("terms")
    assert Dispute.objects.count() == 3


def test_said_again_it_is_the_same_dispute_and_another_one_on_the_line_is_refused() -> None:
    case = Case()
    first = case.raised("price", line_id=case.first.pk, words="too dear")
    assert case.raised("price", line_id=case.first.pk, words="too dear").pk == first.pk
    with pytest.raises(DisputeRefused):
        case.raised("damaged", line_id=case.first.pk)
    assert (Dispute.objects.count(), Event.objects.filter(type="dispute_opened").count()) == (1, 1)


@pytest.mark.parametrize(
    "said", [{"reason": "mood"}, {"amount": D("0")}, {"amount": D("1.001")}, {"stage": 11}, {"words": "x" * 2001}]
)
def test_nonsense_is_refused_and_nothing_is_written(said: dict[str, Any]) -> None:
    case = Case()
    with pytest.raises(InvalidInput):
        case.raised(**said)
    assert not Dispute.objects.exists()


def test_only_those_who_may_and_only_in_their_company() -> None:
    case = Case()
    with pytest.raises(PermissionRefused):
        case.raised(actor=make_actor(case.company, "warehouse"))
    with pytest.raises(NotFound):
        case.raised(actor=make_actor(make_company(), "billing"))
    dispute = case.raised(actor=make_actor(case.company, "csr"))
    with pytest.raises(PermissionRefused):
        case.decided(dispute, "upheld", actor=make_actor(case.company, "csr"))
    with pytest.raises(NotFound):
        case.decided(dispute, "upheld", actor=make_actor(make_company(), "billing"))


def test_credited_it_is_a_credit_note_with_the_lines_tax_and_no_goods() -> None:
    case = Case()
    dispute = case.decided(case.raised("price", line_id=case.first.pk, amount=D("60.00")), "credited")
    note = dispute.credit_note
    assert note is not None
    (row,) = note.lines.all()
    assert (dispute.state, dispute.credited_amount) == ("credited", D("60.00"))
    assert (row.net_amount, row.tax_amount, row.tax_rate, row.corrects_id) == (
        D("50.00"), D("10.00"), D("20"), case.first.pk,
    )  # fmt: skip
    assert (note.state, note.number is not None, case.open_amount()) == ("paid", True, D("180.00"))
    assert OrderLine.objects.get(pk=case.first.order_line_id).credited == 0
    assert not Duty.objects.filter(subject_type="dispute", closed_at=None).exists()
    books = books_hold(case.company)
    assert (books["receivable"], books["revenue"], books["tax"]) == (D("180.00"), D("-150.00"), D("-30.00"))
    case.invoice.customer.facts.refresh_from_db()
    assert case.invoice.customer.facts.open_disputes == 0


def test_goods_that_are_missing_are_credited_by_quantity_on_the_disputed_invoice() -> None:
    case = Case()
    dispute = case.decided(case.raised("quantity_short", line_id=case.first.pk), "credited", quantity=D("4"))
    assert (dispute.state, dispute.credited_amount, case.open_amount()) == ("partly", D("48.00"), D("192.00"))
    assert OrderLine.objects.get(pk=case.first.order_line_id).credited == 4
    books_hold(case.company)


def test_a_return_after_a_lower_price_credits_no_more_than_was_left() -> None:
    case = Case()
    case.decided(case.raised("price", line_id=case.first.pk, amount=D("60.00")), "credited")
    with pytest.raises(CreditRefused):
        credit_amount(
            invoice=Invoice.objects.get(pk=case.invoice.pk), amount=D("60.01"), reason="again", actor=case.actor,
            lines=[case.first],
        )  # fmt: skip
    lock_customer(case.invoice.customer_id, case.actor)
    order = lifecycle.lock(case.order.pk, case.actor)
    notes = [
        credit_lines(order=order, quantities=[(case.first.order_line_id or 0, D(n))], reason="back", actor=case.actor)
        for n in (3, 7)
    ]
    assert [note.total_amount for note in notes] == [D("18.00"), D("42.00")]
    assert case.open_amount() == D("120.00")
    books_hold(case.company)


def test_upheld_the_invoice_stands_and_it_may_be_disputed_anew() -> None:
    case = Case()
    dispute = case.decided(case.raised(), "upheld")
    assert (dispute.state, dispute.credit_note_id, dispute.credited_amount, case.open_amount()) == (
        "upheld", None, D("0"), D("240.00"),
    )  # fmt: skip
    with pytest.raises(IllegalTransition):
        case.decided(dispute, "credited")
    assert case.raised().pk != dispute.pk


def test_more_than_is_disputed_is_never_credited() -> None:
    case = Case()
    dispute = case.raised("price", line_id=case.first.pk, amount=D("10.00"))
    with pytest.raises(DisputeRefused):
        case.decided(dispute, "credited", amount=D("10.01"))
    with pytest.raises(DisputeRefused):
        case.decided(dispute, "credited", quantity=D("5"))
    with pytest.raises(InvalidInput):
        case.decided(dispute, "partly")
    with pytest.raises(InvalidInput):
        case.decided(dispute, "upheld", decision=" ")
    assert Invoice.objects.filter(kind="credit_note").count() == 0
    assert OrderLine.objects.get(pk=case.first.order_line_id).credited == 0


def test_who_looks_may_say_that_another_stage_caused_it() -> None:
    case = Case()
    dispute, clerk = case.raised("price"), make_user(case.company, "billing")
    routed = route_dispute(dispute_id=dispute.pk, stage=4, owner_id=clerk.pk, actor=case.actor)
    assert (routed.stage, routed.owner_id) == (4, clerk.pk)
    assert Duty.objects.get(subject_type="dispute").owner_id == clerk.pk
    route_dispute(dispute_id=dispute.pk, stage=4, owner_id=clerk.pk, actor=case.actor)
    assert Event.objects.filter(type="dispute_routed").count() == 1
    with pytest.raises(InvalidInput):
        route_dispute(dispute_id=dispute.pk, owner_id=make_user(make_company(), "billing").pk, actor=case.actor)


def test_the_most_frequent_reason_of_a_year_is_predicted() -> None:
    case = Case()
    assert predicted_reason(case.invoice.customer_id) is None
    with clock.stopped_at(clock.now() - timedelta(days=400)):
        for _ in range(3):
            case.decided(case.raised("tax", amount=D("1.00")), "upheld")
    for reason in ("damaged", "price", "damaged"):
        case.decided(case.raised(reason, amount=D("1.00")), "upheld")
    found = predicted_reason(case.invoice.customer_id)
    assert found is not None
    assert (found.reason, found.disputes, found.of) == ("damaged", 2, 3)


def test_stuck_money_is_the_sum_of_the_rows_behind_it(client: Client) -> None:
    case = Case()
    case.raised("price", line_id=case.first.pk, amount=D("60.00"))
    case.decided(case.raised("damaged", line_id=case.second.pk), "partly", amount=D("30.00"))
    Case()  # another company's
    rows = {row.number: row for row in stuck_by_stage(case.actor)}
    assert (rows[3].open_disputes, rows[3].open_base, rows[3].credited_base) == (1, D("60.00"), D("0"))
    assert (rows[7].open_disputes, rows[7].raised, rows[7].credited_base) == (0, 1, D("30.00"))
    client.force_login(make_user(case.company, "billing"))
    page = client.get(reverse("billing:stuck")).content.decode()
    assert "60.00" in page
    listed = client.get(reverse("billing:disputes"), {"state": "open", "stage": 3}).content.decode()
    assert listed.count(f"/billing/disputes/{Dispute.objects.get(stage=3).pk}/") == 1
    assert f"/billing/disputes/{Dispute.objects.get(stage=7).pk}/" not in listed


def test_the_screens_raise_route_and_decide(client: Client) -> None:
    case = Case()
    client.force_login(make_user(case.company, "billing"))
    door = reverse("billing:raise_dispute", args=[case.invoice.pk])
    assert client.post(door, {"reason": ""}).status_code == 422
    refused = client.post(door, {"reason": "price", "amount": "999"})
    assert (refused.status_code, "At most 240.00" in refused.content.decode()) == (422, True)
    raised = client.post(door, {"reason": "price", "line_id": case.first.pk, "words": "agreed on 9.50"})
    dispute = Dispute.objects.get()
    page = reverse("billing:dispute", args=[dispute.pk])
    assert raised.headers["Location"] == page
    shown = client.get(page).content.decode()
    assert "agreed on 9.50" in shown
    assert "3 " in shown
    invoice_page = client.get(reverse("billing:invoice", args=[case.invoice.pk])).content.decode()
    assert "disputed" in invoice_page
    assert "disputed" in client.get(reverse("billing:invoices")).content.decode()
    route, decide = (reverse(f"billing:{name}_dispute", args=[dispute.pk]) for name in ("route", "decide"))
    assert client.post(route, {"stage": "4", "owner_id": ""}).status_code == 302
    assert client.post(decide, {"outcome": "partly", "decision": "half"}).status_code == 422
    assert client.post(decide, {"outcome": "partly", "amount": "5", "decision": "half"}).status_code == 302
    dispute.refresh_from_db()
    assert (dispute.stage, dispute.state, dispute.credited_amount) == (4, "partly", D("5.00"))
    client.force_login(make_user(case.company, "warehouse"))
    assert client.get(page).status_code == 403


def test_rest_raises_and_decides_and_lists_with_as_many_queries_for_many(client: Client) -> None:
    case = Case()
    client.force_login(make_user(case.company, "billing"))
    body = {"invoice_id": case.invoice.pk, "reason": "damaged", "line_id": case.first.pk}
    headers = {"Idempotency-Key": "d-1"}
    first, again = (client.post("/api/v1/billing/disputes/", body, "application/json", headers=headers) for _ in "ab")
    assert (first.status_code, first.json()["stage"]) == (201, 7)
    assert first.json()["id"] == again.json()["id"]
    listed = client.get("/api/v1/billing/disputes/?state=open").json()
    assert [row["id"] for row in listed["results"]] == [first.json()["id"]]
    door = f"/api/v1/billing/disputes/{first.json()['id']}/"
    routed = client.post(f"{door}route/", {"stage": 6}, "application/json")
    assert routed.json()["stage"] == 6
    decided = client.post(f"{door}decide/", {"outcome": "upheld", "decision": "signed for"}, "application/json")
    assert (decided.json()["state"], client.get(door).json()["decision"]) == ("upheld", "signed for")
    assert client.get("/api/v1/billing/disputes/stuck/").json()[5]["raised"] == 1

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("billing:disputes"))
        return len(queries)

    asked()
    few = asked()
    for line in (case.first, case.second):
        case.raised("price", line_id=line.pk, amount=D("1.00"))
    assert asked() == few


def _at_once(*deeds: Any) -> list[str]:
    start, outcome = Barrier(len(deeds)), []

    def run(deed: Any) -> None:
        start.wait()
        try:
            deed()
            outcome.append("done")
        except (DisputeRefused, IllegalTransition) as refusal:
            outcome.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcome)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_dispute_at_once_never_dispute_more_than_is_open() -> None:
    case = Case()
    assert _at_once(
        lambda: case.raised("price", amount=D("200.00")),
        lambda: case.raised("damaged", line_id=case.first.pk),
    ) in (["dispute_refused", "done"], ["done", "done"])
    assert disputed_amount(case.invoice.pk) <= D("240.00")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_pressed_twice_there_is_one_dispute() -> None:
    case = Case()
    assert _at_once(case.raised, case.raised) == ["done", "done"]
    assert Dispute.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_credit_once() -> None:
    case = Case()
    dispute = case.raised()
    deed = lambda: case.decided(dispute, "credited")  # noqa: E731
    assert _at_once(deed, deed) == ["done", "illegal_transition"]
    assert Invoice.objects.filter(kind="credit_note").count() == 1
    assert case.open_amount() == 0
    books_hold(case.company)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_payment_and_a_dispute_at_once_never_dispute_what_is_paid() -> None:
    case = Case()
    today = clock.now().date()
    pay = lambda: record_payment(  # noqa: E731
        customer_id=case.invoice.customer_id, amount=D("200.00"), received_on=today, actor=case.actor
    )
    _at_once(pay, case.raised)
    assert Dispute.objects.get().amount in (D("40.00"), D("240.00"))
    books_hold(case.company)

"""A customer's word to pay: one waits per invoice, money in time keeps it, the day without money breaks it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from billing.models import PaymentPromise
from billing.promises.selectors import word_of
from billing.promises.services import PromiseRefused, promise_payment, review_promises
from billing.services import record_payment
from omc.lib import clock
from omc.lib.actor import system
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from orders.core import outbox
from orders.core.models import Duty, Event
from tests.billing.disputes.test_disputes import Case, D
from tests.factories import make_actor, make_company, make_user

pytestmark = pytest.mark.django_db


class Word(Case):
    def today(self) -> date:
        return clock.today(self.company.time_zone)

    def promised(self, days: int = 7, **said: Any) -> PaymentPromise:
        values = {
            "invoice_id": self.invoice.pk,
            "promised_on": self.today() + timedelta(days=days),
            "actor": self.actor,
        }
        given: PaymentPromise = promise_payment(**values | said)
        return given

    def pays(self, amount: str) -> None:
        record_payment(
            customer_id=self.invoice.customer_id, amount=D(amount), received_on=self.today(), actor=self.actor
        )
        outbox.drain_all(company_id=self.company.pk)

    def reviewed(self) -> int:
        return review_promises(actor=system("promises to pay", self.company.pk))


def states() -> list[str]:
    return list(PaymentPromise.objects.order_by("id").values_list("state", flat=True))


def test_money_in_time_keeps_it() -> None:
    case = Word()
    promise = case.promised(amount=D("100.00"))
    assert Duty.objects.get(subject_type="paymentpromise").due_at is not None
    case.pays("99.99")
    assert states() == ["open"]
    case.pays("0.01")
    assert states() == ["kept"]
    assert not Duty.objects.filter(subject_type="paymentpromise", closed_at=None).exists()
    assert word_of(promise.customer_id).percent == 100


def test_the_day_without_money_breaks_it_but_not_before_it_is_over() -> None:
    case = Word()
    promise = case.promised(days=2)
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        assert case.reviewed() == 0
    with clock.stopped_at(clock.now() + timedelta(days=3)):
        assert case.reviewed() == 1
        assert case.reviewed() == 0
    assert states() == ["broken"]
    assert (word_of(promise.customer_id).kept, word_of(promise.customer_id).broken) == (0, 1)


def test_money_after_the_day_does_not_keep_it() -> None:
    case = Word()
    case.promised(days=1)
    with clock.stopped_at(clock.now() + timedelta(days=4)):
        case.pays("240.00")
    assert states() == ["broken"]


def test_a_later_word_replaces_the_earlier_one_and_the_same_again_is_the_same() -> None:
    case = Word()
    first = case.promised(days=5)
    assert case.promised(days=5).pk == first.pk
    case.promised(days=8)
    assert states() == ["superseded", "open"]
    assert Event.objects.filter(type="payment_promised").count() == 2
    assert word_of(first.customer_id).percent is None


@pytest.mark.parametrize("said", [{"days": -1}, {"days": 91}, {"amount": D("0")}, {"amount": D("240.01")}])
def test_nonsense_is_refused_and_nothing_is_written(said: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        Word().promised(**said)
    assert not PaymentPromise.objects.exists()


def test_what_is_paid_needs_no_promise_and_not_everybody_takes_one() -> None:
    case = Word()
    with pytest.raises(PermissionRefused):
        case.promised(actor=make_actor(case.company, "warehouse"))
    with pytest.raises(NotFound):
        case.promised(actor=make_actor(make_company(), "billing"))
    case.pays("240.00")
    with pytest.raises(PromiseRefused):
        case.promised()


def test_the_screens_and_rest_write_it_down(client: Client) -> None:
    case = Word()
    client.force_login(make_user(case.company, "csr"))
    door, day = reverse("billing:promise", args=[case.invoice.pk]), case.today() + timedelta(days=3)
    assert client.post(door, {"promised_on": "2020-01-01"}).status_code == 422
    assert client.post(door, {"promised_on": day.isoformat(), "name": "Pat"}).status_code == 302
    assert "Pat" in client.get(reverse("billing:invoice", args=[case.invoice.pk])).content.decode()
    listed = client.get(reverse("billing:promises")).content.decode()
    assert str(case.invoice.number) in listed
    assert client.get(reverse("billing:promised", args=[PaymentPromise.objects.get().pk])).status_code == 302
    body = {"invoice_id": case.invoice.pk, "promised_on": day.isoformat(), "amount": "10.00"}
    given = client.post("/api/v1/billing/promises/", body, "application/json")
    assert (given.status_code, given.json()["amount"]) == (201, "10.00")
    rows = client.get("/api/v1/billing/promises/?state=open").json()["results"]
    assert [row["id"] for row in rows] == [given.json()["id"]]

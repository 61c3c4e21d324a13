"""The credit that was there at confirm is looked at again before goods go."""

from decimal import Decimal

import pytest

from omc.lib import clock
from orders.core.models import CustomerFacts, Event, Hold, PaymentTerms
from orders.core.selectors.holds import HoldBlocks
from orders.core.services.holds import resolve_hold
from orders.scheduling.services import release_due, release_shipment
from tests.factories import CustomerFactory, make_actor
from tests.orders.scheduling.factories import Dock
from tests.orders.scheduling.test_races import NOW, at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def dock():
    with clock.stopped_at(NOW):
        yield Dock(BOLT=100)


def customer_with(dock, limit, owes=0, **facts):
    customer = CustomerFactory(company=dock.company, credit_limit=None if limit is None else Decimal(limit))
    CustomerFacts.objects.create(customer=customer, open_receivable_base=Decimal(owes), **facts)
    return customer


def late(dock, days=31, limit=None):
    """A customer whose oldest unpaid invoice is so many days overdue; 30 are overlooked."""
    return customer_with(dock, limit, owes=50, overdue_days=days, overdue_base=Decimal(50))


def planned(dock, customer, units, **fields):
    """One shipment of so many bolts at 10.00."""
    return dock.planned([("BOLT", units)], customer=customer, **fields)[0]


def holds(*plans, code="credit_limit"):
    return Hold.objects.filter(order__in=[plan.order_id for plan in plans], hold_type__code=code)


@pytest.mark.parametrize(
    ("limit", "owes", "goes"), [(100, 0, True), (100, "0.01", False), (0, 0, False), (None, 9999, True)]
)
def test_what_the_customer_owes_by_now_counts(dock, limit, owes, goes):
    plan = planned(dock, customer_with(dock, limit, owes), 10)
    if goes:
        release_shipment(planned_id=plan.pk, actor=dock.ops)
    else:
        with pytest.raises(HoldBlocks, match="Credit limit"):
            release_shipment(planned_id=plan.pk, actor=dock.ops)
    plan.refresh_from_db()
    assert (plan.state, holds(plan).count()) == (("released", 0) if goes else ("planned", 1))


def test_the_hold_stands_until_credit_lifts_it_and_is_not_doubled(dock):
    plan = planned(dock, customer_with(dock, 50), 10)
    for _again in range(2):
        with pytest.raises(HoldBlocks, match="Credit limit"):
            release_shipment(planned_id=plan.pk, actor=dock.ops)
    hold = holds(plan).get()
    assert "200 % of the customer's credit limit" in hold.reason
    assert Event.objects.filter(type="hold_placed", order_id=plan.order_id).count() == 1

    resolve_hold(hold_id=hold.pk, resolution="Known for years", actor=make_actor(dock.company, "credit"))
    release_shipment(planned_id=plan.pk, actor=dock.ops)
    plan.refresh_from_db()
    assert plan.state == "released"


def test_what_goes_together_counts_for_what_comes_after_and_what_waits_does_not(dock):
    customer = customer_with(dock, 150)
    first, second, waits = (planned(dock, customer, 10) for _ in range(3))
    other = planned(dock, customer_with(dock, 100), 10)

    found = release_due(actor=dock.ops, planned_ids=[first.pk, second.pk, other.pk])

    assert [item.refusal is None for item in found] == [True, False, True]
    assert [holds(plan).count() for plan in (first, second, other, waits)] == [0, 1, 0, 0]


def test_paid_in_advance_needs_no_credit(dock):
    terms = PaymentTerms.objects.create(company=dock.company, code="PRE", name="Prepaid", prepaid=True)
    plan = planned(dock, customer_with(dock, 0, owes=500), 10, terms=terms)
    release_shipment(planned_id=plan.pk, actor=dock.ops)
    assert not holds(plan).exists()


@pytest.mark.slow
def test_the_queries_do_not_grow_with_the_orders(dock, django_assert_max_num_queries):
    plans = [planned(dock, customer_with(dock, 1000), 1) for _ in range(6)]
    counts = []
    for some in (plans[:1], plans[1:]):
        with django_assert_max_num_queries(100) as asked:
            release_due(actor=dock.ops, planned_ids=[plan.pk for plan in some])
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("days", "goes"), [(30, True), (31, False)])
def test_who_is_overdue_by_now_gets_nothing_until_credit_says_so(dock, days, goes):
    plan, other = planned(dock, late(dock, days), 10), planned(dock, customer_with(dock, None), 10)
    found = release_due(actor=dock.ops, planned_ids=[plan.pk, other.pk])
    assert [item.refusal is None for item in found] == [goes, True]
    if goes:
        return
    hold = holds(plan, code="overdue").get()
    assert hold.reason == "Looked at again before release: the customer's oldest unpaid invoice is 31 days overdue."
    resolve_hold(hold_id=hold.pk, resolution="A transfer is on its way", actor=make_actor(dock.company, "credit"))
    release_shipment(planned_id=plan.pk, actor=dock.ops)
    assert holds(plan, code="overdue").count() == 1


def test_a_limit_that_was_approved_says_nothing_about_what_is_overdue(dock):
    plan = planned(dock, late(dock, limit=50), 10)
    with pytest.raises(HoldBlocks):
        release_shipment(planned_id=plan.pk, actor=dock.ops)
    assert [holds(plan, code=code).count() for code in ("credit_limit", "overdue")] == [1, 1]
    resolve_hold(hold_id=holds(plan).get().pk, resolution="Known", actor=make_actor(dock.company, "credit"))
    with pytest.raises(HoldBlocks, match="Overdue"):
        release_shipment(planned_id=plan.pk, actor=dock.ops)
    plan.refresh_from_db()
    assert (plan.state, holds(plan, code="overdue").count()) == ("planned", 1)


def test_overdue_does_not_stop_who_pays_in_advance(dock):
    terms = PaymentTerms.objects.create(company=dock.company, code="PRE", name="Prepaid", prepaid=True)
    release_shipment(planned_id=planned(dock, late(dock), 10, terms=terms).pk, actor=dock.ops)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_release_an_overdue_customers_order_place_one_hold():
    with clock.stopped_at(NOW):
        dock = Dock(BOLT=100)
        plan = planned(dock, late(dock), 10)
    outcome = at_once(*[lambda: release_shipment(planned_id=plan.pk, actor=dock.ops)] * 3)
    assert outcome == [HoldBlocks.code] * 3
    assert holds(plan, code="overdue").count() == 1
    assert Event.objects.filter(type="hold_placed", order_id=plan.order_id).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_releases_at_once_do_not_use_the_same_credit():
    with clock.stopped_at(NOW):
        dock = Dock(BOLT=100)
        customer = customer_with(dock, 150)
        plans = [planned(dock, customer, 10) for _ in range(2)]
    outcome = at_once(*(lambda plan=plan: release_shipment(planned_id=plan.pk, actor=dock.ops) for plan in plans))
    assert sorted(outcome) == ["done", HoldBlocks.code]
    assert holds(*plans).count() == 1

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


def customer_with(dock, limit, owes=0):
    customer = CustomerFactory(company=dock.company, credit_limit=None if limit is None else Decimal(limit))
    CustomerFacts.objects.create(customer=customer, open_receivable_base=Decimal(owes))
    return customer


def planned(dock, customer, units, **fields):
    """One shipment of so many bolts at 10.00."""
    return dock.planned([("BOLT", units)], customer=customer, **fields)[0]


def holds(*plans):
    return Hold.objects.filter(order__in=[plan.order_id for plan in plans], hold_type__code="credit_limit")


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


def test_the_queries_do_not_grow_with_the_orders(dock, django_assert_max_num_queries):
    plans = [planned(dock, customer_with(dock, 1000), 1) for _ in range(6)]
    counts = []
    for some in (plans[:1], plans[1:]):
        with django_assert_max_num_queries(100) as asked:
            release_due(actor=dock.ops, planned_ids=[plan.pk for plan in some])
        counts.append(len(asked))
    assert counts[0] == counts[1]


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

"""Which order comes first, and why."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from omc.lib import clock
from omc.lib.actor import system
from omc.lib.errors import NotFound, PermissionRefused
from orders.core import ledger, outbox
from orders.core.models import CustomerFacts, Event, Order, OrderFacts
from orders.core.services.holds import place_hold, resolve_hold
from orders.prioritization.models import Ranking, RuleSet
from orders.prioritization.selectors.queue import QUEUE_ORDER, explain, position_of, queue
from orders.prioritization.services import NotRankable, rank_backlog, rank_order
from tests.factories import CustomerFactory, OrderFactory, ProductFactory, make_actor, make_company

pytestmark = pytest.mark.django_db
UTC = ZoneInfo("UTC")
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)  # the office opens at 8 and closes at 17
DAY = timedelta(days=1)


@pytest.fixture
def company():
    with clock.stopped_at(MONDAY):
        yield make_company()


@pytest.fixture
def planner(company):
    return make_actor(company, "ops", "csr_lead")


def confirmed(company, *, letter="C", price="10.00", quantity=5, **fields):
    customer = CustomerFactory(company=company, customer_class=letter)
    product = ProductFactory(company=company)
    return OrderFactory(
        company=company, customer=customer, confirmed=True, items=[(product, quantity, price)], **fields
    )


def standing(actor):
    return [row.order_id for row in queue(actor).order_by(*QUEUE_ORDER)]


def test_a_rank_names_every_rule_that_gave_points_and_they_sum_to_the_score(company, planner):
    order = confirmed(company, letter="A", price="1200.00", requested_date=date(2026, 11, 24))
    ranking = rank_order(order_id=order.pk, actor=planner)
    assert ranking.points == Decimal(325)
    with clock.stopped_at(MONDAY + DAY * 2):
        told = explain(order.pk, planner)
    assert [(reason.sentence, reason.points) for reason in told.reasons] == [
        ("The customer is class A", Decimal(150)),
        ("Wanted 1 day after it was confirmed", Decimal(100)),
        ("The order is worth 6,000 in company currency", Decimal(75)),
        ("Waiting for 2 working days, 25 points each", Decimal("50.00")),
    ]
    assert told.score == Decimal(375) == sum(reason.points for reason in told.reasons)
    assert (told.position, told.of, told.stale_points) == (1, 1, None)
    event = Event.objects.get(type="order_ranked")
    assert (event.order_id, event.data["points"], event.rule_version) == (order.pk, "325", 1)


def test_the_first_rank_is_recorded_once_and_later_ones_are_silent(company, planner):
    order = confirmed(company)
    rank_order(order_id=order.pk, actor=planner)
    order.customer.customer_class = "A"
    order.customer.save()
    assert rank_order(order_id=order.pk, actor=planner).points == Decimal(150)
    assert Event.objects.filter(type="order_ranked").count() == 1


def test_waiting_overtakes_points_and_the_key_of_nobody_changes_for_it(company, planner):
    old = confirmed(company, letter="C", requested_date=date(2027, 1, 29))
    rank_order(order_id=old.pk, actor=planner)
    # Requested far away, so waiting has not begun: it starts five working days before Friday 29 January.
    key = Ranking.objects.get(order=old).sort_key
    assert Ranking.objects.get(order=old).waiting_since == datetime(2027, 1, 22, 8, tzinfo=UTC)
    with clock.stopped_at(datetime(2027, 1, 28, 8, tzinfo=UTC)):
        young = confirmed(company, letter="A")
        rank_order(order_id=young.pk, actor=planner)
        assert standing(planner) == [young.pk, old.pk]  # 150 against 40 and four days
        not_yet = confirmed(company, letter="A", requested_date=date(2027, 2, 15))
        rank_order(order_id=not_yet.pk, actor=planner)
        assert standing(planner) == [young.pk, old.pk, not_yet.pk]
        told = explain(not_yet.pk, planner)
        assert (told.waiting_days, told.score) == (Decimal("-7.00"), Decimal("-25.00"))
        assert told.reasons[-1].sentence == "Not wanted yet: its waiting starts in 7 working days, 25 points each"
    assert Ranking.objects.get(order=old).sort_key == key


def test_four_working_days_of_waiting_are_worth_one_hundred_points(company, planner):
    first = confirmed(company, letter="C")  # 40 points
    rank_order(order_id=first.pk, actor=planner)
    with clock.stopped_at(MONDAY + DAY * 4 - timedelta(hours=1)):  # Friday 7:00 = four working days
        second = confirmed(company, letter="A")  # 150 points: 110 more, 100 of them made good by waiting
        rank_order(order_id=second.pk, actor=planner)
        assert standing(planner) == [second.pk, first.pk]
    with clock.stopped_at(MONDAY + DAY * 7):  # five working days after the first
        third = confirmed(company, letter="A")
        rank_order(order_id=third.pk, actor=planner)
        assert standing(planner) == [second.pk, first.pk, third.pk]
        assert [position_of(Ranking.objects.get(order=order)) for order in (second, first, third)] == [1, 2, 3]


def test_equal_scores_go_by_promise_then_request_then_confirmation_then_number(company, planner):
    common = {"letter": "C", "confirmed_at": MONDAY}
    late = confirmed(company, current_promise=date(2026, 12, 9), **common)
    soon = confirmed(company, current_promise=date(2026, 12, 1), **common)
    unpromised = confirmed(company, **common)
    again = confirmed(company, **common)
    rank_backlog(actor=planner)
    assert standing(planner) == [soon.pk, late.pk, unpromised.pk, again.pk]
    assert [position_of(row) for row in queue(planner).order_by(*QUEUE_ORDER)] == [1, 2, 3, 4]


def test_a_hold_that_the_customer_causes_stops_the_clock_and_one_of_ours_does_not(company, planner):
    theirs, ours = confirmed(company), confirmed(company)
    one = place_hold(order_id=theirs.pk, code="customer_request", reason="Building closed", actor=planner)
    two = place_hold(order_id=ours.pk, code="compliance", reason="Check the end use", actor=planner)
    with clock.stopped_at(MONDAY + DAY * 3):
        resolve_hold(hold_id=one.pk, resolution="Open again", actor=planner)
        resolve_hold(hold_id=two.pk, resolution="Cleared", actor=planner)
        rank_order(order_id=theirs.pk, actor=planner)
        rank_order(order_id=ours.pk, actor=planner)
        assert explain(theirs.pk, planner).waiting_days == Decimal("0.00")
        assert explain(ours.pk, planner).waiting_days == Decimal("3.00")
        assert standing(planner) == [ours.pk, theirs.pk]


def test_two_holds_at_once_stop_the_clock_once(company, planner):
    order = confirmed(company)
    first = place_hold(order_id=order.pk, code="customer_request", reason="Moving", actor=planner)
    with clock.stopped_at(MONDAY + DAY):
        second = place_hold(order_id=order.pk, code="address_check", reason="Which gate?", actor=planner)
    with clock.stopped_at(MONDAY + DAY * 2):
        resolve_hold(hold_id=first.pk, resolution="Moved", actor=planner)
    with clock.stopped_at(MONDAY + DAY * 3):
        resolve_hold(hold_id=second.pk, resolution="Gate 4", actor=planner)
    with clock.stopped_at(MONDAY + DAY * 4):
        rank_order(order_id=order.pk, actor=planner)
        assert explain(order.pk, planner).waiting_days == Decimal("1.00")


@pytest.mark.parametrize("state", ["pending", "draft"])
def test_an_order_that_was_never_confirmed_is_not_ranked(company, planner, state):
    order = OrderFactory(company=company, state=state, items=[(ProductFactory(company=company), 1, "5.00")])
    with pytest.raises(NotRankable, match="nothing waiting to be shipped"):
        rank_order(order_id=order.pk, actor=planner)
    assert not Ranking.objects.exists()
    assert not Event.objects.filter(type="order_ranked").exists()


def test_the_rank_closes_when_nothing_is_left_to_ship(company, planner):
    order = confirmed(company, quantity=5)
    rank_order(order_id=order.pk, actor=planner)
    line = order.lines.get()
    ledger.post(order.pk, [(line.pk, column, Decimal(5)) for column in ("picked", "packed", "shipped")])
    assert rank_order(order_id=order.pk, actor=planner).is_open is False
    assert standing(planner) == []


def test_who_may_not_rank_is_refused_and_nothing_is_written(company):
    order = confirmed(company)
    with pytest.raises(PermissionRefused):
        rank_order(order_id=order.pk, actor=make_actor(company, "csr"))
    assert not Ranking.objects.exists()


def test_another_company_is_not_seen(company, planner):
    other = make_company()
    theirs = confirmed(other)
    rank_order(order_id=theirs.pk, actor=make_actor(other, "ops"))
    assert standing(planner) == []
    with pytest.raises(NotFound):
        rank_order(order_id=theirs.pk, actor=planner)
    with pytest.raises(NotFound):
        explain(theirs.pk, planner)
    rank_backlog(actor=planner)
    assert Ranking.objects.filter(company=company).count() == 0


def test_the_backlog_catches_up_on_orders_nobody_ranked(company, planner):
    known, missed = confirmed(company), confirmed(company)
    rank_order(order_id=known.pk, actor=planner)
    outcome = rank_backlog(actor=planner)
    assert (outcome.ranked, outcome.new, outcome.closed) == (2, 1, 0)
    assert list(Event.objects.filter(type="order_ranked").order_by("id").values_list("order_id", flat=True)) == [
        known.pk,
        missed.pk,
    ]


def test_without_facts_the_same_rules_give_nothing_and_with_them_they_do(company, planner):
    order = confirmed(company, letter="D", original_promise=date(2026, 12, 1), current_promise=date(2026, 12, 4))
    assert rank_order(order_id=order.pk, actor=planner).points == Decimal(60)
    CustomerFacts.objects.create(customer=order.customer, churn_band="high")
    OrderFacts.objects.create(order=order, times_displaced=2)
    assert explain(order.pk, planner).stale_points == Decimal(160)
    assert rank_order(order_id=order.pk, actor=planner).points == Decimal(160)


def test_amounts_stay_hidden_from_who_may_not_see_prices(company, planner):
    order = confirmed(company, letter="A", price="6000.00")
    rank_order(order_id=order.pk, actor=planner)
    told = explain(order.pk, make_actor(company, "production"))
    assert [reason.sentence for reason in told.reasons][:2] == [
        "The customer is class A",
        "Rules on amounts, which your role does not see in detail",
    ]
    assert sum(reason.points for reason in told.reasons) == told.score


def test_events_rank_an_order_and_rank_it_anew(company, planner):
    order = confirmed(company, letter="B")
    hold = place_hold(order_id=order.pk, code="manual", reason="Wait", actor=planner)
    outbox.drain("prioritization.rank")
    assert Ranking.objects.get(order=order).points == Decimal(90)
    order.customer.customer_class = "A"
    order.customer.save()
    resolve_hold(hold_id=hold.pk, resolution="Go on", actor=planner)
    outbox.drain("prioritization.rank")
    assert Ranking.objects.get(order=order).points == Decimal(150)
    assert Event.objects.filter(type="order_ranked").count() == 1


def test_a_held_order_that_is_not_confirmed_yet_is_left_alone(company, planner):
    order = OrderFactory(company=company, pending=True, items=[(ProductFactory(company=company), 1, "5.00")])
    place_hold(order_id=order.pk, code="manual", reason="Wait", actor=planner)
    assert outbox.drain("prioritization.rank") == 1
    assert not Ranking.objects.exists()


def test_ranking_takes_as_many_statements_for_one_order_as_for_many(company, planner, django_assert_max_num_queries):
    job = system("rank", company.pk)
    single = confirmed(company)
    with django_assert_max_num_queries(14):
        rank_order(order_id=single.pk, actor=job)
    for _ in range(20):
        confirmed(company)
    with django_assert_max_num_queries(14):
        assert rank_backlog(actor=job).new == 20


def test_ranks_that_stand_are_not_written_again_and_what_their_reasons_show_is(company, planner):
    cheap, dear = confirmed(company, price="10.00"), confirmed(company, price="1200.00")  # 6,000 of value, 75 points
    with clock.stopped_at(MONDAY):
        rank_backlog(actor=planner)

    def written():
        return dict(Ranking.objects.values_list("order_id", "computed_at"))

    with clock.stopped_at(MONDAY + DAY):
        assert rank_backlog(actor=planner).ranked == 2
        assert set(written().values()) == {MONDAY}
        Order.objects.filter(pk=dear.pk).update(net_base=Decimal("6100.00"))  # as many points, for another value
        rank_backlog(actor=planner)
        assert written() == {cheap.pk: MONDAY, dear.pk: MONDAY + DAY}
        assert "6,100" in " ".join(reason.sentence for reason in explain(dear.pk, planner).reasons)
    with clock.stopped_at(MONDAY + DAY * 2):
        Ranking.objects.filter(order=cheap).update(points=Decimal(1))  # by no verb: put right
        rank_order(order_id=cheap.pk, actor=planner)
        assert (Ranking.objects.get(order=cheap).points, written()[cheap.pk]) == (Decimal(40), MONDAY + DAY * 2)


def test_every_company_starts_with_published_rules(company):
    rule_set = RuleSet.objects.get(company=company)
    assert (rule_set.state, rule_set.number, rule_set.points_per_day) == ("published", 1, Decimal(25))
    assert list(
        Event.objects.filter(company=company, subject_type="ruleset").order_by("id").values_list("type", flat=True)
    ) == [
        "rule_set_drafted",
        "rule_set_published",
    ]


@pytest.mark.slow
def test_the_sequence_of_a_million_moments_is_that_of_the_exact_score(company, planner):
    """Any two orders stand as their scores say at any moment, though the keys were written once."""
    orders: list[Order] = []
    for step, letter in enumerate("DCBADCBA"):
        with clock.stopped_at(MONDAY + timedelta(hours=7 * step)):
            orders.append(confirmed(company, letter=letter))
            rank_order(order_id=orders[-1].pk, actor=planner)
    for days in (2, 9, 40):
        with clock.stopped_at(MONDAY + DAY * days):
            scores = {order.pk: explain(order.pk, planner).score for order in orders}
            assert [scores[pk] for pk in standing(planner)] == sorted(scores.values(), reverse=True)

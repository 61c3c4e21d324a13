"""Two at once: one first rank, no stock given twice, one version in force."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from omc.lib import clock
from omc.lib.errors import DomainError
from orders.core import ledger, lifecycle
from orders.core.models import Event
from orders.prioritization.models import Ranking, RuleSet
from orders.prioritization.services import (
    apply_allocation,
    discard_allocation,
    draft_rule_set,
    publish_rule_set,
    rank_backlog,
    rank_order,
    run_allocation,
)
from planning.models import Promise, StockLevel
from planning.services import promise_order
from tests.factories import make_actor
from tests.planning.factories import Yard

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
NOW = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("UTC"))
SOON = date(2026, 11, 24)


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Run all at the same moment; each answers "done" or its refusal's code."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        try:
            with clock.stopped_at(NOW):
                start.wait(10)
                act()
            return "done"
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def yard():
    with clock.stopped_at(NOW):
        yield Yard(BOLT=0)


def test_an_order_gets_its_first_rank_once_however_many_rank_it(yard):
    order = yard.order([("BOLT", 1)])
    acts = [lambda: rank_order(order_id=order.pk, actor=yard.planner)] * 3
    acts.append(lambda: rank_backlog(actor=yard.planner))
    assert at_once(*acts) == ["done"] * 4
    assert (Ranking.objects.count(), Event.objects.filter(type="order_ranked").count()) == (1, 1)


def test_a_proposal_is_applied_once(yard):
    yard.promise(yard.order([("BOLT", 5)], SOON))
    yard.receive("BOLT", 5)
    run = run_allocation(actor=yard.planner)
    outcome = at_once(
        *[lambda: apply_allocation(run_id=run.pk, actor=yard.planner)] * 2,
        lambda: discard_allocation(run_id=run.pk, actor=yard.planner),
    )
    assert sorted(outcome) == ["done", "illegal_transition", "illegal_transition"]
    assert Promise.objects.get().allocated == (5 if "done" in outcome[:2] else 0)


def test_two_proposals_over_the_same_stock_never_give_it_twice(yard):
    for _ in range(4):
        yard.promise(yard.order([("BOLT", 4)], SOON))
    yard.receive("BOLT", 10)
    runs = [run_allocation(actor=yard.planner).pk for _ in range(2)]
    assert at_once(*[lambda pk=pk: apply_allocation(run_id=pk, actor=yard.planner) for pk in runs]) == ["done", "done"]
    level = StockLevel.objects.get()
    assert (level.allocated, level.free) == (10, 0)
    assert sum(Promise.objects.values_list("allocated", flat=True)) == 10


@pytest.mark.parametrize("round_", range(3))
def test_applying_against_a_confirm_never_oversells(yard, round_):
    yard.promise(yard.order([("BOLT", 8)], SOON))
    yard.receive("BOLT", 10)
    run = run_allocation(actor=yard.planner)
    late = yard.order([("BOLT", 8)], SOON)

    def confirm() -> None:
        with transaction.atomic():
            locked = lifecycle.lock(late.pk, yard.planner)
            result = promise_order(locked, list(locked.lines.all()), yard.planner)
            ledger.post(locked.pk, result.moves)

    assert at_once(lambda: apply_allocation(run_id=run.pk, actor=yard.planner), confirm) == ["done", "done"]
    level = StockLevel.objects.get()
    assert level.allocated == sum(Promise.objects.values_list("allocated", flat=True))
    assert level.allocated <= level.on_hand == 10
    assert sum(Promise.objects.values_list("quantity", flat=True)) == 16


def test_two_drafts_published_at_once_leave_one_version_in_force(yard):
    author = make_actor(yard.company, "admin")
    boss = make_actor(yard.company, "admin")
    source = RuleSet.objects.get(company=yard.company)
    drafts = [draft_rule_set(source_id=source.pk, actor=author).pk for _ in range(2)]
    outcome = at_once(*[lambda pk=pk: publish_rule_set(rule_set_id=pk, actor=boss) for pk in drafts])
    assert outcome == ["done", "done"]
    assert sorted(RuleSet.objects.values_list("state", flat=True)) == ["published", "retired", "retired"]


def test_two_drafts_started_at_once_have_different_numbers(yard):
    author = make_actor(yard.company, "admin")
    source = RuleSet.objects.get(company=yard.company)
    assert at_once(*[lambda: draft_rule_set(source_id=source.pk, actor=author)] * 3) == ["done"] * 3
    assert sorted(RuleSet.objects.values_list("number", flat=True)) == [1, 2, 3, 4]

"""Give open orders their place: one order when something happens to it, or the whole backlog in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef

from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError
from omc.lib.prepared import Prepared
from omc.lib.service import verb
from orders.core import lifecycle
from orders.core.eventlog import record_many
from orders.core.models import Order
from orders.prioritization.events import OrderRanked
from orders.prioritization.models import Ranking
from orders.prioritization.selectors.books import published
from orders.prioritization.services import scoring

_RANKING = Prepared(lambda gaps: Ranking.objects.filter(order_id=gaps.order))


class NotRankable(DomainError):
    """Only confirmed orders that still have something to ship compete for stock and days."""

    code = "not_rankable"


@dataclass(frozen=True)
class Backlog:
    """What ranking the backlog did. Units: orders."""

    ranked: int
    new: int
    closed: int


@verb(events=(OrderRanked,))
def rank_order(*, order_id: int, actor: Actor) -> Ranking:
    """Give one order its place, or give it anew after something changed; close its rank when nothing is left to ship.

    Raises: NotRankable for an order that was never confirmed; NoRuleSet
    Events: order_ranked, the first time only
    """
    require(actor, "prioritization.rank_orders")
    order = lifecycle.lock(order_id, actor)
    _rank([order], actor)
    ranking = _RANKING.first(order=order.pk)
    if ranking is None:
        raise NotRankable(
            f"{order} is {order.get_state_display().lower()} and has nothing waiting to be shipped.",
            order=str(order),
            state=order.state,
        )
    return ranking


@verb(events=(OrderRanked,))
def rank_orders(*, order_ids: Sequence[int], actor: Actor) -> int:
    """Give these orders their places as ``rank_order`` does, in one statement; answers how many compete.

    Those that were never confirmed are left alone.

    Raises: NoRuleSet
    Events: order_ranked for those that had no place
    """
    require(actor, "prioritization.rank_orders")
    return _rank(lifecycle.lock_many(sorted(order_ids), actor), actor)


def _rank(orders: Sequence[Order], actor: Actor) -> int:
    rule_set = published(actor.company_id)
    outcome = scoring.score_orders(rule_set, [order.pk for order in orders])
    _record_first(
        orders, outcome.ranked, outcome.new, rule_set_name=str(rule_set), version=rule_set.number, actor=actor
    )
    return outcome.count


@verb(events=(OrderRanked,))
def rank_backlog(*, actor: Actor) -> Backlog:
    """Rank every open order anew, by the rules published now; catch up on orders that were never ranked.

    Raises: NoRuleSet
    Events: order_ranked for those
    """
    require(actor, "prioritization.rank_orders")
    rule_set = published(actor.company_id)
    if not Order.objects.filter(company_id=actor.company_id).exists():
        return Backlog(ranked=0, new=0, closed=0)
    missing = lifecycle.lock_many(never_ranked(actor.company_id), actor)
    outcome = scoring.score_orders(rule_set, None, unranked=[order.pk for order in missing])
    _record_first(
        missing, outcome.ranked, outcome.new, rule_set_name=str(rule_set), version=rule_set.number, actor=actor
    )
    return Backlog(ranked=outcome.count, new=len(outcome.new), closed=outcome.closed)


def never_ranked(company_id: int) -> list[int]:
    """Open orders that no rank was given to yet."""
    ranked = Ranking.objects.filter(order_id=OuterRef("pk"))
    return list(scoring.open_orders(company_id).filter(~Exists(ranked)).order_by("pk").values_list("pk", flat=True))


def _record_first(
    orders: Sequence[Order],
    points: dict[int, Decimal],
    new: frozenset[int],
    *,
    rule_set_name: str,
    version: int,
    actor: Actor,
) -> None:
    first = [order for order in orders if order.pk in new]
    facts = [OrderRanked(points=points[order.pk], rule_set=rule_set_name) for order in first]
    record_many(first, facts, actor=actor, rule_version=version)

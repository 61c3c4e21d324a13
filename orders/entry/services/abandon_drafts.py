"""Drafts that nobody will finish."""

from datetime import timedelta
from typing import Final

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.service import verb
from orders.core import lifecycle
from orders.core.models import Order, OrderState
from orders.core.selectors.companies import setting
from orders.entry.events import OrderAbandoned
from orders.pricing.agreements.plan_events import ReleaseGivenBack, ReleaseSkipped
from orders.pricing.agreements.services import give_back_releases
from orders.pricing.events import QuoteGivenBack
from orders.pricing.services import give_back

DRAFT_DAYS: Final = "entry.draft_days"
BATCH = 500


@verb(events=(OrderAbandoned, QuoteGivenBack, ReleaseGivenBack, ReleaseSkipped))
def abandon_draft(*, order_id: int, actor: Actor, reason: str = "discarded by hand") -> Order:
    """Give up a draft; it disappears from the lists and can be repeated.

    Raises: IllegalTransition when it is no draft
    Events: order_abandoned, and quote_given_back or release_given_back where it came of one
    """
    require(actor, "entry.write_order")
    order = lifecycle.lock(order_id, actor)
    lifecycle.advance(order, OrderState.ABANDONED, OrderAbandoned(reason=reason.strip()[:200]), actor=actor)
    give_back(order_ids=[order.pk], actor=actor)
    give_back_releases([order.pk], actor)
    return order


@verb(events=(OrderAbandoned, QuoteGivenBack, ReleaseGivenBack, ReleaseSkipped))
def abandon_drafts(*, actor: Actor) -> int:
    """Give up the drafts that nobody touched for the company's number of days; returns how many. Run by the clock.

    Drafts that somebody writes in right now are left alone.

    Events: order_abandoned, and quote_given_back or release_given_back where it came of one
    """
    require(actor, "entry.write_order")
    days = setting(actor.company_id, DRAFT_DAYS)
    drafts = list(
        Order.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(
            company_id=actor.company_id,
            state=OrderState.DRAFT,
            number__isnull=True,  # one that was submitted once is somebody's business
            updated_at__lt=clock.now() - timedelta(days=days),
        )
        .order_by("pk")[:BATCH]
    )
    reason = f"nobody touched it for {days} days"
    lifecycle.advance_many(drafts, OrderState.ABANDONED, [OrderAbandoned(reason=reason) for _ in drafts], actor=actor)
    give_back(order_ids=[draft.pk for draft in drafts], actor=actor)
    give_back_releases([draft.pk for draft in drafts], actor)
    return len(drafts)

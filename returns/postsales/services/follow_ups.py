"""Calls and visits that we owe a customer."""

from datetime import date

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.service import verb
from orders.core import eventlog, lifecycle
from orders.core.models import Order
from returns.postsales.events import FollowUpDone, FollowUpPlanned
from returns.postsales.models import Case, FollowUp
from returns.postsales.selectors import colleagues
from returns.postsales.services.cases import lock_case


class FollowUpRefused(DomainError):
    """The follow-up does not allow this as it stands."""

    code = "follow_up_refused"


@verb(events=(FollowUpPlanned,))
def plan_follow_up(
    *,
    purpose: str,
    due_on: date,
    actor: Actor,
    order_id: int | None = None,
    case_id: int | None = None,
    owner_id: int | None = None,
) -> FollowUp:
    """Owe a customer a call or a visit, after an order or from a case.

    Raises: InvalidInput, NotFound
    Events: follow_up_planned
    """
    require(actor, "postsales.work_case")
    if not purpose.strip():
        raise InvalidInput("Say what it is for.", field="purpose")
    if (order_id is None) == (case_id is None):
        raise InvalidInput("A follow-up belongs to an order or to a case.", field="order_id")
    about = _lock(order_id, case_id, actor)
    if owner_id is not None and not colleagues(actor).filter(pk=owner_id).exists():
        raise NotFound("Nobody of that name works here.", field="owner_id")
    follow_up = FollowUp.objects.create(
        company_id=about.company_id,
        customer_id=about.customer_id,
        order_id=about.order_id if isinstance(about, Case) else about.pk,
        case=about if isinstance(about, Case) else None,
        purpose=purpose.strip()[:160],
        due_on=due_on,
        owner_id=owner_id,
        created_at=clock.now(),
    )
    event = FollowUpPlanned(follow_up_id=follow_up.pk, purpose=follow_up.purpose, due_on=due_on)
    eventlog.record(about, event, actor=actor)
    return follow_up


@verb(events=(FollowUpDone,))
def complete_follow_up(*, follow_up_id: int, outcome: str, actor: Actor) -> FollowUp:
    """Say what came of a follow-up.

    Raises: InvalidInput, FollowUpRefused when it is done already, NotFound
    Events: follow_up_done
    """
    require(actor, "postsales.work_case")
    if not outcome.strip():
        raise InvalidInput("Say what came of it.", field="outcome")
    known = FollowUp.objects.filter(pk=follow_up_id, company_id=actor.company_id).first()
    if known is None:
        raise NotFound(f"There is no follow-up {follow_up_id}.")
    about = _lock(None if known.case_id else known.order_id, known.case_id, actor)
    follow_up = FollowUp.objects.select_for_update().get(pk=follow_up_id)
    if follow_up.done_at is not None:
        raise FollowUpRefused("This follow-up is done already.")
    follow_up.outcome, follow_up.done_at = outcome.strip()[:300], clock.now()
    follow_up.save(update_fields=["outcome", "done_at"])
    left = FollowUp.objects.filter(order_id=follow_up.order_id or 0, done_at__isnull=True).count()
    event = FollowUpDone(follow_up_id=follow_up.pk, purpose=follow_up.purpose, left=left)
    eventlog.record(about, event, actor=actor)
    return follow_up


def _lock(order_id: int | None, case_id: int | None, actor: Actor) -> Order | Case:
    if case_id is not None:
        return lock_case(case_id, actor)
    if order_id is None:
        raise NotFound("There is neither an order nor a case.")
    return lifecycle.lock(order_id, actor)

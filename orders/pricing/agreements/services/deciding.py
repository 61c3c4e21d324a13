"""Put a blanket agreement in force, and close it."""

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.service import verb
from orders.core.eventlog import record_many
from orders.pricing.agreements.events import AgreementActivated, AgreementClosed
from orders.pricing.agreements.machines import AGREEMENT
from orders.pricing.agreements.models import Agreement, AgreementState
from orders.pricing.agreements.plan_events import ReleaseDue, ReleaseSkipped
from orders.pricing.agreements.services.plan_clock import drop_plan, start_plan
from orders.pricing.agreements.services.writing import DECIDE, WRITE, keep_revision, lock_agreement, today_of


@verb(events=(AgreementActivated, ReleaseDue))
def activate_agreement(*, agreement_id: int, actor: Actor) -> Agreement:
    """Put a draft in force: from its first day on its prices count for the customer's orders.

    Raises: InvalidInput when its last day has passed, IllegalTransition, NotFound
    Events: agreement_activated, and release_due of what is planned for soon
    """
    require(actor, DECIDE)
    agreement = lock_agreement(agreement_id, actor)
    AGREEMENT.check(agreement, AgreementState.ACTIVE)
    if agreement.valid_to < today_of(agreement):
        raise InvalidInput(f"Its last day, {agreement.valid_to}, has passed. Write another one.", field="valid_to")
    fact, stamp = AgreementActivated(valid_to=agreement.valid_to), {"activated_at": clock.now()}
    AGREEMENT.advance(agreement, AgreementState.ACTIVE, fact, actor=actor, record=record_many, stamp=stamp)
    keep_revision(agreement, "", actor)
    start_plan(agreement, actor)
    return agreement


@verb(events=(AgreementClosed, ReleaseSkipped))
def close_agreement(*, agreement_id: int, reason: str, actor: Actor) -> Agreement:
    """End an agreement before its last day, or give a draft up. Orders that drew on it keep their prices.

    Raises: InvalidInput without a reason, IllegalTransition, NotFound
    Events: agreement_closed, and release_skipped of what was still planned
    """
    agreement = lock_agreement(agreement_id, actor)
    require(actor, DECIDE if agreement.state == AgreementState.ACTIVE else WRITE)
    said = reason.strip()[:200]
    if not said:
        raise InvalidInput("Say why it is closed.", field="reason")
    stamp = {"over_at": clock.now(), "closed_because": said}
    fact = AgreementClosed(because=said)
    AGREEMENT.advance(agreement, AgreementState.CLOSED, fact, actor=actor, record=record_many, stamp=stamp)
    agreement.closed_because = said
    drop_plan([agreement], actor)
    return agreement

from billing.disputes.events import DisputeRouted
from billing.disputes.machines import DISPUTE
from billing.disputes.services.locking import lock_dispute
from billing.disputes.services.raising import RAISE
from billing.models import Dispute, DisputeState
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.service import verb
from orders.core import eventlog
from orders.core.models import Duty, Membership


@verb(events=(DisputeRouted,))
def route_dispute(*, dispute_id: int, actor: Actor, stage: int | None = None, owner_id: int | None = None) -> Dispute:
    """Say which stage caused an open dispute, and whose it is. What is not said stays; nothing new writes nothing.

    Raises: InvalidInput, IllegalTransition once it is decided, NotFound
    Events: dispute_routed
    """
    require(actor, RAISE)
    dispute = lock_dispute(dispute_id, actor)
    DISPUTE.check(dispute, DisputeState.UPHELD)
    if stage is not None and not 1 <= stage <= 10:
        raise InvalidInput("There is no such stage.", field="stage")
    owner = dispute.owner
    if owner_id is not None:
        member = (
            Membership.objects.filter(company_id=actor.company_id, user_id=owner_id, user__is_active=True)
            .select_related("user")
            .first()
        )
        if member is None:
            raise InvalidInput("That person does not work here.", field="owner_id")
        owner = member.user
    said = {"stage": stage or dispute.stage, "owner": owner.pk if owner else None}
    if said == {"stage": dispute.stage, "owner": dispute.owner_id}:
        return dispute
    event = DisputeRouted(invoice=str(dispute.invoice), caused_by=said["stage"] or 0, owner=str(owner or "nobody yet"))
    eventlog.record(dispute, event, actor=actor, stamp=said)
    dispute.owner = owner
    Duty.objects.filter(subject_type="dispute", subject_id=dispute.pk, closed_at=None).update(owner=owner)
    return dispute

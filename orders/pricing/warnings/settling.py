"""How a warning ends; price files call it when they are published, so it knows nothing of proposing."""

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.events import Event
from omc.lib.service import verb
from orders.core.eventlog import record_many
from orders.pricing.models import CostWarning
from orders.pricing.warnings.events import CostWarningActed
from orders.pricing.warnings.machines import WARNING
from orders.pricing.warnings.models import WarningState


def decide(warning: CostWarning, to: WarningState, fact: Event, said: str, actor: Actor) -> CostWarning:
    """Move a locked warning to its end. Inside another verb."""
    stamp = {"decided_at": clock.now(), "decided_by": actor.user_id, "decision": said}
    WARNING.advance(warning, to, fact, actor=actor, record=record_many, stamp=stamp)
    return warning


@verb(events=(CostWarningActed,))
def settle_proposal(*, file_id: int, actor: Actor) -> None:
    """A price file is published: the warning that led to it is acted on once all of its files are.

    Events: cost_warning_acted
    """
    warning = (
        CostWarning.objects.select_for_update(of=("self",))
        .filter(proposals__price_file_id=file_id, state=WarningState.PROPOSED)
        .first()
    )
    if warning is None or warning.proposals.filter(price_file__published_at=None).exists():
        return
    said = "The proposed prices are published"
    decide(warning, WarningState.ACTED, CostWarningActed(decision=said), said, actor)

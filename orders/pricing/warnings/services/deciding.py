"""Say what came of a warning: acted on, or set aside."""

from omc.lib.actor import Actor, require
from omc.lib.errors import IllegalTransition, InvalidInput, NotFound
from omc.lib.events import Event
from omc.lib.service import verb
from orders.pricing.models import CostWarning
from orders.pricing.warnings.events import CostWarningActed, CostWarningSetAside
from orders.pricing.warnings.machines import WARNING
from orders.pricing.warnings.models import WarningState
from orders.pricing.warnings.settling import decide


@verb(events=(CostWarningActed,))
def close_warning(*, warning_id: int, decision: str, actor: Actor) -> CostWarning:
    """Prices were changed, or something else was done about it; ``decision`` says what.

    Raises: InvalidInput without words, IllegalTransition, NotFound
    Events: cost_warning_acted
    """
    said = _words(decision, "Say what was done.")
    return _decide(warning_id, WarningState.ACTED, CostWarningActed(decision=said), said, actor)


@verb(events=(CostWarningSetAside,))
def set_aside_warning(*, warning_id: int, decision: str, actor: Actor) -> CostWarning:
    """Leave prices as they are; ``decision`` says why.

    Raises: InvalidInput without a reason, IllegalTransition, NotFound
    Events: cost_warning_set_aside
    """
    said = _words(decision, "Say why prices stay as they are.")
    return _decide(warning_id, WarningState.SET_ASIDE, CostWarningSetAside(decision=said), said, actor)


def lock_open_warning(warning_id: int, actor: Actor) -> CostWarning:
    """Raises: IllegalTransition when it is decided, NotFound"""
    require(actor, "pricing.edit_price_list")
    warning = (
        CostWarning.objects.select_for_update(of=("self",))
        .select_related("company")
        .filter(pk=warning_id, company_id=actor.company_id)
        .first()
    )
    if warning is None:
        raise NotFound(f"There is no cost warning {warning_id}.", warning_id=warning_id)
    if warning.state in WARNING.final:
        raise IllegalTransition(f"“{warning}” is {warning.get_state_display().lower()} already.", state=warning.state)
    return warning


def _decide(warning_id: int, to: WarningState, fact: Event, said: str, actor: Actor) -> CostWarning:
    return decide(lock_open_warning(warning_id, actor), to, fact, said, actor)


def _words(text: str, otherwise: str) -> str:
    if not text.strip():
        raise InvalidInput(otherwise, field="decision")
    return text.strip()[:300]

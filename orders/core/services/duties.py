"""Who takes which duty."""

from omc.accounts.models import User
from omc.lib.actor import Actor
from omc.lib.errors import DomainError, NotFound
from omc.lib.service import verb
from orders.core.models import Duty, Membership


class DutyRefused(DomainError):
    """The duty is closed, or the person is not there."""

    code = "duty_refused"


@verb(silent="who has a duty stands on its row")
def take_duty(*, duty_id: int, actor: Actor, owner_id: int | None = None) -> Duty:
    """Make an open duty one's own, or hand it to a colleague.

    Raises: NotFound, DutyRefused
    """
    duty = Duty.objects.select_for_update().filter(pk=duty_id, company_id=actor.company_id).first()
    if duty is None:
        raise NotFound(f"There is no duty {duty_id}.")
    if duty.closed_at is not None:
        raise DutyRefused("This is done already.")
    owner = owner_id or actor.user_id or 0
    if not Membership.objects.filter(company_id=actor.company_id, user_id=owner, user__is_active=True).exists():
        raise DutyRefused("That person does not work here.", field="owner_id")
    duty.owner = User.objects.get(pk=owner)
    duty.save(update_fields=["owner"])
    return duty

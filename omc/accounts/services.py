"""What a person chooses about the interface."""

from omc.accounts.models import User
from omc.lib.actor import Actor
from omc.lib.errors import InvalidInput
from omc.lib.service import verb


@verb(silent="how a person likes the interface is no fact of the business")
def choose_density(*, density: str, actor: Actor) -> None:
    """Compact or comfortable rows, for this person everywhere.

    Raises: InvalidInput
    """
    if density not in User.Density.values or actor.user_id is None:
        raise InvalidInput("There is no such density.", field="density")
    User.objects.filter(pk=actor.user_id).update(density=density)

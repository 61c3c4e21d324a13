"""Keys for programs: made, shown once, taken back. A key acts for who made it, and never for more."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from omc.accounts.models import ApiToken
from omc.accounts.roles import ROLES, permissions_of
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.master.turns import take_turn
from orders.core.models import Company, Membership
from orders.core.services.history import keep_change

MANAGE: Final = "orders.manage_members"
SILENT: Final = "keys are no subject of events; each keeps its own before/after history"


@verb(silent=SILENT)
def make_key(
    *, name: str, actor: Actor, roles: Iterable[str] = (), last_day: date | None = None
) -> tuple[ApiToken, str]:
    """A new key and its secret, which is kept nowhere: whoever loses it makes another key.

    ``roles`` limit it to what these roles may do; without any it may all that its maker may. What is made with a
    limited key is limited as well.

    Raises: InvalidInput with every field that is wrong in ``data["fields"]``
    """
    require(actor, MANAGE)
    if actor.user_id is None:
        raise InvalidInput("A key acts for somebody; a job makes none.")
    take_turn(actor)
    name, wanted = name.strip(), sorted(set(roles))
    zone = Company.objects.values_list("time_zone", flat=True).get(pk=actor.company_id)
    mine = ApiToken.objects.filter(company_id=actor.company_id, user_id=actor.user_id, revoked_at__isnull=True)
    held = frozenset(
        Membership.objects.values_list("roles", flat=True).get(user=actor.user_id, company=actor.company_id)
    )
    limited = actor.roles != held
    errors = {}
    if not name or len(name) > 80:
        errors["name"] = "Say in at most 80 characters which program it is for."
    elif mine.filter(name=name).exists():
        errors["name"] = "You have a key of this name. Take that one back first."
    if unknown := set(wanted) - set(ROLES):
        errors["roles"] = f"There is no role {min(unknown)}."
    elif limited and (beyond := set(wanted) - actor.roles):
        errors["roles"] = f"The key that asks does not act as {min(beyond)}."
    if last_day is not None and last_day < clock.wall().astimezone(ZoneInfo(zone)).date():
        errors["last_day"] = "This day has passed."
    if errors:
        field, message = next(iter(errors.items()))
        raise InvalidInput(message, field=field, fields=errors)
    secret = ApiToken.new_secret()
    key = ApiToken.objects.create(
        user_id=actor.user_id,
        company_id=actor.company_id,
        name=name,
        digest=ApiToken.digest_of(secret),
        roles=wanted or (sorted(actor.roles) if limited else []),
        scopes=[] if actor.permissions == permissions_of(held) else sorted(actor.permissions),
        created_at=clock.wall(),
        expires_at=_end_of(last_day, zone),
    )
    keep_change(key, {}, {"name": name, "roles": wanted, "last_day": str(last_day or "")}, actor=actor)
    return key, secret


@verb(silent=SILENT)
def take_back_key(*, key_id: int, actor: Actor) -> ApiToken:
    """The key opens nothing any more. Taken back twice, it is taken back once.

    Raises: NotFound
    """
    require(actor, MANAGE)
    rows = ApiToken.objects.select_for_update().filter(company_id=actor.company_id)
    key = rows.filter(pk=key_id).first()
    if key is None:
        raise NotFound(f"There is no key {key_id}.")
    if key.revoked_at is None:
        key.revoked_at = clock.wall()
        key.save(update_fields=["revoked_at"])
        keep_change(key, {"in_force": True}, {"in_force": False}, actor=actor)
    return key


def _end_of(day: date | None, zone: str) -> datetime | None:
    return datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(zone)) if day else None

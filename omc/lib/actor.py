"""Who does it. A scheduled job says so out loud; ``None`` is nobody and may do nothing."""

from dataclasses import dataclass, field, replace

from omc.lib.errors import PermissionRefused


@dataclass(frozen=True, slots=True)
class Actor:
    """One person, service user, customer contact or job, acting for one company at one door.

    ``touch_seconds`` is the measured active time this act took; ``request_id`` ties logs and events together.
    """

    company_id: int
    permissions: frozenset[str] = field(default_factory=frozenset, repr=False)
    roles: frozenset[str] = frozenset()
    user_id: int | None = None
    contact_id: int | None = None
    department_id: int | None = None
    name: str = ""
    job: str = ""
    channel: str = "ui"
    touch_seconds: int = 0
    request_id: str = ""

    @property
    def is_system(self) -> bool:
        return bool(self.job)

    def can(self, permission: str) -> bool:
        return self.is_system or permission in self.permissions

    def at(self, channel: str) -> "Actor":
        """The same actor at another door."""
        return replace(self, channel=channel)


def system(job: str, company_id: int) -> Actor:
    """The system itself, named by its job: passes permissions, never holds."""
    return Actor(company_id=company_id, job=job, name=job, channel="job")


def require(actor: Actor | None, permission: str) -> None:
    """Go on only when ``actor`` may do this.

    Raises: PermissionRefused
    """
    if actor is None or not actor.can(permission):
        raise PermissionRefused("You may not do this. It needs the permission %s." % permission, permission=permission)

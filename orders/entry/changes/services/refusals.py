"""Why a change may not be."""

from omc.lib.errors import DomainError


class ChangeRefused(DomainError):
    """Something of it may no longer be changed; ``data["lines"]`` names what and why."""

    code, status = "change_refused", 422

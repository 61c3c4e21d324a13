"""Refusals. A business rule that says no raises one of these; it never returns None for "no"."""

from django.core.exceptions import PermissionDenied


class DomainError(Exception):
    """A business rule said no. ``code`` never changes; ``data`` is safe to show to the client.

    ``field`` names the form field that the sentence belongs to, where there is one.
    """

    code = "domain_error"
    status = 409

    def __init__(self, message: str, *, field: str | None = None, **data: object) -> None:
        super().__init__(message)
        self.message, self.field, self.data = message, field, data


class InvalidInput(DomainError):
    """What was sent cannot be read as what it should be."""

    code, status = "invalid_input", 422


class NotFound(DomainError):
    """There is no such row in the actor's company."""

    code, status = "not_found", 404


class PermissionRefused(DomainError, PermissionDenied):
    """This actor may not do this. 403 on screen and API alike."""

    code, status = "permission_refused", 403


class IllegalTransition(DomainError):
    """The document's graph has no such move from where it stands."""

    code = "illegal_transition"


class StaleVersion(DomainError):
    """Somebody changed the document since it was read."""

    code, status = "stale_version", 412

"""Every request gets its Actor, its company's clock, and its user's time zone; a refusal gets a page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from omc.lib import clock
from omc.lib.errors import DomainError
from orders.core import actors, screens


class ActorMiddleware:
    """Sets ``request.actor``, ``request.company`` and ``request.memberships`` (None and empty for strangers)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.actor = request.company = None
        request.memberships = []
        if not request.user.is_authenticated:
            return self.get_response(request)
        request.memberships = actors.memberships_of(request.user)
        membership = actors.chosen(request.memberships, request.session.get(actors.COMPANY_KEY))
        offset = timedelta(0)
        if membership:
            request.company = membership.company
            request.actor = actors.actor_of(membership)
            request.user.company_permissions = request.actor.permissions
            offset = membership.company.clock_offset
        with clock.running_ahead(offset), timezone.override(ZoneInfo(request.user.time_zone)):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal that no form took becomes a page (or fragment) of its own; 403 has Django's."""
        if isinstance(exception, DomainError) and not isinstance(exception, PermissionDenied):
            return screens.refused(request, exception)
        return None

"""What is known of the request at hand: its id, bound to logs, events and jobs; where it came to, and from."""

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

request_id: ContextVar[str] = ContextVar("request_id", default="")
_origin: ContextVar[str] = ContextVar("origin", default="http://127.0.0.1:8000")
_CLEAN = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestContextMiddleware:
    """Give every request an id, take over a clean one that a proxy sent, and answer with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-ID", "")
        token = request_id.set(sent if _CLEAN.fullmatch(sent) else uuid.uuid4().hex)
        came_to = _origin.get()
        try:
            if not settings.PUBLIC_URL:  # never in production: the name that a request gives may be made up
                _origin.set(f"{request.scheme}://{request.get_host()}")
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            return response
        finally:
            request_id.reset(token)
            _origin.set(came_to)


def public_url(path: str) -> str:
    """The whole address of a path of this site, as customers can open it."""
    return f"{settings.PUBLIC_URL or _origin.get()}{path}"


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: behind a proxy what the proxy itself saw, which is the last of what it tells."""
    told = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return told.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")

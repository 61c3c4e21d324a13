"""Which content a page may load. The admin skin needs more than our own pages, and gets it under its own path only."""

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase

ADMIN_PATH = "/admin/"
_ADMIN = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE], "default-src": [SELF]}


class PolicyMiddleware(CSPMiddleware):
    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith(ADMIN_PATH):
            parts.update = {**(parts.update or {}), **_ADMIN}
        return parts

"""How the API says no."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler
from rest_framework.views import set_rollback

from omc.lib.errors import DomainError


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal as {code, message, data}; a DomainError with its own status."""
    if isinstance(exc, DomainError):
        set_rollback()
        data = {**exc.data, **({"field": exc.field} if exc.field else {})}
        return Response({"code": exc.code, "message": exc.message, "data": data}, status=exc.status)
    response = drf_handler(exc, context)
    if response is not None:
        code, message = "error", str(exc)
        if isinstance(exc, Http404):
            code = "not_found"
        elif isinstance(exc, PermissionDenied):
            code = "permission_refused"
        elif isinstance(exc, APIException):
            code = "invalid_input" if response.status_code == 400 else str(exc.default_code)
            message = str(exc.default_detail)
        response.data = {"code": code, "message": message, "data": response.data}
    return response

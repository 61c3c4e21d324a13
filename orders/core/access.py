"""Who may use a screen. Every view states it; a test fails on one that does not."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from omc.lib.errors import PermissionRefused

View = Callable[..., HttpResponseBase]


def allow(permission: str) -> Callable[[View], View]:
    """Let in members of the company who hold ``permission``; send strangers to the login.

    ``allow("member")`` lets in every member of the company.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if request.actor is None:
                raise PermissionRefused("Your login belongs to no company yet. Ask an administrator.")
            if permission != "member" and not request.actor.can(permission):
                raise PermissionRefused("Your role may not open this page.", permission=permission)
            return view(request, *args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def allow_anyone(reason: str) -> Callable[[View], View]:
    """Let in everybody, and say why that is right (a signed link, for example)."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def open_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        open_view.access = f"anyone: {reason}"  # type: ignore[attr-defined]
        return open_view

    return decorate

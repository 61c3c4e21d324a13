"""Every address states who may use it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from omc.accounts.roles import PERMISSIONS

# Django's and the project's own: open by their nature, or guarded by Django's admin site.
OPEN = {
    "healthz": "asked by machines; says nothing of the business",
    "readyz": "asked by machines; says nothing of the business",
    "login/": "how one comes in",
    "logout/": "how one goes out; does nothing for strangers",
}
BY_LOGIN = {"password/", "password/done/", "api/schema/", "api/docs/"}


def _routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield path, entry.callback
        elif path != "admin/":
            yield from _routes(entry, path)


ROUTES = dict(_routes(get_resolver()))
SCREENS = {
    path: view
    for path, view in ROUTES.items()
    if not hasattr(view, "cls") and path not in OPEN | dict.fromkeys(BY_LOGIN)
}
APIS = {path: view.cls for path, view in ROUTES.items() if hasattr(view, "cls") and path not in BY_LOGIN}


def _known(permission: str) -> bool:
    return permission == "member" or permission in PERMISSIONS or permission.startswith("anyone: ")


@pytest.mark.parametrize("path", sorted(SCREENS))
def test_every_screen_states_who_may_use_it(path: str) -> None:
    access = getattr(SCREENS[path], "access", None)
    assert access is not None, "put @allow(…) on the view"
    assert _known(access), f"{access} is no permission of omc/accounts/roles.py"


@pytest.mark.parametrize("path", sorted(APIS))
def test_every_method_of_every_api_route_states_who_may_use_it(path: str) -> None:
    view = APIS[path]
    handled = {method.upper() for method in ("get", "post", "put", "patch", "delete") if hasattr(view, method)}
    assert handled
    assert set(view.access) == handled
    assert all(_known(permission) for permission in view.access.values())


@pytest.mark.django_db
@pytest.mark.parametrize("path", sorted(BY_LOGIN))
def test_a_stranger_is_not_let_in(path: str, client) -> None:
    assert client.get(f"/{path}").status_code in {302, 401, 403}


def test_there_is_something_to_check() -> None:
    assert len(SCREENS) > 20
    assert len(APIS) > 20
    assert set(OPEN) | BY_LOGIN <= set(ROUTES)

"""What the shell shows on every page."""

from typing import Any

from django.http import HttpRequest

from omc.accounts.roles import ROLE_NAMES
from omc.lib.request import request_id
from orders.core.eventlog import stages
from orders.core.selectors.companies import as_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """Actor, company, the ten stages and the as-of date, for templates of logged-in members."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"actor": None, "request_id": request_id.get()}
    company = request.company  # type: ignore[attr-defined]
    return {
        "actor": actor,
        "company": company,
        "memberships": request.memberships,  # type: ignore[attr-defined]
        "role_names": [ROLE_NAMES[role] for role in sorted(actor.roles) if role in ROLE_NAMES],
        "nav_stages": stages(),
        "may": {permission.replace(".", "_"): True for permission in actor.permissions},
        "as_of": as_of(company) if company.is_history else None,
        "request_id": request_id.get(),
    }

"""What the shell shows on every page."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from omc.accounts.roles import ROLE_NAMES
from omc.lib.actor import Actor
from omc.lib.registry import Stage, Text
from omc.lib.request import request_id
from orders.core.eventlog import stages
from orders.core.selectors.companies import as_of


@dataclass(frozen=True)
class Station:
    """A stage on the line. ``open_duties`` None: not counted yet, the line asks for it."""

    number: int
    key: str
    name: Text
    url: str
    mine: bool
    open_duties: int | None = None


def acts_in(actor: Actor, stage_key: str) -> bool:
    """Whether the actor may do more in a stage than look."""
    return any(
        permission.startswith(f"{stage_key}.") and ".view_" not in permission for permission in actor.permissions
    )


def stations(actor: Actor, counts: dict[int, int] | None = None) -> list[Station]:
    """The ten stages as this person's line shows them."""
    return [_station(stage, actor, counts) for stage in stages()]


def _station(stage: Stage, actor: Actor, counts: dict[int, int] | None) -> Station:
    number = None if counts is None else counts.get(stage.number, 0)
    return Station(stage.number, stage.key, stage.name, stage.url, acts_in(actor, stage.key), number)


def _here(request: HttpRequest, line: list[Station]) -> Station | None:
    """The stage whose screens the reader is on."""
    match = request.resolver_match
    return next((one for one in line if match and one.url.partition(":")[0] == match.app_name), None)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Actor, company, the ten stages and the as-of date, for templates of logged-in members."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"actor": None, "request_id": request_id.get()}
    company = request.company  # type: ignore[attr-defined]
    line = stations(actor)
    mine = sum(one.mine for one in line)
    return {
        "actor": actor,
        "company": company,
        "memberships": request.memberships,  # type: ignore[attr-defined]
        "role_names": [ROLE_NAMES[role] for role in sorted(actor.roles) if role in ROLE_NAMES],
        "nav_stages": line,
        "nav_part": 0 < mine < len(line),  # the rest of the cycle is one press away
        "nav_here": _here(request, line),
        "may": {permission.replace(".", "_"): True for permission in actor.permissions},
        "as_of": as_of(company) if company.is_history else None,
        "request_id": request_id.get(),
    }

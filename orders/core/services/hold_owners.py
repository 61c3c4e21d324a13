"""Who has a hold to decide: handed on by people, and brought before a lead when its time has passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from omc.accounts.models import User
from omc.accounts.roles import permissions_of
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import NotFound
from omc.lib.service import verb
from orders.core import lifecycle
from orders.core.eventlog import record
from orders.core.events import HoldEscalated
from orders.core.models import Department, Hold, HoldState, Membership, Notification
from orders.core.services.everywhere import everywhere
from orders.core.services.holds import HoldRefused

STAGE_OF_STEP: Final = {"confirm": 4, "allocate": 5, "release": 6, "pick": 7, "ship": 7, "invoice": 8}
AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Lead:
    """The lead of a department, and what they may do."""

    user: User
    department_id: int
    stages: frozenset[int]
    permissions: frozenset[str]


@verb(silent="who has a hold stands on its row")
def assign_hold(*, hold_id: int, actor: Actor, owner_id: int | None = None) -> Hold:
    """Make a hold one's own to decide, or hand it to a colleague who may lift it.

    Raises: NotFound, HoldRefused when it is settled, or when that person may not lift it
    """
    require(actor, "orders.view_order")
    hold = (
        Hold.objects.select_for_update(of=("self",))
        .select_related("hold_type")
        .filter(pk=hold_id, company_id=actor.company_id)
        .first()
    )
    if hold is None:
        raise NotFound(f"There is no hold {hold_id}.")
    if hold.status == HoldState.RESOLVED:
        raise HoldRefused(f"The hold “{hold.hold_type.name}” is resolved already.", hold=hold.hold_type.name)
    wanted = owner_id or actor.user_id or 0
    if wanted != actor.user_id:
        require(actor, "orders.place_hold")
    member = (
        Membership.objects.select_related("user")
        .filter(company_id=actor.company_id, user_id=wanted, user__is_active=True)
        .first()
    )
    if member is None:
        raise HoldRefused("That person does not work here.", field="owner_id")
    if hold.hold_type.resolve_permission not in permissions_of(frozenset(member.roles)):
        raise HoldRefused(f"{member.user} may not decide this.", field="owner_id", user=str(member.user))
    hold.owner = member.user
    hold.save(update_fields=["owner"])
    return hold


def escalate_holds() -> int:
    """Bring every hold that nobody decided in time before a lead; returns how many."""
    return everywhere("escalate holds", _escalate_due)


def _escalate_due(*, actor: Actor) -> int:
    leads = _leads(actor.company_id)
    due = Hold.objects.filter(
        company_id=actor.company_id, status=HoldState.ACTIVE, escalated_at=None, due_at__lt=clock.now()
    ).order_by("due_at", "id")
    found = due.values_list("pk", flat=True)[:AT_ONCE]
    return sum(bool(escalate_hold(hold_id=hold_id, leads=leads, actor=actor)) for hold_id in found)


@verb(events=(HoldEscalated,))
def escalate_hold(*, hold_id: int, leads: Sequence[Lead], actor: Actor) -> bool:
    """Give an overdue hold to the lead of who should have decided it, and tell them. Once per hold.

    The lead of the owner's department; without an owner, of the department whose step it stops; else any who may
    lift it. Where there is none, it stays with whom it was. Returns whether it was escalated.
    Events: hold_escalated
    """
    known = Hold.objects.filter(pk=hold_id, company_id=actor.company_id).values_list("order_id", flat=True)
    if not known:
        raise NotFound(f"There is no hold {hold_id}.")
    order = lifecycle.lock(known[0], actor) if known[0] else None
    hold = Hold.objects.select_for_update(of=("self",)).select_related("hold_type", "owner").get(pk=hold_id)
    now = clock.now()
    if hold.status != HoldState.ACTIVE or hold.escalated_at or hold.due_at is None or hold.due_at >= now:
        return False
    lead = _lead_for(hold, leads)
    hold.escalated_at = now
    if lead is not None:
        hold.owner = lead.user
        Notification.objects.create(
            company_id=hold.company_id,
            user=lead.user,
            text=_("The hold “%(hold)s” was not decided in time: it is yours now.") % {"hold": hold.hold_type.name},
            url=reverse("core:resolve-hold", args=[hold.pk]),
            created_at=now,
        )
    hold.save(update_fields=["escalated_at", "owner"])
    if order is not None:
        kind = hold.hold_type
        owner = str(hold.owner or _("nobody"))
        record(order, HoldEscalated(hold=kind.name, code=kind.code, cause=kind.cause, owner=owner), actor=actor)
    return True


def _lead_for(hold: Hold, leads: Sequence[Lead]) -> Lead | None:
    able = [lead for lead in leads if hold.hold_type.resolve_permission in lead.permissions]
    of_owner = set(
        Membership.objects.filter(company_id=hold.company_id, user_id=hold.owner_id).values_list(
            "department_id", flat=True
        )
        if hold.owner_id
        else ()
    )
    stages = {STAGE_OF_STEP[step] for step in hold.hold_type.blocks if step in STAGE_OF_STEP}
    first = min(stages, default=4)

    def nearness(lead: Lead) -> tuple[bool, bool, bool, int]:
        return (lead.department_id not in of_owner, first not in lead.stages, not stages & lead.stages, lead.user.pk)

    return min(able, key=nearness, default=None)


def _leads(company_id: int) -> list[Lead]:
    departments = (
        Department.objects.filter(company_id=company_id, lead__isnull=False, lead__is_active=True)
        .select_related("lead")
        .order_by("id")
    )
    roles = dict(
        Membership.objects.filter(company_id=company_id, user__in=[each.lead_id for each in departments]).values_list(
            "user_id", "roles"
        )
    )
    return [
        Lead(each.lead, each.pk, frozenset(each.stages), permissions_of(frozenset(roles.get(each.lead.pk, ()))))
        for each in departments
        if each.lead
    ]

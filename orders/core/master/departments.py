"""Departments: each stage's work comes to one of them, and what one owns is handed over before it is given up."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import ngettext

from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.eventlog import stages
from orders.core.master import rules
from orders.core.master.turns import take_turn
from orders.core.models import Department, Duty, Membership, SavedView
from orders.core.services.history import keep_change


def names_of(numbers: Collection[int]) -> list[str]:
    """Stages as people know them, in the order of the cycle."""
    return [f"{stage.number} {stage.name}" for stage in stages() if stage.number in numbers]


def wrong(row: Department, changed: frozenset[str]) -> dict[str, str]:
    """What a department may not become: no stage is left without one."""
    errors: dict[str, str] = {}
    if "code" in changed and (said := rules.wrong_code(row.code)):
        errors["code"] = said
    if row.lead_id and not Membership.objects.filter(company_id=row.company_id, user_id=row.lead_id).exists():
        errors["lead"] = "That person does not work here."
    if "stages" not in changed:
        return errors
    known = {stage.number for stage in stages()}
    if unknown := sorted(set(row.stages) - known):
        errors["stages"] = f"There is no stage {unknown[0]}."
    elif row.stages and not row.is_active:
        errors["stages"] = "Put the department in use first."
    else:
        row.stages = sorted(set(row.stages))
        before = Department.objects.filter(pk=row.pk).values_list("stages", flat=True).first() or []
        if given_up := names_of(set(before) - set(row.stages)):
            errors["stages"] = f"{given_up[0]} would be nobody's. Choose it at the department that shall have it."
    return errors


def take_stages(row: Department, actor: Actor) -> None:
    """What comes to this department comes to no other any more, and neither does the work that waits there."""
    others = Department.objects.select_for_update().filter(company_id=row.company_id, stages__overlap=row.stages)
    for other in others.exclude(pk=row.pk).order_by("id"):
        before, other.stages = other.stages, [stage for stage in other.stages if stage not in row.stages]
        other.save(update_fields=["stages"])
        keep_change(other, {"stages": before}, {"stages": other.stages}, actor=actor)
        open_work(other).filter(stage__in=row.stages).update(queue=row)


def open_work(row: Department) -> Any:
    """The open duties that lie in its queue."""
    return Duty.objects.filter(queue=row, closed_at__isnull=True)


def members_of(row: Department) -> list[Membership]:
    """Who works in it."""
    rows = Membership.objects.filter(department=row, user__is_active=True).select_related("user")
    return list(rows.order_by("user__full_name", "id")[:200])


@dataclass(frozen=True)
class Owned:
    """What a department has: people, open duties, shared views of lists, and its stages."""

    members: int
    duties: int
    views: int
    stages: Collection[str]

    def __bool__(self) -> bool:
        return bool(self.members or self.duties or self.views or self.stages)

    @property
    def said(self) -> str:
        counted = (
            (self.members, ngettext("%(n)s person", "%(n)s people", self.members)),
            (self.duties, ngettext("%(n)s open duty", "%(n)s open duties", self.duties)),
            (len(self.stages), ngettext("%(n)s stage", "%(n)s stages", len(self.stages))),
            (self.views, ngettext("%(n)s shared view", "%(n)s shared views", self.views)),
        )
        return ", ".join(words % {"n": n} for n, words in counted if n)


def owned(row: Department) -> Owned:
    """What somebody else has to take before the department can be given up."""
    return Owned(
        Membership.objects.filter(department=row).count(),
        open_work(row).count(),
        SavedView.objects.filter(department=row).count(),
        names_of(row.stages),
    )


@verb(silent="master data keeps its own before/after history")
def hand_over_department(*, department_id: int, to_id: int, actor: Actor) -> Department:
    """Give a department's people, open duties, stages and shared views to another one, and put it out of use.

    Raises: NotFound, InvalidInput when the other one is itself or out of use
    """
    require(actor, "orders.manage_members")
    take_turn(actor)
    rows = Department.objects.select_for_update().filter(company_id=actor.company_id, pk__in=[department_id, to_id])
    found = {row.pk: row for row in rows.order_by("id")}
    if department_id not in found:
        raise NotFound(f"There is no department {department_id}.")
    row, heir = found[department_id], found.get(to_id)
    if heir is None or heir.pk == row.pk or not heir.is_active:
        raise InvalidInput("Choose another department that is in use.", field="to")
    if not row.is_active:
        raise InvalidInput("It is out of use already.")
    open_work(row).update(queue=heir)
    Membership.objects.filter(department=row).update(department=heir)
    SavedView.objects.filter(department=row).update(department=heir)
    if row.stages:
        keep_change(heir, {"stages": heir.stages}, {"stages": sorted({*heir.stages, *row.stages})}, actor=actor)
        heir.stages = sorted({*heir.stages, *row.stages})
        heir.save(update_fields=["stages"])
    before = {"stages": row.stages, "is_active": True}
    row.stages, row.is_active = [], False
    row.save(update_fields=["stages", "is_active"])
    keep_change(row, before, {"stages": [], "is_active": False}, actor=actor)
    return row

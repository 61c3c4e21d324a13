"""One verb on many rows of a list: each row is its own act, and one refusal stops no other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, NotFound
from omc.lib.lists import ListView
from omc.lib.registry import BulkAction, registry
from orders.core.actors import actor_for
from orders.core.models import Company
from orders.core.selectors.lists import Asked, ask
from orders.core.services.jobs import Job, register_job

JOB: Final = "bulk"
AT_ONCE: Final = 100  # more rows than this become a job
MOST: Final = 20_000
REFUSALS_KEPT: Final = 500


@dataclass
class Outcome:
    """How many were done, and which were not, with the reason. A refusal is {name, url, reason}."""

    done: int = 0
    refused: int = 0
    refusals: list[dict[str, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.done + self.refused


def action_of(declared: ListView, key: str, actor: Actor) -> BulkAction:
    """A bulk action of this list that the actor may use. Raises: NotFound, PermissionRefused"""
    action = registry.bulk_actions.get(key)
    if action is None or not declared.subject or action.subject != declared.subject:
        raise NotFound(f"There is no action {key} here.")
    require(actor, action.permission)
    return action


def chosen_ids(asked: Asked, ids: Sequence[int] | None) -> list[int]:
    """The chosen rows that the list really has, in its order; None is every row that matches."""
    rows = asked.rows if ids is None else asked.rows.filter(pk__in=ids)
    return list(rows.order_by(*asked.sort.order).values_list("pk", flat=True)[:MOST])


def run_bulk(
    declared: ListView, action: BulkAction, ids: list[int], data: dict[str, Any], actor: Actor, outcome: Outcome
) -> None:
    """Do it for these rows and add what came of it to ``outcome``."""
    add_results(declared, action.run(ids, actor.at("bulk"), **data), actor, outcome)


def add_results(declared: ListView, results: list[tuple[int, str | None]], actor: Actor, outcome: Outcome) -> None:
    """Count them, and name the refused rows."""
    refused = {row: refusal for row, refusal in results if refusal is not None}
    outcome.done += len(results) - len(refused)
    outcome.refused += len(refused)
    room = REFUSALS_KEPT - len(outcome.refusals)
    if not refused or room <= 0:
        return
    model = declared.rows(actor, {}).model
    names = {row.pk: str(row) for row in model._default_manager.filter(pk__in=refused)}
    page = registry.pages.get(declared.subject)
    for row, refusal in list(refused.items())[:room]:
        url = reverse(page, args=[row]) if page else ""
        outcome.refusals.append({"name": names.get(row, str(row)), "url": url, "reason": str(refusal)})


def _body(job: Job) -> dict[str, Any]:
    """The filter again, its rows at the start, a hundred at a time, as whoever asked for it."""
    company = Company.objects.get(pk=job.company_id)
    if job.run.started_by is None:
        raise LookupError("Nobody asked for this.")
    actor = actor_for(job.run.started_by, company, channel="bulk")
    declared = registry.lists[str(job.inputs["list"])]
    require(actor, declared.permission)
    action = action_of(declared, str(job.inputs["action"]), actor)
    ids = chosen_ids(ask(declared, QueryDict(str(job.inputs["query"])), actor, company), None)
    outcome = Outcome()
    for start in range(0, len(ids), AT_ONCE):
        job.report(start, len(ids), str(action.label))
        run_bulk(declared, action, ids[start : start + AT_ONCE], dict(job.inputs["data"]), actor, outcome)
    job.report(len(ids), len(ids), str(action.label))
    return {"done": outcome.done, "refused": outcome.refused, "refusals": outcome.refusals}


def register() -> None:
    register_job(JOB, name=_("Bulk action"), permission="orders.view_order", queue="default", body=_body)


def one_by_one(ids: Sequence[int], run: Callable[[int], object]) -> list[tuple[int, str | None]]:
    """Run a verb for each id; a refusal is that row's answer."""
    answers: list[tuple[int, str | None]] = []
    for pk in ids:
        try:
            run(pk)
        except DomainError as refusal:
            answers.append((pk, refusal.message))
        else:
            answers.append((pk, None))
    return answers

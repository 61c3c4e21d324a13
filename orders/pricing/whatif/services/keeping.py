"""Keep a rule that would change a list, and have last year's lines counted anew whenever it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.money import ZERO
from omc.lib.registry import Text
from omc.lib.service import verb
from orders.core import conditions
from orders.core.models import JobState
from orders.core.services.jobs import Job, register_job, start_job
from orders.pricing.files.services.keeping import EDIT, refuse_day
from orders.pricing.models import PriceList
from orders.pricing.whatif.models import Change, Rounding, WhatIf
from orders.pricing.whatif.selectors import FIELDS
from orders.pricing.whatif.services.computing import compute, count_lines

SILENT: Final = "a what-if changes nothing; the version that is made of it keeps author and time"
JOB: Final = "price_what_if"
AT_ONCE: Final = 5000  # more lines than this are counted by a job
PERIOD_DAYS: Final = 365
_STEEPEST: Final = Decimal(90)  # more than this at once is a slip of the finger


class WhatIfBusy(DomainError):
    """A job is counting its lines right now, or a version was drafted of it already."""

    code = "what_if_busy"


@dataclass(frozen=True, slots=True)
class Rule:
    """How the prices of a list would change. Units: as in ``WhatIf``; ``tree`` as ``conditions.parse`` reads it."""

    change: str
    value: Decimal
    valid_from: date
    rounding: str = Rounding.CENT
    min_margin_percent: Decimal | None = None
    lifts: bool = False
    tree: Mapping[str, Any] = field(default_factory=dict)


@verb(silent=SILENT)
def write_what_if(*, list_id: int, rule: Rule, actor: Actor) -> WhatIf:
    """See what a rule would do to the latest version of a list, over the lines of the last 365 days. No price changes.

    Raises: InvalidInput, InvalidCondition, NotFound
    """
    require(actor, EDIT)
    price_list = PriceList.objects.select_related("company").filter(pk=list_id, company_id=actor.company_id).first()
    if price_list is None:
        raise NotFound(f"There is no price list {list_id}.")
    today = clock.today(price_list.company.time_zone)
    what_if = WhatIf(
        company=price_list.company,
        price_list=price_list,
        first=today - timedelta(days=PERIOD_DAYS),
        last=today - timedelta(days=1),
        created_by_id=actor.user_id,
        created_at=clock.now(),
    )
    _set_rule(what_if, rule)
    what_if.save()
    _count(what_if, actor)
    return what_if


@verb(silent=SILENT)
def change_what_if(*, what_if_id: int, rule: Rule, actor: Actor) -> WhatIf:
    """Try another rule; the period stays, so that two rules are told by the same lines.

    Raises: WhatIfBusy, InvalidInput, InvalidCondition, NotFound
    """
    what_if = lock_what_if(what_if_id, actor)
    if what_if.file_id is not None:
        raise WhatIfBusy("A version was drafted of it already. Begin a new one to try other prices.")
    _set_rule(what_if, rule)
    what_if.edits += 1
    what_if.computed_at = None
    what_if.save()
    _count(what_if, actor)
    return what_if


@verb(silent=SILENT)
def drop_what_if(*, what_if_id: int, actor: Actor) -> None:
    """Throw it away with all that was counted; a version that was drafted of it stays.

    Raises: WhatIfBusy, NotFound
    """
    what_if = lock_what_if(what_if_id, actor)
    what_if.lines.all()._raw_delete("default")  # nothing hangs on a line
    what_if.delete()


def lock_what_if(what_if_id: int, actor: Actor) -> WhatIf:
    """The what-if of the actor's company, its row held. Raises: WhatIfBusy, NotFound"""
    require(actor, EDIT)
    rows = WhatIf.objects.filter(pk=what_if_id, company_id=actor.company_id)
    if rows.filter(job__status=JobState.RUNNING, computed_at=None).exists():  # it holds the row until it is done
        raise WhatIfBusy("Its lines are counted right now. Wait until that is done, or stop the job.")
    what_if = rows.select_for_update(of=("self",)).select_related("company", "price_list").first()
    if what_if is None:
        raise NotFound(f"There is no what-if {what_if_id}.", what_if_id=what_if_id)
    return what_if


def _set_rule(what_if: WhatIf, rule: Rule) -> None:
    if rule.change not in Change.values:
        raise InvalidInput("Say how prices change.", field="change")
    if rule.rounding not in Rounding.values:
        raise InvalidInput("Say how prices are rounded.", field="rounding")
    if rule.change == Change.PERCENT and abs(rule.value) > _STEEPEST:
        raise InvalidInput(f"Change prices by at most {_STEEPEST} %.", field="value")
    if rule.min_margin_percent is not None and not ZERO <= rule.min_margin_percent < 100:
        raise InvalidInput("A margin lies between 0 and 100 %.", field="min_margin_percent")
    if rule.lifts and rule.min_margin_percent is None:
        raise InvalidInput("Say which margin has to stay.", field="min_margin_percent")
    refuse_day(what_if.price_list, rule.valid_from)
    what_if.tree = conditions.dump(conditions.parse(rule.tree, FIELDS))
    what_if.change, what_if.value, what_if.rounding = rule.change, rule.value, rule.rounding
    what_if.min_margin_percent, what_if.lifts, what_if.valid_from = rule.min_margin_percent, rule.lifts, rule.valid_from


def _count(what_if: WhatIf, actor: Actor) -> None:
    if count_lines(what_if, AT_ONCE + 1) <= AT_ONCE:
        compute(what_if)
        return
    what_if.job = start_job(kind=JOB, inputs={"what_if": what_if.pk, "edits": what_if.edits}, actor=actor)
    what_if.save(update_fields=["job"])


def _body(job: Job) -> dict[str, Any]:
    """One transaction, so that nobody sees half of it; its progress goes out beside it."""
    with job.beside() as report, transaction.atomic():
        rows = WhatIf.objects.select_for_update(of=("self",)).select_related("company", "price_list")
        what_if = rows.get(pk=job.inputs["what_if"], company_id=job.company_id)
        if what_if.edits == job.inputs["edits"]:  # else the rule changed meanwhile, and another job counts that
            compute(what_if, lambda done, total: report(done, total, "Counting last year’s lines"))
    lines = what_if.lines.count()
    job.report(1, 1)
    return {"lines": lines}


def register(name: Text) -> None:
    register_job(JOB, name=name, permission=EDIT, queue="default", body=_body)

"""A stage as its card shows it today: numbers, rules in force, and who waits for whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.registry import DutyRule, RuleInForce, Stage, StageCard, registry
from orders.core.eventlog import stages
from orders.core.models import Change, HoldType, Setting
from orders.core.selectors.duties import duty_list, start_of_today
from orders.core.selectors.home import working_minutes


@dataclass(frozen=True)
class Today:
    """What came, went, lies open. ``median_minutes`` is the working time that the middle one of the open has waited."""

    came: int
    went: int
    open: int
    overdue: int
    value: Decimal
    median_minutes: int | None


_TODAY = """
SELECT count(*) FILTER (WHERE opened_at >= %(midnight)s), count(*) FILTER (WHERE closed_at >= %(midnight)s),
    count(*) FILTER (WHERE closed_at IS NULL), count(*) FILTER (WHERE closed_at IS NULL AND due_at < %(now)s),
    COALESCE(sum(value_base) FILTER (WHERE closed_at IS NULL), 0),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY opened_at DESC) FILTER (WHERE closed_at IS NULL)
FROM orders_duty
WHERE company_id = %(company)s AND stage = %(stage)s AND (closed_at IS NULL OR closed_at >= %(midnight)s)
"""


def today_in(actor: Actor, stage: Stage) -> Today:
    """The stage's numbers of today, from its duties."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TODAY,
            {
                "midnight": start_of_today(actor.company_id),
                "now": clock.now(),
                "company": actor.company_id,
                "stage": stage.number,
            },
        )
        came, went, still, overdue, value, middle = cursor.fetchone()
    median = working_minutes(actor.company_id, [(stage.number, middle)])[0] if middle else None
    return Today(came, went, still, overdue, value, median)


@dataclass(frozen=True)
class HandOff:
    """So many duties, the oldest since ``since``, that lie between two stages. ``url`` opens exactly these."""

    who: Any
    text: Any
    count: int
    since: datetime
    url: str


def waiting_for(actor: Actor, stage: Stage, card: StageCard) -> list[HandOff]:
    """Whom the stage waits for: earlier stages, who decides holds, and customers."""
    mine = [stage.number]
    found = [
        _hand_off(
            _stage_name(earlier),
            gettext_lazy("have to act first on orders that already wait here"),
            _count(duty_list(actor, {"stages": mine, "with": earlier.number})),
            stage=stage.number,
            **{"with": earlier.number},
        )
        for earlier in stages()
        if earlier.number < stage.number
    ]
    before = {rule.stage: rule for rule in _rules() if rule.stage != stage.number and _leads_to(rule, stage.number)}
    for number, rule in sorted(before.items()):
        rows = duty_list(actor, {"stages": [number], "name": str(rule.name)})
        text = gettext_lazy("have in hand what comes here next")
        found.append(_hand_off(_name_of(number), text, _count(rows), stage=number, name=str(rule.name)))
    if card.steps:
        rows = duty_list(actor, {"stages": mine, "held": True})
        text = gettext_lazy("keeps orders here from going on")
        found.append(_hand_off(gettext_lazy("Who decides holds"), text, _count(rows), stage=stage.number, held=1))
    rows = duty_list(actor, {"stages": mine, "customer": True})
    text = gettext_lazy("have to answer or pay")
    found.append(_hand_off(gettext_lazy("Customers"), text, _count(rows), stage=stage.number, customer=1))
    return [item for item in found if item]


def waiting_on_us(actor: Actor, stage: Stage) -> list[HandOff]:
    """Who waits for the stage: later ones that have the order open already, and those that get it next."""
    found = [
        _hand_off(
            _stage_name(later),
            gettext_lazy("hold orders that this stage has to act on first"),
            _count(duty_list(actor, {"stages": [later.number], "with": stage.number})),
            stage=later.number,
            **{"with": stage.number},
        )
        for later in stages()
        if later.number > stage.number
    ]
    for rule in _rules():
        nexts = sorted({other.stage for other in _rules() if rule.stage == stage.number and _opens(rule, other)})
        for number in nexts:
            rows = duty_list(actor, {"stages": [stage.number], "name": str(rule.name)})
            text = gettext_lazy("get this next")
            found.append(_hand_off(_name_of(number), text, _count(rows), stage=stage.number, name=str(rule.name)))
    return [item for item in found if item]


def _count(rows: Any) -> dict[str, Any]:
    """Counted and dated over the filtered rows alone."""
    return dict(rows.select_related(None).order_by().aggregate(n=Count("id"), oldest=Min("opened_at")))


def _hand_off(who: Any, text: Any, counted: dict[str, Any], **query: Any) -> HandOff | None:
    if not counted["n"]:
        return None
    return HandOff(who, text, counted["n"], counted["oldest"], f"{reverse('core:duties')}?{urlencode(query)}")


def _rules() -> Iterator[DutyRule]:
    return iter(registry.duties)


def _opens(rule: DutyRule, other: DutyRule) -> bool:
    """Whether closing one opens the other, in another stage."""
    return rule.stage != other.stage and bool(set(rule.closes) & set(other.opens) - {"order_cancelled"})


def _leads_to(rule: DutyRule, stage: int) -> bool:
    return rule.stage < stage and any(other.stage == stage and _opens(rule, other) for other in _rules())


def _stage_name(stage: Stage) -> str:
    return f"{stage.number} {stage.name}"


def _name_of(number: int) -> str:
    return next((_stage_name(stage) for stage in stages() if stage.number == number), str(number))


def rules_in_force(actor: Actor, stage: Stage, card: StageCard) -> list[RuleInForce]:
    """What the stage goes by now: its own rules, its settings, and the holds that may stop its steps."""
    own = card.rules(actor) if card.rules else []
    return [*own, *_settings(actor, stage), *_holds(actor, card)]


def _settings(actor: Actor, stage: Stage) -> list[RuleInForce]:
    kinds = [kind for kind in registry.settings if kind.stage == stage.number]
    rows = (
        Setting.objects.filter(
            company_id=actor.company_id, key__in=[kind.key for kind in kinds], effective_from__lte=clock.now()
        )
        .select_related("changed_by")
        .order_by("key", "-effective_from", "-id")
        .distinct("key")
    )
    changed = {row.key: row for row in rows}
    url = reverse("core:settings") if actor.can("orders.manage_settings") else ""
    found = []
    for kind in kinds:
        row = changed.get(kind.key)
        value = _said(row.value if row else kind.default)
        by, at = (str(row.changed_by or _("the system")), row.changed_at) if row else ("", None)
        found.append(RuleInForce(kind.label, value, by, at, url, kind.help))
    return found


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _holds(actor: Actor, card: StageCard) -> list[RuleInForce]:
    if not card.steps:
        return []
    types = HoldType.objects.filter(company_id=actor.company_id, is_active=True, blocks__overlap=list(card.steps))
    rows = list(types.annotate(standing=Count("holds", filter=~Q(holds__status="resolved"))).order_by("name"))
    changes = (
        Change.objects.filter(company_id=actor.company_id, table="holdtype", row_id__in=[row.pk for row in rows])
        .select_related("user")
        .order_by("row_id", "-id")
        .distinct("row_id")
    )
    changed = {change.row_id: change for change in changes}
    found = []
    for row in rows:
        change = changed.get(row.pk)
        found.append(
            RuleInForce(
                name=_("Hold “%(hold)s”") % {"hold": row.name},
                value=_("stops %(steps)s; stands %(count)s times now")
                % {"steps": ", ".join(step for step in row.blocks if step in card.steps), "count": row.standing},
                by=str(change.user or change.job) if change else "",
                at=change.at if change else None,
                url=f"{reverse('core:holds')}?kind={row.pk}" if row.standing else "",
                note=row.get_cause_display(),
                count=row.standing,
            )
        )
    return found

"""A stage as its card shows it today: numbers, rules in force, and who waits for whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.registry import DutyRule, RuleInForce, Stage, StageCard, registry
from orders.core.eventlog import stages
from orders.core.models import Change, Duty, HoldType, Setting
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

    who: str
    text: str
    count: int
    since: datetime
    url: str


def waiting_for(actor: Actor, stage: Stage, card: StageCard) -> list[HandOff]:
    """Whom the stage waits for: earlier stages, who decides holds, and customers."""
    mine = [stage.number]
    found = [
        _hand_off(
            _name_of(number),
            _("has to act first, on orders that wait here already"),
            duty_list(actor, {"stages": mine, "with": number}),
            {"stage": stage.number, "with": number},
        )
        for number in card.after
    ]
    for rule in registry.duties:
        if rule.stage < stage.number and any(other.stage == stage.number and _opens(rule, other) for other in _rules()):
            rows = duty_list(actor, {"stages": [rule.stage], "name": str(rule.name)})
            text = _("has in hand what comes here next")
            found.append(_hand_off(_name_of(rule.stage), text, rows, {"stage": rule.stage, "name": str(rule.name)}))
    if card.steps:
        rows = duty_list(actor, {"stages": mine, "held": True})
        text = _("stand on orders here, until somebody decides")
        found.append(_hand_off(_("Holds"), text, rows, {"stage": stage.number, "held": "on"}))
    rows = duty_list(actor, {"stages": mine, "customer": True})
    found.append(_hand_off(_("Customers"), _("have to answer or pay"), rows, {"stage": stage.number, "customer": "on"}))
    return [item for item in found if item]


def waiting_on_us(actor: Actor, stage: Stage) -> list[HandOff]:
    """Who waits for the stage: later ones that cannot go on before it, and those that get its orders next."""
    found = [
        _hand_off(
            _name_of(later.number),
            _("cannot go on before this stage is done"),
            duty_list(actor, {"stages": [later.number], "with": stage.number}),
            {"stage": later.number, "with": stage.number},
        )
        for later in stages()
        if (card := registry.stage_cards.get(later.key)) and stage.number in card.after
    ]
    for rule in registry.duties:
        nexts = sorted({other.stage for other in _rules() if rule.stage == stage.number and _opens(rule, other)})
        for number in nexts:
            rows = duty_list(actor, {"stages": [stage.number], "name": str(rule.name)})
            text = _("gets next what lies here")
            found.append(_hand_off(_name_of(number), text, rows, {"stage": stage.number, "name": str(rule.name)}))
    return [item for item in found if item]


def _hand_off(who: str, text: str, rows: QuerySet[Duty], query: dict[str, Any]) -> HandOff | None:
    """The duties of the list that ``query`` opens, counted and dated; None when there is none."""
    counted = rows.select_related(None).order_by().aggregate(n=Count("id"), oldest=Min("opened_at"))
    if not counted["n"]:
        return None
    return HandOff(who, text, counted["n"], counted["oldest"], f"{reverse('core:duties')}?{urlencode(query)}")


def _rules() -> Iterator[DutyRule]:
    return iter(registry.duties)


def _opens(rule: DutyRule, other: DutyRule) -> bool:
    """Whether closing one opens the other, in another stage."""
    return rule.stage != other.stage and bool(set(rule.closes) & set(other.opens) - {"order_cancelled"})


def _name_of(number: int) -> str:
    return next((f"{stage.number} {stage.name}" for stage in stages() if stage.number == number), str(number))


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
                name=_("The hold “%(hold)s” stops") % {"hold": row.name},
                value=", ".join(step for step in row.blocks if step in card.steps),
                by=str(change.user or change.job) if change else "",
                at=change.at if change else None,
                url=f"{reverse('core:holds')}?kind={row.pk}" if row.standing else "",
                note=_("stands on %(count)s now") % {"count": row.standing} if row.standing else "",
                count=row.standing,
            )
        )
    return found

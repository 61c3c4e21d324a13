"""Plan what a customer takes of an agreement and when; move it, skip it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Max

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from omc.lib.money import ZERO, plain
from omc.lib.service import verb
from orders.core.eventlog import record_many
from orders.core.selectors.companies import setting
from orders.pricing.agreements.machines import PLANNED_RELEASE
from orders.pricing.agreements.models import Agreement, AgreementState
from orders.pricing.agreements.plan_events import ReleaseDue, ReleaseMoved, ReleasePlanned, ReleaseSkipped
from orders.pricing.agreements.plan_models import PlannedLine, PlannedRelease
from orders.pricing.agreements.plan_models import PlannedReleaseState as S
from orders.pricing.agreements.selectors.plan import LEAD_DAYS, STILL_OPEN, room_of
from orders.pricing.agreements.services.plan_rows import PlannedInput, PlanRefused, lines_of, read_rows, refuse_days
from orders.pricing.agreements.services.writing import lock_agreement

PLAN: Final = "pricing.plan_release"
_MOST_ROWS: Final = 500


@verb(events=(ReleasePlanned, ReleaseDue))
def plan_releases(
    *, agreement_id: int, rows: Sequence[PlannedInput], actor: Actor, version: int | None = None
) -> list[PlannedRelease]:
    """Add releases to the plan of an agreement, one for each day named; what is planned and called off together is
    never more than what was agreed. One whose time has come is due at once.

    ``version`` is that which the agreement had when it was read.

    Raises: PlanRefused naming each row, InvalidInput, StaleVersion, NotFound
    Events: release_planned, and release_due
    """
    require(actor, PLAN)
    agreement = lock_agreement(agreement_id, actor)
    _refuse_over(agreement)
    if version is not None and version != agreement.event_seq:
        raise StaleVersion(
            f"{agreement} was changed meanwhile. Look at it again.", seen=version, current=agreement.event_seq
        )
    if not rows:
        raise PlanRefused("Plan at least one release.", field="rows", lines=[])
    if len(rows) > _MOST_ROWS:
        raise InvalidInput(f"At most {_MOST_ROWS} rows are planned at once.", field="rows")
    refuse_days(agreement, rows)
    items = read_rows(agreement, rows)
    lines = lines_of(agreement, rows, items, without=None)
    last = agreement.planned.aggregate(last=Max("number"))["last"] or 0
    days = sorted({row.day for row in rows})
    made = PlannedRelease.objects.bulk_create(
        PlannedRelease(
            company_id=agreement.company_id,
            agreement=agreement,
            customer_id=agreement.customer_id,
            number=last + place,
            day=day,
            created_at=clock.now(),
        )
        for place, day in enumerate(days, start=1)
    )
    by_day = {release.day: release for release in made}
    for row, line in zip(rows, lines, strict=True):
        line.release = by_day[row.day]
    PlannedLine.objects.bulk_create(lines)
    facts = [ReleasePlanned(day=day, items=sum(row.day == day for row in rows)) for day in days]
    record_many(made, facts, actor=actor)
    make_due(made, actor)
    return made


@verb(events=(ReleaseMoved, ReleaseDue))
def move_release(
    *,
    release_id: int,
    day: date,
    reason: str,
    actor: Actor,
    quantities: Mapping[int, Decimal] | None = None,
    version: int | None = None,
) -> PlannedRelease:
    """Another day for a release that is no order yet, or other quantities (by line id, as typed); one of 0 is taken out.

    Raises: IllegalTransition once it is ordered or skipped, PlanRefused, InvalidInput without a reason, StaleVersion
    Events: release_moved, and release_due where its time has come
    """
    require(actor, PLAN)
    release = lock_release(release_id, actor, version)
    _refuse_settled(release)
    said = _said(reason)
    if day != release.day:
        refuse_days(release.agreement, [PlannedInput(day, "", ZERO)], without=release.pk)
    if quantities is not None:
        _change_quantities(release, quantities)
    before, release.day = release.day, day
    fact, stamp = ReleaseMoved(day=day, before=before, because=said), {"day": day, "because": said}
    if release.state == S.DUE:
        PLANNED_RELEASE.advance(release, S.PLANNED, fact, actor=actor, record=record_many, stamp=stamp)
    else:
        record_many([release], [fact], actor=actor, stamp=stamp)
    make_due([release], actor)
    return release


@verb(events=(ReleaseSkipped,))
def skip_release(*, release_id: int, reason: str, actor: Actor, version: int | None = None) -> PlannedRelease:
    """Nothing is ordered of it; what was planned can be planned for another day.

    Raises: IllegalTransition once it is ordered or skipped, InvalidInput without a reason, StaleVersion, NotFound
    Events: release_skipped
    """
    require(actor, PLAN)
    release = lock_release(release_id, actor, version)
    said = _said(reason)
    _refuse_settled(release)
    skip([release], said, actor)
    return release


def skip(releases: Sequence[PlannedRelease], because: str, actor: Actor) -> None:
    """Take these locked releases out of the plan; inside another verb."""
    for state in STILL_OPEN:
        those = [release for release in releases if release.state == state]
        facts = [ReleaseSkipped(because=because) for _ in those]
        stamp = {"because": because}
        PLANNED_RELEASE.advance_many(those, S.SKIPPED, facts, actor=actor, record=record_many, stamp=stamp)


def make_due(releases: Sequence[PlannedRelease], actor: Actor) -> int:
    """Let those of these locked releases wait to be ordered whose time has come; inside another verb."""
    if not releases:
        return 0
    company = releases[0].agreement.company
    today, lead = clock.today(company.time_zone), timedelta(days=setting(company.pk, LEAD_DAYS))
    ready = [
        release
        for release in releases
        if release.state == S.PLANNED
        and release.agreement.state == AgreementState.ACTIVE
        and release.agreement.valid_from <= today
        and release.day - lead <= today
    ]
    facts = [ReleaseDue(day=release.day) for release in ready]
    PLANNED_RELEASE.advance_many(ready, S.DUE, facts, actor=actor, record=record_many)
    return len(ready)


def lock_release(release_id: int, actor: Actor, version: int | None = None) -> PlannedRelease:
    """The planned release, locked after its customer and agreement. Raises: NotFound, StaleVersion"""
    mine = PlannedRelease.objects.filter(pk=release_id, company_id=actor.company_id)
    agreement_id = mine.values_list("agreement_id", flat=True).first()
    if agreement_id is None:
        raise NotFound(f"There is no planned release {release_id}.", release_id=release_id)
    agreement = lock_agreement(agreement_id, actor)
    release = mine.select_for_update(of=("self",)).get()
    release.agreement = agreement
    if version is not None and version != release.event_seq:
        raise StaleVersion(
            f"{release} was changed meanwhile. Look at it again.", seen=version, current=release.event_seq
        )
    return release


def refuse_over_left(release: PlannedRelease, lines: Collection[PlannedLine]) -> None:
    """Raises: InvalidInput where more is to be called off than the agreement has left"""
    room = room_of(release.agreement, without=release.pk)
    over = [line for line in lines if line.quantity > room[line.item_id].left]
    if over:
        line = over[0]
        left = max(room[line.item_id].left, ZERO)
        sku, unit = line.item.product.sku, line.item.product.stock_unit
        raise InvalidInput(
            f"Of {sku} only {plain(left)} {unit} are left of {release.agreement}; {plain(line.quantity)} {unit} are"
            " planned. Change the quantity, or revise the agreement.",
            field="quantities",
            lines=[{"line": each.pk, "left": str(room[each.item_id].left)} for each in over],
        )


def _change_quantities(release: PlannedRelease, quantities: Mapping[int, Decimal]) -> None:
    lines = {line.pk: line for line in release.lines.select_related("item__product")}
    if unknown := quantities.keys() - lines.keys():
        raise InvalidInput("There is no such line in this release.", field="quantities", lines=sorted(unknown))
    stays = [line for line in lines.values() if quantities.get(line.pk, line.typed_quantity) != 0]
    if not stays:
        raise InvalidInput("Nothing would be left of it. Skip it instead.", field="quantities")
    rows = [
        PlannedInput(release.day, line.item.product.sku, quantities.get(line.pk, line.typed_quantity), line.unit)
        for line in stays
    ]
    items = read_rows(release.agreement, rows)
    changed = lines_of(release.agreement, rows, items, without=release.pk)
    release.lines.exclude(pk__in=[line.pk for line in stays]).delete()
    for line, new in zip(stays, changed, strict=True):
        line.typed_quantity, line.quantity = new.typed_quantity, new.quantity
        line.unit_factor = new.unit_factor
    PlannedLine.objects.bulk_update(stays, ["typed_quantity", "quantity", "unit_factor"])


def _refuse_over(agreement: Agreement) -> None:
    if agreement.state not in (AgreementState.DRAFT, AgreementState.ACTIVE):
        raise InvalidInput(
            f"{agreement} is {agreement.get_state_display().lower()}; nothing is planned of it any more."
        )


def _refuse_settled(release: PlannedRelease) -> None:
    if release.state not in STILL_OPEN:
        raise IllegalTransition(
            f"{release} is {release.get_state_display().lower()} already.",
            document=str(release),
            state=release.state,
            to=release.state,
        )


def _said(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput("Say why.", field="reason")
    return reason.strip()[:200]

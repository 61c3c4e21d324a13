"""What the clock and the ways of orders do to planned releases: they come due, become orders, and come back."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.service import verb
from orders.core.eventlog import record_many
from orders.core.models import Company, Notification, Order
from orders.core.selectors.companies import setting
from orders.pricing.agreements.machines import PLANNED_RELEASE
from orders.pricing.agreements.models import Agreement, AgreementState
from orders.pricing.agreements.plan_events import ReleaseDue, ReleaseGivenBack, ReleaseOrdered
from orders.pricing.agreements.plan_models import PlannedLine, PlannedRelease
from orders.pricing.agreements.plan_models import PlannedReleaseState as S
from orders.pricing.agreements.selectors.plan import LEAD_DAYS, STILL_OPEN, planned_lines
from orders.pricing.agreements.services.planning import lock_release, make_due, refuse_over_left, skip
from orders.pricing.agreements.services.writing import DECIDE


class ReleaseOrderedAlready(DomainError):
    """An order was made of this planned release before; ``data["order_id"]`` says which."""

    code = "release_ordered"


@verb(events=(ReleaseDue,))
def release_plans(*, actor: Actor) -> int:
    """Let planned releases wait to be ordered whose time has come, and tell the owners of their agreements; returns how
    many. One that somebody holds waits for the next run.

    Events: release_due
    """
    require(actor, DECIDE)
    company = Company.objects.get(pk=actor.company_id)
    today = clock.today(company.time_zone)
    ready = list(
        PlannedRelease.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(company=company, state=S.PLANNED, day__lte=today + timedelta(days=setting(company.pk, LEAD_DAYS)))
        .filter(agreement__state=AgreementState.ACTIVE, agreement__valid_from__lte=today)
        .select_related("agreement__company", "customer")
        .order_by("pk")
    )
    made = make_due(ready, actor)
    Notification.objects.bulk_create(
        Notification(
            company=company,
            user_id=release.agreement.owner_id or 0,
            text=_("Release %(release)s of %(customer)s is to be ordered, for %(day)s.")
            % {
                "release": release,
                "customer": release.customer.name[:80],
                "day": date_format(release.day, "j M Y"),
            },
            url=reverse("pricing:planned-release", args=[release.pk]),
            created_at=clock.now(),
        )
        for release in ready
        if release.state == S.DUE and release.agreement.owner_id
    )
    return made


def begin_order(release_id: int, actor: Actor, version: int | None = None) -> tuple[PlannedRelease, list[PlannedLine]]:
    """A locked release that may become an order, with its lines; inside the verb that makes it.

    Raises: ReleaseOrderedAlready, IllegalTransition, InvalidInput where its agreement has not enough left, StaleVersion,
        NotFound
    """
    release = lock_release(release_id, actor)
    if release.state == S.ORDERED:
        raise ReleaseOrderedAlready(
            f"{release} is ordered already: {release.order}.", release=str(release), order_id=release.order_id
        )
    release = lock_release(release_id, actor, version)
    PLANNED_RELEASE.check(release, S.ORDERED)
    agreement = release.agreement
    if agreement.state != AgreementState.ACTIVE or agreement.valid_from > clock.today(agreement.company.time_zone):
        raise InvalidInput(f"{agreement} is not in force; nothing is ordered of it.")
    lines = planned_lines(release)
    refuse_over_left(release, lines)
    return release, lines


def mark_ordered(release: PlannedRelease, order: Order, actor: Actor) -> None:
    """The order was made of this locked release; inside the verb that made it. Events: release_ordered"""
    fact, stamp = ReleaseOrdered(order=str(order)), {"order": order.pk}
    PLANNED_RELEASE.advance(release, S.ORDERED, fact, actor=actor, record=record_many, stamp=stamp)


def give_back_releases(order_ids: Sequence[int], actor: Actor) -> None:
    """These orders were given up before anything was picked: what was planned has to be ordered again, while its
    agreement is in force. Inside the verb that gives them up.

    Events: release_given_back, and release_skipped where the agreement is over
    """
    # The orders are locked: who waits for their customer's row now could wait for us.
    taken = PlannedRelease.objects.select_for_update(of=("self",)).filter(
        order__in=order_ids, company_id=actor.company_id
    )
    for release in taken.select_related("agreement__company", "order").order_by("pk"):
        fact = ReleaseGivenBack(order=str(release.order))
        release.order = None  # what waits from now on does not wait on the order that was given up
        PLANNED_RELEASE.advance(release, S.DUE, fact, actor=actor, record=record_many, stamp={"order": None})
        if release.agreement.state != AgreementState.ACTIVE:
            skip([release], _over(release.agreement), actor)


def drop_plan(agreements: Sequence[Agreement], actor: Actor) -> None:
    """What is planned of these locked agreements, which are over, is not ordered any more; inside another verb."""
    for agreement in agreements:
        skip(_open_of(agreement), _over(agreement), actor)


def start_plan(agreement: Agreement, actor: Actor) -> None:
    """A locked agreement is in force: what of its plan is due by now waits to be ordered; inside another verb."""
    make_due(_open_of(agreement), actor)


def _open_of(agreement: Agreement) -> list[PlannedRelease]:
    rows: QuerySet[PlannedRelease] = agreement.planned.select_for_update(of=("self",)).filter(state__in=STILL_OPEN)
    found = list(rows.order_by("pk"))
    for release in found:
        release.agreement = agreement
    return found


def _over(agreement: Agreement) -> str:
    return f"{agreement} is {agreement.get_state_display().lower()}"

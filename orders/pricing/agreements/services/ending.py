"""What the clock does to agreements: they end, and their owners hear of it before."""

from datetime import timedelta
from typing import Final

from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.service import verb
from orders.core.eventlog import record_many
from orders.core.models import Company, Notification
from orders.core.selectors.companies import setting
from orders.pricing.agreements.events import AgreementEnded
from orders.pricing.agreements.machines import AGREEMENT
from orders.pricing.agreements.models import Agreement, AgreementState
from orders.pricing.agreements.plan_events import ReleaseSkipped
from orders.pricing.agreements.services.plan_clock import drop_plan
from orders.pricing.agreements.services.writing import DECIDE

WARN_DAYS: Final = "pricing.agreement_warn_days"


@verb(events=(AgreementEnded, ReleaseSkipped))
def end_agreements(*, actor: Actor) -> int:
    """End what is in force and has seen its last day; returns how many. One that somebody holds waits for the next run.

    Events: agreement_ended, and release_skipped of what was still planned
    """
    require(actor, DECIDE)
    company = Company.objects.get(pk=actor.company_id)
    over = list(
        Agreement.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(company=company, state=AgreementState.ACTIVE, valid_to__lt=clock.today(company.time_zone))
        .order_by("pk")
    )
    facts = [AgreementEnded(valid_to=agreement.valid_to) for agreement in over]
    stamp = {"over_at": clock.now()}
    AGREEMENT.advance_many(over, AgreementState.ENDED, facts, actor=actor, record=record_many, stamp=stamp)
    drop_plan(over, actor)
    return len(over)


@verb(silent="a notification is its own record")
def warn_of_ends(*, actor: Actor) -> int:
    """Tell the owners of agreements that end soon, once for each last day; returns how many were told."""
    require(actor, DECIDE)
    company = Company.objects.get(pk=actor.company_id)
    today = clock.today(company.time_zone)
    ending = list(
        Agreement.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(~Q(told_end=F("valid_to")) | Q(told_end=None), company=company, state=AgreementState.ACTIVE)
        .filter(valid_to__range=(today, today + timedelta(days=setting(company.pk, WARN_DAYS))), owner__isnull=False)
        .select_related("customer")
        .order_by("pk")
    )
    Notification.objects.bulk_create(
        Notification(
            company=company,
            user_id=agreement.owner_id or 0,
            text=_("Agreement %(agreement)s with %(customer)s ends on %(day)s.")
            % {
                "agreement": agreement,
                "customer": agreement.customer.name[:80],
                "day": date_format(agreement.valid_to, "j M Y"),
            },
            url=reverse("pricing:agreement", args=[agreement.pk]),
            created_at=clock.now(),
        )
        for agreement in ending
    )
    for agreement in ending:
        agreement.told_end = agreement.valid_to
    Agreement.objects.bulk_update(ending, ["told_end"])
    return len(ending)

"""Look whether costs moved; warn once per batch; count anew what a warning reaches."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from omc.accounts.roles import daily_work
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.service import verb
from orders.core.eventlog import record
from orders.core.models import Company, Membership, Notification
from orders.core.selectors.companies import setting
from orders.pricing.models import CostWarning, CostWarningItem
from orders.pricing.warnings.detection import LIMIT, WINDOW_DAYS, Move, margin_floors, moved_costs, write_reach
from orders.pricing.warnings.events import CostWarningRaised
from orders.pricing.warnings.models import WarningState
from orders.pricing.warnings.selectors import OPEN, YEAR_DAYS
from orders.pricing.warnings.services.deciding import lock_open_warning

ANSWER: Final = "pricing.edit_price_list"  # whoever keeps prices answers for them


@verb(events=(CostWarningRaised,))
def watch_costs(*, actor: Actor) -> list[CostWarning]:
    """Warn of every batch of costs that rose so far that something falls under the floor. Run by the clock.

    A batch that leaves everything above the floor is no warning; it is looked at again, since prices and quotes change.
    Open warnings are counted anew once a day.
    Events: cost_warning_raised
    """
    require(actor, ANSWER)
    with connection.cursor() as cursor:  # one look at a time: two would warn twice
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('cost warnings'), %s)", [actor.company_id])
    company = Company.objects.get(pk=actor.company_id)
    batches = moved_costs(company.pk, clock.now() - timedelta(days=WINDOW_DAYS))
    floors = margin_floors(company.pk) if batches else {}
    raised = [_warn(company, moves, floors, actor) for moves in batches.values()]
    _count_daily(company)
    return [warning for warning in raised if warning is not None]


@verb(silent="counting again changes nothing that anybody decided")
def count_again(*, warning_id: int, actor: Actor) -> CostWarning:
    """Count anew what an open warning reaches: prices were changed, quotes decided, orders shipped since.

    Raises: IllegalTransition when it is decided, NotFound
    """
    require(actor, ANSWER)
    warning = lock_open_warning(warning_id, actor)
    warning.reached.all().delete()
    _count(warning, warning.company)
    warning.save(update_fields=_COUNTED)
    return warning


_COUNTED: Final = ["quotes", "orders", "prices", "stake_base", "rise_base", "counted_at"]


def _warn(
    company: Company, moves: Sequence[Move], floors: Mapping[int | None, Decimal], actor: Actor
) -> CostWarning | None:
    """One warning of one batch; None (and nothing kept) when all that it reaches stays above the floor."""
    now = clock.now()
    warning = CostWarning.objects.create(
        company=company,
        reason=moves[0].reason,
        changed_by_id=moves[0].changed_by_id,
        changed_at=max(move.at for move in moves),
        raised_at=now,
        limit_percent=setting(company.pk, LIMIT),
        items=len(moves),
        counted_at=now,
    )
    CostWarningItem.objects.bulk_create(
        [
            CostWarningItem(
                warning=warning,
                product_id=move.product_id,
                kind=move.kind,
                before=move.before,
                after=move.after,
                floor_percent=floors.get(move.category_id, floors[None]),
            )
            for move in moves
        ],
        batch_size=2000,
    )
    if not _count(warning, company):
        warning.delete()
        return None
    warning.save(update_fields=_COUNTED)
    fact = CostWarningRaised(
        reason=warning.reason or "no reason given",
        items=warning.items,
        quotes=warning.quotes,
        orders=warning.orders,
        prices=warning.prices,
    )
    record(warning, fact, actor=actor, to_state=WarningState.NEW)
    _tell(warning, now)
    return warning


def _count_daily(company: Company) -> None:
    """Keep the numbers of open warnings no older than a day; one that somebody works on is left to them."""
    stale = CostWarning.objects.select_for_update(of=("self",), skip_locked=True).filter(
        company=company, state__in=OPEN, counted_at__lt=clock.now() - timedelta(days=1)
    )
    for warning in stale.order_by("pk"):
        warning.reached.all().delete()
        _count(warning, company)
        warning.save(update_fields=_COUNTED)


def _count(warning: CostWarning, company: Company) -> int:
    """Write what the warning reaches and its counts; how many rows those are."""
    now, today = clock.now(), clock.today(company.time_zone)
    year_ago = datetime.combine(today - timedelta(days=YEAR_DAYS), time(), ZoneInfo(company.time_zone))
    found = write_reach(warning.pk, company.pk, today, year_ago)
    warning.quotes, warning.orders, warning.prices = found.quotes, found.orders, found.prices
    warning.stake_base, warning.rise_base, warning.counted_at = found.stake_base, found.rise_base, now
    return found.rows


def _tell(warning: CostWarning, at: datetime) -> None:
    """Whoever keeps prices here is notified; without costs or money, as every notification."""
    text = _("Costs rose: %(warning)s. Items: %(items)s; prices that are too low: %(prices)s.") % {
        "warning": warning,
        "items": warning.items,
        "prices": warning.prices,
    }
    url = reverse("pricing:cost-warning", args=[warning.pk])
    members = Membership.objects.filter(company_id=warning.company_id, user__is_active=True)
    Notification.objects.bulk_create(
        Notification(company_id=warning.company_id, user_id=member.user_id, text=text[:200], url=url, created_at=at)
        for member in members
        if ANSWER in daily_work(frozenset(member.roles))
    )
